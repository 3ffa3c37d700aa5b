// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/demonstrations/itemvectors.h"
#include "core/inference/embeddingcache.h"
#include "core/simulate/experiment.h"
#include "core/tokenizer/tokenizer.h"

#include <memory>
#include <span>
#include <string>

namespace driftscope::simulate {

/// True if the arm chooses anything by the model's embeddings, so that it needs item vectors.
[[nodiscard]] bool needsItemVectors(const Arm& arm);
/// True if one of its arms does.
[[nodiscard]] bool needsItemVectors(const Experiment& experiment);

/// Embeds the titles of all items: the mean of the model's last hidden states over the title's tokens, as ReLLa
/// (arXiv 2308.11131) pools them, but over the plain title.
///
/// @param cache    titles that it knows are taken from it, the others are added; may be null.
/// @param context  Stop is honoured between layers; progress counts titles.
/// Errors are those of TextModel::embed() and EmbeddingCache::add().
[[nodiscard]] Result<std::shared_ptr<const demonstrations::ItemVectors>>
embedTitles(const data::Dataset& dataset, const tokenizer::Tokenizer& tokenizer, inference::TextModel& model,
            inference::EmbeddingCache* cache, const JobContext& context);

/// The same, kept in the data folder, so that a model embeds a title once.
///
/// @param precision  of the model, as the experiment names it.
/// @param files      what the model was loaded from, with their hashes; none = nothing is kept.
/// Also the errors of EmbeddingCache::open().
[[nodiscard]] Result<std::shared_ptr<const demonstrations::ItemVectors>>
embedTitlesOnce(const data::Dataset& dataset, const tokenizer::Tokenizer& tokenizer, inference::TextModel& model,
                const std::string& precision, std::span<const data::SourceFile> files, const JobContext& context);

} // namespace driftscope::simulate
