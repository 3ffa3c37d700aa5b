// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/preparedexperiment.h"
#include "ui/focus/workspace.h"
#include "ui/models/tables.h"
#include "ui/widgets/timeline.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>

namespace driftscope::ui {

/// One moment of one user under one arm, as far as it is worked out.
struct ProbeAnswer {
    data::InteractionIndex moment = 0;
    simulate::Candidates candidates;
    simulate::ArmPrompts built;
    std::size_t budgetTokens = 0;
    std::vector<double> scores; ///< one a candidate; empty while there is no model or it has not answered
    std::vector<double> positive;
    std::vector<double> negative;
    double seconds = 0; ///< of scoring
};

/// The embeddings of all titles as long as the Probe needs them; made and read on the inference thread alone.
struct ProbeVectors {
    std::shared_ptr<const data::Dataset> dataset; ///< whose titles
    std::shared_ptr<const LoadedEngine> engine; ///< by whose model
    std::shared_ptr<const demonstrations::ItemVectors> vectors;
};

/// What the Probe page shows, without widgets: builds prompts and scores for the moment in focus by the same calls as a
/// run, in the background, and says which of it belongs to the current question.
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
    [[nodiscard]] const std::shared_ptr<const ProbeAnswer>& answer() const { return m_answer; }
    [[nodiscard]] bool isStale() const { return m_isStale; }
    /// True if the scores in answer() are of an older question, or missing while a model is at work on them.
    [[nodiscard]] bool isWaitingForScores() const { return m_isWaitingForScores; }
    [[nodiscard]] const simulate::Arm& arm() const { return m_arm; }

    /// The arm to look through, edited on the page; the draft's own arms stay as they are.
    void setArm(simulate::Arm arm);
    /// Takes the arm in focus.
    void resetArm();
    /// Appends the edited arm to the experiment draft under a name of its own.
    void addArmToDraft();
    /// Moves to a user by their id in the source. False if there is none.
    bool chooseUser(const QString& id);
    /// A user worth looking at: some hundred interactions with both labels.
    void chooseInterestingUser();
    /// Moves along the user's timeline.
    void moveTo(int position);

    /// Position of the moment in the user's timeline; -1 without a user.
    [[nodiscard]] int position() const;
    [[nodiscard]] QString userId() const;
    [[nodiscard]] std::vector<TimelineEvent> timeline() const;

    [[nodiscard]] std::vector<DemonstrationRow> demonstrationRows() const;
    /// Best first; in the order of the draw while there are no scores.
    [[nodiscard]] std::vector<RankingRow> rankingRows() const;
    /// Positions in the candidates, in the order of rankingRows().
    [[nodiscard]] std::vector<std::size_t> rankingOrder() const;
    /// Prompt of the candidate in a row of the ranking; of the true item if there is no such row.
    [[nodiscard]] const prompt::Prompt* promptOfRow(int row) const;
    /// "2 demonstrations and 1 history item did not fit." Empty if all did.
    [[nodiscard]] QString droppedText() const;

signals:
    /// Another user or another dataset: the timeline is another one.
    void userChanged();
    void armChanged();
    /// State, answer or staleness changed.
    void changed();

private:
    void refresh();
    void submit();
    void takePrompts(std::shared_ptr<const ProbeAnswer> answer, bool willBeScored);
    void takeScores(std::shared_ptr<const ProbeAnswer> answer);
    void takeProblem(const Error& error);
    void rememberRanks();
    [[nodiscard]] const data::Dataset* dataset() const;

    Workspace& m_workspace;
    simulate::Arm m_arm;
    State m_state = State::NeedsDataset;
    QString m_problem;
    bool m_isStale = false;
    bool m_isWaitingForScores = false;
    std::shared_ptr<const ProbeAnswer> m_answer;
    std::shared_ptr<const ProbeAnswer> m_lastScored;
    std::map<data::ItemIndex, int> m_ranksBefore;
    std::shared_ptr<ProbeVectors> m_vectors = std::make_shared<ProbeVectors>();
    std::optional<data::UserIndex> m_user;
    const void* m_shownData = nullptr;
};

} // namespace driftscope::ui
