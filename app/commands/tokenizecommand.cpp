// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/tokenizecommand.h"

#include "app/commands/textlines.h"
#include "core/base/jsonfield.h"
#include "core/tokenizer/tokenizerloader.h"

#include <cstdio>
#include <iostream>

namespace driftscope::app {

namespace {

struct TokenizeOptions {
    std::string checkpoint;
    bool noSpecialTokens = false;
    bool plain = false;
};

/// Collects output in blocks; what was written before an error still comes out.
class OutputBlocks
{
public:
    ~OutputBlocks() { static_cast<void>(flush()); }

    Result<> write(const nlohmann::ordered_json& value)
    {
        m_block += value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
        m_block += '\n';
        return m_block.size() < blockBytes ? Result<>() : flush();
    }

    Result<> flush()
    {
        const bool isWritten =
            std::fwrite(m_block.data(), 1, m_block.size(), stdout) == m_block.size() && std::fflush(stdout) == 0;
        m_block.clear();
        if (!isWritten)
            return fail(ErrorCode::NotWritable,
                        "The output cannot be written; check the disk or the program that reads it.");
        return {};
    }

private:
    static constexpr std::size_t blockBytes = 1 << 16;
    std::string m_block;
};

Result<std::string> readText(const std::string& line, const std::string& origin)
{
    DRIFTSCOPE_TRY(const auto json, parseJsonLine(line, origin));
    JsonField fields(json, origin);
    std::string text = fields.text("text");
    DRIFTSCOPE_CHECK(fields.status());
    return text;
}

Result<> tokenizeLines(const tokenizer::Tokenizer& tokenizer, tokenizer::EncodeOptions options,
                       const JobContext& context)
{
    OutputBlocks output;
    std::string line;
    for (std::int64_t number = 1; std::getline(std::cin, line); ++number) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped after " + std::to_string(number - 1) + " lines.");
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        DRIFTSCOPE_TRY(const std::string text, readText(line, inputLine(number)));
        nlohmann::ordered_json result;
        result["text"] = text;
        result["ids"] = tokenizer.encode(text, options);
        DRIFTSCOPE_CHECK(output.write(result));
    }
    return output.flush();
}

Result<> tokenize(const TokenizeOptions& options, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto tokenizer, tokenizer::loadTokenizer(options.checkpoint));
    if (const auto missing = tokenizer->missingBytes(); !missing.empty())
        note("this tokenizer has no token for " + std::to_string(missing.size())
             + " of the 256 bytes; they vanish from the text.");
    tokenizer::EncodeOptions encoding;
    encoding.addSpecialTokens = !options.noSpecialTokens;
    encoding.parseSpecialTokens = !options.plain;
    std::ios::sync_with_stdio(false);
    return tokenizeLines(*tokenizer, encoding, context);
}

} // namespace

void addTokenizeCommand(CommandLine& line)
{
    auto options = std::make_shared<TokenizeOptions>();
    CLI::App* command = line.add(
        "tokenize", "Turn texts into token ids, as the checkpoint's own tokenizer does",
        R"(echo '{"text":"Will the user like it? Answer:"}' | driftscope-cli tokenize --checkpoint datasets/models/drift-tiny)",
        [options](const JobContext& context) { return tokenize(*options, context); });
    command
        ->add_option("--checkpoint", options->checkpoint, "folder with tokenizer.json, the file itself, or a GGUF file")
        ->required();
    command->add_flag("--no-special-tokens", options->noSpecialTokens,
                      "leave out what the post-processor adds (BOS ...)");
    command->add_flag("--plain", options->plain, "special tokens inside the text are plain text");
}

} // namespace driftscope::app
