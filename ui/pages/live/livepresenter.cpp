// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/livepresenter.h"

#include "ui/focus/shippedfiles.h"
#include "ui/pages/live/livewanted.h"
#include "ui/pages/live/personaedit.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr std::size_t mostFound = 24;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::filesystem::path scenarioFolder()
{
    return std::filesystem::path(shippedPath(QStringLiteral("datasets")).toStdString()).parent_path() / "resources"
        / "scenarios";
}

/// The kinds of some items, in the order in which they come up.
std::vector<std::string> kindsOf(const std::vector<data::ItemIndex>& items, const live::ItemKinds& kinds)
{
    std::vector<std::string> names;
    for (const auto item : items) {
        const auto name = kinds.nameOf(item);
        if (!name.empty() && std::ranges::find(names, name) == names.end())
            names.emplace_back(name);
    }
    return names;
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
    , m_scenarios(live::builtInScenarios(scenarioFolder()))
{
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
        connect(job, &JobRunner::ended, this, [this](Outcome outcome, const QString&) {
            if (outcome == Outcome::Finished)
                refresh();
            else if (m_wanted && outcome == Outcome::Cancelled)
                giveUp(tr("Opening was stopped."));
        });
    }
    connect(&m_workspace, &Workspace::failed, this, &LivePresenter::giveUp);
}

void LivePresenter::giveUp(const QString& message)
{
    if (std::exchange(m_wanted, nullptr))
        takeProblem(message);
}

const data::UserHistory* LivePresenter::source() const
{
    const auto& open = m_workspace.focus().dataset();
    return open ? open->history.get() : nullptr;
}

void LivePresenter::takeDataset()
{
    if (std::exchange(m_shownData, source()) != source()) {
        const simulate::Arm arm = m_setting.arm;
        m_setting = LiveSetting {.data = m_setting.data + 1, .persona = {}, .arm = arm, .script = nullptr};
        m_cards.reset();
        m_answer.reset();
        m_stepRankings.clear();
        m_handRound = 0;
        m_found.clear();
        m_searched.clear();
        emit stepChanged();
    }
    refresh();
}

LivePresenter::State LivePresenter::missing() const
{
    const Focus& focus = m_workspace.focus();
    const bool isOpening = m_workspace.datasetJob().isRunning() || m_workspace.checkpointJob().isRunning()
        || m_workspace.modelJob().isRunning();
    if (m_wanted || (isOpening && !(focus.dataset() && focus.engine())))
        return State::Preparing;
    if (!focus.dataset())
        return State::NeedsDataset;
    return focus.checkpoint() ? State::NeedsModel : State::NeedsCheckpoint;
}

void LivePresenter::refresh()
{
    if (m_wanted)
        pursue();
    const Focus& focus = m_workspace.focus();
    if (m_wanted || !focus.dataset() || !focus.checkpoint() || !focus.engine()) {
        m_inference.stop();
        m_isStale = false;
        m_isDirty = true;
        m_state = missing();
        emit changed();
        return;
    }
    m_isStale = m_answer != nullptr;
    m_state = State::Working;
    const bool hasCards = m_cards && m_cards->dataset == source() && m_cards->seed == m_setting.deckSeed
        && m_cards->script == m_setting.script.get();
    m_isDirty = true;
    if (hasCards && m_isActive)
        submit();
    else
        m_inference.stop(); // what is still asked is an older question
    if (!hasCards)
        prepareCards();
    emit changed();
}

void LivePresenter::prepareCards()
{
    auto history = m_workspace.focus().dataset()->history;
    m_cardJob.run<std::shared_ptr<const Cards>>(
        tr("Dealing cards"),
        [history, seed = m_setting.deckSeed, script = m_setting.script](const JobContext&) {
            auto cards = std::make_shared<Cards>();
            cards->dataset = history.get();
            cards->seed = seed;
            cards->script = script.get();
            const data::Dataset& dataset = history->dataset();
            cards->kinds = live::ItemKinds(dataset.catalog());
            if (script)
                cards->shownKinds = kindsOf(script->questions.front().candidates, cards->kinds);
            cards->deck = live::CardDeck(dataset, cards->kinds, seed, cards->shownKinds);
            cards->shownKinds = cards->deck.kinds();
            return Result<std::shared_ptr<const Cards>>(std::move(cards));
        },
        [this](Result<std::shared_ptr<const Cards>> cards) {
            if (!cards)
                return;
            m_cards = std::move(*cards);
            refresh();
        });
}

std::vector<bool> LivePresenter::judged() const
{
    return m_setting.persona.judged(*source());
}

