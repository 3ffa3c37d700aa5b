// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/scorecommand.h"

#include "app/commands/command.h"
#include "core/base/jsonfield.h"
#include "core/inference/llmscorer.h"
#include "core/inference/promptcheck.h"
#include "core/prompt/answerset.h"
#include "core/tokenizer/tokenizerloader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace driftscope::app {

namespace {

using inference::AnswerTokens;
using inference::PromptScore;
using inference::TokenizedPrompt;

struct ScoreArguments {
    std::string checkpoint;
    std::vector<std::string> adapters;
    std::string precision = "fp32";
    std::string device = "auto";
    std::string answers = " Yes, No";
    bool normalize = false;
    bool fullLogits = false;
    std::int64_t batchTokens = 0;
    bool noPrefixSharing = false;
};

/// A line of the input as prompts.
struct InputLine {
    nlohmann::json id;
    std::vector<TokenizedPrompt> prompts;
};

std::vector<std::string> splitAnswers(const std::string& list)
{
    std::vector<std::string> answers;
    std::size_t begin = 0;
    while (begin <= list.size()) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        answers.push_back(list.substr(begin, end - begin));
        begin = end + 1;
    }
    return answers;
}

/// Turns input lines into prompts with the answers that follow them.
class LineReader
{
public:
    LineReader(std::shared_ptr<const tokenizer::Tokenizer> tokenizer, std::vector<std::string> answers,
               const checkpoint::ModelConfig& config)
        : m_tokenizer(std::move(tokenizer))
        , m_answers(std::move(answers))
        , m_config(config)
    {
    }

    Result<InputLine> read(const std::string& text, std::int64_t number)
    {
        const std::string where = "line " + std::to_string(number);
        DRIFTSCOPE_TRY(const nlohmann::json json, parseJson(text, where));
        if (!json.is_object())
            return fail(ErrorCode::WrongType, where + ": a JSON object is expected, such as {\"text\":\"...\"}.");
        InputLine line;
        line.id = json.value("id", nlohmann::json());
        DRIFTSCOPE_CHECK(readPrompts(json, where, line));
        auto checked = inference::checkPrompts(line.prompts, m_config.vocabularySize, m_config.contextLength);
        if (!checked)
            return fail(checked.error().code, where + ": " + checked.error().message);
        return line;
    }

private:
    Result<> readPrompts(const nlohmann::json& json, const std::string& where, InputLine& line)
    {
        JsonField fields(json, where);
        if (fields.has("text")) {
            const std::string text = fields.text("text");
            DRIFTSCOPE_CHECK(fields.status());
            return addText(text, where, line);
        }
        if (fields.has("ids")) {
            TokenizedPrompt prompt;
            for (JsonField& id : fields.array("ids"))
                prompt.tokens.push_back(static_cast<inference::TokenId>(id.asInteger({0, 2147483647})));
            DRIFTSCOPE_CHECK(fields.status());
            DRIFTSCOPE_TRY(prompt.answers, answersAfter("", where));
            line.prompts.push_back(std::move(prompt));
            return {};
        }
        if (!fields.has("prefix"))
            return fail(ErrorCode::MissingField, where + ": one of text, ids, or prefix with suffixes is needed.");
        const std::string prefix = fields.text("prefix");
        std::vector<std::string> suffixes;
        for (JsonField& suffix : fields.array("suffixes"))
            suffixes.push_back(suffix.asText());
        DRIFTSCOPE_CHECK(fields.status());
        for (const std::string& suffix : suffixes)
            DRIFTSCOPE_CHECK(addText(prefix + suffix, where, line));
        return {};
    }

    Result<> addText(const std::string& text, const std::string& where, InputLine& line)
    {
        TokenizedPrompt prompt;
        prompt.tokens = m_tokenizer->encode(text);
        DRIFTSCOPE_TRY(prompt.answers, answersAfter(text, where));
        line.prompts.push_back(std::move(prompt));
        return {};
    }

    // Prompts with equal answers share them.
    Result<std::shared_ptr<const AnswerTokens>> answersAfter(const std::string& text, const std::string& where)
    {
        auto resolved = prompt::resolveAnswers(text, m_answers, [this](std::string_view part) {
            return m_tokenizer->encode(part, {.addSpecialTokens = false, .parseSpecialTokens = false});
        });
        if (!resolved)
            return fail(resolved.error().code, where + ": " + resolved.error().message);
        if (!resolved->warning.empty() && m_warnings.insert(resolved->warning).second)
            note(where + ": " + resolved->warning);
        auto& shared = m_known[resolved->answers];
        if (shared == nullptr)
            shared = std::make_shared<const AnswerTokens>(AnswerTokens {resolved->answers});
        return shared;
    }

    std::shared_ptr<const tokenizer::Tokenizer> m_tokenizer;
    std::vector<std::string> m_answers;
    const checkpoint::ModelConfig& m_config;
    std::set<std::string> m_warnings; ///< said once each
    std::map<std::vector<std::vector<inference::TokenId>>, std::shared_ptr<const AnswerTokens>> m_known;
};

nlohmann::json resultJson(const TokenizedPrompt& prompt, const PromptScore& score)
{
    nlohmann::json result {{"tokens", prompt.tokens.size()}};
    result[score.areLogLikelihoods ? "logLikelihoods" : "answers"] = score.answers;
    if (score.logNormalizer)
        result["logZ"] = *score.logNormalizer;
    if (!score.logits.empty())
        result["logits"] = score.logits;
    return result;
}

