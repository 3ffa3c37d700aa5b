// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/pages/probe/othermodels.h"
#include "ui/pages/probe/probeedit.h"
#include "ui/pages/probe/probework.h"
#include "ui/pages/probe/timewalk.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>

namespace driftscope::ui {

/// What the Probe page shows, without widgets: builds prompts and scores for the moment in focus by the same calls as a
/// run, in the background, and says which of it belongs to the current question. What a person changes of the arm and
/// its demonstrations goes through Workspace::edits() and can be taken back.
class ProbePresenter : public QObject
{
    Q_OBJECT

public:
    /// What the page can show. Prompt: prompts are there, scores are not (yet).
    enum class State { NeedsDataset, NeedsCheckpoint, NeedsUser, Working, Prompt, Scored, Failed };

    explicit ProbePresenter(Workspace& workspace, QObject* parent = nullptr);
    ~ProbePresenter() override;

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const QString& problem() const { return m_problem; }
    /// Null until there is one. Belongs to an older question while isStale().
    [[nodiscard]] const AnswerPointer& answer() const { return m_answer; }
    /// The scored answer that was shown before this one; null if there was none.
    [[nodiscard]] const AnswerPointer& previous() const { return m_previous; }
    /// The answer of the arm that answer() is compared with; null while there is none.
    [[nodiscard]] const AnswerPointer& compared() const { return m_compared; }
    [[nodiscard]] bool isStale() const { return m_isStale; }
    /// True if the scores in answer() are of an older question, or missing while a model is at work on them.
    [[nodiscard]] bool isWaitingForScores() const { return m_isWaitingForScores; }
    [[nodiscard]] const simulate::Arm& arm() const { return m_arm; }
    /// Changes of the demonstrations of the user in focus.
    [[nodiscard]] const std::vector<demonstrations::DemonstrationEdit>& edits() const;
    /// True if arm or demonstrations are not those of the arm in focus.
    [[nodiscard]] bool isEdited() const;
    [[nodiscard]] Workspace& workspace() { return m_workspace; }
    [[nodiscard]] OtherModels& otherModels() { return m_others; }
    /// Null without a dataset.
    [[nodiscard]] const data::Dataset* dataset() const { return m_walk.dataset(); }

    /// Looks through another arm; the draft's own arms stay as they are.
    ///
    /// @param text    what the menu Edit calls it.
    /// @param merges  it may become one step with the next such change.
    void setArm(simulate::Arm arm, const QString& text = {}, bool merges = true);
    /// Orders the same answers by another rule; the model is not asked again.
    void setScore(simulate::ScoreKind score);
    /// Changes the demonstrations of the user in focus.
    void setEdits(std::vector<demonstrations::DemonstrationEdit> edits, const QString& text);
    /// Takes the arm in focus as the draft has it and forgets the changes of its demonstrations.
    void reset();
    /// Appends the edited arm to the experiment draft under a name of its own; told() says what it cannot keep.
    void addArmToDraft();
    /// Ranks by another arm of the draft at the same moment as well; nothing = no longer.
    void compareWith(std::optional<std::size_t> arm);
    [[nodiscard]] std::optional<std::size_t> comparedArm() const { return m_comparedArm; }
    /// Why there is no compared(); empty if nothing is wrong.
    [[nodiscard]] const QString& comparedProblem() const { return m_comparedProblem; }

    // as TimeWalk
    bool chooseUser(const QString& id) { return m_walk.chooseUser(id); }
    void moveTo(int position) { m_walk.moveTo(position); }
    bool goTo(const QString& timeOrNumber) { return m_walk.goTo(timeOrNumber); }
    [[nodiscard]] int position() const { return m_walk.position(); }
    [[nodiscard]] int lifeLength() const { return m_walk.lifeLength(); }
    [[nodiscard]] QString userId() const { return m_walk.userId(); }
    [[nodiscard]] std::vector<TimelineEvent> timeline() const { return m_walk.timeline(); }
    /// Positions in the timeline of what the prompt shows as demonstrations.
    [[nodiscard]] std::vector<int> shownPositions() const;
    /// What the user had done before the moment in focus, the newest first.
    [[nodiscard]] std::vector<data::InteractionIndex> pastInteractions() const
    {
        return m_walk.past(m_arm.demonstrationLag());
    }

    /// For ProbeEdit: shows an earlier or later state, where it was made.
    void show(const ProbeState& state, const ProbePlace& place);
    /// Expires with the presenter.
    [[nodiscard]] std::weak_ptr<int> life() const { return m_life; }

signals:
    /// Another user or another dataset: the timeline is another one.
    void userChanged();
    void armChanged();
    /// State, answer or staleness changed.
    void changed();
    /// Something a person should know, or (isProblem) why something was not done.
    void told(const QString& text, bool isProblem);

private:
    void connectFocus();
    void takeFocusArm();
    void takeFocusMoment();
    void refresh();
    /// Asks the inference thread; false while a model that is needed is not there.
    bool submit();
    [[nodiscard]] std::optional<ProbeQuestion> questionFor(const simulate::Arm& arm);
    void push(const QString& text, ProbeState after, bool merges);
    void take(const ProbeState& state);
    void takePrompts(AnswerPointer answer, bool willBeScored);
    void takeScores(AnswerPointer answer);
    void takeCompared(AnswerPointer answer, const Error& error);
    void takeProblem(const Error& error);
    [[nodiscard]] const simulate::Arm* focusArm() const;

    Workspace& m_workspace;
    TimeWalk m_walk;
    simulate::Arm m_arm;
    simulate::Arm m_taken; ///< as it was in focus
    std::map<data::UserIndex, std::vector<demonstrations::DemonstrationEdit>> m_edits;
    State m_state = State::NeedsDataset;
    QString m_problem;
    bool m_isStale = false;
    bool m_isWaitingForScores = false;
    bool m_isRestoring = false; ///< by Undo: the focus moves, and the arm comes with it
    AnswerPointer m_answer;
    AnswerPointer m_lastScored;
    AnswerPointer m_previous;
    AnswerPointer m_compared;
    std::optional<std::size_t> m_comparedArm;
    QString m_comparedProblem;
    OtherModels m_others;
    std::shared_ptr<ProbeKept> m_kept = std::make_shared<ProbeKept>();
    std::optional<data::UserIndex> m_user;
    std::weak_ptr<const data::Dataset> m_editedData; ///< whose interactions m_edits name
    std::shared_ptr<int> m_life = std::make_shared<int>(0);
};

} // namespace driftscope::ui
