// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/loadedmodel.h"

#include "core/inference/loadedmodel_p.h"
#include "core/inference/weightreader_p.h"
#include "core/network/torchguard.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace driftscope::inference {

namespace {

network::DeviceKind kindOf(DeviceChoice choice)
{
    switch (choice) {
    case DeviceChoice::Cpu:
        return network::DeviceKind::Cpu;
    case DeviceChoice::Cuda:
        return network::DeviceKind::Cuda;
    default:
        return network::DeviceKind::Auto;
    }
}

std::string gigabytes(std::int64_t bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

// Asked before anything is allocated: Linux promises memory that it does not have and kills the program later.
Result<> checkMemory(const checkpoint::Checkpoint& checkpoint, Precision precision, const network::Device& device)
{
    std::int64_t values = 0;
    std::int64_t largest = 0;
    for (const checkpoint::TensorEntry& entry : checkpoint.tensors()) {
        values += entry.valueCount();
        largest = std::max(largest, entry.valueCount());
    }
    const std::int64_t needed = precision == Precision::Bf16 ? values * 2 + largest * 4 : values * 4;
    const std::int64_t free = device.freeBytes();
    if (needed <= free)
        return {};
    return fail(ErrorCode::OutOfMemory,
                checkpoint.path().string() + ": the weights need " + gigabytes(needed) + " and " + gigabytes(free)
                    + " are free on " + device.name
                    + (precision == Precision::Fp32 ? "; bf16 needs half." : "; take a smaller checkpoint."));
}

} // namespace

LoadedModel::LoadedModel(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

LoadedModel::~LoadedModel() = default;

Result<std::shared_ptr<const LoadedModel>> LoadedModel::load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint,
                                                             const LoadOptions& options, const JobContext& context)
{
    return network::guarded("Loading the checkpoint", [&]() -> Result<std::shared_ptr<const LoadedModel>> {
        const c10::InferenceMode inference;
        auto parts = std::make_unique<Parts>();
        parts->precision = options.precision;
        DRIFTSCOPE_TRY(parts->device, network::chooseDevice(kindOf(options.device)));
        DRIFTSCOPE_CHECK(checkMemory(*checkpoint, options.precision, parts->device));
        const bool isBf16 = options.precision == Precision::Bf16;
        const at::ScalarType type = isBf16 ? at::kBFloat16 : at::kFloat;
        const at::ScalarType compute = isBf16 && parts->device.hasFastBf16 ? at::kBFloat16 : at::kFloat;
        WeightReader reader(*checkpoint, parts->device, type, compute, context);
        DRIFTSCOPE_TRY(parts->weights, reader.read());
        parts->weights.computeType = compute;
        parts->bytes = reader.bytes();
        return std::shared_ptr<const LoadedModel>(new LoadedModel(std::move(parts)));
    });
}

const checkpoint::ModelConfig& LoadedModel::config() const
{
    return m_parts->weights.config;
}

Precision LoadedModel::precision() const
{
    return m_parts->precision;
}

std::string LoadedModel::device() const
{
    return m_parts->device.name;
}

std::int64_t LoadedModel::weightBytes() const
{
    return m_parts->bytes;
}

} // namespace driftscope::inference
