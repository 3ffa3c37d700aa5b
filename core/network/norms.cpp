// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/norms.h"

#include "core/network/rows_p.h"

namespace driftscope::network {

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon, at::ScalarType type)
{
    if (!usesKernels(x) || needsGradient({weight})) {
        const at::Tensor wide = x.to(at::kFloat);
        return (wide * at::rsqrt(wide.square().mean(-1, true) + epsilon) * weight).to(type);
    }
    const std::int64_t width = x.size(-1);
    at::Tensor out = at::empty(x.sizes(), x.options().dtype(type));
    const float* from = x.const_data_ptr<float>();
    const float* weights = weight.const_data_ptr<float>();
    withData(out, [&](auto* to) {
        forEachRow(x.size(0), width, [&](std::int64_t row) {
            kernels::rmsNorm(from + row * width, weights, static_cast<float>(epsilon), width, to + row * width);
        });
    });
    return out;
}

void addInPlace(at::Tensor& x, const at::Tensor& delta)
{
    if (needsGradient({x, delta})) { // what the gradients need may not change: x becomes another tensor
        x = x + delta;
        return;
    }
    if (!usesKernels(x) || !delta.is_contiguous()) {
        x.add_(delta);
        return;
    }
    const std::int64_t width = x.size(-1);
    float* to = x.data_ptr<float>();
    withData(delta, [&](const auto* from) {
        forEachRow(x.size(0), width,
                   [&](std::int64_t row) { kernels::add(to + row * width, from + row * width, width); });
    });
}

} // namespace driftscope::network
