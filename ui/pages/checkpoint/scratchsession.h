// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/promptreading.h"
#include "ui/focus/workspace.h"

namespace driftscope::ui {

/// A token as it is shown.
struct TokenChip {
    std::int32_t id = 0;
    QString text; ///< blanks and line ends made visible
    bool isSpecial = false;
};

/// A token that may come next, or an answer.
struct NextRow {
    TokenChip token;
    double probability = 0;
};

/// What is known about a text that was typed.
struct ScratchAnswer {
    std::vector<TokenChip> tokens;
    QString positive; ///< the answers of the arm in focus, " Yes"
    QString negative;
    QString warning; ///< about the answers' tokens; empty = none
    std::vector<NextRow> next; ///< empty without a model
    std::vector<double> answers; ///< probability of the positive and the negative one; empty without a model
    double firstOfTwo = 0; ///< of the positive one among the two
    double milliseconds = 0; ///< that the model took
};

/// A prompt to try out: its tokens, and what the loaded model would say next. Works on a thread of its own; the newest
/// text wins. GUI thread.
class ScratchSession : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t nextShown = 15;

    /// @param workspace  outlives the session.
    explicit ScratchSession(Workspace& workspace, QObject* parent = nullptr);

    void setText(const QString& text);
    /// Whether "<|im_start|>" in the text is the token or plain text.
    void setParsesSpecial(bool parses);

    [[nodiscard]] const ScratchAnswer& answer() const { return m_answer; }
    [[nodiscard]] QString problem() const { return m_problem; }
    /// True while the answer is of an older text.
    [[nodiscard]] bool isStale() const { return m_isStale; }
    [[nodiscard]] bool hasModel() const { return m_workspace.focus().engine() != nullptr; }

signals:
    void changed();

private:
    void ask();

    Workspace& m_workspace;
    QString m_text;
    bool m_parsesSpecial = true;
    ScratchAnswer m_answer;
    QString m_problem;
    bool m_isStale = false;
    InferenceThread m_thread; // the last member: it ends first
};

/// A token's bytes for people: "␣" for a blank, "⏎" for a line end, "\\xE2" for a byte that is no character alone.
[[nodiscard]] QString visibleToken(const std::string& bytes);

} // namespace driftscope::ui
