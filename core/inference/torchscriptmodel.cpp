// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/torchscriptmodel.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/checkpoint/torchscriptfile.h"
#include "core/inference/loadedmodel_p.h"
#include "core/inference/torchscriptmodel_p.h"
#include "core/network/torchguard.h"

#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace driftscope::inference {

namespace {

constexpr std::int64_t assumedContext = 2048;

/// The line of an interpreter's message that says what went wrong: the last one; the ones before are a trace.
std::string lastLine(std::string_view message)
{
    while (!message.empty() && (message.back() == '\n' || message.back() == ' '))
        message.remove_suffix(1);
    return std::string(message.substr(message.find_last_of('\n') + 1));
}

tl::unexpected<Error> broken(const std::string& name, const std::string& what)
{
    return fail(ErrorCode::UnsupportedFormat,
                name + ": " + what
                    + "; a TorchScript model should have forward(input_ids int64[B,T], attention_mask int64[B,T]) -> "
                      "float[B,T,V].");
}

std::string shapeOf(const at::Tensor& tensor)
{
    std::string text = c10::toString(tensor.scalar_type());
    text += '[';
    for (const std::int64_t size : tensor.sizes()) {
        if (text.back() != '[')
            text += ',';
        text += std::to_string(size);
    }
    return text + "]";
}

/// The logits among what forward() gave, after looking at their type and shape.
Result<at::Tensor> checkedLogits(const c10::IValue& given, std::int64_t rows, std::int64_t tokens,
                                 const std::string& name)
{
    c10::IValue value = given;
    if (value.isTuple() && !value.toTupleRef().elements().empty())
        value = value.toTupleRef().elements()[0];
    if (!value.isTensor())
        return broken(name, "forward gave a " + value.tagKind() + (given.isTuple() ? " first in its tuple" : ""));
    at::Tensor logits = value.toTensor();
    if (!logits.defined() || !at::isFloatingType(logits.scalar_type()) || logits.dim() != 3 || logits.size(0) != rows
        || logits.size(1) != tokens || logits.size(2) < 1)
        return broken(name,
                      "forward gave " + (logits.defined() ? shapeOf(logits) : std::string("an undefined tensor"))
                          + " for a batch of " + std::to_string(rows) + " rows of " + std::to_string(tokens)
                          + " tokens");
    return logits;
}

/// A length from the config.json beside the file, if there is one that says it.
std::int64_t contextBeside(const std::filesystem::path& path)
{
    constexpr std::uintmax_t maxBytes = 16U << 20U;
    const auto text = readFile(path.parent_path() / "config.json", maxBytes);
    const auto config = text ? parseJson(*text, "config.json") : Result<nlohmann::json>(nlohmann::json());
    if (!config || !config->is_object())
        return assumedContext;
    for (const char* key : {"max_position_embeddings", "n_positions", "n_ctx"}) {
        const auto found = config->find(key);
        if (found != config->end() && found->is_number_unsigned() && found->get<std::uint64_t>() > 0
            && found->get<std::uint64_t>() < (1ULL << 31))
            return found->get<std::int64_t>();
    }
    return assumedContext;
}

Result<> checkForward(const torch::jit::Module& module, const std::string& name)
{
    const auto method = module.find_method("forward");
    if (!method)
        return broken(name, "the module has no forward");
    const auto& arguments = method->function().getSchema().arguments(); // self first
    std::size_t required = 0;
    for (const auto& argument : arguments)
        required += argument.default_value() ? 0 : 1;
    if (arguments.size() < 3 || required > 3)
        return broken(name, "its forward takes " + std::to_string(arguments.size() - 1) + " inputs");
    return {};
}

Result<> load(const std::filesystem::path& path, TorchScriptModel::Parts& parts)
{
    try {
        parts.module = torch::jit::load(path.string(), parts.device.torch);
    } catch (const std::exception& error) {
        if (network::isOutOfMemory(error))
            return fail(ErrorCode::OutOfMemory, path.string() + ": the weights do not fit into the free memory.");
        return fail(ErrorCode::UnsupportedFormat,
                    path.string() + ": libtorch cannot load it, perhaps because a newer PyTorch made it: "
                        + network::firstLine(error.what()));
    }
    parts.module.eval();
    for (const at::Tensor& tensor : parts.module.parameters())
        parts.bytes += static_cast<std::int64_t>(tensor.nbytes());
    for (const at::Tensor& tensor : parts.module.buffers())
        parts.bytes += static_cast<std::int64_t>(tensor.nbytes());
    return checkForward(parts.module, parts.name);
}

/// Two rows of different length, so that a fixed batch size or a missing time axis shows.
Result<> tryOut(TorchScriptModel::Parts& parts)
{
    constexpr std::array<TokenId, 3> zeros {};
    const std::array rows {std::span<const TokenId>(zeros), std::span<const TokenId>(zeros).first(2)};
    DRIFTSCOPE_TRY(const at::Tensor logits, parts.run(rows));
    parts.vocabularySize = logits.size(2);
    return {};
}

} // namespace

