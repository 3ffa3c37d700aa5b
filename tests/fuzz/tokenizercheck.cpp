// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/tokenizercheck.h"

#include "core/tokenizer/tokenizerloader.h"

#include <array>
#include <string_view>

#include "tests/fuzz/memoryfile.h"

namespace driftscope::fuzz {

namespace {

// Words and marks of prompts, what Unicode makes hard, special tokens, and bytes that are no UTF-8.
constexpr std::array<std::string_view, 6> texts {
    "",
    "#Question: Will the user enjoy \"Heat (1995)\"? #Answer: Yes",
    "a  b\tc\r\n\n  d'll I'M 1234567 x=-3.5e10 -- ...",
    "<s> [INST]<|im_start|>user\n<unk></s><0x0A>",
    "\xC3\xA9\x65\xCC\x81 \xEF\xB7\xBA \xE2\x96\x81\xE2\x96\x81\xE2\x80\x83 \xE4\xB8\xAD\xE6\x96\x87 \xF0\x9F\x98\x80",
    "\xFF\xC3 \xE2\x82 \x80z",
};

void checkIds(const tokenizer::Tokenizer& tokenizer, const std::vector<tokenizer::TokenId>& ids)
{
    constexpr tokenizer::TokenId idLimit = 1 << 25; // the vocabulary's ids and what is added after them
    for (const tokenizer::TokenId id : ids) {
        require(id >= 0 && id < idLimit, "ids should be those of tokens");
        (void)tokenizer.tokenText(id);
    }
}

} // namespace

void checkTokenizer(const std::filesystem::path& path)
{
    const auto loaded = tokenizer::loadTokenizer(path);
    if (!isGood(loaded))
        return;
    const tokenizer::Tokenizer& tokenizer = **loaded;
    for (const std::string_view text : texts) {
        const auto all = tokenizer.encode(text);
        const auto bare = tokenizer.encode(text, {.addSpecialTokens = false, .parseSpecialTokens = false});
        checkIds(tokenizer, all);
        checkIds(tokenizer, bare);
        require(tokenizer.encode(text) == all, "the same text should have the same tokens");
        (void)tokenizer.find(text);
    }
    (void)tokenizer.missingBytes();
    for (tokenizer::TokenId id = -1; id < 300; ++id)
        (void)tokenizer.tokenText(id);
}

} // namespace driftscope::fuzz
