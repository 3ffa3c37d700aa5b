// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/healthcard.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>

namespace driftscope::data {

namespace {

using Kind = HealthAdvice::Kind;

std::string percent(double share)
{
    std::array<char, 16> text {};
    const double value = 100 * share;
    std::snprintf(text.data(), text.size(), value > 0 && value < 10 ? "%.1f %%" : "%.0f %%", value);
    return text.data();
}

double share(std::uint64_t part, std::uint64_t all)
{
    return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

/// Says what a card means, one subject a function.
class Adviser
{
public:
    explicit Adviser(const HealthCard& card)
        : m_card(card)
    {
    }

    std::vector<HealthAdvice> advise()
    {
        adviseOnTitles();
        adviseOnRows();
        adviseOnLabels();
        adviseOnHistories();
        adviseOnCold();
        adviseOnUsers();
        adviseOnTime();
        std::ranges::stable_sort(m_advice,
                                 [](const HealthAdvice& a, const HealthAdvice& b) { return a.kind > b.kind; });
        return std::move(m_advice);
    }

private:
    void say(Kind kind, std::string text) { m_advice.push_back({kind, std::move(text)}); }

    void adviseOnTitles()
    {
        if (m_card.titledItems == 0)
            say(Kind::Warning,
                "No item has a title: prompts would show ids, of which a language model knows nothing. Choose a title "
                "column, or put an item file beside the table.");
        else if (share(m_card.titledItems, m_card.items) < 0.95)
            say(Kind::Note,
                percent(1 - share(m_card.titledItems, m_card.items))
                    + " of the items have no title; prompts show their ids.");
    }

    void adviseOnRows()
    {
        const std::uint64_t rows = m_card.interactions + m_card.duplicates + m_card.badRows;
        if (share(m_card.badRows, rows) > 0.01)
            say(Kind::Warning,
                percent(share(m_card.badRows, rows))
                    + " of the rows could not be read. Look at them under Bad rows before you trust a result.");
        if (share(m_card.duplicates, rows) > 0.05)
            say(Kind::Note,
                percent(share(m_card.duplicates, rows))
                    + " of the rows repeat a user and item; only the first of each is kept.");
    }

    void adviseOnLabels()
    {
        const double liked = share(m_card.positives, m_card.interactions);
        if (m_card.positives == m_card.interactions)
            return say(Kind::Note,
                       "Everything counts as liked: AUC, LogLoss and calibration have nothing to compare. Judge by HR "
                       "and NDCG, or choose a label rule that calls something disliked.");
        if (m_card.positives == 0)
            return say(Kind::Warning,
                       "Nothing counts as liked: there is no next item to rank. Lower the bar of the label rule.");
        if (liked < 0.1 || liked > 0.9)
            say(Kind::Note,
                percent(liked) + " of the interactions are liked, far from half: look at AUC rather than accuracy, and "
                    + (liked < 0.1 ? "consider a lower bar." : "consider a higher bar or user-mean."));
        const double both = share(m_card.usersWithBothLabels, m_card.users);
        if (both < 0.5)
            say(Kind::Note,
                "Only " + percent(both) + " of the users have both labels; a per-user AUC speaks of these alone.");
    }

    void adviseOnHistories()
    {
        constexpr std::uint64_t shortHistory = 5;
        std::uint64_t users = 0;
        for (const LikedBin& bin : m_card.likedPerUser)
            users += bin.to < shortHistory ? bin.users : 0;
        if (share(users, m_card.users) > 0.5)
            say(Kind::Note,
                percent(share(users, m_card.users))
                    + " of the users like fewer than 5 items: most prompts will show short histories.");
    }

    void adviseOnCold()
    {
        if (m_card.coldItemShareLast10Percent > 0.3)
            say(Kind::Note,
                percent(m_card.coldItemShareLast10Percent)
                    + " of the last tenth is about items not seen before: baselines that learn from counts cannot rank "
                      "them, a model that reads titles can.");
        if (m_card.coldUserShareLast10Percent > 0.5)
            say(Kind::Note,
                percent(m_card.coldUserShareLast10Percent)
                    + " of the last tenth is by users not seen before: a split by date would test newcomers alone. "
                      "Replay every user from the beginning of their own life.");
    }

    void adviseOnUsers()
    {
        constexpr std::uint64_t fewUsers = 50;
        if (m_card.users < fewUsers)
            say(Kind::Note,
                "There are only " + std::to_string(m_card.users)
                    + " users: intervals, which are over users, will be wide.");
    }

    void adviseOnTime()
    {
        constexpr double manyTies = 0.05;
        std::string reason = m_card.clockReplayReason;
        if (m_card.tiedShare > manyTies)
            reason += " The order within a second is not known, so leave ties excluded from histories (the default).";
        say(m_card.isClockReplayAdvised ? Kind::Good : Kind::Note, std::move(reason));
    }

    const HealthCard& m_card;
    std::vector<HealthAdvice> m_advice;
};

} // namespace

std::vector<HealthAdvice> adviceOn(const HealthCard& card)
{
    return Adviser(card).advise();
}

} // namespace driftscope::data
