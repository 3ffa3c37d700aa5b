// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/stagetimer.h"
#include "core/inference/answerhead_p.h"
#include "core/network/device.h"

#include <algorithm>
#include <utility>

namespace driftscope::inference {

namespace {

constexpr std::size_t rowsAtOnce = 32; ///< of full logits: 20 MB at a vocabulary of 150,000
constexpr std::int64_t widenedTokens = 16 * 1024; ///< rows of a bf16 head that are widened at once

} // namespace

AnswerHead::AnswerHead(const network::DecoderWeights& weights, at::Tensor hidden)
    : m_weights(weights)
    , m_hidden(std::move(hidden))
{
}

void AnswerHead::readTokens(std::vector<TokenId> ids)
{
    m_ids = std::move(ids);
    std::ranges::sort(m_ids);
    m_ids.erase(std::unique(m_ids.begin(), m_ids.end()), m_ids.end());
    const StageTimer timer("head");
    const at::Tensor index =
        network::onDevice(std::vector<std::int64_t>(m_ids.begin(), m_ids.end()), m_hidden.device());
    const at::Tensor rows = m_weights.head.index_select(0, index).to(at::kFloat); // [ids, hidden]
    const at::Tensor logits =
        network::withChangesOfRows(at::matmul(m_hidden, rows.t()), m_hidden, m_weights.headChanges, index);
    m_logits = capped(logits).to(at::kCPU).contiguous();
}

double AnswerHead::logit(std::size_t row, TokenId id) const
{
    const auto column = std::ranges::lower_bound(m_ids, id) - m_ids.begin();
    return static_cast<double>(
        m_logits.const_data_ptr<float>()[static_cast<std::int64_t>(row) * m_logits.size(1) + column]);
}

void AnswerHead::readAll(std::span<const std::size_t> rows,
                         const std::function<void(std::size_t row, std::span<const float> logits)>& keep)
{
    const StageTimer timer("head");
    for (std::size_t begin = 0; begin < rows.size(); begin += rowsAtOnce) {
        const auto some = rows.subspan(begin, std::min(rowsAtOnce, rows.size() - begin));
        const std::vector<std::int64_t> index(some.begin(), some.end());
        const at::Tensor hidden = m_hidden.index_select(0, network::onDevice(index, m_hidden.device()));
        const at::Tensor logits = allLogits(hidden);
        const at::Tensor sums = at::logsumexp(logits, -1).to(at::kCPU);
        const at::Tensor values = logits.to(at::kCPU).contiguous();
        const auto width = static_cast<std::size_t>(values.size(1));
        for (std::size_t i = 0; i < some.size(); ++i) {
            m_logNormalizers[some[i]] = static_cast<double>(sums.const_data_ptr<float>()[i]);
            keep(some[i], {values.const_data_ptr<float>() + i * width, width});
        }
    }
}

at::Tensor AnswerHead::allLogits(const at::Tensor& hidden) const
{
    const at::Tensor& head = m_weights.head;
    if (head.scalar_type() == at::kFloat)
        return capped(network::withChanges(at::linear(hidden, head), hidden, m_weights.headChanges));
    std::vector<at::Tensor> parts;
    for (std::int64_t begin = 0; begin < head.size(0); begin += widenedTokens) {
        const at::Tensor rows = head.slice(0, begin, std::min(begin + widenedTokens, head.size(0)));
        parts.push_back(at::linear(hidden, rows.to(at::kFloat)));
    }
    return capped(network::withChanges(at::cat(parts, 1), hidden, m_weights.headChanges));
}

at::Tensor AnswerHead::capped(const at::Tensor& logits) const
{
    const auto& cap = m_weights.config.finalSoftcap;
    return cap ? at::tanh(logits / *cap) * *cap : logits;
}

} // namespace driftscope::inference
