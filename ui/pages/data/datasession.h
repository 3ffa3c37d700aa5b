// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/itemsearch.h"
#include "ui/focus/workspace.h"
#include "ui/models/interactiontablemodel.h"

namespace driftscope::ui {

/// What a label rule that is being typed would make of the dataset.
struct RuleDraft {
    QString text;
    QString problem; ///< why it is no rule; empty = it is one
    std::optional<data::LabelCounts> counts; ///< nothing while they are being counted
};

/// What the page Data does besides opening: rows of the interaction table, items, counts of a label rule. All of it on
/// worker threads, the newest question winning. GUI thread.
class DataSession : public QObject
{
    Q_OBJECT

public:
    /// @param workspace  outlives the session.
    explicit DataSession(Workspace& workspace, QObject* parent = nullptr);

    [[nodiscard]] InteractionTableModel& interactions() { return m_interactions; }
    [[nodiscard]] const InteractionFilter& filter() const { return m_filter; }
    void setFilter(InteractionFilter filter);
    void sort(int column, Qt::SortOrder order);
    /// True while the table still shows the rows of an older filter or order.
    [[nodiscard]] bool isChoosingRows() const { return m_rowsJob.isRunning(); }
    /// "312 of 100,000 interactions"
    [[nodiscard]] QString rowsText() const;

    /// Counts what the rule would call liked; the dataset keeps its rule until Workspace::relabel().
    void tryRule(const QString& text);
    [[nodiscard]] const RuleDraft& rule() const { return m_rule; }
    /// "55,375 liked, 44,625 disliked; 923 of 943 users have both", or what is wrong with the rule.
    [[nodiscard]] QString ruleText() const;

    void searchItems(const QString& words);
    [[nodiscard]] const data::ItemMatches& items() const { return m_items; }
    [[nodiscard]] bool isSearching() const { return m_itemsJob.isRunning(); }

    /// "MovieLens 100K: there is u.data, ..."; empty without a dataset.
    [[nodiscard]] QString formatText() const;

signals:
    void rowsChanged();
    void ruleChanged();
    void itemsChanged();

private:
    void takeDataset();
    void chooseRows();

    Workspace& m_workspace;
    std::shared_ptr<const data::UserHistory> m_history; ///< null without a dataset
    InteractionTableModel m_interactions;
    InteractionFilter m_filter;
    int m_column = InteractionTableModel::TimeColumn;
    Qt::SortOrder m_order = Qt::AscendingOrder;
    RuleDraft m_rule;
    data::ItemMatches m_items;
    QString m_words;
    JobRunner m_rowsJob; // the last members: their threads end first
    JobRunner m_ruleJob;
    JobRunner m_itemsJob;
};

} // namespace driftscope::ui
