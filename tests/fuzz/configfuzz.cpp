// SPDX-License-Identifier: GPL-3.0-or-later
// A config.json: what is accepted is valid, has tensors, and its memory can be estimated.
#include "core/checkpoint/memoryestimate.h"
#include "core/checkpoint/modelconfig.h"
#include "core/checkpoint/tensorplan.h"

#include "tests/fuzz/memoryfile.h"

using namespace driftscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto config = checkpoint::parseModelConfig(fuzz::asText(data, size), "config.json");
    if (!fuzz::isGood(config))
        return 0;
    fuzz::require(fuzz::isGood(checkpoint::validate(*config, "config.json")), "a config that is given should be valid");
    for (const auto& planned : checkpoint::plannedTensors(*config)) {
        std::int64_t values = 1;
        for (const std::int64_t length : planned.shape)
            fuzz::require(length > 0 && !__builtin_mul_overflow(values, length, &values),
                          "a planned tensor should have a size");
    }
    fuzz::require(checkpoint::parameterCount(*config) > 0, "the number of parameters should not overflow");
    const auto memory = checkpoint::estimateMemory(*config, {});
    fuzz::require(memory.peakBytes >= memory.weightsBytes, "the peak should hold the weights");
    return 0;
}
