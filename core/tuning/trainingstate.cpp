// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsonfield.h"
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/safetensorswriter.h"
#include "core/tuning/trainingstate_p.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstring>

namespace driftscope::tuning {

namespace {

/// A tensor of the state: fp32, contiguous, on the CPU for as long as the file is written.
struct Stored {
    std::string name;
    at::Tensor value;
};

checkpoint::TensorToWrite toWrite(const Stored& stored)
{
    return {stored.name,
            checkpoint::DType::F32,
            stored.value.sizes().vec(),
            {static_cast<const std::byte*>(stored.value.const_data_ptr()), stored.value.nbytes()}};
}

class StateReader
{
public:
    explicit StateReader(const checkpoint::SafetensorsFile& file)
        : m_file(file)
    {
    }

    Result<at::Tensor> tensor(const std::string& name, const at::Tensor& like) const
    {
        const auto found = std::ranges::find(m_file.tensors, name, &checkpoint::TensorEntry::name);
        if (found == m_file.tensors.end() || found->shape != like.sizes().vec()
            || found->type != checkpoint::DType::F32)
            return fail(ErrorCode::Inconsistent,
                        m_file.file->path().string() + ": the tensor '" + name
                            + "' is missing or has another shape than the plan's model; tune into another folder.");
        DRIFTSCOPE_TRY(const auto bytes, m_file.file->range(found->offset, found->bytes));
        at::Tensor value = at::empty(like.sizes(), at::kFloat);
        std::memcpy(value.data_ptr(), bytes.data(), bytes.size());
        return value;
    }

private:
    const checkpoint::SafetensorsFile& m_file;
};

Result<TrainingProgress> readProgress(const checkpoint::SafetensorsFile& file, const std::string& planHash)
{
    const std::string origin = file.file->path().string();
    const auto found = file.metadata.find("progress");
    const auto plan = file.metadata.find("plan");
    if (found == file.metadata.end() || plan == file.metadata.end())
        return fail(ErrorCode::Inconsistent, origin + ": this is not the state of a training run.");
    if (plan->second != planHash)
        return fail(ErrorCode::Inconsistent,
                    origin + ": this is the state of another plan; tune into another folder, or start anew.");
    DRIFTSCOPE_TRY(const auto document, parseJson(found->second, origin));
    JsonField field(document, origin);
    TrainingProgress progress;
    progress.step = field.integer("step");
    progress.bestStep = field.integer("bestStep");
    progress.bestAuc = field.number("bestAuc");
    progress.bestLoss = field.number("bestLoss");
    progress.worse = field.integer("worse");
    DRIFTSCOPE_CHECK(field.status());
    return progress;
}

} // namespace

Result<> saveState(const std::filesystem::path& path, const std::string& planHash, const TrainingProgress& progress,
                   const std::vector<Parameter>& parameters, const AdamW& optimizer)
{
    std::vector<Stored> stored;
    const auto add = [&stored](const std::string& name, const at::Tensor& value) {
        stored.push_back({name, value.detach().to(at::kCPU).contiguous()});
    };
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        add("weight." + parameters[i].name, parameters[i].value);
        add("mean." + parameters[i].name, optimizer.means()[i]);
        add("square." + parameters[i].name, optimizer.squares()[i]);
    }
    std::vector<checkpoint::TensorToWrite> tensors;
    for (const Stored& one : stored)
        tensors.push_back(toWrite(one));
    const nlohmann::json numbers {{"step", progress.step},
                                  {"bestStep", progress.bestStep},
                                  {"bestAuc", progress.bestAuc},
                                  {"bestLoss", progress.bestLoss},
                                  {"worse", progress.worse}};
    return checkpoint::writeSafetensors(path, std::move(tensors), {{"plan", planHash}, {"progress", numbers.dump()}});
}

Result<TrainingProgress> loadState(const std::filesystem::path& path, const std::string& planHash,
                                   const std::vector<Parameter>& parameters, AdamW& optimizer)
{
    DRIFTSCOPE_TRY(const auto file, checkpoint::SafetensorsFile::open(path));
    DRIFTSCOPE_TRY(const auto progress, readProgress(file, planHash));
    const StateReader reader(file);
    const at::NoGradGuard noGradients;
    std::vector<at::Tensor> means;
    std::vector<at::Tensor> squares;
    for (const Parameter& parameter : parameters) {
        DRIFTSCOPE_TRY(const at::Tensor value, reader.tensor("weight." + parameter.name, parameter.value));
        DRIFTSCOPE_TRY(at::Tensor mean, reader.tensor("mean." + parameter.name, parameter.value));
        DRIFTSCOPE_TRY(at::Tensor square, reader.tensor("square." + parameter.name, parameter.value));
        at::Tensor target = parameter.value;
        target.copy_(value);
        means.push_back(std::move(mean));
        squares.push_back(std::move(square));
    }
    optimizer.restore(means, squares, progress.step);
    return progress;
}

} // namespace driftscope::tuning
