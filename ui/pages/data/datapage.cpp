// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/datapage.h"

#include "ui/plots/periodplot.h"
#include "ui/views/tableviews.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/pathfield.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

QString countText(std::uint64_t count)
{
    return QLocale().toString(qulonglong(count));
}

QString shareText(double share)
{
    return DataPage::tr("%1 %").arg(QLocale().toString(100 * share, 'f', 1));
}

QString spanText(std::int64_t seconds)
{
    if (seconds < 2 * 3600)
        return DataPage::tr("%1 min").arg(QLocale().toString(static_cast<double>(seconds) / 60, 'f', 0));
    if (seconds < 2 * 86'400)
        return DataPage::tr("%1 h").arg(QLocale().toString(static_cast<double>(seconds) / 3600, 'f', 1));
    return DataPage::tr("%1 days").arg(QLocale().toString(static_cast<double>(seconds) / 86'400, 'f', 1));
}

} // namespace

std::vector<CardRow> healthRows(const data::HealthCard& card)
{
    const auto say = [](const char* text) { return DataPage::tr(text); };
    const double likedShare =
        card.interactions > 0 ? static_cast<double>(card.positives) / static_cast<double>(card.interactions) : 0;
    return {
        {say("Interactions"), countText(card.interactions), say("Rows that are kept, without duplicates.")},
        {say("Users"), countText(card.users), say("With at least one interaction.")},
        {say("Items"), countText(card.items), say("With at least one interaction.")},
        {say("From"), QString::fromStdString(formatTime(card.firstTime)), say("First interaction, UTC.")},
        {say("To"), QString::fromStdString(formatTime(card.lastTime)), say("Last interaction, UTC.")},
        {say("Liked"), DataPage::tr("%1 (%2)").arg(countText(card.positives), shareText(likedShare)),
         say("Under the label rule above.")},
        {say("Users with both labels"), countText(card.usersWithBothLabels),
         say("Only these can have an AUC of their own.")},
        {say("Span of a user"), spanText(card.medianUserSpanSeconds),
         say("Median over users, first to last interaction.")},
        {say("Tied in time"), shareText(card.tiedShare),
         say("Interactions at the same second as another one of the same user: their order is not known.")},
        {say("New items at the end"), shareText(card.coldItemShareLast10Percent),
         say("Of the last tenth of interactions: the share whose item does not occur before.")},
        {say("Duplicates left out"), countText(card.duplicates),
         say("Later rows of a user and item that occurred before.")},
        {say("Bad rows"), countText(card.badRows), say("Rows that could not be read; listed with file and line.")},
        {say("Replay by clock"), card.isClockReplayAdvised ? say("advised") : say("not advised: use event index"),
         QString::fromStdString(card.clockReplayReason)},
    };
}

DataPage::DataPage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_badRows(makeBadRowModel())
{
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createTop());
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(createCards());
    split->addWidget(createTables());
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setSizes({400, 600});
    layout->addWidget(split, 1);
    connectAll();
    showDataset();
}

QWidget* DataPage::createTop()
{
    auto* top = new QWidget(this);
    auto* layout = new QVBoxLayout(top);
    layout->setContentsMargins({});
    m_path = new PathField(QStringLiteral("dataset"),
                           tr("Datasets (*.inter *.data *.dat *.csv *.tsv *.gz);;All files (*)"), top);
    m_path->setPlaceholder(tr("Folder or file of interactions; drop it here (MovieLens, RecBole, CSV)"));
    m_label = new QComboBox(top);
    m_label->setEditable(true);
    m_label->addItems({QString(), QStringLiteral("rating>=4"), QStringLiteral("rating>=5"), QStringLiteral("user-mean"),
                       QStringLiteral("implicit")});
    m_label->lineEdit()->setPlaceholderText(tr("default"));
    m_label->setToolTip(tr("What counts as liked: rating>=N, user-mean (above the user's earlier mean) or implicit."));
    m_job = new JobStrip(top);
    auto* labelText = new QLabel(tr("&Liked means"), top);
    labelText->setBuddy(m_label);
    auto* line = new QHBoxLayout;
    line->addWidget(labelText);
    line->addWidget(m_label);
    line->addStretch(1);
    line->addWidget(m_job);
    layout->addWidget(m_path);
    layout->addLayout(line);
    return top;
}

QWidget* DataPage::createCards()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins({});
    m_card = new CardView(tr("Health of the dataset"), column);
    m_card->setEmptyText(tr("Open a dataset: what it holds and whether it suits a replay is said here."));
    m_periods = new PeriodPlot(column);
    layout->addWidget(m_card, 3);
    layout->addWidget(m_periods, 2);
    return column;
}

