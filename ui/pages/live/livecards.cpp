// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/livecards.h"

#include "core/data/itemsearch.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr std::size_t mostFound = 24;

/// The kinds of some items, in the order in which they come up.
std::vector<std::string> kindsOf(const std::vector<data::ItemIndex>& items, const live::ItemKinds& kinds)
{
    std::vector<std::string> names;
    for (const auto item : items) {
        const auto name = kinds.nameOf(item);
        if (!name.empty() && std::ranges::find(names, name) == names.end())
            names.emplace_back(name);
    }
    return names;
}

} // namespace

LiveCards::LiveCards(QObject* parent)
    : QObject(parent)
{
    connect(&m_dealJob, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
        m_wanted.reset();
        if (outcome != Outcome::Finished)
            emit failed(outcome == Outcome::Cancelled ? tr("Dealing cards was stopped.") : message);
    });
}

void LiveCards::setHistory(std::shared_ptr<const data::UserHistory> history)
{
    m_history = std::move(history);
    m_table.reset();
    m_round = 0;
    m_searched.clear();
    m_found.clear();
}

Result<std::shared_ptr<const LiveCards::Table>> LiveCards::layOut(const Deal& deal, const JobContext& context)
{
    const data::Dataset& dataset = deal.history->dataset();
    auto table = std::make_shared<Table>();
    table->deal = deal;
    table->kinds = live::ItemKinds(dataset.catalog());
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Dealing cards was stopped.");
    std::vector<std::string> named;
    if (deal.script)
        named = kindsOf(deal.script->questions.front().candidates, table->kinds);
    table->deck = live::CardDeck(dataset, table->kinds, deal.seed, std::move(named));
    table->shownKinds = table->deck.kinds();
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Dealing cards was stopped.");
    return table;
}

bool LiveCards::deal(std::uint64_t seed, const std::shared_ptr<const live::ScenarioScript>& script)
{
    const Deal deal {m_history, seed, script};
    if (m_table && m_table->deal == deal)
        return true;
    if (!m_history || m_wanted == deal)
        return false;
    m_wanted = deal;
    m_dealJob.run<std::shared_ptr<const Table>>(
        tr("Dealing cards"), [deal](const JobContext& context) { return layOut(deal, context); },
        [this](Result<std::shared_ptr<const Table>> table) {
            if (!table || (*table)->deal.history != m_history)
                return;
            m_table = std::move(*table);
            emit dealt();
        });
    return false;
}

const live::ItemKinds& LiveCards::kinds() const
{
    static const live::ItemKinds none;
    return m_table ? m_table->kinds : none;
}

LiveItem LiveCards::itemOf(data::ItemIndex item) const
{
    LiveItem shown {item, QString::fromStdString(m_history->dataset().catalog().title(item)), {}, -1};
    if (!m_table)
        return shown;
    const auto kind = m_table->kinds.nameOf(item);
    shown.kind = QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size()));
    const auto& known = m_table->shownKinds;
    if (const auto found = std::ranges::find(known, kind); found != known.end())
        shown.kindPosition = static_cast<int>(found - known.begin());
    return shown;
}

std::vector<LiveItem> LiveCards::hand(const std::vector<bool>& leftOut) const
{
    std::vector<LiveItem> cards;
    if (!m_table)
        return cards;
    for (const auto item : m_searched.isEmpty() ? m_table->deck.hand(leftOut, handCount, m_round) : m_found)
        if (cards.size() < handCount && !leftOut[item])
            cards.push_back(itemOf(item));
    return cards;
}

void LiveCards::turnHand()
{
    ++m_round;
    m_searched.clear();
    m_found.clear();
}

void LiveCards::search(const QString& words, std::vector<bool> leftOut)
{
    m_searched = words.trimmed();
    if (m_searched.isEmpty() || !m_history) {
        m_searchJob.cancel();
        m_found.clear();
        return;
    }
    m_searchJob.run<data::ItemMatches>(
        tr("Searching"),
        [history = m_history, asked = m_searched.toStdString(),
         unwanted = std::move(leftOut)](const JobContext& context) -> Result<data::ItemMatches> {
            return data::searchItems(*history, asked, mostFound, context, unwanted);
        },
        [this, history = m_history](Result<data::ItemMatches> matches) {
            if (!matches || history != m_history || m_searched.isEmpty())
                return;
            m_found.clear();
            for (const auto& match : matches->best)
                m_found.push_back(match.item);
            emit found();
        });
}

} // namespace driftscope::ui
