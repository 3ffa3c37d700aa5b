// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/loadedmodel.h"
#include "core/network/decoder.h"
#include "core/network/device.h"

namespace driftscope::inference {

/// The torch side of a loaded model.
struct LoadedModel::Parts {
    network::DecoderWeights weights;
    network::Device device;
    Precision precision = Precision::Fp32;
    std::int64_t bytes = 0;
};

} // namespace driftscope::inference
