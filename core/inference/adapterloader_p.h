// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/adapter.h"
#include "core/inference/loadedmodel.h"
#include "core/network/adapterweights.h"

#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::inference {

/// An adapter that fits its base and has a name of its own.
struct OpenedAdapter {
    AdapterChoice choice;
    std::shared_ptr<const checkpoint::Adapter> adapter;
};

/// Opens adapters and checks each against the base.
///
/// @param taken  names that are in use already.
/// @retval ErrorCode::Inconsistent       one does not fit; the message lists what.
/// @retval ErrorCode::UnsupportedFormat  one is of a kind that is not known, or its weights are a pickle.
/// @retval ErrorCode::BadArgument        two have the same name, or virtual tokens have a weight.
/// Other errors of checkpoint::Adapter::open().
[[nodiscard]] Result<std::vector<OpenedAdapter>> openAdapters(const std::vector<AdapterChoice>& choices,
                                                              const checkpoint::ModelConfig& base,
                                                              std::vector<std::string> taken = {});

/// Reads an adapter's tensors to where its base is.
///
/// @param context  Stop is honoured between tensors.
[[nodiscard]] Result<std::shared_ptr<const network::AdapterWeights>>
readAdapter(const OpenedAdapter& opened, const network::DecoderWeights& base, const JobContext& context);

/// Folds adapters into the weights while these are read: once, in fp32.
class AdapterMerge
{
public:
    /// @param adapters  all of them, in order.
    /// @retval ErrorCode::BadArgument  two cannot be merged together; the message says why.
    [[nodiscard]] static Result<AdapterMerge> prepare(std::vector<OpenedAdapter> adapters,
                                                      const checkpoint::ModelConfig& base, const JobContext& context);

    /// True if the matrix with this Hugging Face name cannot be taken as it is stored. A tied head is one of its own as
    /// soon as it or the embedding is changed.
    [[nodiscard]] bool changes(const std::string& tensor) const;
    /// The changed values. @param values  fp32, as read (of a tied head the embedding's); they stay as they are.
    [[nodiscard]] Result<at::Tensor> merged(const std::string& tensor, const at::Tensor& values) const;
    /// What is no change of a matrix: whole tensors, biases, virtual tokens; after all weights have been read.
    [[nodiscard]] Result<> finish(network::DecoderWeights& weights, const JobContext& context) const;

private:
    struct Change {
        network::LowRank change; ///< fp32 on the CPU, firstRow 0, without rowScale
        at::Tensor magnitude; ///< DoRA, or undefined
        bool isEmbedding = false;
    };

    [[nodiscard]] Result<at::Tensor> sharedReplacement(const std::string& tensor) const;

    std::vector<OpenedAdapter> m_adapters;
    bool m_isTied = false;
    std::map<std::string, std::vector<Change>> m_changes; ///< by tensor name, in the order of the adapters
};

} // namespace driftscope::inference
