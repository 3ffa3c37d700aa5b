// SPDX-License-Identifier: GPL-3.0-or-later
// A GGUF file: its metadata and tensors, the model and the tokenizer that it describes.
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/gguf.h"
#include "core/checkpoint/ggufmodel.h"
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/tensorplan.h"

#include "tests/fuzz/memoryfile.h"
#include "tests/fuzz/tokenizercheck.h"

using namespace driftscope;

namespace {

void checkModel(const checkpoint::GgufFile& gguf)
{
    const auto config = checkpoint::ggufModelConfig(gguf);
    if (!fuzz::isGood(config))
        return;
    fuzz::require(fuzz::isGood(checkpoint::validate(*config, "model.gguf")), "a config that is given should be valid");
    fuzz::require(checkpoint::parameterCount(*config) > 0, "the number of parameters should not overflow");
}

/// Every tensor of a checkpoint that opens can be read, also those whose rows are stored in another order.
void checkCheckpoint(const std::filesystem::path& path)
{
    const auto opened = checkpoint::Checkpoint::open(path);
    if (!fuzz::isGood(opened))
        return;
    constexpr std::int64_t maxValues = 1 << 16;
    for (const auto& tensor : (*opened)->tensors()) {
        if (tensor.valueCount() > maxValues || !checkpoint::canDequantize(tensor.type))
            continue;
        std::vector<float> values(static_cast<std::size_t>(tensor.valueCount()));
        (void)fuzz::isGood((*opened)->read(tensor, values));
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto path = fuzz::fileInMemory("model.gguf", fuzz::asText(data, size));
    const auto opened = checkpoint::GgufFile::open(path);
    if (!fuzz::isGood(opened))
        return 0;
    fuzz::requireReadableTensors(opened->file->bytes(), opened->tensors);
    checkModel(*opened);
    checkCheckpoint(path);
    fuzz::checkTokenizer(path);
    return 0;
}
