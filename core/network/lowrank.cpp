// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/lowrank.h"

#include <ATen/core/grad_mode.h>

#include <utility>

namespace driftscope::network {

namespace {

// What the change adds to the product, before rowScale; of x's rows. [N, rows]
at::Tensor addition(const at::Tensor& x, const LowRank& change)
{
    const bool drops = change.dropout > 0 && at::GradMode::is_enabled();
    const at::Tensor seen = drops ? at::dropout(x, change.dropout, true) : x;
    const at::Tensor low = at::linear(seen.to(change.down.scalar_type()), change.down); // [N, r]
    at::Tensor delta = at::linear(low, change.up) * change.scale;
    return change.upBias.defined() ? delta + change.upBias * change.scale : delta;
}

// A new tensor each time: nothing that gradients may need is written over.
at::Tensor recorded(const at::Tensor& y, const at::Tensor& x, const LowRank& change)
{
    const std::int64_t rows = change.up.size(0);
    const std::int64_t end = change.firstRow + rows;
    at::Tensor part = y.narrow(1, change.firstRow, rows) + addition(x, change).to(y.scalar_type());
    if (change.rowScale.defined())
        part = part * change.rowScale.to(y.scalar_type());
    if (rows == y.size(1))
        return part;
    return at::cat({y.narrow(1, 0, change.firstRow), part, y.narrow(1, end, y.size(1) - end)}, 1);
}

void addTo(at::Tensor part, const at::Tensor& x, const LowRank& change)
{
    if (part.scalar_type() == change.up.scalar_type() && !change.upBias.defined()) {
        const at::Tensor low = at::linear(x.to(change.down.scalar_type()), change.down); // [N, r]
        part.addmm_(low, change.up.t(), 1, change.scale);
    } else {
        part.add_(addition(x, change));
    }
    if (change.rowScale.defined())
        part.mul_(change.rowScale.to(part.scalar_type()));
}

at::Tensor chosen(const at::Tensor& tensor, const at::Tensor& rows)
{
    return tensor.defined() ? tensor.index_select(0, rows) : tensor;
}

} // namespace

at::Tensor doraScale(const at::Tensor& weight, const LowRank& change, const at::Tensor& magnitude)
{
    const at::Tensor delta = at::matmul(change.up.detach().to(at::kFloat), change.down.detach().to(at::kFloat));
    const at::Tensor changed = weight.detach().to(at::kFloat) + delta * change.scale;
    return magnitude.to(at::kFloat) / at::linalg_vector_norm(changed, 2, at::IntArrayRef {1});
}

at::Tensor withChanges(at::Tensor y, const at::Tensor& x, std::span<const LowRank> changes)
{
    for (const LowRank& change : changes) {
        if (at::GradMode::is_enabled())
            y = recorded(y, x, change);
        else
            addTo(y.narrow(1, change.firstRow, change.up.size(0)), x, change);
    }
    return y;
}

at::Tensor withChangesOfRows(at::Tensor y, const at::Tensor& x, std::span<const LowRank> changes,
                             const at::Tensor& rows)
{
    for (const LowRank& change : changes) {
        const LowRank some {change.down,
                            chosen(change.up, rows),
                            chosen(change.upBias, rows),
                            chosen(change.rowScale, rows),
                            change.scale,
                            0};
        y = withChanges(std::move(y), x, {&some, 1});
    }
    return y;
}

at::Tensor merged(const at::Tensor& weight, std::span<const LowRank> changes)
{
    at::Tensor sum = weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    for (const LowRank& change : changes) {
        sum.addmm_(change.up.to(at::kFloat), change.down.to(at::kFloat), 1, change.scale);
        if (change.rowScale.defined())
            sum.mul_(change.rowScale.unsqueeze(1));
    }
    return sum;
}

} // namespace driftscope::network
