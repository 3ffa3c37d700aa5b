// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/focus/workspace.h"

#include "core/base/textfile.h"
#include "core/data/readerregistry.h"
#include "core/simulate/experimentsources.h"
#include "core/simulate/trialtokenizer.h"
#include "core/store/runstore.h"
#include "core/tokenizer/tokenizerloader.h"
#include "ui/engine/fakeengine.h"
#include "ui/focus/experimentedit.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

struct DatasetAnswer {
    OpenDataset open;
    data::HealthCard card;
};

struct CheckpointAnswer {
    checkpoint::CheckpointCard card;
    std::optional<OpenCheckpoint> open;
    std::string problem; ///< why it can be looked at but not run
};

/// @param open  without rule and history.
Result<DatasetAnswer> label(OpenDataset open, std::shared_ptr<const data::Dataset> dataset, const QString& labelRule)
{
    data::LabelRule rule = data::LabelRule::defaultFor(dataset->ratingKind());
    if (!labelRule.isEmpty()) {
        DRIFTSCOPE_TRY(rule, data::LabelRule::parse(labelRule.toStdString()));
    }
    auto card = data::healthCardOf(*dataset, rule);
    open.rule = rule;
    open.history = std::make_shared<const data::UserHistory>(std::move(dataset), rule);
    return DatasetAnswer {std::move(open), std::move(card)};
}

/// Token ids of the answers for the card; read again by the prompt builder in the context of each cue.
Result<std::vector<std::vector<std::int64_t>>> tokenizeAnswers(const std::filesystem::path& path,
                                                               const std::vector<std::string>& texts)
{
    DRIFTSCOPE_TRY(const auto tokenizer, tokenizer::loadTokenizer(path));
    std::vector<std::vector<std::int64_t>> ids;
    for (const auto& text : texts) {
        const auto encoded = tokenizer->encode(text, {false, false});
        ids.emplace_back(encoded.begin(), encoded.end());
    }
    return ids;
}

Result<CheckpointAnswer> readCheckpoint(const QString& path, const JobContext& context)
{
    const std::filesystem::path file = path.toStdString();
    CheckpointAnswer answer;
    checkpoint::CardRequest request;
    request.tokenize = tokenizeAnswers;
    context.report({0, 0, "read headers"});
    DRIFTSCOPE_TRY(answer.card, checkpoint::readCheckpointCard(file, request));
    auto opened = checkpoint::Checkpoint::open(file);
    if (!opened) {
        answer.problem = opened.error().message;
        return answer;
    }
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Opening the checkpoint was stopped.");
    context.report({0, 0, "read the tokenizer"});
    auto tokenizer = tokenizer::loadTokenizer(file);
    if (!tokenizer) {
        answer.problem = tokenizer.error().message;
        return answer;
    }
    const std::int64_t contextLength = (*opened)->config().contextLength;
    answer.open = OpenCheckpoint {path, std::move(*opened), std::move(*tokenizer), contextLength};
    return answer;
}

/// The experiment as a file in another folder has to spell it: relative paths that would lead elsewhere become
/// absolute.
simulate::Experiment movedTo(simulate::Experiment experiment, const std::filesystem::path& folder)
{
    const auto move = [&](std::string& path) {
        const auto place = simulate::resolvePath(path, experiment.baseFolder);
        if (!path.empty() && simulate::resolvePath(path, folder) != place)
            path = place.string();
    };
    move(experiment.dataset.path);
    move(experiment.checkpoint.path);
    for (auto& adapter : experiment.checkpoint.adapters) {
        const std::string before = adapter; // which is also its name in the arms
        move(adapter);
        for (auto& arm : experiment.arms)
            std::ranges::replace(arm.adapters, before, adapter);
    }
    for (auto& arm : experiment.arms)
        move(arm.checkpoint);
    return experiment;
}

QString absolute(const std::string& path, const std::filesystem::path& base)
{
    return QString::fromStdString(simulate::resolvePath(path, base).string());
}

} // namespace

