// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/loadedmodel.h"
#include "core/network/adapterweights.h"
#include "core/network/decoder.h"
#include "core/network/device.h"

#include <memory>
#include <string>
#include <vector>

namespace driftscope::inference {

/// The network folder's word for the choice.
[[nodiscard]] network::DeviceKind kindOf(DeviceChoice choice);

/// The torch side of a loaded model.
struct LoadedModel::Parts {
    struct NamedAdapter {
        std::string name;
        std::shared_ptr<const network::AdapterWeights> weights;
    };

    network::DecoderWeights weights;
    network::Device device;
    Precision precision = Precision::Fp32;
    std::int64_t bytes = 0;
    std::shared_ptr<const checkpoint::Checkpoint> mapped; ///< if some weights stand in its files, else null
    std::vector<NamedAdapter> adapters; ///< none is active in `weights`; see ActiveAdapters
};

} // namespace driftscope::inference
