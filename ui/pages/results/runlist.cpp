// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/runlist.h"

#include "ui/views/tableviews.h"

#include <QApplication>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

RunList::RunList(ResultsPresenter& presenter, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
    , m_runs(makeRunModel())
    , m_sorted(new QSortFilterProxyModel(this))
{
    m_sorted->setSourceModel(m_runs.get());
    m_sorted->setSortRole(RunModel::SortRole);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(createTable(), 1);
    layout->addWidget(createSide());
    connectAll();
    showResult();
}

QWidget* RunList::createTable()
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    m_filter = new QLineEdit(box);
    m_filter->setPlaceholderText(tr("Find runs: words of name, tags, notes, state or data (Ctrl+F)"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Find runs"));
    m_count = new QLabel(box);
    auto* refresh = new QPushButton(tr("Refresh"), box);
    auto* head = new QHBoxLayout;
    head->addWidget(m_filter, 1);
    head->addWidget(m_count);
    head->addWidget(refresh);
    m_table = new QTableView(box);
    dressTable(*m_table, *m_sorted, 1);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::DescendingOrder);
    m_table->setAccessibleName(tr("Runs"));
    m_table->setToolTip(tr("Ctrl+click chooses several runs: their curves are shown together"));
    m_table->setMinimumHeight(90);
    layout->addLayout(head);
    layout->addWidget(m_table, 1);
    connect(refresh, &QPushButton::clicked, &m_presenter, &ResultsPresenter::refreshRuns);
    return box;
}

QWidget* RunList::createSide()
{
    auto* box = new QWidget(this);
    box->setFixedWidth(300);
    auto* layout = new QGridLayout(box);
    layout->setContentsMargins({});
    m_tags = new QLineEdit(box);
    m_tags->setPlaceholderText(tr("Tags, with commas between"));
    m_tags->setAccessibleName(tr("Tags of the run"));
    m_notes = new QPlainTextEdit(box);
    m_notes->setPlaceholderText(tr("Notes on this run"));
    m_notes->setAccessibleName(tr("Notes on the run"));
    m_notes->setTabChangesFocus(true);
    m_notes->setMinimumHeight(70);
    m_export = new QPushButton(tr("Export…"), box);
    m_export->setToolTip(tr("Figure, table, predictions, or everything (Ctrl+Shift+E)"));
    m_use = new QPushButton(tr("Use its experiment"), box);
    m_use->setToolTip(tr("Take the experiment of this run as the draft of Simulate and Probe."));
    m_rerun = new QPushButton(tr("Run again"), box);
    m_rerun->setToolTip(tr("Run the experiment of the manifest anew, as a run of its own, with the same seed."));
    m_remove = new QPushButton(tr("Delete run"), box);
    m_remove->setToolTip(tr("Deletes the run with all its records from the store."));
    layout->addWidget(m_tags, 0, 0, 1, 2);
    layout->addWidget(m_notes, 1, 0, 1, 2);
    layout->addWidget(m_export, 2, 0);
    layout->addWidget(m_rerun, 2, 1);
    layout->addWidget(m_use, 3, 0);
    layout->addWidget(m_remove, 3, 1);
    layout->setRowStretch(1, 1);
    return box;
}

void RunList::connectAll()
{
    connect(m_filter, &QLineEdit::textChanged, &m_presenter, &ResultsPresenter::setFilter);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunList::takeSelection);
    connect(&m_presenter, &ResultsPresenter::runsChanged, this, &RunList::showRuns);
    connect(&m_presenter, &ResultsPresenter::resultChanged, this, &RunList::showResult);
    connect(m_tags, &QLineEdit::editingFinished, this, &RunList::annotate);
    connect(qApp, &QApplication::focusChanged, this, [this](const QWidget* before) {
        if (before == m_notes)
            annotate();
    });
    connect(m_export, &QPushButton::clicked, this, &RunList::exportWanted);
    connect(m_use, &QPushButton::clicked, this, &RunList::useWanted);
    connect(m_rerun, &QPushButton::clicked, this, &RunList::rerunWanted);
    connect(m_remove, &QPushButton::clicked, this, &RunList::removeRun);
}

