// SPDX-License-Identifier: GPL-3.0-or-later
// A .safetensors file.
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/safetensors.h"

#include "tests/fuzz/memoryfile.h"

using namespace driftscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto opened =
        checkpoint::SafetensorsFile::open(fuzz::fileInMemory("model.safetensors", fuzz::asText(data, size)));
    if (!fuzz::isGood(opened))
        return 0;
    std::uint64_t end = 0;
    for (const auto& tensor : opened->tensors) {
        fuzz::require(tensor.offset >= end, "tensors should be in the order of their offsets and not overlap");
        end = tensor.offset + tensor.bytes;
    }
    fuzz::requireReadableTensors(opened->file->bytes(), opened->tensors);
    return 0;
}
