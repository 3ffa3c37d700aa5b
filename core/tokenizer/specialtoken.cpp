// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/specialtoken.h"

namespace driftscope::tokenizer {

bool isSpecialToken(const Tokenizer& tokenizer, TokenId id)
{
    const std::string text = tokenizer.tokenText(id);
    if (text.empty())
        return false;
    const std::vector<TokenId> alone {id};
    return tokenizer.encode(text, {false, true}) == alone && tokenizer.encode(text, {false, false}) != alone;
}

} // namespace driftscope::tokenizer
