// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tuning/tuningplan.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::tuning {

/// A tensor that is trained. fp32, a leaf that records gradients.
struct Parameter {
    std::string name; ///< as the state file calls it
    at::Tensor value;
    bool decays = true; ///< false for norms and biases
};

/// AdamW by libtorch's fused kernel; holds the moments so that a run can be resumed.
///
/// Source    Loshchilov, Hutter (arXiv 1711.05101).
class AdamW
{
public:
    explicit AdamW(const std::vector<Parameter>& parameters);

    /// One step with the gradients that the parameters hold.
    void step(const Optimization& optimization, double learningRate);

    /// First and second moments in the order of the parameters, and the number of steps taken.
    [[nodiscard]] const std::vector<at::Tensor>& means() const { return m_means; }
    [[nodiscard]] const std::vector<at::Tensor>& squares() const { return m_squares; }
    /// Goes on from a saved state. Shapes as those of the parameters.
    void restore(const std::vector<at::Tensor>& means, const std::vector<at::Tensor>& squares, std::int64_t steps);

private:
    const std::vector<Parameter>& m_parameters;
    std::vector<at::Tensor> m_means;
    std::vector<at::Tensor> m_squares;
    std::vector<at::Tensor> m_steps; ///< a single fp32 value each
};

/// Cosine from the rate to its end after a linear warm-up. `step` from 0.
[[nodiscard]] double learningRateAt(std::int64_t step, std::int64_t totalSteps, const Optimization& optimization);

/// Scales all gradients so that their joint l2 norm is at most `limit` (0 = none). @return the norm before.
double clipGradients(const std::vector<Parameter>& parameters, double limit);

} // namespace driftscope::tuning
