// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/activeadapters_p.h"
#include "core/inference/adapterloader_p.h"
#include "core/network/torchguard.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

namespace driftscope::inference {

namespace {

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "none" : text;
}

} // namespace

Result<std::shared_ptr<const LoadedModel>> LoadedModel::withAdapters(const std::vector<AdapterChoice>& adapters,
                                                                     const JobContext& context) const
{
    return network::guarded("Loading the adapter", [&]() -> Result<std::shared_ptr<const LoadedModel>> {
        const at::NoGradGuard noGradients;
        DRIFTSCOPE_TRY(const auto opened, openAdapters(adapters, config(), adapterNames()));
        auto parts = std::make_unique<Parts>(*m_parts);
        for (const OpenedAdapter& adapter : opened) {
            DRIFTSCOPE_TRY(auto weights, readAdapter(adapter, parts->weights, context));
            parts->bytes += weights->bytes();
            parts->adapters.push_back({adapter.choice.name, std::move(weights)});
        }
        return std::shared_ptr<const LoadedModel>(new LoadedModel(std::move(parts)));
    });
}

std::shared_ptr<const LoadedModel> LoadedModel::fromParts(std::unique_ptr<Parts> parts)
{
    return std::shared_ptr<const LoadedModel>(new LoadedModel(std::move(parts)));
}

std::vector<std::string> LoadedModel::adapterNames() const
{
    std::vector<std::string> names;
    for (const auto& adapter : m_parts->adapters)
        names.push_back(adapter.name);
    return names;
}

ActiveAdapters::ActiveAdapters(std::shared_ptr<const LoadedModel> model)
    : m_model(std::move(model))
    , m_weights(&m_model->parts().weights)
{
}

Result<bool> ActiveAdapters::choose(const AdapterNames& names)
{
    DRIFTSCOPE_TRY(Set set, setOf(names));
    if (set == m_set)
        return false;
    if (!m_known.contains(set)) {
        DRIFTSCOPE_CHECK(checkTogether(set));
        std::vector<std::shared_ptr<const network::AdapterWeights>> chosen;
        for (const std::size_t index : set)
            chosen.push_back(m_model->parts().adapters[index].weights);
        const at::NoGradGuard noGradients;
        m_known.emplace(set, network::withAdapters(m_model->parts().weights, chosen));
    }
    m_weights = &m_known.at(set);
    m_set = std::move(set);
    return true;
}

std::shared_ptr<const LoadedModel> ActiveAdapters::asModel() const
{
    auto parts = std::make_unique<LoadedModel::Parts>(m_model->parts());
    parts->weights = *m_weights;
    parts->adapters.clear();
    return LoadedModel::fromParts(std::move(parts));
}

std::int64_t ActiveAdapters::virtualTokens() const
{
    return m_weights->prompt.defined() ? m_weights->prompt.size(0) : 0;
}

Result<ActiveAdapters::Set> ActiveAdapters::setOf(const AdapterNames& names) const
{
    const auto& adapters = m_model->parts().adapters;
    Set set;
    if (!names) {
        set.resize(adapters.size());
        std::iota(set.begin(), set.end(), std::size_t {0});
        return set;
    }
    for (const std::string& name : *names) {
        const auto found = std::ranges::find(adapters, name, &LoadedModel::Parts::NamedAdapter::name);
        if (found == adapters.end())
            return fail(ErrorCode::UnknownName,
                        "The model has no adapter '" + name + "'; it has " + joined(m_model->adapterNames()) + ".");
        set.push_back(static_cast<std::size_t>(found - adapters.begin()));
    }
    std::ranges::sort(set);
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
}

Result<> ActiveAdapters::checkTogether(const Set& set) const
{
    const auto& adapters = m_model->parts().adapters;
    for (std::size_t i = 0; i < set.size(); ++i) {
        for (std::size_t j = i + 1; j < set.size(); ++j) {
            const auto& a = adapters[set[i]];
            const auto& b = adapters[set[j]];
            const std::string conflict = network::conflictOf(*a.weights, *b.weights);
            if (!conflict.empty())
                return fail(ErrorCode::BadArgument,
                            "The adapters '" + a.name + "' and '" + b.name + "' cannot be active at once: " + conflict
                                + " by both; choose one of them.");
        }
    }
    return {};
}

} // namespace driftscope::inference
