// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/family_p.h"
#include "core/checkpoint/modelconfig.h"

#include <algorithm>
#include <string>

namespace driftscope::checkpoint {

namespace {

constexpr std::array<Family, 9> families {{
    {"llama", "", {"LlamaForCausalLM", ""}, 2048, 1e-6, 1e4, 0, 0, false, true, true, false},
    {"mistral", "", {"MistralForCausalLM", ""}, 131'072, 1e-6, 1e4, 8, 0, false, false, false, false},
    {"qwen2", "", {"Qwen2ForCausalLM", ""}, 32'768, 1e-6, 1e4, 32, 0, false, false, false, false},
    {"qwen3", "", {"Qwen3ForCausalLM", ""}, 32'768, 1e-6, 1e4, 32, 128, false, true, false, false},
    {"smollm3", "", {"SmolLM3ForCausalLM", ""}, 32'768, 1e-6, 2e6, 4, 0, true, true, true, false},
    {"phi3", "", {"Phi3ForCausalLM", ""}, 4096, 1e-5, 1e4, 0, 0, false, false, false, false},
    {"gemma", "", {"GemmaForCausalLM", ""}, 8192, 1e-6, 1e4, 16, 256, true, true, false, true},
    {"gemma2", "", {"Gemma2ForCausalLM", ""}, 8192, 1e-6, 1e4, 4, 256, true, true, false, true},
    {"gemma3",
     "gemma3_text",
     {"Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"},
     131'072,
     1e-6,
     1e6,
     4,
     256,
     true,
     true,
     false,
     true},
}};

} // namespace

const Family* findFamily(std::string_view typeOrClass)
{
    const auto* found =
        std::ranges::find_if(families, [&](const Family& family) { return family.isNamed(typeOrClass); });
    return found == families.end() ? nullptr : found;
}

std::string supportedArchitectures()
{
    std::string names;
    for (const Family& family : families)
        names += (names.empty() ? "" : ", ") + std::string(family.name);
    return names;
}

} // namespace driftscope::checkpoint
