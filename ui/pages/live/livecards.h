// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/live/carddeck.h"
#include "core/live/scenario.h"
#include "ui/jobs/jobrunner.h"
#include "ui/pages/live/liverows.h"

#include <memory>
#include <optional>

namespace driftscope::ui {

/// The cards of the page Live: dealt from a dataset, shown a hand at a time, or those that a search found. Dealing and
/// searching are done on worker threads. No widgets; GUI thread.
class LiveCards : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t handCount = 6;

    explicit LiveCards(QObject* parent = nullptr);

    /// The data that cards are of from now on; those of other data go.
    void setHistory(std::shared_ptr<const data::UserHistory> history);
    /// Null without data.
    [[nodiscard]] const std::shared_ptr<const data::UserHistory>& history() const { return m_history; }
    /// True if the cards of this seed and script lie there; else they are dealt, and dealt() or failed() follows.
    ///
    /// @param script  names the kinds; null = they are drawn.
    bool deal(std::uint64_t seed, const std::shared_ptr<const live::ScenarioScript>& script);
    /// Null until cards were dealt from the data.
    [[nodiscard]] const live::CardDeck* deck() const { return m_table ? &m_table->deck : nullptr; }
    /// Of the items; none until cards were dealt from the data.
    [[nodiscard]] const live::ItemKinds& kinds() const;
    /// An item of the data with its kind.
    [[nodiscard]] LiveItem itemOf(data::ItemIndex item) const;

    /// What lies open: a hand of the deck, or what was found.
    ///
    /// @param leftOut  one flag an item.
    [[nodiscard]] std::vector<LiveItem> hand(const std::vector<bool>& leftOut) const;
    /// Another hand, of the deck.
    void turnHand();
    /// Cards with these words instead of the hand; found() follows. Empty = the hand again.
    void search(const QString& words, std::vector<bool> leftOut);
    [[nodiscard]] const QString& searched() const { return m_searched; }

    [[nodiscard]] JobRunner& dealJob() { return m_dealJob; }

signals:
    void dealt();
    void found();
    /// There are no cards, for this reason.
    void failed(const QString& message);

private:
    /// What cards are dealt from.
    struct Deal {
        std::shared_ptr<const data::UserHistory> history;
        std::uint64_t seed = 0;
        std::shared_ptr<const live::ScenarioScript> script;

        bool operator==(const Deal&) const = default;
    };
    /// Cards as they lie.
    struct Table {
        Deal deal;
        live::ItemKinds kinds;
        live::CardDeck deck;
        std::vector<std::string> shownKinds; ///< in the order of their colours
    };
    static Result<std::shared_ptr<const Table>> layOut(const Deal& deal, const JobContext& context);

    std::shared_ptr<const data::UserHistory> m_history;
    std::optional<Deal> m_wanted; ///< what is being dealt
    std::shared_ptr<const Table> m_table;
    std::size_t m_round = 0;
    QString m_searched;
    std::vector<data::ItemIndex> m_found;
    JobRunner m_dealJob;
    JobRunner m_searchJob;
};

} // namespace driftscope::ui
