// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/regexpattern_p.h"
#include "core/tokenizer/unicode_p.h"

#include <memory>
#include <string>
#include <vector>

namespace driftscope::tokenizer {

/// Changes a text before it is split. Immutable and thread-safe, as are all normalizers.
class Normalizer
{
public:
    virtual ~Normalizer() = default;
    /// Changes `text` in place; valid UTF-8 before and after.
    virtual void apply(std::string& text) const = 0;
    /// How many times as long a text may become, at most: steps that lengthen it multiply.
    [[nodiscard]] virtual double growth() const { return 1; }
};

/// NFC, NFD, NFKC, NFKD.
class FormNormalizer : public Normalizer
{
public:
    explicit FormNormalizer(unicode::Form form);
    void apply(std::string& text) const override;
    [[nodiscard]] double growth() const override { return 12; } // U+FDFA: 3 bytes become 33

private:
    unicode::Form m_form;
};

class LowercaseNormalizer : public Normalizer
{
public:
    void apply(std::string& text) const override;
    [[nodiscard]] double growth() const override { return 1.5; } // U+0130: 2 bytes become 3
};

/// Removes combining marks.
class StripAccentsNormalizer : public Normalizer
{
public:
    void apply(std::string& text) const override;
};

/// Puts a text before every text that is not empty.
class PrependNormalizer : public Normalizer
{
public:
    explicit PrependNormalizer(std::string prefix);
    void apply(std::string& text) const override;
    [[nodiscard]] double growth() const override { return 1 + static_cast<double>(m_prefix.size()); }

private:
    std::string m_prefix;
};

/// Replaces every match of a pattern.
class ReplaceNormalizer : public Normalizer
{
public:
    ReplaceNormalizer(RegexPattern pattern, std::string replacement);
    void apply(std::string& text) const override;
    [[nodiscard]] double growth() const override;

private:
    RegexPattern m_pattern;
    std::string m_replacement;
};

/// Removes white space at the ends.
class StripNormalizer : public Normalizer
{
public:
    StripNormalizer(bool left, bool right);
    void apply(std::string& text) const override;

private:
    bool m_left;
    bool m_right;
};

/// Writes bytes in the byte-level alphabet.
class ByteLevelNormalizer : public Normalizer
{
public:
    void apply(std::string& text) const override;
    [[nodiscard]] double growth() const override { return 2; }
};

/// What BERT does: control characters out, spaces around ideographs, accents and case dropped.
class BertNormalizer : public Normalizer
{
public:
    struct Options {
        bool cleanText = true;
        bool handleChineseCharacters = true;
        bool stripAccents = true;
        bool lowercase = true;
    };
    explicit BertNormalizer(Options options);
    void apply(std::string& text) const override;
    [[nodiscard]] double growth() const override { return 10; } // ideographs 5/3, accents 4, case 1.5

private:
    Options m_options;
};

class SequenceNormalizer : public Normalizer
{
public:
    explicit SequenceNormalizer(std::vector<std::unique_ptr<const Normalizer>> steps);
    void apply(std::string& text) const override;
    [[nodiscard]] double growth() const override;

private:
    std::vector<std::unique_ptr<const Normalizer>> m_steps;
};

} // namespace driftscope::tokenizer
