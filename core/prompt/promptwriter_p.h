// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/prompt/prompt.h"
#include "core/prompt/promptbuilder.h"
#include "core/prompt/prompttemplate.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// A text of the data on one line: every run of control characters and line breaks (and blanks beside them) becomes one
/// blank; none is left at either end.
[[nodiscard]] std::string onOneLine(std::string_view text);

/// Writes the blocks of one prompt one after the other and notes where each part stands.
class PromptWriter
{
public:
    /// @param areTitlesMasked  histories and demonstrations say maskedTitle in place of their titles.
    PromptWriter(const PromptTemplate& wording, const data::Dataset& dataset, bool areTitlesMasked = false);

    void writeHeader();
    void writeDemonstration(std::size_t number, data::InteractionIndex interaction, bool isLiked,
                            std::span<const data::InteractionIndex> history);
    void writeQuery(data::ItemIndex target, std::span<const data::InteractionIndex> history);
    /// The query about contentFreeTarget instead of an item.
    void writeContentFreeQuery(std::span<const data::InteractionIndex> history);

    /// The finished prompt with its spans in order. The writer is empty afterwards.
    [[nodiscard]] Prompt take();

private:
    /// What the placeholders of a block stand for.
    struct Values {
        data::ItemIndex item = 0;
        std::span<const data::InteractionIndex> history;
        std::string_view answer;
        std::optional<std::size_t> demonstration;
        std::string_view standIn {}; ///< stands for the item's title; its other attributes are empty then
    };

    void writeBlock(const std::vector<TemplatePiece>& pieces, const Values& values);
    void writePlaceholder(const std::string& name, const Values& values);
    void writeHistory(const Values& values);
    [[nodiscard]] bool isEmpty(const TemplatePiece& piece, const Values& values) const;
    [[nodiscard]] bool isGroupEmpty(const std::vector<TemplatePiece>& pieces, std::size_t group,
                                    const Values& values) const;
    [[nodiscard]] std::string attributeText(const Values& values, const std::string& name) const;
    [[nodiscard]] std::string_view contextTitle() const
    {
        return m_areTitlesMasked ? maskedTitle : std::string_view {};
    }
    void writeQueryBlock(const Values& values);
    [[nodiscard]] std::size_t openSpan(SpanKind kind, const Values& values);
    void closeSpan(std::size_t span) { m_prompt.spans[span].end = m_prompt.text.size(); }
    void writeCueSpan(std::size_t blockStart);

    const PromptTemplate& m_wording;
    const data::Dataset& m_dataset;
    bool m_areTitlesMasked;
    std::size_t m_number = 0; ///< of the demonstration or query at hand, from 1
    Prompt m_prompt;
};

} // namespace driftscope::prompt
