// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tune/tunesession.h"

#include "core/tuning/traininglog.h"
#include "ui/focus/shippedfiles.h"

#include <QFileInfo>

#include <algorithm>
#include <mutex>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr int drawIntervalMs = 100;
constexpr std::size_t speedSteps = 20; ///< that the speed is the mean of

/// A plan with what an earlier session has left of it.
struct OpenedPlan {
    tuning::TuningPlan plan;
    std::vector<tuning::StepReport> steps;
};

Result<OpenedPlan> readPlan(const std::filesystem::path& path)
{
    OpenedPlan opened;
    DRIFTSCOPE_TRY(opened.plan, tuning::TuningPlan::load(path));
    const auto shipped = std::filesystem::path(shippedPath(QStringLiteral("resources/tuning")).toStdString());
    if (path.parent_path() == shipped) // the folder of the program stays as it is
        opened.plan.output = (dataFolder() / opened.plan.output).string();
    if (auto steps = tuning::readTrainingLog(opened.plan.outputFolder() / "log.jsonl"))
        opened.steps = std::move(*steps);
    return opened;
}

} // namespace

/// Steps on their way from the training thread.
class TuneSession::Inbox
{
public:
    void put(const tuning::StepReport& report)
    {
        const std::lock_guard lock(m_mutex);
        m_reports.push_back(report);
    }

    std::vector<tuning::StepReport> takeAll()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_reports, {});
    }

private:
    std::mutex m_mutex;
    std::vector<tuning::StepReport> m_reports;
};

