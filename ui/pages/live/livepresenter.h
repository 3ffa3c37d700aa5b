// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/live/carddeck.h"
#include "ui/focus/workspace.h"
#include "ui/jobs/inferencethread.h"
#include "ui/pages/live/livesetting.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace driftscope::ui {

/// The answer to the persona's last word.
struct LiveAnswer {
    live::LiveQuestion question;
    live::LivePrompts prompts;
    live::LiveRanking ranking;
};

/// An item as cards and lists show it.
struct LiveItem {
    data::ItemIndex item = 0;
    QString title;
    QString kind; ///< empty = not known
    int kindPosition = -1; ///< colour of the kind; -1 = none
};

/// A candidate with its place and where it was.
struct BoardRow {
    LiveItem what;
    int rank = 0; ///< from 1
    std::optional<int> rankBefore;
    double yes = 0; ///< P(Yes) of the two answers, [0, 1]
};

/// An opinion, or an example in the prompt.
struct OpinionRow {
    LiveItem what;
    bool isLiked = false;
    bool isShown = false; ///< it stands in the prompt as an example
    bool isNew = false; ///< and did not in the prompt before
};

/// Whether what a step promises was seen.
struct EffectRow {
    QString text;
    bool isSeen = false;
};

/// What the page Live shows, without widgets: a made-up user, cards to judge, the ranking that follows, and prepared
/// scenarios. Prompts and scores come from core on an inference thread of its own, so that the Probe's questions and
/// these do not drop each other; the newest question wins. GUI thread.
class LivePresenter : public QObject
{
    Q_OBJECT

public:
    enum class State { NeedsDataset, NeedsCheckpoint, NeedsModel, Preparing, Working, Scored, Failed };
    static constexpr std::size_t candidateCount = 12;
    static constexpr std::size_t handCount = 6;

    explicit LivePresenter(Workspace& workspace, QObject* parent = nullptr);
    ~LivePresenter() override;

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const QString& problem() const { return m_problem; }
    [[nodiscard]] const LiveSetting& setting() const { return m_setting; }
    /// Null until there is one. Belongs to an older question while isStale().
    [[nodiscard]] const std::shared_ptr<const LiveAnswer>& answer() const { return m_answer; }
    [[nodiscard]] bool isStale() const { return m_isStale; }
    /// True for the fake model, whose scores mean nothing.
    [[nodiscard]] bool isFake() const { return m_workspace.engine()->isFake(); }
    /// Questions are asked while the page is seen, and made up for when it is seen again.
    void setActive(bool isActive);

    [[nodiscard]] std::vector<BoardRow> boardRows() const;
    [[nodiscard]] std::vector<LiveItem> hand() const;
    /// The demonstrations in the order of the prompt.
    [[nodiscard]] std::vector<OpinionRow> examples() const;
    /// What was said by hand, newest first.
    [[nodiscard]] std::vector<OpinionRow> said() const;
    /// Prompt of the candidate at a place of the ranking; of the first one if there is no such place.
    [[nodiscard]] const prompt::Prompt* promptOfRow(int row) const;
    /// "Answered in 12 ms (prompts 2 ms, model 6 ms)", or what is missing or going on.
    [[nodiscard]] QString stateText() const;
    /// Whom the persona began as.
    [[nodiscard]] QString startText() const;
    /// Milliseconds from the last word to its ranking; 0 until there is one.
    [[nodiscard]] double latencyMs() const { return m_latencyMs; }

    void judge(data::ItemIndex item, bool isLiked);
    void forget(data::ItemIndex item);
    void setReversed(bool isReversed);
    void setArm(simulate::Arm arm);
    /// Arms to choose from: the standard one and those of the draft that can rank for a persona.
    [[nodiscard]] std::vector<simulate::Arm> arms() const;
    /// Forgets what was said by hand; in a scenario, back to what its step says.
    void reset();
    void startFromNobody();
    /// False if there is no such user.
    bool startFromUser(const QString& id, int events);
    /// The user and number of earlier interactions that the Probe stands at; nothing if it stands nowhere.
    [[nodiscard]] std::optional<std::pair<QString, int>> probedUser() const;
    void drawOtherKinds();
    void anotherHand();
    /// Cards with these words instead of the hand; empty = the hand again.
    void search(const QString& words);
    [[nodiscard]] const QString& searched() const { return m_searched; }

    [[nodiscard]] const std::vector<live::Scenario>& scenarios() const { return m_scenarios; }
    /// Opens the scenario's data and model where others are open, and shows its first step.
    void startScenario(live::Scenario scenario);
    void openScenario(const QString& path);
    /// The bundled data and model, to play freely.
    void openBundled();
    [[nodiscard]] const live::Scenario* scenario() const;
    [[nodiscard]] const live::ScenarioStep* step() const;
    /// Shows a step; nothing happens before the first and after the last.
    void goToStep(int step);
    [[nodiscard]] bool isLastStep() const;
    /// The prepared scenario after the one that is played; null if there is none.
    [[nodiscard]] const live::Scenario* followingScenario() const;
    /// The next step, or after the last one the following scenario.
    void goOn();
    void leaveScenario();
    /// What the step promises; empty where something else was said than the scenario says.
    [[nodiscard]] std::vector<EffectRow> effects() const;

    /// Shows a setting without making an edit of it. False if it belongs to another dataset.
    bool restore(const LiveSetting& setting);

signals:
    /// State, answer, cards or staleness changed.
    void changed();
    /// A scenario began, another step is shown, or it was left.
    void stepChanged();

private:
    struct Wanted;
    struct Cards;

    void connectFocus();
    void edit(const QString& text, LiveSetting setting);
    void takeDataset();
    void refresh();
    void prepareCards();
    void submit();
    void takeAnswer(std::shared_ptr<const LiveAnswer> answer);
    void takeProblem(const QString& message);
    void want(Wanted wanted);
    void pursue();
    /// What was wanted cannot be opened.
    void giveUp(const QString& message);
    void beginScenario(live::Scenario scenario);
    void runSearch();
    [[nodiscard]] State missing() const;
    [[nodiscard]] live::LiveQuestion question() const;
    [[nodiscard]] const data::UserHistory* source() const;
    [[nodiscard]] std::vector<bool> judged() const;
    [[nodiscard]] LiveItem itemOf(data::ItemIndex item) const;
    [[nodiscard]] bool followsScript() const;

    Workspace& m_workspace;
    InferenceThread m_inference;
    JobRunner m_cardJob;
    JobRunner m_searchJob;
    JobRunner m_scriptJob;
    std::vector<live::Scenario> m_scenarios;
    LiveSetting m_setting;
    State m_state = State::NeedsDataset;
    QString m_problem;
    bool m_isStale = false;
    bool m_isActive = false;
    bool m_isDirty = true; ///< something changed while nobody looked
    std::shared_ptr<const Cards> m_cards; ///< of the dataset, the seed and the script; null while they are dealt
    std::shared_ptr<const LiveAnswer> m_answer;
    std::optional<std::vector<data::ItemIndex>> m_shownBefore; ///< as examples of the answer before, sorted
    std::map<int, live::LiveRanking> m_stepRankings; ///< of the script's steps as far as they were shown
    std::unique_ptr<Wanted> m_wanted;
    const void* m_shownData = nullptr;
    std::size_t m_handRound = 0;
    QString m_searched;
    std::vector<data::ItemIndex> m_found;
    QElapsedTimer m_clock;
    double m_latencyMs = 0;
};

} // namespace driftscope::ui
