// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpointcard.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/tensorplan.h"
#include "core/checkpoint/torchscriptfile.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace driftscope::checkpoint {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::uintmax_t maxJsonBytes = 256U << 20U;

/// The type that most bytes of the tensors have.
std::optional<std::string> commonType(const std::vector<TensorEntry>& tensors)
{
    std::map<DType, std::uint64_t> bytesOf;
    for (const TensorEntry& tensor : tensors)
        bytesOf[tensor.type] += tensor.bytes;
    const auto most = std::ranges::max_element(bytesOf, {}, [](const auto& item) { return item.second; });
    return most == bytesOf.end() ? std::nullopt : std::optional<std::string>(dtypeName(most->first));
}

/// Fills one card from whatever lies at the path.
class CardReader
{
public:
    explicit CardReader(const CardRequest& request)
        : m_request(request)
    {
    }

    Result<CheckpointCard> read(const fs::path& path);

private:
    Result<> readPath(const fs::path& path);
    Result<> readFolder(const fs::path& folder);
    Result<> readCheckpoint(const fs::path& path);
    Result<> readJson(const fs::path& file);
    Result<> readSafetensors(const fs::path& file);
    Result<> readIndex(const fs::path& file);
    Result<> readTorchScript(const fs::path& file);
    Result<> readAdapter(const fs::path& folder);
    Result<> readAnswers(const fs::path& tokenizer);
    void takeConfig(const ModelConfig& config);
    void takeTensors(const std::vector<TensorEntry>& tensors);

    const CardRequest& m_request;
    CheckpointCard m_card;
    std::optional<ModelConfig> m_config;
};

void CardReader::takeConfig(const ModelConfig& config)
{
    m_config = config;
    m_card.architecture = config.architecture;
    m_card.parameters = parameterCount(config);
    m_card.layers = config.layers;
    m_card.hiddenSize = config.hiddenSize;
    m_card.heads = config.heads;
    m_card.keyValueHeads = config.keyValueHeads;
    m_card.headDim = config.headDim;
    m_card.vocabularySize = config.vocabularySize;
    m_card.contextLength = config.contextLength;
    if (!config.dtype.empty())
        m_card.dtype = config.dtype;
    m_card.tiedEmbeddings = config.tiedEmbeddings;
    m_card.memory = estimateMemory(config, m_request.memory);
}

void CardReader::takeTensors(const std::vector<TensorEntry>& tensors)
{
    if (!m_card.dtype)
        m_card.dtype = commonType(tensors);
    if (m_card.parameters)
        return;
    std::int64_t values = 0;
    for (const TensorEntry& tensor : tensors)
        values += tensor.valueCount(); // each fits the file: the sum cannot overflow
    m_card.parameters = values;
}

Result<> CardReader::readAnswers(const fs::path& tokenizer)
{
    if (!m_request.tokenize)
        return {};
    const std::vector<std::string> texts {" Yes", " No", "Yes", "No"};
    const auto encoded = m_request.tokenize(tokenizer, texts);
    if (!encoded && encoded.error().code == ErrorCode::NotFound)
        return {};
    if (!encoded)
        return failFrom(encoded);
    for (std::size_t i = 0; i < texts.size(); ++i)
        m_card.answerTokens.emplace_back(texts[i], encoded->at(i));
    return {};
}

Result<> CardReader::readCheckpoint(const fs::path& path)
{
    DRIFTSCOPE_TRY(const auto checkpoint, Checkpoint::open(path));
    if (checkpoint->format() == Checkpoint::Format::Gguf)
        m_card.format = "gguf";
    takeConfig(checkpoint->config());
    takeTensors(checkpoint->tensors());
    m_card.bytes = checkpoint->bytes();
    return readAnswers(checkpoint->path());
}

Result<> CardReader::readAdapter(const fs::path& folder)
{
    DRIFTSCOPE_TRY(auto adapter, inspectAdapter(folder, m_config ? &*m_config : nullptr));
    m_card.adapters.push_back(std::move(adapter));
    return {};
}

Result<> CardReader::readFolder(const fs::path& folder)
{
    if (!fs::exists(folder / "config.json")) {
        if (fs::exists(folder / "adapter_config.json"))
            return readAdapter(folder);
        const bool hasGguf = std::ranges::any_of(fs::directory_iterator(folder), [](const fs::directory_entry& entry) {
            return entry.path().extension() == ".gguf";
        });
        if (!hasGguf && fs::exists(folder / "tokenizer.json"))
            return readAnswers(folder / "tokenizer.json");
    }
    return readCheckpoint(folder);
}

Result<> CardReader::readSafetensors(const fs::path& file)
{
    DRIFTSCOPE_TRY(const auto opened, SafetensorsFile::open(file));
    takeTensors(opened.tensors);
    m_card.bytes = opened.file->bytes().size();
    return {};
}

Result<> CardReader::readIndex(const fs::path& file)
{
    DRIFTSCOPE_TRY(const auto set, openSafetensorsIndex(file));
    takeTensors(set.tensors);
    std::uint64_t bytes = 0;
    for (const auto& shard : set.files)
        bytes += shard->bytes().size();
    m_card.bytes = bytes;
    return {};
}

/// Its sizes stand in the code, which is not run to find them out.
Result<> CardReader::readTorchScript(const fs::path& file)
{
    DRIFTSCOPE_TRY(const auto archive, TorchScriptFile::inspect(file));
    m_card.format = "torchscript";
    m_card.bytes = archive.bytes;
    return readAnswers(file.parent_path());
}

