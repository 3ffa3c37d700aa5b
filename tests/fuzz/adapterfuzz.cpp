// SPDX-License-Identifier: GPL-3.0-or-later
// A PEFT adapter's folder: adapter_config.json, the line "====", and the JSON header of adapter_model.safetensors,
// whose values are zeros.
#include "core/checkpoint/adapter.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/fuzz/memoryfile.h"

using namespace driftscope;

namespace {

constexpr std::string_view baseConfig = R"({"model_type": "llama", "vocab_size": 32, "hidden_size": 8,
    "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1})";

/// The bytes of data that the header asks for, as far as that is a small number.
std::size_t dataBytes(std::string_view header)
{
    constexpr std::uint64_t maxBytes = 1 << 16;
    const auto parsed = nlohmann::json::parse(header, nullptr, false);
    std::uint64_t last = 0;
    if (parsed.is_object())
        for (const auto& [name, tensor] : parsed.items())
            if (tensor.is_object() && tensor.contains("data_offsets"))
                for (const auto& offset : tensor["data_offsets"])
                    if (offset.is_number_unsigned())
                        last = std::max(last, offset.get<std::uint64_t>());
    return last <= maxBytes ? static_cast<std::size_t>(last) : 0;
}

std::string weightsFile(std::string_view header)
{
    std::string file;
    for (std::size_t length = header.size(), i = 0; i < 8; ++i, length >>= 8U)
        file += static_cast<char>(length & 0xFFU);
    file += header;
    file.append(dataBytes(header), '\0');
    return file;
}

/// What an adapter that opens says of itself can be found in its file and read.
void checkAdapter(const checkpoint::ModelConfig& base)
{
    const auto opened = checkpoint::Adapter::open(fuzz::fileFolder());
    if (!fuzz::isGood(opened))
        return;
    const checkpoint::Adapter& adapter = **opened;
    const auto requireReadable = [&adapter](const std::string& name) {
        const checkpoint::TensorEntry* tensor = adapter.find(name);
        fuzz::require(tensor != nullptr, "a tensor that is named should be there");
        std::vector<float> values(static_cast<std::size_t>(tensor->valueCount()));
        if (checkpoint::canDequantize(tensor->type))
            fuzz::require(fuzz::isGood(adapter.read(name, values)), "a tensor that is named should be readable");
    };
    for (const auto& module : adapter.description().modules) {
        fuzz::require(module.rank > 0 && std::isfinite(module.scale), "a module should have a rank and a scale");
        for (const std::string* name : {&module.down, &module.up, &module.upBias, &module.magnitude})
            if (!name->empty())
                requireReadable(*name);
    }
    for (const auto& replacement : adapter.description().replacements)
        requireReadable(replacement.tensor);
    for (const std::string& misfit : adapter.misfits(base))
        fuzz::requireGoodError({ErrorCode::Inconsistent, misfit});
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::string_view separator = "\n====\n";
    static const auto base = checkpoint::parseModelConfig(baseConfig, "config.json");
    fuzz::require(base.has_value(), "the base model should be readable");
    const std::string_view input = fuzz::asText(data, size);
    const auto at = input.find(separator);
    fuzz::fileInMemory("adapter_config.json", input.substr(0, at));
    fuzz::fileInMemory("adapter_model.safetensors",
                       at == std::string_view::npos ? std::string() : weightsFile(input.substr(at + separator.size())));
    checkAdapter(*base);
    const auto alone = checkpoint::inspectAdapter(fuzz::fileFolder(), nullptr);
    const auto card = checkpoint::inspectAdapter(fuzz::fileFolder(), &*base);
    fuzz::require(fuzz::isGood(alone) == fuzz::isGood(card), "an adapter should open with and without its base");
    if (card)
        fuzz::require(card->fits.has_value() && !card->why.empty(), "whether it fits should be said, and why");
    return 0;
}
