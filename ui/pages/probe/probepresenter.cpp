// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probepresenter.h"

#include "core/simulate/titleembeddings.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr double interestingLength = 100;
constexpr std::size_t mostLookedAtUsers = 2000; // a glance, in the GUI thread

/// How much there is to see at a user, in [0, 1]: about a hundred interactions, mixed labels, spread over time.
double interestOf(const data::UserHistory& history, data::UserIndex user)
{
    const data::Dataset& dataset = history.dataset();
    const auto own = dataset.ofUser(user);
    if (own.empty())
        return 0;
    const auto count = static_cast<double>(own.size());
    double liked = 0;
    double distinct = 1;
    double changes = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
        liked += history.isLiked(own[i]) ? 1 : 0;
        if (i > 0 && dataset.time(own[i]) != dataset.time(own[i - 1]))
            distinct += 1;
        if (i > 0 && history.isLiked(own[i]) != history.isLiked(own[i - 1]))
            changes += 1;
    }
    const double length = std::min(count, interestingLength) / std::max(count, interestingLength);
    const double mixture = 4 * (liked / count) * (1 - liked / count);
    return length * mixture * (distinct / count) * (0.2 + changes / count);
}

/// What a request needs, copied so that the worker never looks at the window.
struct ProbeRequest {
    simulate::Experiment experiment;
    simulate::Arm arm;
    std::shared_ptr<const data::UserHistory> history;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::int64_t contextLength = 0;
    data::InteractionIndex moment = 0;
    OpenCheckpoint checkpoint;
    std::shared_ptr<const LoadedEngine> engine; ///< null while no model is loaded
    std::shared_ptr<ProbeVectors> vectors;
};

simulate::Query queryOf(const ProbeRequest& request)
{
    const data::Dataset& dataset = request.history->dataset();
    simulate::Query query;
    query.moment = request.history->momentOf(request.moment);
    query.target = dataset.item(request.moment);
    query.isLiked = request.history->isLiked(request.moment);
    query.eventIndex = static_cast<std::int64_t>(request.history->before(query.moment).size());
    return query;
}

/// The embeddings of the titles, made when the dataset or the model is another one than last time.
Result<> addItemVectors(const ProbeRequest& request, simulate::PreparedArm& arm, const JobContext& context)
{
    ProbeVectors& kept = *request.vectors;
    if (!request.engine || !simulate::needsItemVectors(request.arm))
        return {}; // without a model, building says what is missing
    const auto dataset = request.history->sharedDataset();
    if (!kept.vectors || kept.dataset != dataset || kept.engine != request.engine) {
        DRIFTSCOPE_TRY(const auto files, hashFiles(request.checkpoint, context));
        const auto model = request.engine->makeTextModel();
        DRIFTSCOPE_TRY(
            kept.vectors,
            simulate::embedTitlesOnce(*dataset, *request.tokenizer, *model, request.engine->precision, files, context));
        kept.dataset = dataset;
        kept.engine = request.engine;
    }
    arm.setItemVectors(kept.vectors);
    return {};
}

Result<ProbeAnswer> buildPrompts(const ProbeRequest& request, const JobContext& context)
{
    if (!request.arm.checkpoint.empty())
        return fail(ErrorCode::BadArgument,
                    "Arm '" + request.arm.name + "' asks another model, " + request.arm.checkpoint
                        + "; open that one on the Model page and take an arm without a checkpoint of its own.");
    DRIFTSCOPE_TRY(auto arm,
                   simulate::PreparedArm::prepare(request.arm, request.experiment, *request.history, request.tokenizer,
                                                  request.contextLength));
    DRIFTSCOPE_CHECK(addItemVectors(request, arm, context));
    const simulate::Query query = queryOf(request);
    const simulate::CandidateSampler sampler(request.history->sharedDataset(), request.experiment.seed,
                                             request.experiment.candidates.count);
    ProbeAnswer answer;
    answer.moment = request.moment;
    answer.candidates = sampler.draw(query);
    answer.budgetTokens = arm.budgetTokens();
    DRIFTSCOPE_TRY(answer.built, arm.build(query.moment, answer.candidates.items));
    const prompt::TokenCounter count = [&](std::string_view text) {
        return request.tokenizer->encode(text, {true, false}).size();
    };
    for (auto& prompt : answer.built.prompts)
        prompt::countSpanTokens(prompt, count);
    return answer;
}

