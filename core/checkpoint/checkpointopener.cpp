// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/checkpoint/checkpointopener_p.h"
#include "core/checkpoint/ggufmodel.h"
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/tensorplan.h"

#include <algorithm>

namespace driftscope::checkpoint {

namespace {

constexpr std::uintmax_t maxConfigBytes = 16U << 20U;

std::vector<std::filesystem::path> ggufFilesIn(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".gguf")
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

/// Files of models that also see: the language model's tensors get the names that they have alone.
void takeLanguageModel(std::vector<TensorEntry>& tensors)
{
    std::erase_if(tensors, [](const TensorEntry& tensor) {
        const std::string_view name = tensor.name;
        return name.find("vision_tower.") != name.npos || name.find("multi_modal_projector.") != name.npos;
    });
    struct Prefix {
        std::string_view nested;
        std::string_view alone;
    };
    constexpr Prefix prefixes[] {{"language_model.model.", "model."},
                                 {"model.language_model.", "model."},
                                 {"language_model.lm_head.", "lm_head."}};
    for (TensorEntry& tensor : tensors) {
        for (const Prefix& prefix : prefixes) {
            if (tensor.name.starts_with(prefix.nested)) {
                tensor.name.replace(0, prefix.nested.size(), prefix.alone);
                break;
            }
        }
    }
}

} // namespace

Result<std::shared_ptr<const Checkpoint>> CheckpointOpener::open(const std::filesystem::path& path)
{
    const auto status = std::filesystem::status(path);
    if (!std::filesystem::exists(status))
        return fail(ErrorCode::NotFound,
                    path.string()
                        + ": there is no such file or folder; give the folder of a Hugging Face "
                          "checkpoint or a GGUF file.");
    if (!std::filesystem::is_directory(status))
        return openGguf(path);
    if (std::filesystem::exists(path / "config.json"))
        return openFolder(path);
    const auto files = ggufFilesIn(path);
    if (files.size() == 1)
        return openGguf(files.front());
    if (files.size() > 1)
        return fail(ErrorCode::Inconsistent,
                    path.string() + ": there are " + std::to_string(files.size())
                        + " GGUF files; give the path of one of them.");
    return fail(ErrorCode::NotFound, path.string() + ": there is neither a config.json nor a GGUF file.");
}

Result<std::shared_ptr<const Checkpoint>> CheckpointOpener::openFolder(const std::filesystem::path& folder)
{
    const std::shared_ptr<Checkpoint> checkpoint(new Checkpoint);
    checkpoint->m_format = Checkpoint::Format::HuggingFace;
    checkpoint->m_path = folder;
    DRIFTSCOPE_TRY(const std::string text, readFile(folder / "config.json", maxConfigBytes));
    DRIFTSCOPE_TRY(checkpoint->m_config, parseModelConfig(text, "config.json"));
    DRIFTSCOPE_TRY(auto set, openSafetensorsFolder(folder));
    checkpoint->m_files = std::move(set.files);
    checkpoint->m_tensors = std::move(set.tensors);
    takeLanguageModel(checkpoint->m_tensors);
    checkpoint->m_otherFiles.push_back(folder / "config.json");
    if (!set.index.empty())
        checkpoint->m_otherFiles.push_back(set.index);
    return finish(checkpoint);
}

Result<std::shared_ptr<const Checkpoint>> CheckpointOpener::openGguf(const std::filesystem::path& file)
{
    const std::shared_ptr<Checkpoint> checkpoint(new Checkpoint);
    checkpoint->m_format = Checkpoint::Format::Gguf;
    checkpoint->m_path = file;
    DRIFTSCOPE_TRY(auto gguf, GgufFile::open(file));
    DRIFTSCOPE_TRY(checkpoint->m_config, ggufModelConfig(gguf));
    checkpoint->m_files.push_back(gguf.file);
    for (TensorEntry& tensor : gguf.tensors) {
        if (auto name = huggingFaceName(tensor.name, checkpoint->m_config)) {
            tensor.name = std::move(*name);
            checkpoint->m_tensors.push_back(std::move(tensor));
        }
    }
    return finish(checkpoint);
}

Result<std::shared_ptr<const Checkpoint>> CheckpointOpener::finish(std::shared_ptr<Checkpoint> checkpoint)
{
    std::ranges::sort(checkpoint->m_tensors, {}, &TensorEntry::name);
    DRIFTSCOPE_CHECK(checkTensors(checkpoint->m_config, checkpoint->m_tensors, checkpoint->m_path.filename().string()));
    for (const auto& file : checkpoint->m_files)
        checkpoint->m_bytes += file->bytes().size();
    return std::shared_ptr<const Checkpoint>(std::move(checkpoint));
}

} // namespace driftscope::checkpoint
