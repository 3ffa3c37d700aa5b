// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/resultspage.h"

#include "ui/pages/results/exportdialog.h"
#include "ui/pages/results/runlist.h"
#include "ui/plots/curveplot.h"
#include "ui/plots/figurebar.h"
#include "ui/views/staleveil.h"
#include "ui/views/tableviews.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QShortcut>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace driftscope::ui {

namespace {

QComboBox* armBox(const QString& name, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(10);
    return box;
}

} // namespace

ResultsPage::ResultsPage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_presenter(workspace.storePath())
    , m_metrics(makeMetricModel())
    , m_costs(makeCostModel())
    , m_manifest(makeManifestModel())
{
    auto* layout = new QVBoxLayout(this);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    m_runs = new RunList(m_presenter, split);
    split->addWidget(m_runs);
    split->addWidget(createResult());
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 4);
    layout->addWidget(split);
    connectAll();
    connectPlot();
    showResult();
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
    split->addWidget(createTables(split));
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    split->setSizes({520, 480});
    layout->addWidget(m_heading);
    layout->addWidget(split, 1);
    return box;
}

QWidget* ResultsPage::createFigure(QWidget* parent)
{
    auto* box = new QWidget(parent);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    m_bar = new FigureBar(box);
    m_plot = new CurvePlot(box);
    layout->addWidget(createViewBar(box));
    layout->addWidget(m_bar);
    layout->addWidget(m_plot, 1);
    return box;
}

QWidget* ResultsPage::createViewBar(QWidget* parent)
{
    auto* bar = new QWidget(parent);
    m_view = new QComboBox(bar);
    m_view->addItem(tr("Over simulated time"), static_cast<int>(ResultView::Time));
    m_view->addItem(tr("Around shifts of taste"), static_cast<int>(ResultView::SinceShift));
    m_view->addItem(tr("Over the lag of the context"), static_cast<int>(ResultView::Lag));
    m_view->addItem(tr("Difference of two arms"), static_cast<int>(ResultView::Difference));
    m_view->addItem(tr("User by user"), static_cast<int>(ResultView::Users));
    m_view->setAccessibleName(tr("What the figure is of"));
    m_pairBox = new QWidget(bar);
    m_armA = armBox(tr("First arm"), m_pairBox);
    m_armB = armBox(tr("Second arm"), m_pairBox);
    auto* pair = new QHBoxLayout(m_pairBox);
    pair->setContentsMargins({});
    pair->addWidget(m_armA, 1);
    pair->addWidget(new QLabel(tr("against"), m_pairBox));
    pair->addWidget(m_armB, 1);
    m_shiftBox = new QWidget(bar);
    m_reference = armBox(tr("Level that recovery is measured against"), m_shiftBox);
    m_reference->setToolTip(tr("Each arm's own value before the shift, or what one arm gets after it (a ceiling)"));
    m_detect = new QCheckBox(tr("look for shifts"), m_shiftBox);
    m_detect->setToolTip(tr("Looks for shifts in the genres that each user likes, with hindsight; needs the dataset"));
    auto* shift = new QHBoxLayout(m_shiftBox);
    shift->setContentsMargins({});
    shift->addWidget(new QLabel(tr("level:"), m_shiftBox));
    shift->addWidget(m_reference, 1);
    shift->addWidget(m_detect);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins({});
    layout->addWidget(m_view);
    layout->addWidget(m_pairBox, 1);
    layout->addWidget(m_shiftBox, 1);
    layout->addStretch(0);
    return bar;
}

QTableView* ResultsPage::createTable(QAbstractItemModel& model, const QString& name, int stretched, int armColumn)
{
    auto* table = new QTableView(m_tabs);
    dressTable(*table, model, stretched);
    table->setAccessibleName(name);
    if (armColumn >= 0)
        table->setItemDelegateForColumn(armColumn, new ArmDelegate(table));
    return table;
}