Result<ProbeAnswer> addScores(ProbeAnswer answer, const simulate::Arm& arm, inference::Scorer& scorer,
                              const JobContext& context)
{
    const auto start = std::chrono::steady_clock::now();
    DRIFTSCOPE_TRY(const auto scores, scorer.score(answer.built.tokenized, {}, context));
    answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    answer.scores = answer.built.scoresOf(arm, scores);
    for (const auto& score : std::span(scores).first(answer.built.prompts.size())) {
        answer.positive.push_back(score.answers[0]);
        answer.negative.push_back(score.answers[1]);
    }
    return answer;
}

} // namespace

ProbePresenter::ProbePresenter(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_arm(workspace.focus().experiment().arms.front())
{
    Focus& focus = workspace.focus();
    connect(&focus, &Focus::datasetChanged, this, [this] {
        if (m_workspace.focus().moment())
            emit userChanged();
        else
            chooseInterestingUser();
        refresh();
    });
    connect(&focus, &Focus::checkpointChanged, this, &ProbePresenter::refresh);
    connect(&focus, &Focus::engineChanged, this, &ProbePresenter::refresh);
    connect(&focus, &Focus::armChanged, this, &ProbePresenter::resetArm);
    connect(&focus, &Focus::experimentChanged, this, &ProbePresenter::refresh);
    connect(&focus, &Focus::momentChanged, this, [this] {
        const auto moment = m_workspace.focus().moment();
        const auto user = moment && dataset() ? std::optional(dataset()->user(*moment)) : std::nullopt;
        if (std::exchange(m_user, user) != user)
            emit userChanged();
        refresh();
    });
    resetArm();
}

ProbePresenter::~ProbePresenter()
{
    m_workspace.inference().stop(); // what it still says must find nobody
}

const data::Dataset* ProbePresenter::dataset() const
{
    const auto& open = m_workspace.focus().dataset();
    return open ? &open->dataset() : nullptr;
}

void ProbePresenter::setArm(simulate::Arm arm)
{
    m_arm = std::move(arm);
    refresh();
}

void ProbePresenter::resetArm()
{
    const auto& arms = m_workspace.focus().experiment().arms;
    if (arms.empty())
        return;
    m_arm = arms[std::min(m_workspace.focus().arm(), arms.size() - 1)];
    emit armChanged();
    refresh();
}

void ProbePresenter::addArmToDraft()
{
    simulate::Experiment draft = m_workspace.focus().experiment();
    simulate::Arm arm = m_arm;
    const std::string wanted = selectorText(arm).toStdString();
    const auto isTaken = [&](const std::string& name) {
        return std::ranges::find(draft.arms, name, &simulate::Arm::name) != draft.arms.end();
    };
    arm.name = wanted;
    for (int i = 2; isTaken(arm.name); ++i)
        arm.name = wanted + " (" + std::to_string(i) + ")";
    draft.arms.push_back(std::move(arm));
    const std::size_t last = draft.arms.size() - 1;
    m_workspace.editExperiment(tr("add arm from Probe"), std::move(draft), last);
}

bool ProbePresenter::chooseUser(const QString& id)
{
    const data::Dataset* data = dataset();
    const auto user = data ? data->findUser(id.trimmed().toStdString()) : std::nullopt;
    if (!user || data->ofUser(*user).empty())
        return false;
    const auto own = data->ofUser(*user);
    std::size_t at = own.size() / 2; // the next liked one from the middle on: a disliked item is not ranked
    while (at + 1 < own.size() && !m_workspace.focus().dataset()->history->isLiked(own[at]))
        ++at;
    m_workspace.focus().setMoment(own[at]);
    return true;
}

void ProbePresenter::chooseInterestingUser()
{
    const data::Dataset* data = dataset();
    if (!data || data->userCount() == 0)
        return;
    double best = -1;
    data::UserIndex chosen = 0;
    for (data::UserIndex user = 0; user < std::min(data->userCount(), mostLookedAtUsers); ++user)
        if (const double interest = interestOf(*m_workspace.focus().dataset()->history, user); interest > best) {
            best = interest;
            chosen = user;
        }
    chooseUser(QString::fromStdString(data->userId(chosen)));
}

void ProbePresenter::moveTo(int position)
{
    if (!m_user || !dataset())
        return;
    const auto own = dataset()->ofUser(*m_user);
    if (position >= 0 && position < static_cast<int>(own.size()))
        m_workspace.focus().setMoment(own[static_cast<std::size_t>(position)]);
}

int ProbePresenter::position() const
{
    const auto moment = m_workspace.focus().moment();
    if (!m_user || !moment || !dataset())
        return -1;
    const auto own = dataset()->ofUser(*m_user);
    return static_cast<int>(std::ranges::find(own, *moment) - own.begin());
}

QString ProbePresenter::userId() const
{
    return m_user && dataset() ? QString::fromStdString(dataset()->userId(*m_user)) : QString();
}

std::vector<TimelineEvent> ProbePresenter::timeline() const
{
    std::vector<TimelineEvent> events;
    if (!m_user || !dataset())
        return events;
    for (const auto i : dataset()->ofUser(*m_user))
        events.push_back({QString::fromStdString(dataset()->catalog().title(dataset()->item(i))),
                          QString::fromStdString(formatTime(dataset()->time(i))),
                          m_workspace.focus().dataset()->history->isLiked(i)});
    return events;
}

void ProbePresenter::refresh()
{
    const Focus& focus = m_workspace.focus();
    if (!focus.dataset() || !focus.checkpoint() || !focus.moment()) {
        m_workspace.inference().stop();
        m_answer.reset();
        m_isStale = false;
        m_isWaitingForScores = false;
        m_state =
            !focus.dataset() ? State::NeedsDataset : (!focus.checkpoint() ? State::NeedsCheckpoint : State::NeedsUser);
    } else {
        m_isStale = m_answer != nullptr;
        m_state = State::Working;
        submit();
    }
    emit changed();
}

void ProbePresenter::submit()
{
    const Focus& focus = m_workspace.focus();
    const ProbeRequest request {focus.experiment(),
                                m_arm,
                                focus.dataset()->history,
                                focus.checkpoint()->tokenizer,
                                focus.checkpoint()->contextLength,
                                *focus.moment(),
                                *focus.checkpoint(),
                                focus.engine(),
                                m_vectors};
    m_workspace.inference().submit(
        [this, request](inference::Scorer* scorer, const JobContext& context, const InferenceThread::Post& post) {
            auto built = buildPrompts(request, context);
            if (!built && built.error().code == ErrorCode::Cancelled)
                return; // a newer question has come
            if (!built) {
                post([this, error = built.error()] { takeProblem(error); });
                return;
            }
            auto prompts = std::make_shared<const ProbeAnswer>(*built);
            post([this, prompts, willBeScored = scorer != nullptr] { takePrompts(prompts, willBeScored); });
            if (!scorer || context.isStopped())
                return;
            auto scored = addScores(std::move(*built), request.arm, *scorer, context);
            if (scored)
                post([this, answer = std::make_shared<const ProbeAnswer>(std::move(*scored))] { takeScores(answer); });
            else if (scored.error().code != ErrorCode::Cancelled)
                post([this, error = scored.error()] { takeProblem(error); });
        });
}

void ProbePresenter::takePrompts(std::shared_ptr<const ProbeAnswer> answer, bool willBeScored)
{
    rememberRanks();
    m_answer = std::move(answer);
    m_isStale = false;
    m_isWaitingForScores = willBeScored;
    m_state = State::Prompt;
    m_workspace.focus().setLeaks(m_answer->built.leaks.size());
    emit changed();
}

void ProbePresenter::takeScores(std::shared_ptr<const ProbeAnswer> answer)
{
    m_answer = std::move(answer);
    m_lastScored = m_answer;
    m_isWaitingForScores = false;
    m_state = State::Scored;
    emit changed();
}

void ProbePresenter::takeProblem(const Error& error)
{
    m_answer.reset();
    m_isStale = false;
    m_isWaitingForScores = false;
    m_problem = QString::fromStdString(error.message);
    m_state = State::Failed;
    emit changed();
}

void ProbePresenter::rememberRanks()
{
    m_ranksBefore.clear();
    if (!m_lastScored)
        return;
    std::vector<std::size_t> order(m_lastScored->scores.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::ranges::stable_sort(order, [&](auto a, auto b) { return m_lastScored->scores[a] > m_lastScored->scores[b]; });
    for (std::size_t rank = 0; rank < order.size(); ++rank)
        m_ranksBefore[m_lastScored->candidates.items[order[rank]]] = static_cast<int>(rank) + 1;
}

std::vector<std::size_t> ProbePresenter::rankingOrder() const
{
    std::vector<std::size_t> order(m_answer ? m_answer->candidates.items.size() : 0);
    std::iota(order.begin(), order.end(), std::size_t {0});
    if (m_answer && !m_answer->scores.empty())
        std::ranges::stable_sort(order, [&](auto a, auto b) { return m_answer->scores[a] > m_answer->scores[b]; });
    return order;
}

std::vector<RankingRow> ProbePresenter::rankingRows() const
{
    std::vector<RankingRow> rows;
    const auto order = rankingOrder();
    if (order.empty() || !dataset())
        return rows;
    const auto& scores = m_answer->scores;
    const double best = scores.empty() ? 0 : scores[order.front()];
    const double worst = scores.empty() ? 0 : scores[order.back()];
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const std::size_t candidate = order[rank];
        const data::ItemIndex item = m_answer->candidates.items[candidate];
        RankingRow row;
        row.rank = static_cast<int>(rank) + 1;
        row.title = QString::fromStdString(dataset()->catalog().title(item));
        row.isTarget = candidate == m_answer->candidates.target;
        if (!scores.empty()) {
            row.score = scores[candidate];
            row.share = best > worst ? (scores[candidate] - worst) / (best - worst) : 1.0;
            row.yes = 1.0 / (1.0 + std::exp(m_answer->negative[candidate] - m_answer->positive[candidate]));
            if (const auto before = m_ranksBefore.find(item); before != m_ranksBefore.end())
                row.change = before->second - row.rank;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<DemonstrationRow> ProbePresenter::demonstrationRows() const
{
    std::vector<DemonstrationRow> rows;
    if (!m_answer || !dataset())
        return rows;
    for (const auto& shown : m_answer->built.contextOf(m_answer->candidates.target).demonstrations)
        rows.push_back({QString::fromStdString(dataset()->catalog().title(dataset()->item(shown.interaction))),
                        shown.isLiked, QString::fromStdString(shown.reason),
                        QString::fromStdString(formatTime(dataset()->time(shown.interaction)))});
    return rows;
}

const prompt::Prompt* ProbePresenter::promptOfRow(int row) const
{
    if (!m_answer || m_answer->built.prompts.empty())
        return nullptr;
    const auto order = rankingOrder();
    const std::size_t candidate = row >= 0 && static_cast<std::size_t>(row) < order.size()
        ? order[static_cast<std::size_t>(row)]
        : m_answer->candidates.target;
    return &m_answer->built.prompts[candidate];
}

QString ProbePresenter::droppedText() const
{
    if (!m_answer)
        return {};
    const auto& dropped = m_answer->built.contextOf(m_answer->candidates.target).dropped;
    if (dropped.empty())
        return {};
    const auto demonstrations =
        std::ranges::count(dropped, prompt::Dropped::Kind::Demonstration, &prompt::Dropped::kind);
    return tr("Left out to fit the token budget: %1 demonstrations, %2 history items.")
        .arg(demonstrations)
        .arg(static_cast<qlonglong>(dropped.size()) - static_cast<qlonglong>(demonstrations));
}

} // namespace driftscope::ui