Result<std::vector<data::SourceFile>> hashFiles(const OpenCheckpoint& checkpoint, const JobContext& context)
{
    if (!checkpoint.checkpoint)
        return std::vector<data::SourceFile>();
    return simulate::hashModel(std::span(&checkpoint.checkpoint, 1), {}, context);
}

Workspace::Workspace(std::shared_ptr<Engine> engine, std::filesystem::path storePath, QObject* parent)
    : QObject(parent)
    , m_engine(std::move(engine))
    , m_storePath(std::move(storePath))
{
    connect(&m_focus, &Focus::engineChanged, this,
            [this] { m_inference.setScorer(m_focus.engine() ? m_focus.engine()->makeScorer({}) : nullptr); });
    for (JobRunner* job : {&m_datasetJob, &m_checkpointJob, &m_modelJob, &m_experimentJob, &m_saveJob})
        connect(job, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
            if (outcome == Outcome::Failed)
                emit failed(message);
        });
}

void Workspace::openDataset(const QString& path, const QString& labelRule, const DatasetForm& form)
{
    m_datasetJob.run<DatasetAnswer>(
        tr("Opening dataset"),
        [path, labelRule, form](const JobContext& context) -> Result<DatasetAnswer> {
            const std::filesystem::path source = path.toStdString();
            DRIFTSCOPE_TRY(auto format, data::recogniseFormat(source, form.format));
            DRIFTSCOPE_TRY(auto dataset, data::openDataset(source, form.format, form.columns, context));
            context.report({0, 0, "look at its health"});
            return label({path, {}, nullptr, form, std::move(format)}, std::move(dataset), labelRule);
        },
        [this](Result<DatasetAnswer> answer) {
            if (answer)
                takeDataset(std::move(answer->open), std::move(answer->card));
        });
}

void Workspace::relabel(const QString& labelRule)
{
    if (!m_focus.dataset())
        return;
    const OpenDataset open = *m_focus.dataset();
    m_datasetJob.run<DatasetAnswer>(
        tr("Applying the label rule"),
        [open, labelRule](const JobContext&) { return label(open, open.history->sharedDataset(), labelRule); },
        [this](Result<DatasetAnswer> answer) {
            if (answer)
                takeDataset(std::move(answer->open), std::move(answer->card));
        });
}

void Workspace::takeDataset(OpenDataset dataset, data::HealthCard card)
{
    m_healthCard = std::move(card);
    m_focus.setDataset(std::move(dataset));
}

void Workspace::openCheckpoint(const QString& path)
{
    m_checkpointJob.run<CheckpointAnswer>(
        tr("Reading checkpoint"), [path](const JobContext& context) { return readCheckpoint(path, context); },
        [this](Result<CheckpointAnswer> answer) {
            if (!answer)
                return;
            m_checkpointCard = std::move(answer->card);
            if (answer->open)
                m_focus.setCheckpoint(std::move(*answer->open));
            else
                emit failed(QString::fromStdString(answer->problem));
            emit m_focus.checkpointChanged();
        });
}

void Workspace::openFakeModel()
{
    m_checkpointCard.reset();
    m_focus.setCheckpoint({QStringLiteral("fake model"), nullptr, std::make_shared<const simulate::TrialTokenizer>(),
                           FakeEngine::contextLength});
}

void Workspace::loadModel(const inference::LoadOptions& options)
{
    if (!m_focus.checkpoint())
        return;
    auto engine = m_engine;
    auto checkpoint = m_focus.checkpoint()->checkpoint;
    m_modelJob.run<std::shared_ptr<const LoadedEngine>>(
        tr("Loading model"),
        [engine, checkpoint, options](const JobContext& context) { return engine->load(checkpoint, options, context); },
        [this, options](Result<std::shared_ptr<const LoadedEngine>> loaded) {
            if (!loaded)
                return;
            simulate::Experiment draft = m_focus.experiment();
            draft.checkpoint.precision = options.precision == inference::Precision::Bf16 ? "bf16" : "fp32";
            m_focus.setEngine(std::move(*loaded));
            m_focus.setExperiment(std::move(draft));
        });
}

