// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/prompt.h"

#include <QPlainTextEdit>

namespace driftscope::ui {

/// The exact text of a prompt, its parts on coloured grounds.
class PromptView : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit PromptView(QWidget* parent = nullptr);
    void setPrompt(const prompt::Prompt& prompt);

protected:
    void changeEvent(QEvent* event) override;

private:
    void colour();

    prompt::Prompt m_prompt;
};

/// Position in UTF-16 units of each byte offset of a UTF-8 text; offsets must ascend.
[[nodiscard]] std::vector<int> utf16Positions(const std::string& text, const std::vector<std::size_t>& byteOffsets);

} // namespace driftscope::ui
