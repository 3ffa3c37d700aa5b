// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/livepresenter.h"

#include "ui/focus/shippedfiles.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::filesystem::path scenarioFolder()
{
    return std::filesystem::path(shippedPath(QStringLiteral("datasets")).toStdString()).parent_path() / "resources"
        / "scenarios";
}

/// What a request needs, copied so that the worker never looks at the window.
struct LiveRequest {
    live::LiveQuestion question;
    simulate::Experiment experiment;
    std::shared_ptr<const data::UserHistory> source;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::int64_t contextLength = 0;
    std::shared_ptr<const LiveAnswer> before; ///< whose places the arrows are against
};

Result<std::shared_ptr<const LiveAnswer>> answerTo(const LiveRequest& request, inference::Scorer& scorer,
                                                   const JobContext& context)
{
    DRIFTSCOPE_TRY(auto prompts,
                   live::buildPrompts(request.question, request.experiment, *request.source, request.tokenizer,
                                      request.contextLength));
    DRIFTSCOPE_TRY(auto ranking,
                   live::rankItems(request.question, prompts, scorer,
                                   request.before ? &request.before->ranking : nullptr, context));
    return std::make_shared<const LiveAnswer>(LiveAnswer {request.question, std::move(prompts), std::move(ranking)});
}

} // namespace

