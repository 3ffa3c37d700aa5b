// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::inference {

/// Of the matrices and, on GPUs and on CPUs that are fast in it, of the arithmetic between the norms. Fp16 is for GPUs.
enum class Precision : std::uint8_t { Fp32, Bf16, Fp16 };

/// "fp32", "bf16", "fp16"
[[nodiscard]] std::string nameOf(Precision precision);
/// The precision with this name; any other word is fp32.
[[nodiscard]] Precision precisionNamed(std::string_view name);

enum class DeviceChoice : std::uint8_t { Auto, Cpu, Cuda };

/// The choice called "cpu" or "cuda"; any other word is auto.
[[nodiscard]] DeviceChoice deviceNamed(std::string_view name);

/// An adapter of PEFT to put on a model.
struct AdapterChoice {
    std::filesystem::path folder;
    std::string name {}; ///< to switch it on and off by; empty = the folder's name
    double weight = 1; ///< how much of a LoRA or DoRA; what replaces whole tensors is not weighted
};

/// How to load a checkpoint.
struct LoadOptions {
    Precision precision = Precision::Fp32;
    DeviceChoice device = DeviceChoice::Auto;
    /// Large matrices that are stored as they are wanted stay in the mapped file (CPU only); false = copy everything.
    bool mapsWeights = true;
    /// The user allows to run the code in a TorchScript file; other formats have none.
    bool trustsCode = false;
    std::vector<AdapterChoice> adapters {}; ///< see LoadedModel::withAdapters()
    /// Folds the adapters into the weights, once and in fp32, as these are read: no cost afterwards, and no switching.
    bool mergeAdapters = false;
};

} // namespace driftscope::inference
