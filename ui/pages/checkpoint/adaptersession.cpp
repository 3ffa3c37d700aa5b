// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checkpoint/adaptersession.h"

#include <QFileInfo>
#include <QUndoCommand>

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

using Names = std::vector<std::string>;

/// A change of the adapters that the experiment names. Switches that follow one another are steps of their own.
class AdapterEdit : public QUndoCommand
{
public:
    AdapterEdit(Focus& focus, const QString& text, Names after)
        : QUndoCommand(text)
        , m_focus(focus)
        , m_before(focus.experiment().checkpoint.adapters)
        , m_after(std::move(after))
    {
    }
    void undo() override { show(m_before); }
    void redo() override { show(m_after); }

private:
    void show(const Names& adapters)
    {
        simulate::Experiment experiment = m_focus.experiment();
        experiment.checkpoint.adapters = adapters;
        m_focus.setExperiment(std::move(experiment));
    }

    Focus& m_focus;
    Names m_before;
    Names m_after;
};

/// What looking at some adapters found, by name.
struct Inspected {
    std::string name;
    std::optional<checkpoint::AdapterCard> card;
    QString problem;
};

Names namesOf(const std::vector<inference::AdapterChoice>& choices)
{
    Names names;
    for (const inference::AdapterChoice& choice : choices)
        names.push_back(choice.name);
    return names;
}

/// True if an arm asks for the adapter by its name: it stays in the experiment.
bool isNamedByArm(const simulate::Experiment& experiment, const std::string& name)
{
    return std::ranges::any_of(experiment.arms, [&](const simulate::Arm& arm) {
        return std::ranges::find(arm.adapters, name) != arm.adapters.end();
    });
}

} // namespace

AdapterSession::AdapterSession(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    Focus& focus = workspace.focus();
    connect(&focus, &Focus::experimentChanged, this, &AdapterSession::takeExperiment);
    connect(&focus, &Focus::checkpointChanged, this, &AdapterSession::inspect);
    connect(&focus, &Focus::engineChanged, this, [this] {
        m_refused.reset();
        m_tell.start();
        emit changed();
    });
    m_tell.setSingleShot(true);
    m_tell.setInterval(0);
    connect(&m_tell, &QTimer::timeout, this, &AdapterSession::tellModel);
    connect(&m_job, &JobRunner::ended, this, [this] {
        m_tell.start();
        emit changed();
    });
    connect(&workspace.modelJob(), &JobRunner::ended, this, [this](Outcome outcome) {
        if (outcome == Outcome::Failed)
            m_refused = namesOf(active());
        emit changed();
    });
    takeExperiment();
}

void AdapterSession::takeExperiment()
{
    const simulate::Experiment& experiment = m_workspace.focus().experiment();
    const auto& named = experiment.checkpoint.adapters;
    bool isNew = false;
    for (AdapterRow& row : m_rows)
        row.isOn = std::ranges::find(named, row.name) != named.end();
    for (const std::string& name : named) {
        if (std::ranges::find(m_rows, name, &AdapterRow::name) != m_rows.end())
            continue;
        m_rows.push_back({name, simulate::resolvePath(name, experiment.baseFolder), {}, {}, true});
        isNew = true;
    }
    if (isNew)
        inspect();
    else
        m_tell.start();
    emit changed();
}

void AdapterSession::add(const QString& path)
{
    const QFileInfo file(path);
    const QString folder = file.isDir() ? file.absoluteFilePath() : file.absolutePath();
    const std::string name = folder.toStdString();
    if (std::ranges::find(m_rows, name, &AdapterRow::name) == m_rows.end()) {
        m_rows.push_back({name, name, {}, {}, true});
        inspect();
    }
    tellExperiment(tr("switch on adapter %1").arg(QFileInfo(folder).fileName()));
    emit changed();
}

void AdapterSession::remove(std::size_t row)
{
    const QString name = QString::fromStdString(m_rows[row].folder.filename().string());
    m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(row));
    tellExperiment(tr("remove adapter %1").arg(name));
    emit changed();
}

void AdapterSession::setOn(std::size_t row, bool isOn)
{
    if (std::exchange(m_rows[row].isOn, isOn) == isOn)
        return;
    m_refused.reset();
    const QString name = QString::fromStdString(m_rows[row].folder.filename().string());
    tellExperiment((isOn ? tr("switch on adapter %1") : tr("switch off adapter %1")).arg(name));
    m_tell.start();
    emit changed();
}