void RunList::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void RunList::showRuns()
{
    m_isFilling = true;
    const auto runs = m_presenter.shownRuns();
    const auto all = m_presenter.runs().size();
    m_runs->setRows(runs);
    m_count->setText(runs.size() == all ? (all == 1 ? tr("1 run") : tr("%1 runs").arg(all))
                                        : tr("%1 of %2").arg(runs.size()).arg(all));
    std::vector<store::RunId> wanted {m_presenter.chosen()};
    for (const RunResult& other : m_presenter.others())
        wanted.push_back(other.run().id);
    QItemSelection selection;
    for (int row = 0; row < m_runs->rowCount(); ++row)
        if (std::ranges::find(wanted, m_runs->row(row).id) != wanted.end()) {
            const QModelIndex at = m_sorted->mapFromSource(m_runs->index(row, 0));
            selection.select(at, at);
        }
    m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_isFilling = false;
    if (selection.isEmpty() && m_presenter.chosen() == 0 && m_runs->rowCount() > 0)
        m_table->selectRow(0);
    showResult();
}

void RunList::takeSelection()
{
    if (m_isFilling)
        return;
    std::vector<store::RunId> ids;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        ids.push_back(m_runs->row(m_sorted->mapToSource(index).row()).id);
    if (ids.empty())
        return;
    std::vector<store::RunId> shown {m_presenter.chosen()};
    for (const RunResult& other : m_presenter.others())
        shown.push_back(other.run().id);
    std::ranges::sort(ids);
    std::vector<store::RunId> sortedShown = shown;
    std::ranges::sort(sortedShown);
    if (ids == sortedShown)
        return;
    // The run that was there stays the first one when others are added to it.
    const bool isKept = std::ranges::find(ids, m_presenter.chosen()) != ids.end();
    const store::RunId first = isKept ? m_presenter.chosen() : ids.back();
    m_presenter.choose(first, ids);
}

void RunList::showResult()
{
    const auto& result = m_presenter.result();
    const bool isFresh = result && !m_presenter.runJob().isRunning();
    m_removeIsAsked = false;
    m_remove->setText(tr("Delete run"));
    for (QPushButton* button : {m_export, m_use, m_rerun})
        button->setEnabled(isFresh);
    m_remove->setEnabled(isFresh && result->run().state != store::RunState::Running);
    const auto& runs = m_presenter.runs();
    const auto run = std::ranges::find(runs, m_presenter.chosen(), &store::Run::id);
    m_tags->setEnabled(run != runs.end());
    m_notes->setEnabled(run != runs.end());
    if (run == runs.end() || (run->id == m_annotated && (m_notes->hasFocus() || m_tags->hasFocus())))
        return; // what is being typed is not overwritten
    m_annotated = run->id;
    QStringList tags;
    for (const auto& tag : run->tags)
        tags << QString::fromStdString(tag);
    m_tags->setText(tags.join(QStringLiteral(", ")));
    m_notes->setPlainText(QString::fromStdString(run->notes));
}

void RunList::annotate()
{
    const auto& runs = m_presenter.runs();
    const auto run = std::ranges::find(runs, m_annotated, &store::Run::id);
    if (run == runs.end())
        return;
    QStringList tags;
    for (const QString& tag : m_tags->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
        tags << tag.trimmed();
    std::vector<std::string> texts;
    for (const QString& tag : tags)
        texts.push_back(tag.toStdString());
    const QString notes = m_notes->toPlainText();
    if (texts != run->tags || notes.toStdString() != run->notes)
        m_presenter.annotate(m_annotated, tags, notes);
}

void RunList::removeRun()
{
    if (!m_presenter.result())
        return;
    if (!m_removeIsAsked) { // it cannot be undone: the button asks once more
        m_removeIsAsked = true;
        m_remove->setText(tr("Delete for good?"));
        return;
    }
    m_presenter.remove(m_presenter.result()->run().id);
}

} // namespace driftscope::ui
