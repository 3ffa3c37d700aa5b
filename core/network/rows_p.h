// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/cpukernels.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>

namespace driftscope::network {

/// True if the row kernels for CPUs may be used: nothing is recorded for gradients.
[[nodiscard]] inline bool usesKernels(const at::Tensor& x)
{
    return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) && !x.requires_grad();
}

/// True if gradients are recorded for one of these; undefined tensors are none.
[[nodiscard]] inline bool needsGradient(std::initializer_list<at::Tensor> tensors)
{
    return at::GradMode::is_enabled() && std::any_of(tensors.begin(), tensors.end(), [](const at::Tensor& tensor) {
               return tensor.defined() && tensor.requires_grad();
           });
}

/// Shares rows out over libtorch's threads; `work(row)` for each. Small amounts stay on this thread.
template<typename Work>
void forEachRow(std::int64_t rows, std::int64_t valuesPerRow, const Work& work)
{
    constexpr std::int64_t valuesPerTask = 16'384; // below this a second thread costs more than it brings
    const std::int64_t grain = std::max<std::int64_t>(1, valuesPerTask / std::max<std::int64_t>(1, valuesPerRow));
    at::parallel_for(0, rows, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row)
            work(row);
    });
}

/// The stored bf16 values of a tensor, for the kernels.
[[nodiscard]] inline kernels::Bf16* bf16Data(const at::Tensor& x)
{
    static_assert(sizeof(kernels::Bf16) == sizeof(at::BFloat16));
    return static_cast<kernels::Bf16*>(x.data_ptr());
}

/// Calls `work(float*)` or `work(kernels::Bf16*)`, as the tensor is stored.
template<typename Work>
void withData(const at::Tensor& x, const Work& work)
{
    if (x.scalar_type() == at::kFloat)
        work(x.data_ptr<float>());
    else
        work(bf16Data(x));
}

} // namespace driftscope::network