/// Lines that are scored together: enough to fill batches, few enough to stay small in memory.
class LineGroup
{
public:
    LineGroup(inference::Scorer& scorer, inference::ScoreOptions options)
        : m_scorer(scorer)
        , m_options(options)
        , m_fullTokens(scorer.batchTokens() * (options.fullLogits ? 1 : 8))
    {
    }

    void add(InputLine line)
    {
        for (const TokenizedPrompt& prompt : line.prompts)
            m_tokens += static_cast<std::int64_t>(prompt.tokens.size());
        m_lines.push_back(std::move(line));
    }

    [[nodiscard]] bool isFull() const { return m_tokens >= m_fullTokens; }

    /// Scores and prints the lines, then forgets them.
    Result<> flush(const JobContext& context)
    {
        std::vector<TokenizedPrompt> prompts;
        for (const InputLine& line : m_lines)
            prompts.insert(prompts.end(), line.prompts.begin(), line.prompts.end());
        DRIFTSCOPE_TRY(const auto scores, m_scorer.score(prompts, m_options, context));
        std::size_t next = 0;
        for (const InputLine& line : m_lines) {
            nlohmann::json results = nlohmann::json::array();
            for (const TokenizedPrompt& prompt : line.prompts)
                results.push_back(resultJson(prompt, scores[next++]));
            printJson({{"id", line.id}, {"results", std::move(results)}});
        }
        m_lines.clear();
        m_tokens = 0;
        return {};
    }

private:
    inference::Scorer& m_scorer;
    inference::ScoreOptions m_options;
    std::int64_t m_fullTokens;
    std::vector<InputLine> m_lines;
    std::int64_t m_tokens = 0;
};

Result<> scoreInput(LineReader& reader, LineGroup& group, const JobContext& context)
{
    std::string text;
    std::int64_t number = 0;
    while (std::getline(std::cin, text)) {
        ++number;
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped after line " + std::to_string(number - 1) + ".");
        if (text.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        auto line = reader.read(text, number);
        if (!line) {
            DRIFTSCOPE_CHECK(group.flush(context)); // what stands before the bad line still counts
            return failFrom(line);
        }
        group.add(std::move(*line));
        if (group.isFull()) {
            DRIFTSCOPE_CHECK(group.flush(context));
            context.report({number, 0, "score lines"});
        }
    }
    return group.flush(context);
}

inference::LoadOptions loadOptions(const ScoreArguments& arguments)
{
    inference::LoadOptions options;
    if (arguments.precision == "bf16")
        options.precision = inference::Precision::Bf16;
    if (arguments.device == "cpu")
        options.device = inference::DeviceChoice::Cpu;
    if (arguments.device == "cuda")
        options.device = inference::DeviceChoice::Cuda;
    return options;
}

Result<> score(const ScoreArguments& arguments, const JobContext& context)
{
    if (!arguments.adapters.empty())
        return fail(ErrorCode::UnsupportedFormat,
                    "Adapters cannot be scored with yet; leave out --adapter, or merge '" + arguments.adapters.front()
                        + "' into a checkpoint and score that.");
    DRIFTSCOPE_TRY(const auto checkpoint, checkpoint::Checkpoint::open(arguments.checkpoint));
    DRIFTSCOPE_TRY(const auto tokenizer, tokenizer::loadTokenizer(arguments.checkpoint));
    DRIFTSCOPE_TRY(const auto model, inference::LoadedModel::load(checkpoint, loadOptions(arguments), context));
    const auto scorer = inference::makeScorer(
        model, {.batchTokens = arguments.batchTokens, .sharePrefixes = !arguments.noPrefixSharing});
    if (arguments.device == "auto")
        note("running on " + scorer->describe());
    LineReader reader(tokenizer, splitAnswers(arguments.answers), model->config());
    LineGroup group(*scorer, {.logNormalizer = arguments.normalize, .fullLogits = arguments.fullLogits});
    return scoreInput(reader, group, context);
}

} // namespace

void addScoreCommand(CommandLine& line)
{
    const auto arguments = std::make_shared<ScoreArguments>();
    CLI::App* command = line.add(
        "score", "Logits of the answers after prompts: JSON lines in, JSON lines out, in order",
        "echo '{\"id\":1,\"text\":\"#Target: Alien\\n#Answer:\"}' | driftscope-cli score --checkpoint model.gguf",
        [arguments](const JobContext& context) { return score(*arguments, context); });
    command->add_option("--checkpoint", arguments->checkpoint, "Hugging Face folder or GGUF file")->required();
    command->add_option("--adapter", arguments->adapters, "Folder of a PEFT adapter (not supported yet)");
    command->add_option("--precision", arguments->precision, "fp32 (exact) or bf16 (half the memory)")
        ->check(CLI::IsMember({"fp32", "bf16"}))
        ->capture_default_str();
    command->add_option("--device", arguments->device, "cpu, cuda, or auto: CUDA where it can be used")
        ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
        ->capture_default_str();
    command->add_option("--answers", arguments->answers, "Answers as they follow the prompt, split at commas")
        ->capture_default_str();
    command->add_flag("--normalize", arguments->normalize, "Add logZ, the log-sum-exp over the vocabulary");
    command->add_flag("--full-logits", arguments->fullLogits, "Add all logits of the vocabulary");
    command
        ->add_option("--batch-tokens", arguments->batchTokens, "Tokens computed in one pass; 0 = chosen for the device")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--no-prefix-sharing", arguments->noPrefixSharing,
                      "Compute every prompt in full (to measure what sharing brings)");
}

} // namespace driftscope::app
