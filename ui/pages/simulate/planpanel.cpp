// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/planpanel.h"

#include "ui/views/tableviews.h"

#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

QSpinBox* number(int least, int most, const QString& help, const QString& zero, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setRange(least, most);
    box->setToolTip(help);
    box->setAlignment(Qt::AlignRight);
    box->setKeyboardTracking(false);
    if (!zero.isEmpty())
        box->setSpecialValueText(zero);
    return box;
}

/// "recent 4", "recent 4 2", "recent 4 3": a name that no arm has yet.
std::string freeName(const simulate::Experiment& experiment, const std::string& wanted)
{
    std::string name = wanted;
    const auto isTaken = [&] {
        return std::ranges::find(experiment.arms, name, &simulate::Arm::name) != experiment.arms.end();
    };
    for (int i = 2; isTaken(); ++i)
        name = wanted + " " + std::to_string(i);
    return name;
}

} // namespace

PlanPanel::PlanPanel(Workspace& workspace, RunSession& session, QWidget* parent)
    : QScrollArea(parent)
    , m_workspace(workspace)
    , m_session(session)
    , m_arms(makeArmModel())
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(new QWidget(this));
    auto* layout = new QVBoxLayout(widget());
    layout->setContentsMargins(0, 0, 6, 0);
    layout->addWidget(createArms());
    layout->addWidget(createReplay());
    layout->addWidget(createQueue());
    layout->addStretch(1);
    setMinimumWidth(320);
    for (QSpinBox* box : {m_users, m_queries, m_candidates, m_minHistory, m_window, m_seed})
        connect(box, &QSpinBox::valueChanged, this, &PlanPanel::editReplay);
    connect(&m_workspace.focus(), &Focus::experimentChanged, this, &PlanPanel::showExperiment);
    connect(&m_workspace.focus(), &Focus::armChanged, this, &PlanPanel::showExperiment);
    connect(&m_session, &RunSession::queueChanged, this, &PlanPanel::showQueue);
    connect(&m_session, &RunSession::stateChanged, this, &PlanPanel::showQueue);
    showExperiment();
    showQueue();
}

QWidget* PlanPanel::createArms()
{
    auto* box = new QGroupBox(tr("Arms"), widget());
    auto* layout = new QVBoxLayout(box);
    m_armTable = new QTableView(box);
    dressTable(*m_armTable, *m_arms, 1);
    m_armTable->setItemDelegateForColumn(0, new ArmDelegate(m_armTable));
    m_armTable->setAccessibleName(tr("Arms"));
    m_armTable->setToolTip(tr("Double click or press Return to edit an arm"));
    m_armTable->setMinimumHeight(130);
    for (int column = 2; column < m_arms->columnCount(); ++column)
        m_armTable->setColumnHidden(column, true); // the sheet shows the rest
    auto* add = new QPushButton(tr("Add"), box);
    m_duplicate = new QPushButton(tr("Duplicate"), box);
    m_edit = new QPushButton(tr("Edit…"), box);
    m_remove = new QPushButton(tr("Remove"), box);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {add, m_duplicate, m_edit, m_remove}) {
        button->setMinimumWidth(button->fontMetrics().horizontalAdvance(button->text()) + 20); // all beside the sheet
        buttons->addWidget(button);
    }
    layout->addWidget(m_armTable);
    layout->addLayout(buttons);
    connect(add, &QPushButton::clicked, this, &PlanPanel::addArm);
    connect(m_duplicate, &QPushButton::clicked, this, &PlanPanel::duplicateArm);
    connect(m_edit, &QPushButton::clicked, this, &PlanPanel::armEditWanted);
    connect(m_remove, &QPushButton::clicked, this, &PlanPanel::removeArm);
    connect(m_armTable, &QTableView::activated, this, &PlanPanel::armEditWanted);
    connect(m_armTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!m_isFilling && current.isValid())
                    m_workspace.focus().setArm(static_cast<std::size_t>(current.row()));
            });
    return box;
}