TuneSession::TuneSession(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_tuner(std::dynamic_pointer_cast<Tuner>(workspace.engine()))
    , m_inbox(std::make_shared<Inbox>())
{
    m_timer.setInterval(drawIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &TuneSession::takeSteps);
    connect(&m_job, &JobRunner::started, this, &TuneSession::stateChanged);
    connect(&m_job, &JobRunner::ended, this, &TuneSession::stateChanged);
}

std::optional<tuning::StepReport> TuneSession::best() const
{
    const auto found =
        std::ranges::max_element(m_steps, {}, [](const tuning::StepReport& report) { return report.auc.value_or(-1); });
    return found == m_steps.end() || !found->auc ? std::nullopt : std::optional(*found);
}

std::size_t TuneSession::stage() const
{
    if (!m_plan)
        return 0;
    const std::int64_t next = m_steps.empty() ? 0 : std::min(m_steps.back().step, m_plan->totalSteps() - 1);
    return static_cast<std::size_t>(&m_plan->stageOf(next) - m_plan->stages.data()) + 1;
}

double TuneSession::stepsPerSecond() const
{
    double seconds = 0;
    const std::size_t count = std::min(speedSteps, m_steps.size());
    for (std::size_t i = m_steps.size() - count; i < m_steps.size(); ++i)
        seconds += m_steps[i].seconds;
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

double TuneSession::secondsLeft() const
{
    const double speed = stepsPerSecond();
    if (!m_plan || speed <= 0)
        return 0;
    return static_cast<double>(std::max<std::int64_t>(0, m_plan->totalSteps() - m_steps.back().step)) / speed;
}

QString TuneSession::result() const
{
    return m_plan && best() ? QString::fromStdString(m_plan->outputFolder().string()) : QString();
}

void TuneSession::openPlan(const QString& path)
{
    if (isRunning())
        return;
    m_planJob.run<OpenedPlan>(
        tr("Read the plan"), [path](const JobContext&) { return readPlan(path.toStdString()); },
        [this, path](Result<OpenedPlan> opened) {
            if (!opened) {
                emit problem(QString::fromStdString(opened.error().message));
                return;
            }
            m_plan = std::move(opened->plan);
            m_planPath = path;
            m_steps = std::move(opened->steps);
            emit planChanged();
            emit stepsChanged();
        });
}

void TuneSession::start(bool goesOn)
{
    if (!m_plan || !m_tuner || isRunning())
        return;
    if (!goesOn)
        m_steps.clear();
    m_inbox = std::make_shared<Inbox>();
    tuning::TuningOptions options;
    options.resumes = goesOn;
    options.onStep = [inbox = m_inbox](const tuning::StepReport& report) { inbox->put(report); };
    m_job.run<tuning::TuningOutcome>(
        tr("Tune"),
        [plan = *m_plan, options, tuner = m_tuner](const JobContext& context) {
            return tuner->tune(plan, options, context);
        },
        [this](const Result<tuning::TuningOutcome>& outcome) { finish(outcome); });
    m_timer.start();
    emit stepsChanged();
}

void TuneSession::takeSteps()
{
    const auto reports = m_inbox->takeAll();
    if (reports.empty())
        return;
    // Steps after the last saved one are taken again when a run goes on.
    std::erase_if(m_steps, [&](const auto& report) { return report.step >= reports.front().step; });
    m_steps.insert(m_steps.end(), reports.begin(), reports.end());
    emit stepsChanged();
}

void TuneSession::finish(const Result<tuning::TuningOutcome>& outcome)
{
    m_timer.stop();
    takeSteps();
    const bool isCancelled = !outcome && outcome.error().code == ErrorCode::Cancelled;
    QString message;
    if (outcome)
        message = tr("Tuning is finished: the best of %1 steps is step %2 with a validation AUC of %3.")
                      .arg(outcome->steps)
                      .arg(outcome->bestStep)
                      .arg(outcome->bestAuc, 0, 'f', 4);
    else if (isCancelled)
        message = result().isEmpty()
            ? tr("Stopped before the first validation: no weights are kept yet.")
            : tr("Stopped; the best weights so far (step %1) are kept. Start goes on.").arg(best()->step);
    else
        message = QString::fromStdString(outcome.error().message);
    emit ended(outcome ? Outcome::Finished : (isCancelled ? Outcome::Cancelled : Outcome::Failed), message);
}

namespace {

QString dataText(const tuning::DataSource& source)
{
    if (!source.path.empty())
        return QFileInfo(QString::fromStdString(source.path)).fileName();
    return TuneSession::tr("planted, %1 genres").arg(source.planted.value("genres", 0));
}

/// Sets that read the same are said once, with their number.
QString dataTexts(const std::vector<tuning::DataSource>& sources)
{
    QStringList texts;
    for (const tuning::DataSource& source : sources)
        texts << dataText(source);
    QStringList different = texts;
    different.removeDuplicates();
    QStringList said;
    for (const QString& text : different)
        said << (texts.count(text) == 1 ? text : TuneSession::tr("%1 × %2").arg(texts.count(text)).arg(text));
    return said.join(QStringLiteral(", "));
}

QString modelText(const tuning::TuningPlan& plan)
{
    if (!plan.checkpoint.empty())
        return QString::fromStdString(plan.checkpoint);
    return TuneSession::tr("new: %1 layers of %2, %3 words")
        .arg(plan.scratch.layers)
        .arg(plan.scratch.hiddenSize)
        .arg(plan.scratch.vocabularySize);
}

QString methodText(const tuning::TuningMethod& method)
{
    if (!method.isLora)
        return method.trainsEmbedding ? TuneSession::tr("all weights") : TuneSession::tr("all but the embedding");
    QStringList targets;
    for (const std::string& target : method.targets)
        targets << QString::fromStdString(target);
    return TuneSession::tr("LoRA of rank %1 on %2").arg(method.rank).arg(targets.join(QStringLiteral(", ")));
}

} // namespace

std::vector<CardRow> planRows(const tuning::TuningPlan& plan)
{
    const auto text = [](const std::string& value) { return QString::fromStdString(value); };
    return {{TuneSession::tr("Plan"), text(plan.name), text(plan.description)},
            {TuneSession::tr("Starts from"), modelText(plan), {}},
            {TuneSession::tr("Trains"), methodText(plan.method), {}},
            {TuneSession::tr("Steps"),
             TuneSession::tr("%1 of %2 prompts").arg(plan.totalSteps()).arg(plan.optimization.promptsPerStep),
             TuneSession::tr("A step changes the weights once.")},
            {TuneSession::tr("Step size"),
             TuneSession::tr("%1 to %2").arg(plan.optimization.learningRate).arg(plan.optimization.finalLearningRate),
             TuneSession::tr("Along a cosine, after %1 steps of warm-up.").arg(plan.optimization.warmupSteps)},
            {TuneSession::tr("Validates"),
             TuneSession::tr("every %1 steps on %2 prompts").arg(plan.validateEvery).arg(plan.validationSamples),
             TuneSession::tr("On users that are not trained on; the best AUC is what is kept.")},
            {TuneSession::tr("Device"), text(plan.device + ", " + plan.precision), {}},
            {TuneSession::tr("Result"), text(plan.outputFolder().string()), {}}};
}

std::vector<CardRow> stageRows(const tuning::TuningPlan& plan)
{
    std::vector<CardRow> rows;
    for (const tuning::Stage& stage : plan.stages) {
        QStringList arms;
        for (const tuning::Recipe& recipe : stage.recipes)
            arms << QString::fromStdString(recipe.arm.name);
        const QString loss = stage.answerLoss == tuning::AnswerLoss::All ? TuneSession::tr("loss on all answers")
                                                                         : TuneSession::tr("loss on the last answer");
        rows.push_back({TuneSession::tr("Stage %1").arg(rows.size() + 1),
                        TuneSession::tr("%1 steps; %2; %3").arg(stage.steps).arg(dataTexts(stage.data), loss),
                        TuneSession::tr("Prompts: %1").arg(arms.join(QStringLiteral(", ")))});
    }
    return rows;
}

} // namespace driftscope::ui
