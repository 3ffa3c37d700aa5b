// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/datapage.h"

#include "ui/focus/shippedfiles.h"
#include "ui/pages/data/badrowview.h"
#include "ui/pages/data/columndialog.h"
#include "ui/pages/data/healthview.h"
#include "ui/pages/data/interactionview.h"
#include "ui/pages/data/itemview.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/pathfield.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace driftscope::ui {

DataPage::DataPage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_session(workspace)
{
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createTop());
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    m_health = new HealthView(split);
    split->addWidget(m_health);
    split->addWidget(createTables());
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setSizes({400, 600});
    layout->addWidget(split, 1);
    connectAll();
    showDataset();
    showHealth();
}

QWidget* DataPage::createTop()
{
    auto* top = new QWidget(this);
    auto* layout = new QVBoxLayout(top);
    layout->setContentsMargins({});
    m_path = new PathField(QStringLiteral("dataset"),
                           tr("Datasets (*.inter *.data *.dat *.csv *.tsv *.gz);;All files (*)"), top);
    m_path->setPlaceholder(tr("Folder or file of interactions; drop it here (MovieLens, RecBole, CSV)"));
    m_format = new QLabel(top);
    m_format->setWordWrap(true);
    m_columns = new QPushButton(tr("Columns…"), top);
    m_columns->setToolTip(tr("Say which column is the user, the item, the time, … and see the first rows"));
    m_job = new JobStrip(top);
    auto* formatLine = new QHBoxLayout;
    formatLine->addWidget(m_format, 1);
    formatLine->addWidget(m_job);
    formatLine->addWidget(m_columns);
    m_label = new QComboBox(top);
    m_label->setEditable(true);
    m_label->addItems({QStringLiteral("rating>=3"), QStringLiteral("rating>=4"), QStringLiteral("rating>=5"),
                       QStringLiteral("user-mean"), QStringLiteral("implicit")});
    m_label->setEditText({});
    m_label->lineEdit()->setPlaceholderText(tr("default"));
    m_label->setToolTip(tr("What counts as liked: rating>=N, user-mean (above the user's earlier mean) or implicit."));
    m_ruleText = new QLabel(top);
    m_ruleText->setWordWrap(true);
    m_ruleText->setAccessibleName(tr("What the rule makes of the dataset"));
    m_applyRule = new QPushButton(tr("Apply"), top);
    m_applyRule->setToolTip(tr("Use this rule everywhere from now on"));
    auto* labelText = new QLabel(tr("&Liked means"), top);
    labelText->setBuddy(m_label);
    auto* ruleLine = new QHBoxLayout;
    ruleLine->addWidget(labelText);
    ruleLine->addWidget(m_label);
    ruleLine->addWidget(m_applyRule);
    ruleLine->addWidget(m_ruleText, 1);
    layout->addWidget(m_path);
    layout->addLayout(formatLine);
    layout->addLayout(ruleLine);
    return top;
}