void AdapterSession::inspect()
{
    const auto& open = m_workspace.focus().checkpoint();
    const auto base = open ? open->checkpoint : nullptr;
    m_checkpoint = open ? open->path : QString();
    m_refused.reset();
    if (m_rows.empty())
        return;
    std::vector<std::pair<std::string, std::filesystem::path>> wanted;
    for (const AdapterRow& row : m_rows)
        wanted.emplace_back(row.name, row.folder);
    m_job.run<std::vector<Inspected>>(
        tr("Looking at adapters"),
        [wanted, base](const JobContext&) -> Result<std::vector<Inspected>> {
            std::vector<Inspected> all;
            for (const auto& [name, folder] : wanted) {
                Inspected one {name, {}, {}};
                if (auto card = checkpoint::inspectAdapter(folder, base ? &base->config() : nullptr))
                    one.card = std::move(*card);
                else
                    one.problem = QString::fromStdString(card.error().message);
                all.push_back(std::move(one));
            }
            return all;
        },
        [this](Result<std::vector<Inspected>> found) {
            for (Inspected& one : *found)
                if (const auto row = std::ranges::find(m_rows, one.name, &AdapterRow::name); row != m_rows.end()) {
                    row->card = std::move(one.card);
                    row->problem = std::move(one.problem);
                }
            if (isExperimentsCheckpoint())
                leaveOutMisfits();
        });
}

/// False while the checkpoint that the experiment names is still to be opened: its adapters belong to that one.
bool AdapterSession::isExperimentsCheckpoint() const
{
    const simulate::Experiment& experiment = m_workspace.focus().experiment();
    const auto& open = m_workspace.focus().checkpoint();
    return open
        && simulate::resolvePath(experiment.checkpoint.path, experiment.baseFolder)
        == std::filesystem::path(open->path.toStdString());
}

/// What does not fit is not left on, or nothing could be scored.
void AdapterSession::leaveOutMisfits()
{
    for (AdapterRow& row : m_rows)
        row.isOn = row.isOn && row.canBeOn();
    tellExperiment(tr("leave out adapters that do not fit"));
}

std::vector<inference::AdapterChoice> AdapterSession::active() const
{
    std::vector<inference::AdapterChoice> choices;
    for (const AdapterRow& row : m_rows)
        if (row.isOn && row.canBeOn())
            choices.push_back({row.folder, row.name});
    return choices;
}

void AdapterSession::tellExperiment(const QString& text)
{
    const simulate::Experiment& experiment = m_workspace.focus().experiment();
    Names names;
    for (const AdapterRow& row : m_rows)
        if (row.isOn || isNamedByArm(experiment, row.name))
            names.push_back(row.name);
    if (names != experiment.checkpoint.adapters)
        m_workspace.edits().push(new AdapterEdit(m_workspace.focus(), text, std::move(names)));
}

bool AdapterSession::isBehind() const
{
    const auto& engine = m_workspace.focus().engine();
    return engine && engine->activeAdapters != namesOf(active());
}

void AdapterSession::tellModel()
{
    const auto wanted = active();
    const bool isAsking = m_job.isRunning(); // the cards come first
    if (!isBehind() || isAsking || namesOf(wanted) == m_refused)
        return;
    m_workspace.switchAdapters(wanted);
}

QString AdapterSession::describe(const AdapterRow& row)
{
    if (!row.problem.isEmpty())
        return row.problem;
    if (!row.card)
        return tr("looking at its headers…");
    QString text = row.card->kind == "lora" ? tr("LoRA")
        : row.card->kind == "prompt-tuning" ? tr("prompt tuning")
                                            : QString::fromStdString(row.card->kind);
    if (row.card->rank)
        text += tr(", rank %1").arg(*row.card->rank);
    QStringList targets;
    for (const std::string& target : row.card->targets)
        targets << QString::fromStdString(target);
    if (!targets.isEmpty())
        text += tr(", on %1").arg(targets.join(QLatin1Char(' ')));
    if (row.card->fits)
        text += *row.card->fits ? tr(". Fits: ") : tr(". Does not fit: ");
    else
        text += QStringLiteral(". ");
    return text + QString::fromStdString(row.card->why);
}

} // namespace driftscope::ui