live::LiveQuestion LivePresenter::question() const
{
    live::LiveQuestion asked {m_setting.persona, {}, m_setting.arm, m_setting.order};
    const std::vector<bool> known = judged();
    if (!m_setting.script) {
        asked.candidates = m_cards->deck.candidates(known, candidateCount);
        return asked;
    }
    for (const auto item : m_setting.script->questions.front().candidates)
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
                               m_setting.script ? simulate::Experiment {} : focus.experiment(),
                               focus.dataset()->history,
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
    if (followsScript())
        m_stepRankings[m_setting.step] = m_answer->ranking;
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

void LivePresenter::setActive(bool isActive)
{
    m_isActive = isActive;
    if (isActive && m_isDirty && m_state != State::Failed)
        refresh();
}

void LivePresenter::edit(const QString& description, LiveSetting setting)
{
    setting.data = m_setting.data;
    m_workspace.edits().push(new PersonaEdit(*this, description, m_setting, std::move(setting)));
}

bool LivePresenter::restore(const LiveSetting& setting)
{
    if (setting.data != m_setting.data)
        return false;
    const bool isOtherStep = setting.script != m_setting.script || setting.step != m_setting.step;
    if (setting.script != m_setting.script)
        m_stepRankings.clear();
    m_setting = setting;
    runSearch();
    if (isOtherStep)
        emit stepChanged();
    refresh();
    return true;
}

void LivePresenter::judge(data::ItemIndex item, bool isLiked)
{
    if (!source())
        return;
    LiveSetting setting = m_setting;
    setting.persona.say({item, isLiked});
    const QString title = text(source()->dataset().catalog().title(item));
    edit(isLiked ? tr("like %1").arg(title) : tr("dislike %1").arg(title), std::move(setting));
}

void LivePresenter::forget(data::ItemIndex item)
{
    if (!source())
        return;
    LiveSetting setting = m_setting;
    setting.persona.forget(item);
    edit(tr("forget %1").arg(text(source()->dataset().catalog().title(item))), std::move(setting));
}

void LivePresenter::setReversed(bool isReversed)
{
    const auto order = isReversed ? live::DemonstrationOrder::Reversed : live::DemonstrationOrder::AsChosen;
    if (order == m_setting.order)
        return;
    LiveSetting setting = m_setting;
    setting.order = order;
    edit(isReversed ? tr("reverse the examples") : tr("examples in their order"), std::move(setting));
}

void LivePresenter::setArm(simulate::Arm arm)
{
    LiveSetting setting = m_setting;
    setting.arm = std::move(arm);
    const QString name = QString::fromStdString(setting.arm.name);
    edit(tr("look through %1").arg(name), std::move(setting));
}

std::vector<simulate::Arm> LivePresenter::arms() const
{
    std::vector<simulate::Arm> usable {live::standardArm()};
    for (const auto& arm : m_workspace.focus().experiment().arms)
        if (live::checkArm(arm))
            usable.push_back(arm);
    return usable;
}

void LivePresenter::reset()
{
    LiveSetting setting = m_setting;
    if (setting.script) {
        const live::LiveQuestion& told = setting.script->questions[static_cast<std::size_t>(setting.step)];
        setting.persona = told.persona;
        setting.order = told.order;
    } else {
        setting.persona.forgetAll();
        setting.order = live::DemonstrationOrder::AsChosen;
    }
    edit(tr("reset the persona"), std::move(setting));
}

void LivePresenter::startFromNobody()
{
    LiveSetting setting = m_setting;
    setting.persona = {};
    setting.script = nullptr;
    edit(tr("begin as nobody"), std::move(setting));
}

bool LivePresenter::startFromUser(const QString& id, int events)
{
    const auto user = source() ? source()->dataset().findUser(id.trimmed().toStdString()) : std::nullopt;
    if (!user)
        return false;
    LiveSetting setting = m_setting;
    setting.persona = live::personaOf(*source(), *user, static_cast<std::size_t>(std::max(events, 0)));
    setting.script = nullptr;
    edit(tr("begin as user %1").arg(id.trimmed()), std::move(setting));
    return true;
}

std::optional<std::pair<QString, int>> LivePresenter::probedUser() const
{
    const auto moment = m_workspace.focus().moment();
    if (!moment || !source())
        return std::nullopt;
    const auto user = source()->dataset().user(*moment);
    return std::pair(text(source()->dataset().userId(user)),
                     static_cast<int>(source()->before(source()->momentOf(*moment)).size()));
}

void LivePresenter::drawOtherKinds()
{
    LiveSetting setting = m_setting;
    setting.script = nullptr;
    ++setting.deckSeed;
    edit(tr("draw other cards"), std::move(setting));
}

void LivePresenter::anotherHand()
{
    ++m_handRound;
    m_searched.clear();
    m_found.clear();
    emit changed();
}

void LivePresenter::search(const QString& words)
{
    m_searched = words.trimmed();
    runSearch();
    emit changed();
}

void LivePresenter::runSearch()
{
    if (m_searched.isEmpty() || !m_cards || !source()) {
        m_found.clear();
        return;
    }
    // Neither what was judged nor what is ranked: a card is something new to speak of.
    std::vector<bool> leftOut = judged();
    for (const auto item : question().candidates)
        leftOut[item] = true;
    m_searchJob.run<std::vector<data::ItemIndex>>(
        tr("Searching"),
        [history = m_workspace.focus().dataset()->history, cards = m_cards, leftOut,
         words = m_searched.toStdString()](const JobContext&) {
            return Result<std::vector<data::ItemIndex>>(
                live::findItems(history->dataset().catalog(), cards->kinds, words, leftOut, mostFound));
        },
        [this, data = m_setting.data](Result<std::vector<data::ItemIndex>> found) {
            if (!found || data != m_setting.data)
                return;
            m_found = std::move(*found);
            emit changed();
        });
}

LiveItem LivePresenter::itemOf(data::ItemIndex item) const
{
    LiveItem shown {item, text(source()->dataset().catalog().title(item)), {}, -1};
    if (m_cards && m_cards->dataset == source()) {
        const auto kind = m_cards->kinds.nameOf(item);
        shown.kind = text(kind);
        const auto& kinds = m_cards->shownKinds;
        if (const auto found = std::ranges::find(kinds, kind); found != kinds.end())
            shown.kindPosition = static_cast<int>(found - kinds.begin());
    }
    return shown;
}

std::vector<BoardRow> LivePresenter::boardRows() const
{
    std::vector<BoardRow> rows;
    if (!m_answer || !source())
        return rows;
    for (const auto& ranked : m_answer->ranking.rows)
        rows.push_back({itemOf(ranked.item), ranked.rank, ranked.rankBefore, ranked.yes});
    return rows;
}

std::vector<LiveItem> LivePresenter::hand() const
{
    std::vector<LiveItem> cards;
    if (!source() || !m_cards || m_cards->dataset != source())
        return cards;
    std::vector<bool> leftOut = judged();
    if (m_setting.script)
        for (const auto ranked : m_setting.script->questions.front().candidates)
            leftOut[ranked] = true;
    for (const auto item : m_searched.isEmpty() ? m_cards->deck.hand(leftOut, handCount, m_handRound) : m_found)
        if (cards.size() < handCount && !leftOut[item])
            cards.push_back(itemOf(item));
    return cards;
}

std::vector<OpinionRow> LivePresenter::examples() const
{
    std::vector<OpinionRow> rows;
    if (!m_answer || !source())
        return rows;
    const data::Dataset& known = m_answer->prompts.known.history.dataset(); // with the same catalogue
    for (const auto& shown : m_answer->prompts.built.context.demonstrations) {
        const auto item = known.item(shown.interaction);
        rows.push_back(
            {itemOf(item), shown.isLiked, true, m_shownBefore && !std::ranges::binary_search(*m_shownBefore, item)});
    }
    return rows;
}

std::vector<OpinionRow> LivePresenter::said() const
{
    std::vector<OpinionRow> rows;
    if (!source())
        return rows;
    const auto shown = examples(); // of an older question while stale: then nothing can be said of what left it
    for (const auto& opinion : m_setting.persona.said())
        rows.push_back(
            {itemOf(opinion.item), opinion.isLiked,
             m_isStale || std::ranges::any_of(shown, [&](const auto& row) { return row.what.item == opinion.item; })});
    std::ranges::reverse(rows);
    return rows;
}

const prompt::Prompt* LivePresenter::promptOfRow(int row) const
{
    if (!m_answer || m_answer->ranking.rows.empty())
        return nullptr;
    const auto& rows = m_answer->ranking.rows;
    const auto place = row >= 0 && static_cast<std::size_t>(row) < rows.size() ? static_cast<std::size_t>(row) : 0;
    const auto& candidates = m_answer->question.candidates;
    const auto at = std::ranges::find(candidates, rows[place].item) - candidates.begin();
    return &m_answer->prompts.built.prompts[static_cast<std::size_t>(at)];
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
    const auto& start = m_setting.persona.start();
    if (!start || !source())
        return tr("began as nobody");
    return tr("began as user %1, %n interaction(s)", nullptr, static_cast<int>(source()->before(*start).size()))
        .arg(text(source()->dataset().userId(start->user)));
}

} // namespace driftscope::ui