QWidget* ResultsPage::createTables(QWidget* parent)
{
    auto* side = new QSplitter(Qt::Vertical, parent);
    side->setChildrenCollapsible(false);
    m_tabs = new QTabWidget(side);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(createTable(*m_metrics, tr("Metrics of the run"), 1, 1), tr("&Metrics"));
    m_tabs->addTab(createTable(*m_costs, tr("Cost of the arms"), 0, 0), tr("&Cost"));
    m_manifestTable = createTable(*m_manifest, tr("Manifest"), 0, -1);
    m_manifestTable->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_tabs->addTab(m_manifestTable, tr("Mani&fest"));
    m_verdictBox = new QGroupBox(tr("Differences, paired by user"), side);
    auto* verdictLayout = new QVBoxLayout(m_verdictBox);
    m_verdicts = new QPlainTextEdit(m_verdictBox); // lays out only what is seen: 16 arms make 120 sentences and more
    m_verdicts->setReadOnly(true);
    m_verdicts->setFrameShape(QFrame::NoFrame);
    m_verdicts->setTabChangesFocus(true);
    m_verdicts->viewport()->setAutoFillBackground(false);
    m_verdicts->setAccessibleName(tr("What the figures say, in words"));
    verdictLayout->addWidget(m_verdicts);
    m_verdictBox->setMinimumHeight(100);
    side->addWidget(m_tabs);
    side->addWidget(m_verdictBox);
    side->setStretchFactor(0, 1);
    side->setStretchFactor(1, 1);
    side->setSizes({260, 160});
    return side;
}

void ResultsPage::connectAll()
{
    connect(&m_presenter, &ResultsPresenter::resultChanged, this, &ResultsPage::showResult);
    connect(&m_presenter, &ResultsPresenter::runsChanged, this, &ResultsPage::showResult);
    connect(&m_presenter, &ResultsPresenter::failed, this, &ResultsPage::problem);
    connect(&m_presenter, &ResultsPresenter::momentFound, this, &ResultsPage::openMoment);
    connect(&m_exporter, &RunExporter::exported, this,
            [this](const QString& path) { emit noted(tr("Wrote %1.").arg(path)); });
    connect(&m_exporter, &RunExporter::failed, this, &ResultsPage::problem);
    connect(m_view, &QComboBox::currentIndexChanged, this,
            [this] { m_presenter.setView(static_cast<ResultView>(m_view->currentData().toInt())); });
    connect(m_bar, &FigureBar::changed, this, [this] { m_presenter.setChoice(m_bar->choice()); });
    for (QComboBox* box : {m_armA, m_armB})
        connect(box, &QComboBox::currentIndexChanged, this, &ResultsPage::takePair);
    connect(m_reference, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_isFilling)
            m_presenter.setReference(m_reference->currentData().toString());
    });
    connect(m_detect, &QCheckBox::toggled, &m_presenter, &ResultsPresenter::setShiftsDetected);
    connect(m_runs, &RunList::exportWanted, this, &ResultsPage::exportFigure);
    connect(m_runs, &RunList::useWanted, this, &ResultsPage::useExperiment);
    connect(m_runs, &RunList::rerunWanted, this, [this] {
        useExperiment();
        emit rerunWanted();
    });
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, m_runs, &RunList::focusFilter);
}

void ResultsPage::connectPlot()
{
    connect(m_plot, &CurvePlot::exportWanted, this, &ResultsPage::exportFigure);
    connect(m_plot, &CurvePlot::pointClicked, this, [this](const PlotPoint& point) {
        if (isDatasetOpen())
            m_presenter.findMoment(point, m_workspace.focus().dataset()->history->sharedDataset());
    });
    connect(m_plot, &CurvePlot::userClicked, this, [this](quint32 user) {
        if (isDatasetOpen())
            m_presenter.findMomentOfUser(user, m_workspace.focus().dataset()->history->sharedDataset());
    });
}

bool ResultsPage::isDatasetOpen()
{
    const auto& dataset = m_workspace.focus().dataset();
    const auto& result = m_presenter.result();
    if (dataset && result && store::isDatasetOf(dataset->dataset(), result->run().manifest))
        return true;
    emit problem(
        tr("The dataset of the run is not open. \"Use its experiment\" opens it; then its moments can be shown."));
    return false;
}

void ResultsPage::openMoment(quint32 interaction, int position, int count)
{
    m_workspace.focus().setMoment(interaction);
    emit noted(
        tr("Moment %1 of the %2 behind the point. A click on the same point opens the next.").arg(position).arg(count));
    emit momentWanted();
}

void ResultsPage::showRun(store::RunId run)
{
    if (run > 0)
        m_presenter.choose(run);
    m_presenter.refreshRuns();
}

