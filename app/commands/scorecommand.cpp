// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/scorecommand.h"

#include "app/commands/modelarguments.h"
#include "app/commands/textlines.h"
#include "core/checkpoint/torchscriptfile.h"
#include "core/inference/llmscorer.h"
#include "core/inference/promptcheck.h"
#include "core/inference/torchscriptmodel.h"
#include "core/prompt/answerset.h"
#include "core/tokenizer/tokenizerloader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
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
    ModelArguments model;
    std::string answers = " Yes, No";
    bool normalize = false;
    bool fullLogits = false;
    std::int64_t batchTokens = 0;
    std::int64_t cacheMegabytes = 0;
    bool noPrefixSharing = false;
    bool trustsTorchScript = false;
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
        const std::string where = inputLine(number);
        DRIFTSCOPE_TRY(const nlohmann::json json, lineObject(text, where));
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
            prompt.tokens = idsOf(fields);
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
    const auto addLine = [&](const std::string& text, std::int64_t number) -> Result<> {
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
        return {};
    };
    DRIFTSCOPE_CHECK(forEachInputLine(context, addLine));
    return group.flush(context);
}

/// The TorchScript model at the path; it brings no config, so its sizes are what it says itself.
Result<std::shared_ptr<const inference::TorchScriptModel>> loadTorchScript(const ScoreArguments& arguments,
                                                                           const JobContext& context)
{
    if (!arguments.model.adapters.empty())
        return fail(ErrorCode::UnsupportedFormat,
                    "Adapters do not fit TorchScript models; leave out --adapter, or merge it before the export.");
    inference::LoadOptions options;
    options.trustsCode = arguments.trustsTorchScript;
    options.device = inference::deviceNamed(arguments.model.device);
    return inference::TorchScriptModel::load(arguments.model.checkpoint, options, context);
}

Result<> scoreTorchScript(const ScoreArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto model, loadTorchScript(arguments, context));
    const auto folder = std::filesystem::path(arguments.model.checkpoint).parent_path();
    DRIFTSCOPE_TRY(const auto tokenizer, tokenizer::loadTokenizer(folder.empty() ? "." : folder));
    const auto scorer = inference::makeScorer(model, {.batchTokens = arguments.batchTokens});
    note("running on " + scorer->describe());
    checkpoint::ModelConfig sizes;
    sizes.vocabularySize = model->vocabularySize();
    sizes.contextLength = model->contextLength();
    LineReader reader(tokenizer, splitAnswers(arguments.answers), sizes);
    LineGroup group(*scorer, {.logNormalizer = arguments.normalize, .fullLogits = arguments.fullLogits});
    return scoreInput(reader, group, context);
}

Result<> score(const ScoreArguments& arguments, const JobContext& context)
{
    if (checkpoint::looksLikeTorchScript(arguments.model.checkpoint))
        return scoreTorchScript(arguments, context);
    DRIFTSCOPE_TRY(const ReadyModel opened, readyModel(arguments.model, context));
    const auto scorer = inference::makeScorer(opened.model,
                                              {.batchTokens = arguments.batchTokens,
                                               .sharePrefixes = !arguments.noPrefixSharing,
                                               .cacheBytes = arguments.cacheMegabytes * 1'000'000});
    checkpoint::ModelConfig sizes = opened.model->config();
    sizes.contextLength = scorer->contextLength(); // less virtual tokens of an adapter
    LineReader reader(opened.tokenizer, splitAnswers(arguments.answers), sizes);
    LineGroup group(*scorer, {.logNormalizer = arguments.normalize, .fullLogits = arguments.fullLogits});
    DRIFTSCOPE_CHECK(scoreInput(reader, group, context));
    if (arguments.cacheMegabytes > 0)
        note(std::to_string(scorer->cost().cachedTokens) + " tokens came from the cache, "
             + std::to_string(scorer->cost().computedTokens) + " were computed");
    return {};
}

} // namespace

void addScoreCommand(CommandLine& line)
{
    const auto arguments = std::make_shared<ScoreArguments>();
    CLI::App* command =
        line.add("score", "Logits of the answers after prompts: JSON lines in, JSON lines out, in order",
                 "echo '{\"id\":1,\"text\":\"#Target: Alien\\n#Answer:\"}' | driftscope-cli score --checkpoint "
                 "datasets/models/drift-tiny",
                 [arguments](const JobContext& context) { return score(*arguments, context); });
    addModelOptions(*command, arguments->model);
    command->add_option("--answers", arguments->answers, "Answers as they follow the prompt, split at commas")
        ->capture_default_str();
    command->add_flag("--normalize", arguments->normalize, "Add logZ, the log-sum-exp over the vocabulary");
    command->add_flag("--full-logits", arguments->fullLogits, "Add all logits of the vocabulary");
    command
        ->add_option("--batch-tokens", arguments->batchTokens, "Tokens computed in one pass; 0 = chosen for the device")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--cache-mb", arguments->cacheMegabytes,
                     "Memory for the keys and values of recent prompts' beginnings; 0 = none are kept")
        ->check(CLI::Range(0, 1'000'000));
    command->add_flag("--no-prefix-sharing", arguments->noPrefixSharing,
                      "Compute every prompt in full (to measure what sharing brings)");
    command->add_flag("--trust-torchscript", arguments->trustsTorchScript,
                      "Load a TorchScript .pt file although that runs the code in it with your rights");
}

} // namespace driftscope::app