LivePresenter::LivePresenter(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_editor(workspace)
    , m_opening(workspace)
    , m_scenarios(live::builtInScenarios(scenarioFolder()))
{
    connect(&m_cards, &LiveCards::dealt, this, &LivePresenter::refresh);
    connect(&m_cards, &LiveCards::found, this, &LivePresenter::changed);
    connect(&m_cards, &LiveCards::failed, this, &LivePresenter::takeProblem);
    connect(&m_editor, &PersonaEditor::scriptChanged, this, [this] { m_stepRankings.clear(); });
    connect(&m_editor, &PersonaEditor::stepChanged, this, &LivePresenter::stepChanged);
    connect(&m_editor, &PersonaEditor::changed, this, &LivePresenter::takeSetting);
    connect(&m_opening, &LiveOpening::opened, this, [this](const std::shared_ptr<const live::ScenarioScript>& script) {
        if (script)
            m_editor.startScript(script);
        else
            m_editor.startFromNobody();
    });
    connect(&m_opening, &LiveOpening::failed, this, &LivePresenter::takeProblem);
    connectFocus();
    if (workspace.focus().engine())
        m_inference.setScorer(workspace.focus().engine()->makeScorer({}));
    takeDataset();
}

LivePresenter::~LivePresenter()
{
    m_inference.stop();
}

void LivePresenter::connectFocus()
{
    Focus& focus = m_workspace.focus();
    connect(&focus, &Focus::datasetChanged, this, &LivePresenter::takeDataset);
    connect(&focus, &Focus::checkpointChanged, this, &LivePresenter::refresh);
    connect(&focus, &Focus::engineChanged, this, [this] {
        const auto& engine = m_workspace.focus().engine();
        m_inference.setScorer(engine ? engine->makeScorer({}) : nullptr);
        m_answer.reset(); // another model's places are nothing to compare with
        m_stepRankings.clear();
        refresh();
    });
    for (JobRunner* job : {&m_workspace.datasetJob(), &m_workspace.checkpointJob(), &m_workspace.modelJob()}) {
        connect(job, &JobRunner::started, this, &LivePresenter::changed);
        connect(job, &JobRunner::ended, this, [this](Outcome outcome) {
            if (outcome == Outcome::Finished)
                refresh();
        });
    }
}

std::vector<JobRunner*> LivePresenter::jobs()
{
    return {&m_cards.dealJob(), &m_opening.fileJob(), &m_opening.scriptJob()};
}

const data::UserHistory* LivePresenter::source() const
{
    return m_cards.history().get();
}

void LivePresenter::takeDataset()
{
    const auto& open = m_workspace.focus().dataset();
    const auto history = open ? open->history : nullptr;
    if (history != m_cards.history()) {
        m_editor.setHistory(history);
        m_cards.setHistory(history);
        m_answer.reset();
        m_stepRankings.clear();
        emit stepChanged();
    }
    refresh();
}

LivePresenter::State LivePresenter::missing() const
{
    const Focus& focus = m_workspace.focus();
    const bool isOpening = m_workspace.datasetJob().isRunning() || m_workspace.checkpointJob().isRunning()
        || m_workspace.modelJob().isRunning();
    if (m_opening.isOpening() || (isOpening && !(focus.dataset() && focus.engine())))
        return State::Preparing;
    if (!focus.dataset())
        return State::NeedsDataset;
    return focus.checkpoint() ? State::NeedsModel : State::NeedsCheckpoint;
}

void LivePresenter::refresh()
{
    const Focus& focus = m_workspace.focus();
    if (m_opening.isOpening() || !focus.dataset() || !focus.checkpoint() || !focus.engine()) {
        m_inference.stop();
        m_isStale = false;
        m_isDirty = true;
        m_state = missing();
        emit changed();
        return;
    }
    m_isStale = m_answer != nullptr;
    m_state = State::Working;
    m_isDirty = true;
    if (m_cards.deal(setting().deckSeed, setting().script) && m_isActive)
        submit();
    else
        m_inference.stop(); // what is still asked is an older question
    emit changed();
}

std::vector<bool> LivePresenter::spokenOf() const
{
    std::vector<bool> flags = setting().persona.judged(*source());
    if (m_cards.deck())
        for (const auto item : question().candidates)
            flags[item] = true;
    return flags;
}

live::LiveQuestion LivePresenter::question() const
{
    live::LiveQuestion asked {setting().persona, {}, setting().arm, setting().order};
    const std::vector<bool> known = setting().persona.judged(*source());
    if (!setting().script) {
        asked.candidates = m_cards.deck()->candidates(known, candidateCount);
        return asked;
    }
    for (const auto item : setting().script->questions.front().candidates)
        if (!known[item]) // judged by hand in between
            asked.candidates.push_back(item);
    return asked;
}

void LivePresenter::submit()
{
    const Focus& focus = m_workspace.focus();
    m_isDirty = false;
    m_clock.start();
    const LiveRequest request {question(),
                               setting().script ? simulate::Experiment {} : focus.experiment(),
                               m_cards.history(),
                               focus.checkpoint()->tokenizer,
                               focus.checkpoint()->contextLength,
                               m_answer};
    m_inference.submit(
        [this, request](inference::Scorer* scorer, const JobContext& context, const InferenceThread::Post& post) {
            if (!scorer)
                return; // the model was unloaded meanwhile, which is said by itself
            auto answer = answerTo(request, *scorer, context);
            if (answer)
                post([this, taken = std::move(*answer)] { takeAnswer(taken); });
            else if (answer.error().code != ErrorCode::Cancelled)
                post([this, message = QString::fromStdString(answer.error().message)] { takeProblem(message); });
        });
}

void LivePresenter::takeAnswer(std::shared_ptr<const LiveAnswer> answer)
{
    m_latencyMs = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    m_shownBefore.reset();
    if (m_answer) {
        std::vector<data::ItemIndex>& items = m_shownBefore.emplace();
        for (const auto& row : examples())
            items.push_back(row.what.item);
        std::ranges::sort(items);
    }
    m_answer = std::move(answer);
    m_isStale = false;
    m_state = State::Scored;
    if (m_editor.followsScript())
        m_stepRankings[setting().step] = m_answer->ranking;
    emit changed();
}

void LivePresenter::takeProblem(const QString& message)
{
    m_problem = message;
    m_answer.reset();
    m_isStale = false;
    m_state = State::Failed;
    emit changed();
}

void LivePresenter::takeSetting()
{
    if (source())
        m_cards.search(m_cards.searched(), spokenOf());
    refresh();
}

void LivePresenter::setActive(bool isActive)
{
    m_isActive = isActive;
    if (isActive && m_isDirty && m_state != State::Failed)
        refresh();
}

std::vector<simulate::Arm> LivePresenter::arms() const
{
    std::vector<simulate::Arm> usable {live::standardArm()};
    for (const auto& arm : m_workspace.focus().experiment().arms)
        if (live::checkArm(arm))
            usable.push_back(arm);
    return usable;
}

std::optional<std::pair<QString, int>> LivePresenter::probedUser() const
{
    const Focus& focus = m_workspace.focus(); // not source(): the moment may be in new data that are not taken yet
    if (!focus.moment() || !focus.dataset())
        return std::nullopt;
    const data::UserHistory& history = *focus.dataset()->history;
    const auto moment = history.momentOf(*focus.moment());
    return std::pair(text(history.dataset().userId(history.dataset().user(*focus.moment()))),
                     static_cast<int>(history.before(moment).size()));
}

void LivePresenter::anotherHand()
{
    m_cards.turnHand();
    emit changed();
}

void LivePresenter::search(const QString& words)
{
    if (source())
        m_cards.search(words, spokenOf());
    emit changed();
}

std::vector<LiveItem> LivePresenter::hand() const
{
    return source() ? m_cards.hand(spokenOf()) : std::vector<LiveItem>();
}

std::vector<BoardRow> LivePresenter::boardRows() const
{
    return m_answer ? ui::boardRows(*m_answer, m_cards) : std::vector<BoardRow>();
}

std::vector<OpinionRow> LivePresenter::examples() const
{
    return m_answer ? exampleRows(*m_answer, m_shownBefore, m_cards) : std::vector<OpinionRow>();
}

std::vector<OpinionRow> LivePresenter::said() const
{
    const auto shown = examples();
    return saidRows(setting().persona, m_isStale ? nullptr : &shown, m_cards);
}

const prompt::Prompt* LivePresenter::promptOfRow(int row) const
{
    return m_answer ? m_answer->promptOfRow(row) : nullptr;
}

void LivePresenter::startScenario(live::Scenario scenario)
{
    m_opening.openScenario(std::move(scenario));
    if (m_opening.isOpening())
        refresh();
}

bool LivePresenter::isLastStep() const
{
    const auto& script = setting().script;
    return script && setting().step + 1 == static_cast<int>(script->questions.size());
}

const live::Scenario* LivePresenter::followingScenario() const
{
    if (!scenario())
        return nullptr;
    const auto at = std::ranges::find(m_scenarios, scenario()->title, &live::Scenario::title);
    return at == m_scenarios.end() || at + 1 == m_scenarios.end() ? nullptr : &*(at + 1);
}

void LivePresenter::goOn()
{
    const live::Scenario* following = followingScenario();
    if (!isLastStep())
        goToStep(setting().step + 1);
    else if (following)
        startScenario(*following);
}

void LivePresenter::openScenario(const QString& path)
{
    m_opening.openFile(path);
}

void LivePresenter::openBundled()
{
    m_opening.openBundled();
    if (m_opening.isOpening())
        refresh();
}

std::vector<EffectRow> LivePresenter::effects() const
{
    if (!m_editor.followsScript() || m_isStale || !m_answer || !step())
        return {};
    const auto before = m_stepRankings.find(setting().step - 1);
    return effectRows(*step(), m_answer->ranking, before == m_stepRankings.end() ? nullptr : &before->second,
                      m_cards.kinds());
}

QString LivePresenter::stateText() const
{
    switch (m_state) {
    case State::NeedsDataset:
        return tr("No dataset is open.");
    case State::NeedsCheckpoint:
        return tr("No checkpoint is open.");
    case State::NeedsModel:
        return tr("The model is not loaded.");
    case State::Preparing:
        return tr("Opening data and model…");
    case State::Failed:
        return m_problem;
    case State::Working:
        return m_answer ? tr("Ranking anew…") : tr("Ranking…");
    case State::Scored:
        break;
    }
    return tr("Answered in %1 ms (prompts %2, model %3)")
        .arg(m_latencyMs, 0, 'f', m_latencyMs < 10 ? 1 : 0)
        .arg(m_answer->prompts.seconds * 1000, 0, 'f', 1)
        .arg(m_answer->ranking.seconds * 1000, 0, 'f', 1);
}

QString LivePresenter::startText() const
{
    const auto& start = setting().persona.start();
    if (!start || !source())
        return tr("began as nobody");
    const auto count = source()->before(*start).size();
    return (count == 1 ? tr("began as user %1, %2 interaction") : tr("began as user %1, %2 interactions"))
        .arg(text(source()->dataset().userId(start->user)))
        .arg(count);
}

} // namespace driftscope::ui