void Workspace::loadWhenRead()
{
    const auto load = [this](Outcome outcome) {
        if (outcome == Outcome::Finished && m_focus.checkpoint() && !m_focus.engine())
            loadModel({});
    };
    m_experimentJob.whenEnded(this, [this, load](Outcome) { m_checkpointJob.whenEnded(this, load); });
}

void Workspace::unloadModel()
{
    m_modelJob.cancel();
    m_focus.setEngine(nullptr);
}

void Workspace::switchAdapters(const std::vector<inference::AdapterChoice>& active)
{
    const auto engine = m_focus.engine();
    if (!engine || !engine->withAdapters)
        return;
    m_modelJob.run<std::shared_ptr<const LoadedEngine>>(
        tr("Switching adapters"),
        [engine, active](const JobContext& context) { return engine->withAdapters(active, context); },
        [this](Result<std::shared_ptr<const LoadedEngine>> switched) {
            if (switched)
                m_focus.setEngine(std::move(*switched));
        });
}

void Workspace::openExperiment(const QString& path)
{
    m_experimentJob.run<simulate::Experiment>(
        tr("Opening experiment"),
        [path](const JobContext& context) -> Result<simulate::Experiment> {
            DRIFTSCOPE_TRY(auto experiment, simulate::Experiment::load(path.toStdString()));
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "Opening the experiment was stopped.");
            return experiment;
        },
        [this, path, draft = m_draft](Result<simulate::Experiment> experiment) {
            if (!experiment || draft != m_draft)
                return;
            takeExperiment(std::move(*experiment), path);
            emit experimentOpened(path);
        });
}

void Workspace::saveExperiment(const QString& path)
{
    const auto folder = std::filesystem::path(path.toStdString()).parent_path();
    const auto text = movedTo(m_focus.experiment(), folder).toJson().dump(2) + "\n";
    const int saved = m_edits.index();
    m_saveJob.start(
        tr("Saving experiment"), [path, text](const JobContext&) { return writeFile(path.toStdString(), text); },
        [this, path, saved, draft = m_draft](const Result<>& written) {
            if (!written)
                return;
            if (draft == m_draft) // else what was written is no longer in focus
                m_experimentFile = path;
            if (draft == m_draft && m_edits.index() == saved) // else it was changed again while it was written
                m_edits.setClean();
            emit experimentSaved(path);
        });
}

void Workspace::editExperiment(const QString& text, simulate::Experiment experiment, std::optional<std::size_t> arm)
{
    m_edits.push(new ExperimentEdit(m_focus, text, std::move(experiment), arm.value_or(m_focus.arm())));
}

void Workspace::takeExperiment(simulate::Experiment experiment, const QString& file)
{
    emit experimentLeaving();
    ++m_draft;
    m_experimentFile = file;
    m_edits.clear(); // they were changes of another draft
    m_focus.setExperiment(std::move(experiment));
    openSources();
}

void Workspace::openSources()
{
    const simulate::Experiment& draft = m_focus.experiment();
    const QString dataset = absolute(draft.dataset.path, draft.baseFolder);
    const QString label = QString::fromStdString(draft.dataset.label);
    const DatasetForm form {draft.dataset.format, draft.dataset.columns};
    const bool isOpen = m_focus.dataset() && m_focus.dataset()->path == dataset && m_focus.dataset()->form == form
        && (label.isEmpty() || QString::fromStdString(m_focus.dataset()->rule.text()) == label);
    if (!isOpen && !draft.dataset.path.empty()) // a draft need not name one yet
        openDataset(dataset, label, form);
    if (m_engine->isFake()) {
        openFakeModel();
        return;
    }
    const QString checkpoint = absolute(draft.checkpoint.path, draft.baseFolder);
    const bool isRead = m_focus.checkpoint() && m_focus.checkpoint()->path == checkpoint;
    if (!isRead && !draft.checkpoint.path.empty())
        openCheckpoint(checkpoint);
}

std::filesystem::path dataFolder()
{
    return store::defaultStorePath().parent_path();
}

} // namespace driftscope::ui
