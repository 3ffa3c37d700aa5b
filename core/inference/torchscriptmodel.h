// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/inference/llmscorer.h"
#include "core/inference/loadedmodel.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace driftscope::inference {

/// A language model exported as TorchScript, whatever its architecture: the contract is
/// `forward(input_ids int64[B, T], attention_mask int64[B, T]) -> float[B, T, V]`, or a tuple that begins with it; the
/// logits at a position depend on no later one (prompts are padded on the right, with 0 in the mask).
///
/// Loading it runs the code in the file, so that is done only when LoadOptions::trustsCode says so. Shared by any
/// number of scorers.
class TorchScriptModel
{
public:
    /// Loads the file, runs it once on two short rows to see that it keeps the contract, and learns its vocabulary.
    ///
    /// The context length stands in the config.json beside the file (max_position_embeddings, n_positions or
    /// n_ctx); without one, 2,048 tokens are taken. The file decides its precision.
    /// @param context  Stop is honoured before loading and before the trial.
    /// @retval ErrorCode::BadArgument        the code is not trusted; the message says what that means.
    /// @retval ErrorCode::UnsupportedFormat  no TorchScript, or one of a newer PyTorch, or it breaks the contract; the
    ///         message says what came back.
    /// @retval ErrorCode::OutOfMemory, ErrorCode::NotFound, ErrorCode::Cancelled  as LoadedModel::load().
    [[nodiscard]] static Result<std::shared_ptr<const TorchScriptModel>>
    load(const std::filesystem::path& path, const LoadOptions& options, const JobContext& context);
    ~TorchScriptModel();

    [[nodiscard]] std::int64_t vocabularySize() const;
    [[nodiscard]] std::int64_t contextLength() const;
    /// "cpu, 2 threads" or "cuda: NVIDIA H200"
    [[nodiscard]] std::string device() const;
    [[nodiscard]] std::int64_t weightBytes() const;

    struct Parts;
    /// Torch side, for the inference folder's own .cpp files.
    [[nodiscard]] const Parts& parts() const { return *m_parts; }

private:
    explicit TorchScriptModel(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

/// Makes a scorer that runs a TorchScript model. Prompts of like length go together up to a token budget (padding
/// counted); nothing is shared between them, and the logits of all positions are computed, as the contract has it.
///
/// Stop is honoured between batches. Threads   the scorer is used by one thread; several scorers may share one model.
[[nodiscard]] std::unique_ptr<Scorer> makeScorer(std::shared_ptr<const TorchScriptModel> model,
                                                 SessionOptions options = {});

} // namespace driftscope::inference
