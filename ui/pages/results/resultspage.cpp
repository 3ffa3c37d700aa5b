// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/resultspage.h"

#include "ui/pages/results/exportdialog.h"
#include "ui/plots/curveplot.h"
#include "ui/views/tableviews.h"

#include <QComboBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

ResultsPage::ResultsPage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_presenter(workspace.storePath())
    , m_runs(makeRunModel())
    , m_metrics(makeMetricModel())
{
    auto* layout = new QVBoxLayout(this);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    split->addWidget(createRuns());
    split->addWidget(createResult());
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 4);
    layout->addWidget(split);
    connectAll();
    showResult();
}

QWidget* ResultsPage::createRuns()
{
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins({});
    m_runTable = new QTableView(box);
    dressTable(*m_runTable, *m_runs, 1);
    m_runTable->setAccessibleName(tr("Runs"));
    m_runTable->setMinimumHeight(110);
    auto* buttons = new QVBoxLayout;
    auto* refresh = new QPushButton(tr("Refresh"), box);
    m_use = new QPushButton(tr("Use its experiment"), box);
    m_use->setToolTip(tr("Take the experiment of this run as the draft of Simulate and Probe."));
    m_export = new QPushButton(tr("Export figure…"), box);
    m_remove = new QPushButton(tr("Delete run"), box);
    m_remove->setToolTip(tr("Deletes the run with all its records from the store."));
    for (QPushButton* button : {m_export, m_use, refresh, m_remove})
        buttons->addWidget(button);
    buttons->addStretch(1);
    layout->addWidget(m_runTable, 1);
    layout->addLayout(buttons);
    connect(refresh, &QPushButton::clicked, &m_presenter, &ResultsPresenter::refreshRuns);
    return box;
}

QWidget* ResultsPage::createResult()
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    m_heading = new QLabel(box);
    m_heading->setWordWrap(true);
    auto* split = new QSplitter(Qt::Horizontal, box);
    split->setChildrenCollapsible(false);
    split->addWidget(createFigure(split));
    split->addWidget(createTable(split));
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({520, 440});
    layout->addWidget(m_heading);
    layout->addWidget(split, 1);
    return box;
}

QWidget* ResultsPage::createFigure(QWidget* parent)
{
    auto* box = new QWidget(parent);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    m_axis = new QComboBox(box);
    m_axis->addItem(tr("Over simulated time"), static_cast<int>(FigureAxis::Time));
    m_axis->addItem(tr("Around shifts of taste"), static_cast<int>(FigureAxis::SinceShift));
    m_axis->addItem(tr("Over the lag of the context"), static_cast<int>(FigureAxis::Lag));
    m_axis->setAccessibleName(tr("What the curves are over"));
    m_plot = new CurvePlot(box);
    layout->addWidget(m_axis, 0, Qt::AlignLeft);
    layout->addWidget(m_plot, 1);
    return box;
}

QWidget* ResultsPage::createTable(QWidget* parent)
{
    auto* side = new QWidget(parent);
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins({});
    m_metricTable = new QTableView(side);
    dressTable(*m_metricTable, *m_metrics, 1);
    m_metricTable->setItemDelegateForColumn(1, new ArmDelegate(m_metricTable));
    m_metricTable->setAccessibleName(tr("Metrics of the run"));
    m_verdictBox = new QGroupBox(tr("Differences, paired by user"), side);
    auto* verdictLayout = new QVBoxLayout(m_verdictBox);
    auto* area = new QScrollArea(m_verdictBox);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    m_verdicts = new QLabel(area);
    m_verdicts->setWordWrap(true);
    m_verdicts->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_verdicts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    area->setWidget(m_verdicts);
    verdictLayout->addWidget(area);
    m_verdictBox->setMinimumHeight(110);
    sideLayout->addWidget(m_metricTable, 2);
    sideLayout->addWidget(m_verdictBox, 1);
    return side;
}

void ResultsPage::connectAll()
{
    connect(m_runTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid() && m_runs->row(current.row()).id != m_presenter.chosen())
                    m_presenter.choose(m_runs->row(current.row()).id);
            });
    connect(&m_presenter, &ResultsPresenter::runsChanged, this, &ResultsPage::showRuns);
    connect(&m_presenter, &ResultsPresenter::resultChanged, this, &ResultsPage::showResult);
    connect(&m_presenter, &ResultsPresenter::failed, this, &ResultsPage::problem);
    connect(m_axis, &QComboBox::currentIndexChanged, this,
            [this] { m_presenter.setAxis(static_cast<FigureAxis>(m_axis->currentData().toInt())); });
    connect(m_export, &QPushButton::clicked, this, &ResultsPage::exportFigure);
    connect(m_use, &QPushButton::clicked, this, &ResultsPage::useExperiment);
    connect(m_remove, &QPushButton::clicked, this, &ResultsPage::removeRun);
}

