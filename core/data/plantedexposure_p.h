// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/planteddrift.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace driftscope::data {

/// An item of the stock: its genre, when it is released (seconds from the start) and how popular it is.
struct StockItem {
    GenreIndex genre = 0;
    std::int64_t release = 0;
    std::uint64_t weight = 1; ///< chance of being shown, relative to the other items
};

/// What can be shown: items by genre with release and popularity.
class PlantedStock
{
public:
    explicit PlantedStock(const PlantedDriftPlan& plan);

    [[nodiscard]] const std::vector<StockItem>& items() const { return m_items; }

    /// An item of one of the genres, each genre as likely as the other, that is released at `now` and not yet met, by
    /// popularity; nothing if there is none left in any of them.
    [[nodiscard]] std::optional<ItemIndex> draw(const std::vector<GenreIndex>& genres, std::int64_t now,
                                                const std::vector<bool>& isMet, RandomStream& stream) const;

private:
    [[nodiscard]] std::optional<ItemIndex> drawFrom(GenreIndex genre, std::int64_t now, const std::vector<bool>& isMet,
                                                    RandomStream& stream) const;

    std::vector<StockItem> m_items;
    std::vector<std::vector<ItemIndex>> m_byGenre;
};

/// The times of a user's events: seconds from the start, rising, no two alike.
[[nodiscard]] std::vector<std::int64_t> plantTimes(const PlantedDriftPlan& plan, std::size_t user, std::size_t events);

} // namespace driftscope::data
