// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/modelarguments.h"

#include "core/base/contenthash.h"
#include "core/checkpoint/adapter.h"
#include "core/tokenizer/tokenizerloader.h"

#include <filesystem>

namespace driftscope::app {

namespace {

inference::LoadOptions loadOptions(const ModelArguments& arguments)
{
    inference::LoadOptions options;
    options.precision = inference::precisionNamed(arguments.precision);
    options.device = inference::deviceNamed(arguments.device);
    for (const std::string& adapter : arguments.adapters)
        options.adapters.push_back({adapter, adapter});
    options.mergeAdapters = arguments.mergeAdapters;
    return options;
}

} // namespace

void addModelOptions(CLI::App& command, ModelArguments& arguments)
{
    command.add_option("--checkpoint", arguments.checkpoint, "Hugging Face folder or GGUF file")->required();
    command.add_option("--adapter", arguments.adapters, "Folder of a PEFT adapter; several are added up");
    command.add_flag("--merge-adapters", arguments.mergeAdapters,
                     "Fold the adapters into the weights instead of keeping them apart (the same scores)");
    command.add_option("--precision", arguments.precision, "fp32 (exact), bf16 (half the memory) or fp16 (GPUs only)")
        ->check(CLI::IsMember({"fp32", "bf16", "fp16"}))
        ->capture_default_str();
    command.add_option("--device", arguments.device, "cpu, cuda, or auto: CUDA where it can be used")
        ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
        ->capture_default_str();
}

Result<ReadyModel> readyModel(const ModelArguments& arguments, const JobContext& context)
{
    ReadyModel opened;
    DRIFTSCOPE_TRY(opened.checkpoint, checkpoint::Checkpoint::open(arguments.checkpoint));
    DRIFTSCOPE_TRY(opened.tokenizer, tokenizer::loadTokenizer(arguments.checkpoint));
    DRIFTSCOPE_TRY(opened.model, inference::LoadedModel::load(opened.checkpoint, loadOptions(arguments), context));
    if (arguments.device == "auto")
        note("running on " + opened.model->device() + ", " + arguments.precision);
    return opened;
}

Result<std::string> modelKey(const ReadyModel& opened, const ModelArguments& arguments, const JobContext& context)
{
    std::string key = arguments.precision;
    std::vector<std::filesystem::path> files = opened.checkpoint->files();
    for (const std::string& folder : arguments.adapters) {
        DRIFTSCOPE_TRY(const auto adapter, checkpoint::Adapter::open(folder));
        const auto added = adapter->files();
        files.insert(files.end(), added.begin(), added.end());
    }
    for (const std::filesystem::path& file : files) {
        DRIFTSCOPE_TRY(const std::string hash, contentHashOfFile(file, context));
        key += ' ' + hash;
    }
    return key;
}

} // namespace driftscope::app
