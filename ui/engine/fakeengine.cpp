// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/fakeengine.h"

#include "core/inference/fakescorer.h"

namespace driftscope::ui {

namespace {

constexpr std::size_t fakeVocabulary = 512;
constexpr std::int64_t fakeContext = 8192;

bool isWordByte(char byte)
{
    const auto value = static_cast<unsigned char>(byte);
    return value >= 0x80 || (value >= '0' && value <= '9') || ((value | 0x20) >= 'a' && (value | 0x20) <= 'z');
}

/// Length of the token at the start of a text: a word with the blank before it, or one byte.
std::size_t tokenLength(std::string_view text)
{
    std::size_t length = text.front() == ' ' && text.size() > 1 && isWordByte(text[1]) ? 2 : 1;
    if (isWordByte(text[length - 1]))
        while (length < text.size() && isWordByte(text[length]))
            ++length;
    return length;
}

tokenizer::TokenId hashOf(std::string_view token)
{
    std::uint32_t hash = 2166136261U; // FNV-1a
    for (const char byte : token)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
    return static_cast<tokenizer::TokenId>(hash % fakeVocabulary);
}

} // namespace

Result<std::shared_ptr<const LoadedEngine>>
FakeEngine::load(std::shared_ptr<const checkpoint::Checkpoint> /*checkpoint*/,
                 const inference::LoadOptions& /*options*/, const JobContext& context)
{
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Loading was stopped.");
    auto engine = std::make_shared<LoadedEngine>();
    engine->makeScorer = [](std::int64_t) -> std::unique_ptr<inference::Scorer> {
        return std::make_unique<inference::FakeScorer>(1, fakeContext, static_cast<std::int64_t>(fakeVocabulary));
    };
    engine->name = "fake model";
    engine->device = "no device";
    engine->precision = "fp64";
    return engine;
}

std::vector<tokenizer::TokenId> FakeTokenizer::encode(std::string_view text, tokenizer::EncodeOptions /*options*/) const
{
    std::vector<tokenizer::TokenId> ids;
    while (!text.empty()) {
        const std::size_t length = tokenLength(text);
        ids.push_back(hashOf(text.substr(0, length)));
        text.remove_prefix(length);
    }
    return ids;
}

std::string FakeTokenizer::tokenText(tokenizer::TokenId /*id*/) const
{
    return {};
}

std::size_t FakeTokenizer::vocabularySize() const
{
    return fakeVocabulary;
}

std::optional<tokenizer::TokenId> FakeTokenizer::find(std::string_view token) const
{
    return hashOf(token);
}

} // namespace driftscope::ui