void ResultsPage::showResult()
{
    const auto& result = m_presenter.result();
    const bool isStale = m_presenter.isStale();
    m_plot->setStale(isStale);
    setGreyed(*m_tabs, m_presenter.runJob().isRunning());
    setGreyed(*m_verdicts, isStale);
    if (!result) {
        m_heading->setText(isStale ? tr("Reading run %1…").arg(m_presenter.chosen())
                                   : tr("No run is chosen. Runs appear here once Simulate has started one."));
        m_metrics->setRows({});
        m_costs->setRows({});
        m_manifest->setRows({});
        showFigure();
        return;
    }
    const QLocale locale;
    const store::Run& run = result->run();
    m_heading->setText(tr("<b>Run %1: %2</b> · %3 moments, %4 arms, seed %5 · %6 leaks · %7 · %8")
                           .arg(run.id)
                           .arg(QString::fromStdString(result->experiment().name).toHtmlEscaped())
                           .arg(locale.toString(qulonglong(result->summary.queries)))
                           .arg(result->experiment().arms.size())
                           .arg(result->experiment().seed)
                           .arg(result->summary.leaks)
                           .arg(QString::fromStdString(run.manifest.value("device", std::string())),
                                QString::fromStdString(result->sources)));
    m_metrics->setRows(metricRows(result->summary));
    m_costs->setRows(costRows(result->summary));
    m_manifest->setRows(m_presenter.manifestRows());
    m_manifestTable->setColumnHidden(2, m_presenter.others().empty()); // of the other run
    m_tabs->setTabText(2,
                       m_presenter.others().empty()
                           ? tr("Mani&fest")
                           : tr("Mani&fest: differs from run %1").arg(m_presenter.others().front().run().id));
    m_bar->setExperiment(result->experiment());
    m_presenter.setChoice(m_bar->choice());
    showFigure();
}

void ResultsPage::showFigure()
{
    const ResultView view = m_presenter.view();
    const bool isPair = view == ResultView::Difference || view == ResultView::Users;
    m_pairBox->setVisible(isPair);
    m_shiftBox->setVisible(view == ResultView::SinceShift);
    m_bar->setWindowsVisible(view == ResultView::Time || view == ResultView::Difference);
    const bool isMoment = view != ResultView::SinceShift && view != ResultView::Lag;
    m_plot->setClickHelp(isMoment ? tr("Click: open one of its moments in the Probe") : QString());
    m_plot->setEmptyText(m_presenter.emptyText());
    if (!m_presenter.isStale() || !m_presenter.result())
        m_plot->setFigure(m_presenter.figure());
    const bool isRecovery = view == ResultView::SinceShift;
    m_verdictBox->setTitle(isRecovery ? tr("Shifts of taste") : tr("Differences, paired by user"));
    QString sentences;
    for (const QString& sentence : m_presenter.sentences())
        sentences += QStringLiteral("• %1\n").arg(sentence);
    sentences.chop(1);
    if (sentences != m_verdicts->toPlainText())
        m_verdicts->setPlainText(sentences); // keeps its place and its selection otherwise
    showChoices();
}

void ResultsPage::showChoices()
{
    m_isFilling = true;
    const auto arms = m_presenter.arms();
    const auto [a, b] = m_presenter.pair();
    const std::array<std::pair<QComboBox*, ArmOfRun>, 2> boxes {{{m_armA, a}, {m_armB, b}}};
    for (const auto& [box, chosen] : boxes) {
        box->clear();
        for (std::size_t i = 0; i < arms.size(); ++i)
            box->addItem(armIcon(i, palette()), m_presenter.armName(arms[i]));
        const auto at = std::ranges::find(arms, chosen) - arms.begin();
        box->setCurrentIndex(at < std::ssize(arms) ? static_cast<int>(at) : -1);
    }
    m_reference->clear();
    m_reference->addItem(tr("each arm's own"), QString());
    if (m_presenter.result())
        for (const auto& arm : m_presenter.result()->experiment().arms)
            m_reference->addItem(QString::fromStdString(arm.name), QString::fromStdString(arm.name));
    m_reference->setCurrentIndex(std::max(0, m_reference->findData(QString::fromStdString(m_presenter.reference()))));
    m_isFilling = false;
}

void ResultsPage::takePair()
{
    const auto arms = m_presenter.arms();
    const int a = m_armA->currentIndex();
    const int b = m_armB->currentIndex();
    const bool isChosen = a >= 0 && b >= 0 && std::max(a, b) < std::ssize(arms);
    if (!m_isFilling && isChosen)
        m_presenter.setPair(arms[static_cast<std::size_t>(a)], arms[static_cast<std::size_t>(b)]);
}

void ResultsPage::exportFigure()
{
    const auto& result = m_presenter.result();
    if (!result || m_presenter.isStale()) {
        emit problem(tr("Choose a run first; then it can be exported."));
        return;
    }
    auto* dialog = new ExportDialog(*result, m_presenter.figure(), m_presenter.choice(), m_exporter, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ResultsPage::useExperiment()
{
    if (!m_presenter.result())
        return;
    m_workspace.takeExperiment(m_presenter.result()->experiment());
    emit noted(tr("The experiment of run %1 is now the draft.").arg(m_presenter.result()->run().id));
}

} // namespace driftscope::ui
