// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizerloader.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

/// What the tests of the tokenizer folder share.
namespace driftscope::testing {

using Ids = std::vector<tokenizer::TokenId>;

inline std::string dataPath(const std::string& relative)
{
    return std::string(DRIFTSCOPE_TEST_DATA) + "/tokenizer/" + relative;
}

inline std::string readAll(const std::string& path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

/// A file that lives as long as the object.
class ScratchFile
{
public:
    ScratchFile(const QString& name, std::string_view content)
        : m_path(m_folder.filePath(name).toStdString())
    {
        QFile file(QString::fromStdString(m_path));
        if (file.open(QIODevice::WriteOnly))
            file.write(content.data(), static_cast<qint64>(content.size()));
    }
    const std::string& path() const { return m_path; }
    std::string folder() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
    std::string m_path;
};

inline Result<std::shared_ptr<const tokenizer::Tokenizer>> loadJson(const nlohmann::json& json)
{
    return tokenizer::loadTokenizer(ScratchFile("tokenizer.json", json.dump()).path());
}

/// A BPE tokenizer of single letters and these merges; parts can be changed before it is loaded.
inline nlohmann::json smallTokenizer(std::vector<std::string> tokens,
                                     std::vector<std::pair<std::string, std::string>> merges)
{
    nlohmann::json json;
    json["added_tokens"] = nlohmann::json::array();
    json["model"]["type"] = "BPE";
    json["model"]["vocab"] = nlohmann::json::object();
    for (std::size_t i = 0; i < tokens.size(); ++i)
        json["model"]["vocab"][tokens[i]] = i;
    json["model"]["merges"] = nlohmann::json::array();
    for (const auto& [left, right] : merges)
        json["model"]["merges"].push_back({left, right});
    return json;
}

/// "ok" or the kind of the error.
template<typename T>
std::string kindOf(const Result<T>& result)
{
    return result ? "ok" : std::string(errorName(result.error().code));
}

inline std::string messageOf(const Result<std::shared_ptr<const tokenizer::Tokenizer>>& result)
{
    return result ? "ok" : result.error().message;
}

/// "3 5 7", for readable comparisons.
inline QString shown(const Ids& ids)
{
    QStringList list;
    for (const auto id : ids)
        list << QString::number(id);
    return list.join(QLatin1Char(' '));
}

/// A GGUF file of metadata only.
class GgufBuilder
{
public:
    GgufBuilder& text(std::string_view key, std::string_view value)
    {
        start(key, 8).addText(m_entries, value);
        return *this;
    }
    GgufBuilder& flag(std::string_view key, bool value)
    {
        start(key, 7).m_entries += static_cast<char>(value);
        return *this;
    }
    GgufBuilder& integer(std::string_view key, std::uint32_t value)
    {
        start(key, 4).add(m_entries, value);
        return *this;
    }
    GgufBuilder& texts(std::string_view key, const std::vector<std::string>& values)
    {
        startArray(key, 8, values.size());
        for (const std::string& value : values)
            addText(m_entries, value);
        return *this;
    }
    GgufBuilder& integers(std::string_view key, const std::vector<std::int32_t>& values)
    {
        startArray(key, 5, values.size());
        for (const std::int32_t value : values)
            add(m_entries, value);
        return *this;
    }
    GgufBuilder& numbers(std::string_view key, const std::vector<float>& values)
    {
        startArray(key, 6, values.size());
        for (const float value : values)
            add(m_entries, value);
        return *this;
    }

    std::string content() const
    {
        std::string head = "GGUF";
        add(head, std::uint32_t {3});
        add(head, std::uint64_t {0});
        add(head, m_count);
        return head + m_entries;
    }

private:
    template<typename T>
    static void add(std::string& to, T value)
    {
        std::string raw(sizeof value, '\0');
        std::memcpy(raw.data(), &value, sizeof value);
        to += raw;
    }
    static void addText(std::string& to, std::string_view text)
    {
        add(to, static_cast<std::uint64_t>(text.size()));
        to += text;
    }
    GgufBuilder& start(std::string_view key, std::uint32_t type)
    {
        ++m_count;
        addText(m_entries, key);
        add(m_entries, type);
        return *this;
    }
    void startArray(std::string_view key, std::uint32_t type, std::size_t count)
    {
        start(key, 9);
        add(m_entries, type);
        add(m_entries, static_cast<std::uint64_t>(count));
    }

    std::uint64_t m_count = 0;
    std::string m_entries;
};

} // namespace driftscope::testing
