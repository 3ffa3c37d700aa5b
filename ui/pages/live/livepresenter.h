// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/jobs/inferencethread.h"
#include "ui/pages/live/livecards.h"
#include "ui/pages/live/liveopening.h"
#include "ui/pages/live/liverows.h"
#include "ui/pages/live/personaeditor.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace driftscope::ui {

/// What the page Live shows, without widgets: a made-up user, cards to judge, the ranking that follows, and prepared
/// scenarios. Prompts and scores come from core on an inference thread of its own, so that the Probe's questions and
/// these do not drop each other; the newest question wins. GUI thread.
class LivePresenter : public QObject
{
    Q_OBJECT

public:
    enum class State { NeedsDataset, NeedsCheckpoint, NeedsModel, Preparing, Working, Scored, Failed };
    static constexpr std::size_t candidateCount = 12;
    static constexpr std::size_t handCount = LiveCards::handCount;

    explicit LivePresenter(Workspace& workspace, QObject* parent = nullptr);
    ~LivePresenter() override;

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const QString& problem() const { return m_problem; }
    [[nodiscard]] const LiveSetting& setting() const { return m_editor.setting(); }
    /// Null until there is one. Belongs to an older question while isStale().
    [[nodiscard]] const std::shared_ptr<const LiveAnswer>& answer() const { return m_answer; }
    [[nodiscard]] bool isStale() const { return m_isStale; }
    /// True for the fake model, whose scores mean nothing.
    [[nodiscard]] bool isFake() const { return m_workspace.engine()->isFake(); }
    /// Jobs that can take a while with large data.
    [[nodiscard]] std::vector<JobRunner*> jobs();
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

    // as PersonaEditor
    void judge(data::ItemIndex item, bool isLiked) { m_editor.judge(item, isLiked); }
    void forget(data::ItemIndex item) { m_editor.forget(item); }
    void setReversed(bool isReversed) { m_editor.setReversed(isReversed); }
    void setArm(simulate::Arm arm) { m_editor.setArm(std::move(arm)); }
    void reset() { m_editor.reset(); }
    void startFromNobody() { m_editor.startFromNobody(); }
    bool startFromUser(const QString& id, int events) { return m_editor.startFromUser(id, events); }
    void drawOtherKinds() { m_editor.drawOtherKinds(); }
    [[nodiscard]] const live::Scenario* scenario() const { return m_editor.scenario(); }
    [[nodiscard]] const live::ScenarioStep* step() const { return m_editor.step(); }
    void goToStep(int step) { m_editor.goToStep(step); }
    [[nodiscard]] bool isLastStep() const;
    /// The prepared scenario after the one that is played; null if there is none.
    [[nodiscard]] const live::Scenario* followingScenario() const;
    /// The next step, or after the last one the following scenario.
    void goOn();
    void leaveScenario() { m_editor.leaveScenario(); }

    /// Arms to choose from: the standard one and those of the draft that can rank for a persona.
    [[nodiscard]] std::vector<simulate::Arm> arms() const;
    /// The user and number of earlier interactions that the Probe stands at; nothing if it stands nowhere.
    [[nodiscard]] std::optional<std::pair<QString, int>> probedUser() const;
    void anotherHand();
    /// Cards with these words instead of the hand; empty = the hand again.
    void search(const QString& words);
    [[nodiscard]] const QString& searched() const { return m_cards.searched(); }

    [[nodiscard]] const std::vector<live::Scenario>& scenarios() const { return m_scenarios; }
    /// Opens the scenario's data and model where others are open, and shows its first step.
    void startScenario(live::Scenario scenario);
    void openScenario(const QString& path);
    /// The bundled data and model, to play freely.
    void openBundled();
    /// What the step promises; empty where something else was said than the scenario says.
    [[nodiscard]] std::vector<EffectRow> effects() const;

signals:
    /// State, answer, cards or staleness changed.
    void changed();
    /// A scenario began, another step is shown, or it was left.
    void stepChanged();

private:
    void connectFocus();
    void takeDataset();
    void takeSetting();
    void refresh();
    void submit();
    void takeAnswer(std::shared_ptr<const LiveAnswer> answer);
    void takeProblem(const QString& message);
    [[nodiscard]] State missing() const;
    [[nodiscard]] live::LiveQuestion question() const;
    [[nodiscard]] const data::UserHistory* source() const;
    /// One flag an item: neither what was judged nor what is ranked is a card, which is something new to speak of.
    [[nodiscard]] std::vector<bool> spokenOf() const;

    Workspace& m_workspace;
    InferenceThread m_inference;
    LiveCards m_cards;
    PersonaEditor m_editor;
    LiveOpening m_opening;
    std::vector<live::Scenario> m_scenarios;
    State m_state = State::NeedsDataset;
    QString m_problem;
    bool m_isStale = false;
    bool m_isActive = false;
    bool m_isDirty = true; ///< something changed while nobody looked
    std::shared_ptr<const LiveAnswer> m_answer;
    std::optional<std::vector<data::ItemIndex>> m_shownBefore; ///< as examples of the answer before, sorted
    std::map<int, live::LiveRanking> m_stepRankings; ///< of the script's steps as far as they were shown
    QElapsedTimer m_clock;
    double m_latencyMs = 0;
};

} // namespace driftscope::ui
