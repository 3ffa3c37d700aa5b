// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer.json.
#include "tests/fuzz/memoryfile.h"
#include "tests/fuzz/tokenizercheck.h"

using namespace driftscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::checkTokenizer(fuzz::fileInMemory("tokenizer.json", fuzz::asText(data, size)));
    return 0;
}