QWidget* PlanPanel::createReplay()
{
    auto* box = new QGroupBox(tr("Replay"), widget());
    auto* form = new QFormLayout(box);
    m_users = number(0, 10'000'000, tr("Users sampled from those that have a moment to ask about."), tr("all"), box);
    m_queries = number(0, 1'000'000, tr("Moments of each user, spread evenly over their time."), tr("all"), box);
    m_candidates = number(2, 10'000, tr("Length of the list to rank, the true next item included."), {}, box);
    m_minHistory = number(0, 100'000, tr("Interactions that a user must have before a moment."), {}, box);
    m_window = number(1, 100'000, tr("Width of a point of the curve."), {}, box);
    m_seed = number(0, 2'000'000'000, tr("The same seed gives the same run."), {}, box);
    form->addRow(tr("&Users"), m_users);
    form->addRow(tr("&Moments a user"), m_queries);
    form->addRow(tr("&Candidates"), m_candidates);
    form->addRow(tr("&History at least"), m_minHistory);
    form->addRow(tr("&Window"), m_window);
    form->addRow(tr("Se&ed"), m_seed);
    return box;
}

QWidget* PlanPanel::createQueue()
{
    m_queueBox = new QGroupBox(tr("Waiting runs"), widget());
    auto* layout = new QVBoxLayout(m_queueBox);
    m_queue = new QListWidget(m_queueBox);
    m_queue->setAccessibleName(tr("Waiting runs"));
    m_queue->setMinimumHeight(60);
    m_queue->setMaximumHeight(100);
    auto* remove = new QPushButton(tr("Remove from queue"), m_queueBox);
    m_startQueue = new QPushButton(tr("Start next"), m_queueBox);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(remove);
    buttons->addWidget(m_startQueue);
    buttons->addStretch(1);
    layout->addWidget(m_queue);
    layout->addLayout(buttons);
    connect(remove, &QPushButton::clicked, this,
            [this] { m_session.removeQueued(static_cast<std::size_t>(std::max(0, m_queue->currentRow()))); });
    connect(m_startQueue, &QPushButton::clicked, &m_session, &RunSession::startQueued);
    return m_queueBox;
}

void PlanPanel::showExperiment()
{
    const auto& experiment = m_workspace.focus().experiment();
    m_isFilling = true;
    std::vector<ArmRow> rows;
    for (const auto& arm : experiment.arms)
        rows.push_back({arm, rows.size()});
    m_arms->setRows(std::move(rows));
    m_armTable->selectRow(static_cast<int>(m_workspace.focus().arm()));
    m_users->setValue(static_cast<int>(experiment.replay.maxUsers));
    m_queries->setValue(static_cast<int>(experiment.replay.queriesPerUser));
    m_candidates->setValue(static_cast<int>(experiment.candidates.count));
    m_minHistory->setValue(static_cast<int>(experiment.replay.minHistory));
    m_window->setValue(static_cast<int>(experiment.metrics.windowSize));
    m_window->setSuffix(experiment.metrics.windowBy == "calendar" ? tr(" days") : tr(" events"));
    m_seed->setValue(static_cast<int>(std::min<std::uint64_t>(experiment.seed, 2'000'000'000)));
    m_duplicate->setEnabled(!experiment.arms.empty());
    m_edit->setEnabled(!experiment.arms.empty());
    m_remove->setEnabled(experiment.arms.size() > 1);
    m_isFilling = false;
}

void PlanPanel::showQueue()
{
    const int row = m_queue->currentRow();
    m_queue->clear();
    for (const QueuedRun& waiting : m_session.queue())
        m_queue->addItem(tr("%1: %2 arms, seed %3")
                             .arg(QString::fromStdString(waiting.experiment.name))
                             .arg(waiting.experiment.arms.size())
                             .arg(waiting.experiment.seed));
    m_queue->setCurrentRow(std::clamp(row, 0, std::max(0, m_queue->count() - 1)));
    m_queueBox->setVisible(m_queue->count() > 0);
    m_startQueue->setEnabled(!m_session.isRunning());
}

void PlanPanel::editReplay()
{
    if (m_isFilling)
        return;
    auto experiment = m_workspace.focus().experiment();
    experiment.replay.maxUsers = m_users->value();
    experiment.replay.queriesPerUser = m_queries->value();
    experiment.candidates.count = m_candidates->value();
    experiment.replay.minHistory = m_minHistory->value();
    experiment.metrics.windowSize = m_window->value();
    experiment.seed = static_cast<std::uint64_t>(m_seed->value());
    m_workspace.editExperiment(tr("change replay"), std::move(experiment));
}

void PlanPanel::insertArm(const QString& text, simulate::Arm arm)
{
    auto experiment = m_workspace.focus().experiment();
    arm.name = freeName(experiment, arm.name);
    experiment.arms.push_back(std::move(arm));
    const std::size_t last = experiment.arms.size() - 1;
    m_workspace.editExperiment(text, std::move(experiment), last);
    emit armEditWanted();
}

void PlanPanel::addArm()
{
    insertArm(tr("add arm"), draftExperiment().arms.back());
}

void PlanPanel::duplicateArm()
{
    const auto& experiment = m_workspace.focus().experiment();
    if (m_workspace.focus().arm() < experiment.arms.size())
        insertArm(tr("duplicate arm"), experiment.arms[m_workspace.focus().arm()]);
}

void PlanPanel::removeArm()
{
    auto experiment = m_workspace.focus().experiment();
    const std::size_t arm = m_workspace.focus().arm();
    if (experiment.arms.size() < 2 || arm >= experiment.arms.size())
        return;
    experiment.arms.erase(experiment.arms.begin() + static_cast<std::ptrdiff_t>(arm));
    const std::size_t next = std::min(arm, experiment.arms.size() - 1);
    m_workspace.editExperiment(tr("remove arm"), std::move(experiment), next);
}

} // namespace driftscope::ui
