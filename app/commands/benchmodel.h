// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/benchworkload.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/inference/llmscorer.h"
#include "core/tokenizer/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::app {

/// The options that the kinds of measurement share.
struct BenchArguments {
    std::string checkpoint;
    std::string workload;
    std::string peers;
    std::string python = "python3";
    std::string peerModel;
    std::vector<std::string> peerGguf;
    std::vector<std::string> precisions {"fp32", "bf16"};
    std::string device = "auto";
    std::int64_t rounds = 1;
    std::int64_t queries = 0; ///< 0 = all
    double quietWait = 0; ///< seconds
    bool withoutSlow = false;
    std::string contender; ///< run this one alone
    std::string scores; ///< file for its scores
    std::string growth; ///< CSV file
    bool isProfile = false;
    bool isJson = false;
};

/// A loaded model with its tokenizer: from text to scores.
class BenchModel
{
public:
    /// @param answers  of the workload, as text.
    [[nodiscard]] static Result<BenchModel> load(const std::string& checkpoint, const std::string& precision,
                                                 const std::string& device, const JobContext& context);

    /// Tokenises a query's prompts: every candidate's prefix and suffix as one text.
    [[nodiscard]] Result<std::vector<inference::TokenizedPrompt>>
    prompts(const BenchWorkload::Query& query, const std::vector<std::string>& answers) const;
    [[nodiscard]] std::unique_ptr<inference::Scorer> scorer(inference::SessionOptions options = {}) const;
    [[nodiscard]] const inference::LoadedModel& loaded() const { return *m_model; }

private:
    BenchModel(std::shared_ptr<const inference::LoadedModel> model,
               std::shared_ptr<const tokenizer::Tokenizer> tokenizer);

    std::shared_ptr<const inference::LoadedModel> m_model;
    std::shared_ptr<const tokenizer::Tokenizer> m_tokenizer;
};

/// The checkpoint that was named, or the first in the user's data folder.
/// @retval ErrorCode::NotFound  none was named and there is none.
[[nodiscard]] Result<std::filesystem::path> benchCheckpoint(const BenchArguments& arguments);

/// The workload that was named, or the built-in one; the first `queries` of it.
[[nodiscard]] Result<BenchWorkload> benchWorkload(const BenchArguments& arguments);

} // namespace driftscope::app
