// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/experimentsources.h"

#include "core/base/contenthash.h"
#include "core/data/readerregistry.h"
#include "core/tokenizer/tokenizerloader.h"

namespace driftscope::simulate {

namespace {

Result<std::filesystem::path> existingPath(const std::string& field, const std::string& name,
                                           const std::filesystem::path& baseFolder, const std::string& what)
{
    const auto path = resolvePath(name, baseFolder);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(ErrorCode::NotFound,
                    field + " '" + name + "': there is no " + what + " beside the experiment or at " + path.string()
                        + "; run packaging/setup.sh, or name another "
                        + (what == "model" ? std::string("folder.") : std::string("path.")));
    return path;
}

} // namespace

Result<std::shared_ptr<const data::Dataset>> openDatasetOf(const Experiment& experiment, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto path,
                   existingPath("dataset.path", experiment.dataset.path, experiment.baseFolder, "dataset"));
    return data::openDataset(path, experiment.dataset.format, experiment.dataset.columns, context);
}

Result<NamedCheckpoint> openCheckpoint(const std::string& field, const std::string& name,
                                       const std::filesystem::path& baseFolder)
{
    DRIFTSCOPE_TRY(const auto path, existingPath(field, name, baseFolder, "model"));
    DRIFTSCOPE_TRY(auto opened, checkpoint::Checkpoint::open(path));
    DRIFTSCOPE_TRY(auto tokenizer, tokenizer::loadTokenizer(path));
    const std::int64_t context = opened->config().contextLength;
    return NamedCheckpoint {path, std::move(opened), std::move(tokenizer), context};
}

Result<std::map<std::string, NamedCheckpoint>> openOtherCheckpoints(const Experiment& experiment)
{
    std::map<std::string, NamedCheckpoint> others;
    for (const std::string& name : experiment.otherCheckpoints()) {
        DRIFTSCOPE_TRY(auto other, openCheckpoint("arms[].checkpoint", name, experiment.baseFolder));
        others.emplace(name, std::move(other));
    }
    return others;
}

Result<std::vector<NamedAdapter>> openAdapters(const Experiment& experiment, const checkpoint::ModelConfig& config)
{
    std::vector<NamedAdapter> adapters;
    for (const std::string& name : experiment.checkpoint.adapters) {
        const auto folder = resolvePath(name, experiment.baseFolder);
        DRIFTSCOPE_TRY(auto adapter, checkpoint::Adapter::open(folder));
        const auto misfits = adapter->misfits(config);
        if (!misfits.empty())
            return fail(ErrorCode::Inconsistent,
                        "checkpoint.adapters '" + name + "' does not fit the checkpoint: "
                            + checkpoint::misfitText(misfits) + "; name the adapter that was made for it.");
        adapters.push_back({name, folder, std::move(adapter)});
    }
    return adapters;
}

std::int64_t virtualTokens(std::span<const NamedAdapter> adapters)
{
    std::int64_t tokens = 0;
    for (const NamedAdapter& adapter : adapters)
        tokens += adapter.adapter->description().virtualTokens;
    return tokens;
}

Result<std::vector<data::SourceFile>>
hashModel(std::span<const std::shared_ptr<const checkpoint::Checkpoint>> checkpoints,
          std::span<const NamedAdapter> adapters, const JobContext& context)
{
    context.report({0, 0, "hash the checkpoint"});
    std::vector<data::SourceFile> files;
    for (const auto& checkpoint : checkpoints)
        for (const auto& path : checkpoint->files()) {
            DRIFTSCOPE_TRY(std::string hash, contentHashOfFile(path, context));
            files.push_back({path.string(), std::move(hash)});
        }
    for (const NamedAdapter& adapter : adapters) {
        std::string hashes;
        for (const auto& path : adapter.adapter->files()) {
            DRIFTSCOPE_TRY(const std::string hash, contentHashOfFile(path, context));
            hashes += hash + ' ';
        }
        files.push_back({adapter.folder.string(), contentHash(hashes)});
    }
    return files;
}

} // namespace driftscope::simulate
