// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/itemvectors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace driftscope::demonstrations {

ItemVectors::ItemVectors(const std::vector<std::vector<float>>& vectors)
    : m_itemCount(vectors.size())
{
    for (const auto& vector : vectors)
        m_size = std::max(m_size, vector.size());
    std::vector<double> mean(m_size, 0);
    double counted = 0;
    for (const auto& vector : vectors) {
        counted += vector.empty() ? 0 : 1;
        for (std::size_t i = 0; i < vector.size(); ++i)
            mean[i] += static_cast<double>(vector[i]);
    }
    m_values.resize(m_itemCount * m_size, 0);
    for (std::size_t item = 0; item < m_itemCount; ++item) {
        const auto& vector = vectors[item];
        float* const centred = m_values.data() + item * m_size;
        double squares = 0;
        for (std::size_t i = 0; i < vector.size(); ++i) {
            const double value = static_cast<double>(vector[i]) - mean[i] / counted;
            centred[i] = static_cast<float>(value);
            squares += value * value;
        }
        const auto scale = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0F;
        for (std::size_t i = 0; i < vector.size(); ++i)
            centred[i] *= scale;
    }
}

std::span<const float> ItemVectors::of(data::ItemIndex item) const
{
    return std::span(m_values).subspan(item * m_size, m_size);
}

double ItemVectors::between(data::ItemIndex a, data::ItemIndex b, SimTime /*now*/) const
{
    if (a == b)
        return 1;
    const auto left = of(a);
    const auto right = of(b);
    return std::clamp(static_cast<double>(std::inner_product(left.begin(), left.end(), right.begin(), 0.0F)), -1.0,
                      1.0);
}

} // namespace driftscope::demonstrations
