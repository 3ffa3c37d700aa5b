// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/inference/loadedmodel_p.h"
#include "core/network/decoder.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace driftscope::inference {

/// Names of adapters to score with; nothing = all of the model.
using AdapterNames = std::optional<std::vector<std::string>>;

/// A model's weights with some of its adapters switched on. Each set is put together once, from shared tensors.
/// Used by one thread.
class ActiveAdapters
{
public:
    explicit ActiveAdapters(std::shared_ptr<const LoadedModel> model);

    /// Switches to a set; weights() is of it from now on. The order of the names does not matter.
    ///
    /// @return true if the set is another one than before.
    /// @retval ErrorCode::UnknownName  the model has no adapter of a name; the message lists those it has.
    /// @retval ErrorCode::BadArgument  two of them cannot be active at once; the message says why.
    [[nodiscard]] Result<bool> choose(const AdapterNames& names);

    [[nodiscard]] const network::DecoderWeights& weights() const { return *m_weights; }
    /// The model with the active set for good.
    [[nodiscard]] std::shared_ptr<const LoadedModel> asModel() const;
    /// Tokens that stand before every prompt; their ids begin at the vocabulary's size.
    [[nodiscard]] std::int64_t virtualTokens() const;

private:
    using Set = std::vector<std::size_t>; ///< positions in Parts::adapters, ascending

    Result<Set> setOf(const AdapterNames& names) const;
    Result<> checkTogether(const Set& set) const;

    std::shared_ptr<const LoadedModel> m_model;
    std::map<Set, network::DecoderWeights> m_known;
    Set m_set;
    const network::DecoderWeights* m_weights;
};

} // namespace driftscope::inference