/// A JSON file alone may be any of four kinds: its fields tell which. What fits none is taken for a config.json.
Result<> CardReader::readJson(const fs::path& file)
{
    const std::string name = file.filename().string();
    if (name == "tokenizer.json")
        return readAnswers(file);
    DRIFTSCOPE_TRY(const std::string text, readFile(file, maxJsonBytes));
    DRIFTSCOPE_TRY(const json parsed, parseJson(text, name));
    const auto hasAny = [&parsed](std::initializer_list<const char*> keys) {
        return parsed.is_object()
            && std::ranges::any_of(keys, [&parsed](const char* key) { return parsed.contains(key); });
    };
    if (!hasAny({"model_type", "architectures"})) {
        if (hasAny({"peft_type"}))
            return readAdapter(file.parent_path());
        if (hasAny({"weight_map"}))
            return readIndex(file);
        if (hasAny({"model", "added_tokens", "pre_tokenizer", "post_processor", "normalizer", "truncation", "padding"}))
            return readAnswers(file);
    }
    DRIFTSCOPE_TRY(const auto config, parseModelConfig(text, name));
    takeConfig(config);
    return {};
}

Result<> CardReader::readPath(const fs::path& path)
{
    const auto status = fs::status(path);
    if (!fs::exists(status))
        return fail(
            ErrorCode::NotFound,
            path.string()
                + ": there is no such file or folder; give the folder of a Hugging Face checkpoint or a GGUF file.");
    if (fs::is_directory(status))
        return readFolder(path);
    const std::string ending = path.extension().string();
    if (ending == ".json")
        return readJson(path);
    if (ending == ".safetensors")
        return readSafetensors(path);
    if (looksLikeTorchScript(path))
        return readTorchScript(path);
    if (ending == ".bin" || ending == ".pt" || ending == ".pth" || ending == ".ckpt")
        return fail(ErrorCode::UnsupportedFormat,
                    path.string()
                        + ": weights in pickle files can run code when read, so they are not opened; convert them to "
                          "safetensors (save_pretrained of transformers does that).");
    DRIFTSCOPE_TRY(const auto file, MappedFile::open(path));
    constexpr std::string_view magic = "GGUF";
    const bool isGguf =
        file->bytes().size() >= magic.size() && std::memcmp(file->bytes().data(), magic.data(), magic.size()) == 0;
    if (ending == ".gguf" || isGguf)
        return readCheckpoint(path);
    return fail(ErrorCode::UnsupportedFormat,
                path.string()
                    + ": is no checkpoint; give a Hugging Face folder, a GGUF file, config.json, tokenizer.json, a "
                      ".safetensors file, a TorchScript .pt file or an adapter's folder.");
}

Result<CheckpointCard> CardReader::read(const fs::path& path)
{
    DRIFTSCOPE_CHECK(readPath(path));
    for (const fs::path& adapter : m_request.adapters)
        DRIFTSCOPE_CHECK(readAdapter(adapter));
    return std::move(m_card);
}

template<typename T>
json orNull(const std::optional<T>& value)
{
    return value ? json(*value) : json();
}

json adapterJson(const AdapterCard& adapter)
{
    return {{"kind", adapter.kind},
            {"rank", orNull(adapter.rank)},
            {"targets", adapter.targets},
            {"fits", orNull(adapter.fits)},
            {"why", adapter.why}};
}

json memoryJson(const std::optional<MemoryEstimate>& memory)
{
    if (!memory)
        return {};
    return {{"weightsBytes", memory->weightsBytes}, {"keyValueBytes", memory->keyValueBytes},
            {"peakBytes", memory->peakBytes},       {"prefixTokens", memory->prefixTokens},
            {"suffixTokens", memory->suffixTokens}, {"tokensPerTitle", MemoryEstimate::tokensPerTitle}};
}

} // namespace

Result<CheckpointCard> readCheckpointCard(const fs::path& path, const CardRequest& request)
{
    try {
        return CardReader(request).read(path);
    } catch (const std::exception& error) { // std::filesystem and std::bad_alloc
        return fail(ErrorCode::NotReadable, path.string() + ": cannot be read: " + error.what() + ".");
    }
}

json toJson(const CheckpointCard& card)
{
    json answers;
    for (const auto& [text, tokens] : card.answerTokens)
        answers[text] = tokens;
    json adapters = json::array();
    for (const AdapterCard& adapter : card.adapters)
        adapters.push_back(adapterJson(adapter));
    return {{"format", card.format},
            {"architecture", orNull(card.architecture)},
            {"parameters", orNull(card.parameters)},
            {"layers", orNull(card.layers)},
            {"hiddenSize", orNull(card.hiddenSize)},
            {"heads", orNull(card.heads)},
            {"keyValueHeads", orNull(card.keyValueHeads)},
            {"headDim", orNull(card.headDim)},
            {"vocabularySize", orNull(card.vocabularySize)},
            {"contextLength", orNull(card.contextLength)},
            {"dtype", orNull(card.dtype)},
            {"tiedEmbeddings", orNull(card.tiedEmbeddings)},
            {"bytes", orNull(card.bytes)},
            {"answerTokens", answers},
            {"adapters", adapters},
            {"memory", memoryJson(card.memory)}};
}

} // namespace driftscope::checkpoint