void ResultsPage::showRun(store::RunId run)
{
    if (run > 0)
        m_presenter.choose(run);
    m_presenter.refreshRuns();
}

void ResultsPage::showRuns()
{
    m_runs->setRows(m_presenter.runs());
    const auto& runs = m_presenter.runs();
    if (runs.empty()) {
        showResult();
        return;
    }
    const auto chosen = std::ranges::find(runs, m_presenter.chosen(), &store::Run::id);
    m_runTable->selectRow(chosen == runs.end() ? 0 : static_cast<int>(chosen - runs.begin()));
}

void ResultsPage::showResult()
{
    const auto& result = m_presenter.result();
    const bool isFresh = result && !m_presenter.isStale();
    m_removeIsAsked = false;
    m_remove->setText(tr("Delete run"));
    m_export->setEnabled(isFresh && result->along(m_presenter.axis()).hasPoints());
    m_use->setEnabled(isFresh);
    m_remove->setEnabled(isFresh && result->run.state != store::RunState::Running);
    m_plot->setStale(m_presenter.isStale());
    setGreyed(*m_metricTable, m_presenter.isStale());
    setGreyed(*m_verdicts, m_presenter.isStale());
    if (!result) {
        m_heading->setText(m_presenter.isStale()
                               ? tr("Reading run %1…").arg(m_presenter.chosen())
                               : tr("No run is chosen. Runs appear here once Simulate has started one."));
        m_plot->setFigure({});
        m_plot->setEmptyText(m_presenter.emptyText());
        m_metrics->setRows({});
        m_verdicts->clear();
        return;
    }
    const QLocale locale;
    m_heading->setText(tr("<b>Run %1: %2</b> · %3 moments, %4 arms, seed %5 · %6 leaks · %7")
                           .arg(result->run.id)
                           .arg(QString::fromStdString(result->experiment.name).toHtmlEscaped())
                           .arg(locale.toString(qulonglong(result->summary.queries)))
                           .arg(result->experiment.arms.size())
                           .arg(result->experiment.seed)
                           .arg(result->summary.leaks)
                           .arg(QString::fromStdString(result->run.manifest.value("device", std::string()))));
    m_plot->setEmptyText(m_presenter.emptyText());
    m_plot->setFigure(result->along(m_presenter.axis()));
    m_metrics->setRows(metricRows(result->summary));
    const bool isRecovery = m_presenter.axis() == FigureAxis::SinceShift;
    m_verdictBox->setTitle(isRecovery ? tr("Shifts of taste") : tr("Differences, paired by user"));
    QString sentences;
    for (const QString& sentence : isRecovery ? m_presenter.recoveries() : m_presenter.verdicts())
        sentences += QStringLiteral("• %1\n").arg(sentence);
    m_verdicts->setText(sentences);
}

void ResultsPage::exportFigure()
{
    const auto& result = m_presenter.result();
    if (!result || !result->along(m_presenter.axis()).hasPoints()) {
        emit problem(tr("Choose a run with curves first; then its figure can be exported."));
        return;
    }
    auto* dialog =
        new ExportDialog(result->along(m_presenter.axis()), QStringLiteral("run-%1").arg(result->run.id), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::exported, this,
            [this](const QString& path) { emit noted(tr("Wrote %1.").arg(path)); });
    dialog->open();
}

void ResultsPage::useExperiment()
{
    if (!m_presenter.result())
        return;
    m_workspace.takeExperiment(m_presenter.result()->experiment);
    emit noted(tr("The experiment of run %1 is now the draft.").arg(m_presenter.result()->run.id));
}

void ResultsPage::removeRun()
{
    if (!m_presenter.result())
        return;
    if (!m_removeIsAsked) { // it cannot be undone: the button asks once more
        m_removeIsAsked = true;
        m_remove->setText(tr("Delete for good?"));
        return;
    }
    m_presenter.remove(m_presenter.result()->run.id);
}

} // namespace driftscope::ui
