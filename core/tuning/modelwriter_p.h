// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/decoder.h"
#include "core/tuning/trainablemodel_p.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace driftscope::tuning {

/// Texts of the other files of a Hugging Face folder, by file name ("config.json", "tokenizer.json").
using FolderFiles = std::map<std::string, std::string>;

/// Writes a decoder as a Hugging Face folder that transformers loads: fused matrices are taken apart again.
///
/// @param weights  of a Hugging Face checkpoint: what `config` says of the files (norms less one, fused projections)
///                 holds for what is written.
/// @param isHalf  weights as bf16 in place of fp32; "torch_dtype" of config.json is set to match.
/// @retval ErrorCode::NotWritable, DiskFull.
[[nodiscard]] Result<> writeModel(const std::filesystem::path& folder, const network::DecoderWeights& weights,
                                  bool isHalf, FolderFiles files);

/// Writes LoRA matrices as a PEFT adapter that peft loads.
///
/// @param base  what the adapter was trained on, for people: "base_model_name_or_path".
/// @retval ErrorCode::NotWritable, DiskFull.
[[nodiscard]] Result<> writeAdapter(const std::filesystem::path& folder, const std::vector<LoraModule>& modules,
                                    const TuningMethod& method, const std::string& base);

} // namespace driftscope::tuning
