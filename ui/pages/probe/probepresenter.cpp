// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probepresenter.h"

#include "core/simulate/armvariants.h"
#include "ui/models/tables.h"
#include "ui/pages/probe/interestinguser.h"
#include "ui/pages/probe/userlife.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

bool isSame(const simulate::Arm& a, const simulate::Arm& b)
{
    return simulate::writeArm(a) == simulate::writeArm(b);
}

bool differsInScoreAlone(simulate::Arm a, const simulate::Arm& b)
{
    const bool differs = std::exchange(a.score, b.score) != b.score;
    return differs && isSame(a, b);
}

std::string freeName(const std::string& wanted, const std::vector<simulate::Arm>& arms)
{
    std::string name = wanted;
    for (int i = 2; std::ranges::find(arms, name, &simulate::Arm::name) != arms.end(); ++i)
        name = wanted + " (" + std::to_string(i) + ")";
    return name;
}

} // namespace

ProbePresenter::ProbePresenter(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_walk(workspace.focus())
    , m_arm(workspace.focus().experiment().arms.front())
    , m_others(workspace.engine())
{
    connectFocus();
    takeFocusArm();
}

ProbePresenter::~ProbePresenter()
{
    m_workspace.inference().stop(); // what it still says must find nobody
}

void ProbePresenter::connectFocus()
{
    Focus& focus = m_workspace.focus();
    connect(&focus, &Focus::datasetChanged, this, [this] {
        const auto& history = *m_workspace.focus().dataset()->history;
        if (m_editedData.lock() != history.sharedDataset())
            m_edits.clear(); // they name interactions of other data
        m_editedData = history.sharedDataset();
        if (m_workspace.focus().moment()) {
            emit userChanged();
        } else {
            for (AnswerPointer* answer :
                 {&m_answer, &m_lastScored, &m_previous}) // they name interactions of other data
                answer->reset();
            m_workspace.focus().setMoment(interestingMoment(history, interestingUser(history)));
        }
        refresh();
    });
    connect(&focus, &Focus::checkpointChanged, this, [this] {
        m_others.clear(); // the fake model stands in for all, and real ones do not for it
        refresh();
    });
    connect(&focus, &Focus::engineChanged, this, &ProbePresenter::refresh);
    connect(&focus, &Focus::armChanged, this, &ProbePresenter::takeFocusArm);
    connect(&focus, &Focus::experimentChanged, this, [this] {
        if (m_comparedArm && *m_comparedArm >= m_workspace.focus().experiment().arms.size())
            m_comparedArm.reset();
        if (focusArm() && isSame(m_arm, m_taken) && !isSame(*focusArm(), m_taken))
            takeFocusArm(); // it was changed on another page, and nothing was changed here
        else
            refresh();
    });
    connect(&focus, &Focus::momentChanged, this, &ProbePresenter::takeFocusMoment);
    connect(&m_others, &OtherModels::changed, this, &ProbePresenter::refresh);
    connect(&m_others, &OtherModels::failed, this, [this](const Error& error) {
        if (error.code != ErrorCode::Cancelled)
            takeProblem(error);
        else
            takeProblem({error.code, tr("Loading the arm's own model was stopped.").toStdString()});
    });
}

const simulate::Arm* ProbePresenter::focusArm() const
{
    const auto& arms = m_workspace.focus().experiment().arms;
    return arms.empty() ? nullptr : &arms[std::min(m_workspace.focus().arm(), arms.size() - 1)];
}

void ProbePresenter::takeFocusMoment()
{
    const auto user = m_walk.user();
    if (std::exchange(m_user, user) != user)
        emit userChanged();
    refresh();
}

void ProbePresenter::takeFocusArm()
{
    if (!focusArm())
        return;
    m_taken = *focusArm();
    if (m_isRestoring)
        return;
    m_arm = m_taken;
    emit armChanged();
    refresh();
}

const std::vector<demonstrations::DemonstrationEdit>& ProbePresenter::edits() const
{
    static const std::vector<demonstrations::DemonstrationEdit> none;
    const auto own = m_user ? m_edits.find(*m_user) : m_edits.end();
    return own == m_edits.end() ? none : own->second;
}

bool ProbePresenter::isEdited() const
{
    return !edits().empty() || !isSame(m_arm, m_taken);
}

void ProbePresenter::setArm(simulate::Arm arm, const QString& text, bool merges)
{
    if (!isSame(arm, m_arm))
        push(text.isEmpty() ? tr("change the arm in Probe") : text, {std::move(arm), edits()}, merges);
}

void ProbePresenter::setScore(simulate::ScoreKind score)
{
    simulate::Arm arm = m_arm;
    arm.score = score;
    setArm(std::move(arm), tr("change the score"), false);
}

void ProbePresenter::setEdits(std::vector<demonstrations::DemonstrationEdit> changed, const QString& text)
{
    if (m_user && changed != edits())
        push(text, {m_arm, std::move(changed)}, false);
}

void ProbePresenter::reset()
{
    if (focusArm() && isEdited())
        push(tr("reset the Probe"), {*focusArm(), {}}, false);
}

void ProbePresenter::push(const QString& text, ProbeState after, bool merges)
{
    const ProbePlace place {dataset(), m_workspace.focus().moment().value_or(0), m_workspace.focus().arm()};
    m_workspace.edits().push(new ProbeEdit(*this, text, place, {m_arm, edits()}, std::move(after), merges));
}

void ProbePresenter::show(const ProbeState& state, const ProbePlace& place)
{
    Focus& focus = m_workspace.focus();
    const bool isSameData = place.dataset == dataset();
    m_isRestoring = true;
    if (isSameData && dataset() && m_user != dataset()->user(place.moment))
        focus.setMoment(place.moment);
    if (place.arm < focus.experiment().arms.size())
        focus.setArm(place.arm);
    m_isRestoring = false;
    take({state.arm, isSameData ? state.edits : std::vector<demonstrations::DemonstrationEdit> {}});
}

void ProbePresenter::take(const ProbeState& state)
{
    const bool isRescored = m_state == State::Scored && !m_isStale && state.edits == edits()
        && differsInScoreAlone(state.arm, m_arm) && !m_answer->answers.empty();
    m_arm = state.arm;
    if (m_user)
        m_edits[*m_user] = state.edits;
    emit armChanged();
    if (!isRescored) {
        refresh();
        return;
    }
    m_previous = m_answer;
    m_answer = m_lastScored = std::make_shared<const ProbeAnswer>(rescored(*m_answer, m_arm.score));
    emit changed();
}

void ProbePresenter::addArmToDraft()
{
    simulate::Experiment draft = m_workspace.focus().experiment();
    simulate::Arm arm = m_arm;
    const bool isByHand = !edits().empty();
    if (isByHand) {
        if (!m_answer || m_isStale) {
            emit told(tr("The demonstrations are still being looked up; try again in a moment."), true);
            return;
        }
        auto made = simulate::armByHand(arm, *m_workspace.focus().dataset()->history, m_answer->built.edited.choices);
        if (!made) {
            emit told(QString::fromStdString(made.error().message), true);
            return;
        }
        arm = std::move(*made);
    }
    arm.name = freeName(
        isByHand ? tr("by hand for user %1").arg(userId()).toStdString() : selectorText(arm).toStdString(), draft.arms);
    const QString name = QString::fromStdString(arm.name);
    draft.arms.push_back(std::move(arm));
    const std::size_t last = draft.arms.size() - 1;
    if (isByHand && m_user)
        m_edits[*m_user].clear(); // the arm has them now
    m_workspace.editExperiment(tr("add arm from Probe"), std::move(draft), last);
    emit told(isByHand ? tr("Arm '%1' keeps these demonstrations for user %2: other users, and this one before they "
                            "happened, are shown none of them, and they do not change as time goes on.")
                             .arg(name, userId())
                       : tr("Arm '%1' was added to the experiment.").arg(name),
              false);
}

void ProbePresenter::compareWith(std::optional<std::size_t> arm)
{
    if (std::exchange(m_comparedArm, arm) != arm)
        refresh();
}

std::vector<int> ProbePresenter::shownPositions() const
{
    std::vector<int> positions;
    if (!m_answer || !m_user || !dataset())
        return positions;
    for (const auto& shown : m_answer->built.contextOf(m_answer->candidates.target).demonstrations)
        if (dataset()->user(shown.interaction) == *m_user)
            positions.push_back(positionOf(*dataset(), shown.interaction));
    return positions;
}

void ProbePresenter::refresh()
{
    const Focus& focus = m_workspace.focus();
    if (!focus.dataset() || !focus.checkpoint() || !focus.moment()) {
        m_workspace.inference().stop();
        m_answer.reset();
        m_compared.reset();
        m_isStale = false;
        m_isWaitingForScores = false;
        m_state =
            !focus.dataset() ? State::NeedsDataset : (!focus.checkpoint() ? State::NeedsCheckpoint : State::NeedsUser);
    } else {
        m_isStale = m_answer != nullptr;
        m_state = State::Working;
        if (!submit())
            m_workspace.inference().stop(); // until the model is there
    }
    emit changed();
}

std::optional<ProbeQuestion> ProbePresenter::questionFor(const simulate::Arm& arm)
{
    const Focus& focus = m_workspace.focus();
    if (arm.checkpoint.empty() || !arm.isModel())
        return ProbeQuestion {arm, edits(), *focus.checkpoint(), focus.engine()};
    const bool isLoaded = focus.engine() != nullptr;
    if (const auto* other = m_others.find(focus.experiment(), arm.checkpoint, isLoaded))
        return ProbeQuestion {arm, edits(), other->checkpoint, isLoaded ? other->engine : nullptr};
    m_others.request(focus.experiment(), arm.checkpoint, *focus.checkpoint(), isLoaded);
    return std::nullopt;
}

bool ProbePresenter::submit()
{
    const Focus& focus = m_workspace.focus();
    auto question = questionFor(m_arm);
    if (!question)
        return false;
    ProbeRequest request {focus.experiment(),
                          focus.dataset()->history,
                          *focus.moment(),
                          std::move(*question),
                          {},
                          focus.engine(),
                          m_kept};
    if (m_comparedArm) {
        request.compared = questionFor(focus.experiment().arms[*m_comparedArm]);
        if (request.compared)
            request.compared->edits.clear(); // they are of the arm that is looked through
    }
    m_workspace.inference().submit(
        [this, request](inference::Scorer* scorer, const JobContext& context, const InferenceThread::Post& post) {
            answerRequest(
                request, scorer, context,
                {.prompts =
                     [&](AnswerPointer answer) {
                         post([this, answer, scored = canScore(answer->question)] { takePrompts(answer, scored); });
                     },
                 .scores = [&](AnswerPointer answer) { post([this, answer] { takeScores(answer); }); },
                 .compared = [&](AnswerPointer answer,
                                 const Error& error) { post([this, answer, error] { takeCompared(answer, error); }); },
                 .problem = [&](const Error& error) { post([this, error] { takeProblem(error); }); }});
        });
    return true;
}

void ProbePresenter::takePrompts(AnswerPointer answer, bool willBeScored)
{
    m_previous = m_lastScored;
    m_answer = std::move(answer);
    m_compared.reset();
    m_comparedProblem.clear();
    m_isStale = false;
    m_isWaitingForScores = willBeScored;
    m_state = State::Prompt;
    m_workspace.focus().setLeaks(m_answer->built.leaks.size());
    emit changed();
}

void ProbePresenter::takeScores(AnswerPointer answer)
{
    m_answer = std::move(answer);
    m_lastScored = m_answer;
    m_isWaitingForScores = false;
    m_state = State::Scored;
    emit changed();
}

void ProbePresenter::takeCompared(AnswerPointer answer, const Error& error)
{
    m_compared = std::move(answer);
    m_comparedProblem = QString::fromStdString(error.message);
    emit changed();
}

void ProbePresenter::takeProblem(const Error& error)
{
    m_answer.reset();
    m_compared.reset();
    m_isStale = false;
    m_isWaitingForScores = false;
    m_problem = QString::fromStdString(error.message);
    m_state = State::Failed;
    emit changed();
}

} // namespace driftscope::ui
