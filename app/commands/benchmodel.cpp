// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchmodel.h"

#include "core/base/datafolder.h"
#include "core/base/stagetimer.h"
#include "core/prompt/answerset.h"
#include "core/tokenizer/tokenizerloader.h"

#include <algorithm>
#include <utility>

namespace driftscope::app {

namespace {

namespace fs = std::filesystem;

} // namespace

BenchModel::BenchModel(std::shared_ptr<const inference::LoadedModel> model,
                       std::shared_ptr<const tokenizer::Tokenizer> tokenizer)
    : m_model(std::move(model))
    , m_tokenizer(std::move(tokenizer))
{
}

Result<BenchModel> BenchModel::load(const std::string& path, const std::string& precision, const std::string& device,
                                    const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto checkpoint, checkpoint::Checkpoint::open(path));
    DRIFTSCOPE_TRY(const auto tokenizer, tokenizer::loadTokenizer(path));
    inference::LoadOptions options;
    options.precision = inference::precisionNamed(precision);
    options.device = inference::deviceNamed(device);
    DRIFTSCOPE_TRY(const auto model, inference::LoadedModel::load(checkpoint, options, context));
    return BenchModel(model, tokenizer);
}

Result<std::vector<inference::TokenizedPrompt>> BenchModel::prompts(const BenchWorkload::Query& query,
                                                                    const std::vector<std::string>& answers) const
{
    const StageTimer timer("tokenizer");
    DRIFTSCOPE_TRY(auto resolved,
                   prompt::resolveAnswers(query.prefix + query.suffixes.front(), answers, [&](std::string_view text) {
                       return m_tokenizer->encode(text, {false, false});
                   }));
    const auto tokens =
        std::make_shared<const inference::AnswerTokens>(inference::AnswerTokens {std::move(resolved.answers)});
    std::vector<inference::TokenizedPrompt> prompts;
    for (const std::string& suffix : query.suffixes)
        prompts.push_back({m_tokenizer->encode(query.prefix + suffix), tokens});
    return prompts;
}

std::unique_ptr<inference::Scorer> BenchModel::scorer(inference::SessionOptions options) const
{
    return inference::makeScorer(m_model, options);
}

Result<fs::path> benchCheckpoint(const BenchArguments& arguments)
{
    if (!arguments.checkpoint.empty())
        return fs::path(arguments.checkpoint);
    const fs::path models = dataFolder() / "models";
    std::error_code ignored;
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(models, ignored)) {
        if (entry.is_directory())
            found.push_back(entry.path());
    }
    std::ranges::sort(found);
    if (found.empty())
        return fail(ErrorCode::NotFound,
                    "There is no checkpoint in " + models.string() + "; name one with --checkpoint.");
    return found.front();
}

Result<BenchWorkload> benchWorkload(const BenchArguments& arguments)
{
    BenchWorkload workload = BenchWorkload::builtIn();
    if (!arguments.workload.empty()) {
        DRIFTSCOPE_TRY(workload, BenchWorkload::load(arguments.workload));
    }
    const auto queries = static_cast<std::size_t>(arguments.queries);
    if (queries > 0 && queries < workload.queries.size())
        workload.queries.resize(queries);
    return workload;
}

} // namespace driftscope::app
