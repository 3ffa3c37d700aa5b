// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/linear.h"

#include "core/network/norms.h"
#include "core/network/rows_p.h"

#include <ATen/core/grad_mode.h>

#include <vector>

namespace driftscope::network {

namespace {

// The weight in the type of x.
at::Tensor weightFor(const Linear& linear, const at::Tensor& x, Workspace& workspace)
{
    const at::Tensor& weight = linear.weight;
    if (weight.scalar_type() == x.scalar_type())
        return weight;
    if (!usesKernels(weight) || x.scalar_type() != at::kFloat || weight.scalar_type() != at::kBFloat16)
        return weight.to(x.scalar_type());
    at::Tensor wide = workspace.take(WidenedSlot, weight.size(0), weight.size(1), x.options());
    float* to = wide.data_ptr<float>();
    const kernels::Bf16* from = bf16Data(weight);
    const std::int64_t columns = weight.size(1);
    forEachRow(weight.size(0), columns,
               [&](std::int64_t row) { kernels::widen(from + row * columns, columns, to + row * columns); });
    return wide;
}

// The changes apply to the product alone: DoRA scales it before the bias is added.
at::Tensor applyChanged(const Linear& linear, const at::Tensor& x, Workspace& workspace, std::size_t slot)
{
    const Linear plain {linear.weight};
    at::Tensor out = withChanges(apply(plain, x, workspace, slot), x, linear.changes);
    if (!linear.bias.defined())
        return out;
    return at::GradMode::is_enabled() ? out + linear.bias : out.add_(linear.bias);
}

bool isPlainFloat(const at::Tensor& x)
{
    return x.is_cpu() && x.scalar_type() == at::kFloat && !x.requires_grad();
}

} // namespace

at::Tensor Workspace::take(std::size_t slot, std::int64_t rows, std::int64_t columns, at::TensorOptions options)
{
    if (at::GradMode::is_enabled()) // what was computed may be needed for gradients: nothing is used again
        return at::empty({rows, columns}, options);
    if (m_buffers.size() <= slot)
        m_buffers.resize(slot + 1);
    at::Tensor& buffer = m_buffers[slot];
    if (!buffer.defined() || buffer.numel() < rows * columns || buffer.dtype() != options.dtype())
        buffer = at::empty({rows * columns}, options);
    return buffer.narrow(0, 0, rows * columns).view({rows, columns});
}

at::Tensor apply(const Linear& linear, const at::Tensor& x, Workspace& workspace, std::size_t slot)
{
    if (!linear.changes.empty())
        return applyChanged(linear, x, workspace, slot);
    const at::Tensor weight = weightFor(linear, x, workspace);
    if (!isPlainFloat(x) || weight.requires_grad())
        return at::linear(x, weight, linear.bias.defined() ? std::optional<at::Tensor>(linear.bias) : std::nullopt);
    at::Tensor out = workspace.take(slot, x.size(0), weight.size(0), x.options());
    at::mm_out(out, x, weight.t());
    if (linear.bias.defined())
        out.add_(linear.bias);
    return out;
}

void applyAndAdd(const Linear& linear, const at::Tensor& x, at::Tensor& residual, Workspace& workspace)
{
    if (!linear.changes.empty())
        return addInPlace(residual, applyChanged(linear, x, workspace, BranchSlot));
    const at::Tensor weight = weightFor(linear, x, workspace);
    if (!isPlainFloat(x) || weight.requires_grad()) {
        addInPlace(
            residual,
            at::linear(x, weight, linear.bias.defined() ? std::optional<at::Tensor>(linear.bias) : std::nullopt));
        return;
    }
    at::addmm_out(residual, residual, x, weight.t());
    if (linear.bias.defined())
        residual.add_(linear.bias);
}

} // namespace driftscope::network
