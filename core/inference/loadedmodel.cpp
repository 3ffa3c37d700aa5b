// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/loadedmodel.h"

#include "core/inference/adapterloader_p.h"
#include "core/inference/loadedmodel_p.h"
#include "core/inference/weightreader_p.h"
#include "core/network/torchguard.h"

#include <ATen/core/grad_mode.h>

#include <cstdio>
#include <optional>
#include <utility>

namespace driftscope::inference {

namespace {

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
    for (const checkpoint::TensorEntry& entry : checkpoint.tensors())
        values += entry.valueCount();
    const std::int64_t needed = values * (precision == Precision::Fp32 ? 4 : 2);
    const std::int64_t free = device.freeBytes();
    if (needed <= free)
        return {};
    return fail(ErrorCode::OutOfMemory,
                checkpoint.path().string() + ": the weights need " + gigabytes(needed) + " and " + gigabytes(free)
                    + " are free on " + device.name
                    + (precision == Precision::Fp32 ? "; bf16 needs half." : "; take a smaller checkpoint."));
}

at::ScalarType storedType(Precision precision)
{
    switch (precision) {
    case Precision::Bf16:
        return at::kBFloat16;
    case Precision::Fp16:
        return at::kHalf;
    default:
        return at::kFloat;
    }
}

} // namespace

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

LoadedModel::LoadedModel(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

LoadedModel::~LoadedModel() = default;

Result<std::shared_ptr<const LoadedModel>> LoadedModel::load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint,
                                                             const LoadOptions& options, const JobContext& context)
{
    return network::guarded("Loading the checkpoint", [&]() -> Result<std::shared_ptr<const LoadedModel>> {
        const at::NoGradGuard noGradients; // tensors of inference mode could not be trained on
        auto parts = std::make_unique<Parts>();
        parts->precision = options.precision;
        DRIFTSCOPE_TRY(parts->device, network::chooseDevice(kindOf(options.device)));
        DRIFTSCOPE_CHECK(checkMemory(*checkpoint, options.precision, parts->device));
        if (options.precision == Precision::Fp16 && !parts->device.isCuda())
            return fail(ErrorCode::UnsupportedFormat,
                        "fp16 runs on GPUs only and this is " + parts->device.name + "; take fp32 or bf16.");
        const at::ScalarType type = storedType(options.precision);
        const at::ScalarType compute = parts->device.hasFastBf16 ? type : at::kFloat;
        DRIFTSCOPE_TRY(const auto adapters, openAdapters(options.adapters, checkpoint->config()));
        const bool merges = options.mergeAdapters && !adapters.empty();
        std::optional<AdapterMerge> merge;
        if (merges) {
            DRIFTSCOPE_TRY(merge, AdapterMerge::prepare(adapters, checkpoint->config(), context));
        }
        TensorReader tensors(checkpoint, parts->device, options.mapsWeights, context);
        WeightReader reader(*checkpoint, tensors, type, compute, merge ? &*merge : nullptr);
        DRIFTSCOPE_TRY(parts->weights, reader.read());
        parts->weights.computeType = compute;
        if (merge)
            DRIFTSCOPE_CHECK(merge->finish(parts->weights, context));
        parts->bytes = tensors.bytes();
        if (tensors.mappedBytes() > 0)
            parts->mapped = std::move(checkpoint);
        std::shared_ptr<const LoadedModel> model(new LoadedModel(std::move(parts)));
        if (merges || adapters.empty())
            return model;
        return model->withAdapters(options.adapters, context);
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

Result<> LoadedModel::checkUnchanged() const
{
    return m_parts->mapped ? m_parts->mapped->checkUnchanged() : Result<>();
}

std::int64_t LoadedModel::weightBytes() const
{
    return m_parts->bytes;
}

} // namespace driftscope::inference