QWidget* DataPage::createTables()
{
    m_tabs = new QTabWidget(this);
    m_table = new QTableView(m_tabs);
    dressTable(*m_table, m_interactions, InteractionTableModel::ItemColumn);
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(InteractionTableModel::TimeColumn, Qt::AscendingOrder);
    m_table->setAccessibleName(tr("Interactions"));
    m_table->setToolTip(tr("Double-click a row to see its moment in the Probe."));
    m_badRowTable = new QTableView(m_tabs);
    dressTable(*m_badRowTable, *m_badRows, 3);
    m_badRowTable->setAccessibleName(tr("Bad rows"));
    m_tabs->addTab(m_table, tr("Interactions"));
    m_tabs->addTab(m_badRowTable, tr("Bad rows"));
    return m_tabs;
}

void DataPage::connectAll()
{
    m_job->watch(m_workspace.datasetJob());
    connect(m_path, &PathField::opened, this,
            [this](const QString& path) { m_workspace.openDataset(path, m_label->currentText()); });
    connect(m_label, &QComboBox::activated, this, [this] { m_workspace.relabel(m_label->currentText()); });
    connect(m_label->lineEdit(), &QLineEdit::returnPressed, this,
            [this] { m_workspace.relabel(m_label->currentText()); });
    connect(&m_workspace.focus(), &Focus::datasetChanged, this, &DataPage::showDataset);
    connect(&m_interactions, &InteractionTableModel::sortRequested, this, &DataPage::sortInteractions);
    connect(m_table, &QTableView::doubleClicked, this, &DataPage::probeRow);
    connect(m_table, &QTableView::activated, this, &DataPage::probeRow);
}

void DataPage::chooseFolder()
{
    m_path->chooseFolder();
}

void DataPage::chooseFile()
{
    m_path->chooseFile();
}

void DataPage::showDataset()
{
    const auto& open = m_workspace.focus().dataset();
    if (!open)
        return;
    m_path->setPath(open->path);
    m_label->setEditText(QString::fromStdString(open->rule.text()));
    m_interactions.setHistory(open->history);
    m_table->horizontalHeader()->setSortIndicator(InteractionTableModel::TimeColumn, Qt::AscendingOrder);
    const auto& report = open->dataset().report();
    m_badRows->setRows(report.problems);
    m_tabs->setTabText(0, tr("Interactions (%1)").arg(countText(open->dataset().size())));
    m_tabs->setTabText(1, tr("Bad rows and duplicates (%1)").arg(countText(report.badRows + report.duplicates)));
    const auto& card = m_workspace.healthCard();
    if (!card)
        return;
    m_card->setRows(healthRows(*card));
    std::vector<PeriodBar> bars;
    for (const auto& period : card->periods)
        bars.push_back({static_cast<double>(toUnix(period.start)), static_cast<double>(period.interactions),
                        static_cast<double>(period.coldItemRows)});
    m_periods->setBars(std::move(bars), static_cast<double>(card->periodLength.count()),
                       QString::fromStdString(card->periodName));
}

void DataPage::sortInteractions(int column, Qt::SortOrder order)
{
    const auto& open = m_workspace.focus().dataset();
    if (!open)
        return;
    m_sortJob.run<InteractionTableModel::Order>(
        tr("Sorting"),
        [history = open->history, column, order](const JobContext&) -> Result<InteractionTableModel::Order> {
            return sortedOrder(*history, column, order);
        },
        [this, history = open->history](Result<InteractionTableModel::Order> rows) {
            if (rows && m_workspace.focus().dataset()->history == history)
                m_interactions.setOrder(std::move(*rows));
        });
}

void DataPage::probeRow(const QModelIndex& index)
{
    m_workspace.focus().setMoment(index.data(InteractionTableModel::InteractionRole).toUInt());
    emit momentWanted();
}

} // namespace driftscope::ui
