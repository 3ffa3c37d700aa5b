// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/datasession.h"

#include "ui/models/numbertext.h"

#include <utility>

namespace driftscope::ui {

namespace {

constexpr std::size_t mostItems = 2'000; ///< of a search that are listed

} // namespace

DataSession::DataSession(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    connect(&workspace.focus(), &Focus::datasetChanged, this, &DataSession::takeDataset);
    connect(&m_interactions, &InteractionTableModel::sortRequested, this, &DataSession::sort);
    connect(&m_rowsJob, &JobRunner::ended, this, &DataSession::rowsChanged);
    connect(&m_ruleJob, &JobRunner::ended, this, &DataSession::ruleChanged);
    connect(&m_itemsJob, &JobRunner::ended, this, &DataSession::itemsChanged);
    takeDataset();
}

void DataSession::takeDataset()
{
    const auto& open = m_workspace.focus().dataset();
    if (!open)
        return;
    const bool isSameData = m_history && &m_history->dataset() == &open->dataset();
    m_history = open->history;
    m_rowsJob.cancel();
    m_interactions.setHistory(m_history);
    if (!isSameData)
        m_filter = {};
    chooseRows();
    tryRule(QString::fromStdString(open->rule.text()));
    searchItems(m_words);
}

void DataSession::setFilter(InteractionFilter filter)
{
    if (filter == m_filter)
        return;
    m_filter = std::move(filter);
    chooseRows();
}

void DataSession::sort(int column, Qt::SortOrder order)
{
    m_column = column;
    m_order = order;
    chooseRows();
}

void DataSession::chooseRows()
{
    if (!m_history)
        return;
    m_rowsJob.run<InteractionTableModel::Order>(
        tr("Choosing rows"),
        [history = m_history, filter = m_filter, column = m_column, order = m_order](const JobContext& context) {
            return interactionRows(*history, filter, column, order, context);
        },
        [this](Result<InteractionTableModel::Order> rows) {
            if (rows)
                m_interactions.setOrder(std::move(*rows));
        });
    emit rowsChanged();
}

QString DataSession::rowsText() const
{
    if (!m_history)
        return {};
    const std::size_t all = m_history->dataset().size();
    const auto shown = static_cast<std::size_t>(m_interactions.rowCount());
    if (isChoosingRows())
        return tr("looking…");
    return shown == all ? tr("%1 interactions").arg(countText(all))
                        : tr("%1 of %2 interactions").arg(countText(shown), countText(all));
}

void DataSession::tryRule(const QString& text)
{
    m_rule = {text, {}, {}};
    if (!m_history)
        return;
    const auto rule = text.trimmed().isEmpty() ? data::LabelRule::defaultFor(m_history->dataset().ratingKind())
                                               : data::LabelRule::parse(text.toStdString());
    if (rule) {
        m_ruleJob.run<data::LabelCounts>(
            tr("Counting labels"),
            [dataset = m_history->sharedDataset(), parsed = *rule](const JobContext&) -> Result<data::LabelCounts> {
                return data::countLabels(*dataset, parsed);
            },
            [this](Result<data::LabelCounts> counts) {
                if (counts)
                    m_rule.counts = *counts;
            });
    } else {
        m_ruleJob.cancel();
        m_rule.problem = QString::fromStdString(rule.error().message);
    }
    emit ruleChanged();
}

QString DataSession::ruleText() const
{
    if (!m_history)
        return {};
    if (!m_rule.problem.isEmpty())
        return m_rule.problem;
    if (!m_rule.counts)
        return tr("counting…");
    const auto& counts = *m_rule.counts;
    return tr("%1 liked, %2 disliked; %3 of %4 users have both")
        .arg(countText(counts.liked), countText(counts.disliked), countText(counts.usersWithBothLabels),
             countText(m_history->dataset().userCount()));
}

void DataSession::searchItems(const QString& words)
{
    m_words = words;
    if (!m_history)
        return;
    m_itemsJob.run<data::ItemMatches>(
        tr("Searching items"),
        [history = m_history, text = words.toStdString()](const JobContext& context) -> Result<data::ItemMatches> {
            return data::searchItems(*history, text, mostItems, context);
        },
        [this](Result<data::ItemMatches> items) {
            if (items)
                m_items = std::move(*items);
        });
}

QString DataSession::formatText() const
{
    const auto& open = m_workspace.focus().dataset();
    if (!open)
        return {};
    return tr("Read as %1: %2.")
        .arg(QString::fromStdString(open->format.title), QString::fromStdString(open->format.why));
}

} // namespace driftscope::ui