QWidget* DataPage::createTables()
{
    m_tabs = new QTabWidget(this);
    m_interactions = new InteractionView(m_session, m_tabs);
    auto* items = new ItemView(m_workspace, m_session, m_tabs);
    m_badRows = new BadRowView(m_tabs);
    m_tabs->addTab(m_interactions, tr("Interactions"));
    m_tabs->addTab(m_badRows, tr("Bad rows"));
    m_tabs->addTab(items, tr("Items"));
    connect(items, &ItemView::itemChosen, this, [this](data::ItemIndex item, const QString& title) {
        m_tabs->setCurrentWidget(m_interactions);
        m_interactions->showItem(item, title);
    });
    auto* find = new QAction(tr("Filter interactions"), this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(find);
    connect(find, &QAction::triggered, this, [this] {
        m_tabs->setCurrentWidget(m_interactions);
        m_interactions->focusFilter();
    });
    return m_tabs;
}

void DataPage::connectAll()
{
    m_job->watch(m_workspace.datasetJob());
    connect(m_path, &PathField::opened, this, [this](const QString& path) { m_workspace.openDataset(path); });
    connect(m_columns, &QPushButton::clicked, this, &DataPage::chooseColumns);
    connect(m_health, &HealthView::bundledWanted, this,
            [this] { open(shippedPath(QStringLiteral("datasets/planted"))); });
    connect(m_label, &QComboBox::editTextChanged, &m_session, &DataSession::tryRule);
    connect(m_label, &QComboBox::activated, this, &DataPage::applyRule);
    connect(m_label->lineEdit(), &QLineEdit::returnPressed, this, &DataPage::applyRule);
    connect(m_applyRule, &QPushButton::clicked, this, &DataPage::applyRule);
    connect(&m_session, &DataSession::ruleChanged, this, &DataPage::showRule);
    connect(&m_workspace.focus(), &Focus::datasetChanged, this, &DataPage::showDataset);
    // Other pages take the dataset in the same turn: what needs most of a frame here waits for the next one.
    connect(&m_workspace.focus(), &Focus::datasetChanged, this,
            [this] { QTimer::singleShot(1, this, &DataPage::showHealth); });
    connect(&m_workspace.datasetJob(), &JobRunner::started, this, [this] { m_format->setText(tr("Opening…")); });
    connect(&m_workspace.datasetJob(), &JobRunner::ended, this,
            [this](Outcome outcome) { showFormat(outcome == Outcome::Failed); });
    connect(m_interactions, &InteractionView::momentChosen, this, &DataPage::probe);
    connect(m_badRows, &BadRowView::noted, this, &DataPage::noted);
    connect(m_badRows, &BadRowView::problem, this, &DataPage::problem);
}

void DataPage::open(const QString& path)
{
    m_path->open(path);
}

void DataPage::chooseFolder()
{
    m_path->chooseFolder();
}

void DataPage::chooseFile()
{
    m_path->chooseFile();
}

void DataPage::chooseColumns()
{
    if (!m_columns->isEnabled())
        return;
    const auto& open = m_workspace.focus().dataset();
    const QString path = m_path->path();
    const bool isOpen = open && open->path == path;
    auto* dialog = new ColumnDialog(path, isOpen ? open->form : DatasetForm(), this);
    connect(dialog, &ColumnDialog::openWanted, this,
            [this](const QString& file, const DatasetForm& form) { m_workspace.openDataset(file, {}, form); });
    dialog->open();
}

void DataPage::showDataset()
{
    const auto& open = m_workspace.focus().dataset();
    showFormat();
    showRule();
    if (!open)
        return;
    m_path->setPath(open->path);
    m_label->setEditText(QString::fromStdString(open->rule.text()));
    const auto& report = open->dataset().report();
    m_badRows->setReport(report);
    const QLocale locale;
    m_tabs->setTabText(0, tr("Interactions (%1)").arg(locale.toString(qulonglong(open->dataset().size()))));
    m_tabs->setTabText(
        1, tr("Bad rows and duplicates (%1)").arg(locale.toString(qulonglong(report.badRows + report.duplicates))));
}

void DataPage::showHealth()
{
    if (const auto& card = m_workspace.healthCard())
        m_health->setCard(*card);
}

void DataPage::showFormat(bool isUnread)
{
    const auto& open = m_workspace.focus().dataset();
    m_columns->setEnabled(isUnread || (open && open->format.hasNamedColumns));
    if (isUnread) // why stands in the bar above
        m_format->setText(tr("The path above was not opened. If it is a table, its columns can be chosen."));
    else
        m_format->setText(open ? m_session.formatText()
                               : tr("The format is found out by itself, and said here with the reason."));
}

void DataPage::showRule()
{
    const auto& open = m_workspace.focus().dataset();
    const RuleDraft& rule = m_session.rule();
    m_ruleText->setText(m_session.ruleText());
    m_label->setEnabled(open.has_value());
    const bool isOther = open && rule.text.simplified() != QString::fromStdString(open->rule.text());
    m_applyRule->setEnabled(isOther && rule.problem.isEmpty());
}

void DataPage::applyRule()
{
    if (m_workspace.focus().dataset() && m_session.rule().problem.isEmpty() && m_applyRule->isEnabled())
        m_workspace.relabel(m_session.rule().text);
}

void DataPage::probe(data::InteractionIndex interaction)
{
    m_workspace.focus().setMoment(interaction);
    emit momentWanted();
}

} // namespace driftscope::ui