Result<at::Tensor> TorchScriptModel::Parts::run(std::span<const std::span<const TokenId>> rows) const
{
    const auto longest = std::ranges::max_element(rows, {}, [](const auto& row) { return row.size(); })->size();
    const auto count = static_cast<std::int64_t>(rows.size());
    const auto tokens = static_cast<std::int64_t>(longest);
    at::Tensor ids = at::zeros({count, tokens}, at::kLong);
    at::Tensor mask = at::zeros({count, tokens}, at::kLong);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::ranges::copy(rows[i], ids.data_ptr<std::int64_t>() + i * longest);
        std::fill_n(mask.data_ptr<std::int64_t>() + i * longest, rows[i].size(), 1);
    }
    // Specialising the graph for each new shape costs more than it brings, and fused kernels change the last digits.
    const torch::jit::GraphOptimizerEnabledGuard plain(false);
    try {
        torch::jit::Module copy = module; // a handle: the weights are shared
        const c10::IValue given = copy.forward({ids.to(device.torch), mask.to(device.torch)});
        return checkedLogits(given, count, tokens, name);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, name + ": a batch does not fit into the free memory.");
    } catch (const std::exception& error) {
        if (network::isOutOfMemory(error))
            return fail(ErrorCode::OutOfMemory, name + ": a batch does not fit into the free memory.");
        return broken(name, "forward failed: " + lastLine(error.what()));
    }
}

TorchScriptModel::TorchScriptModel(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

TorchScriptModel::~TorchScriptModel() = default;

Result<std::shared_ptr<const TorchScriptModel>>
TorchScriptModel::load(const std::filesystem::path& path, const LoadOptions& options, const JobContext& context)
{
    using Model = std::shared_ptr<const TorchScriptModel>;
    return network::guarded("Loading the TorchScript model", [&]() -> Result<Model> {
        DRIFTSCOPE_TRY(const auto file, checkpoint::TorchScriptFile::inspect(path));
        if (!options.trustsCode)
            return fail(
                ErrorCode::BadArgument,
                path.string()
                    + ": loading a TorchScript file runs the code in it with your rights; if you trust where it "
                      "comes from, say so (--trust-torchscript).");
        const auto stopped = [&context] { return context.isStopped(); };
        const auto total = static_cast<std::int64_t>(file.bytes);
        if (stopped())
            return fail(ErrorCode::Cancelled, "Loading the model was stopped.");
        context.report({0, total, "load checkpoint"});
        const c10::InferenceMode inference;
        auto parts = std::make_unique<Parts>();
        parts->name = path.filename().string();
        parts->contextLength = contextBeside(path);
        DRIFTSCOPE_TRY(parts->device, network::chooseDevice(kindOf(options.device)));
        DRIFTSCOPE_CHECK(inference::load(path, *parts));
        if (stopped())
            return fail(ErrorCode::Cancelled, "Loading the model was stopped.");
        DRIFTSCOPE_CHECK(tryOut(*parts));
        context.report({total, total, "load checkpoint"});
        return Model(new TorchScriptModel(std::move(parts)));
    });
}

std::int64_t TorchScriptModel::vocabularySize() const
{
    return m_parts->vocabularySize;
}

std::int64_t TorchScriptModel::contextLength() const
{
    return m_parts->contextLength;
}

std::string TorchScriptModel::device() const
{
    return m_parts->device.name;
}

std::int64_t TorchScriptModel::weightBytes() const
{
    return m_parts->bytes;
}

} // namespace driftscope::inference
