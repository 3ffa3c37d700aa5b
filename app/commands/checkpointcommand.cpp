// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/checkpointcommand.h"

#include "core/checkpoint/checkpointcard.h"
#include "core/tokenizer/tokenizerloader.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::app {

namespace {

using checkpoint::CheckpointCard;

struct CheckpointOptions {
    std::string path;
    std::vector<std::string> adapters;
    checkpoint::MemoryRequest memory;
    std::string precision = "fp32";
    bool isJson = false;
};

Result<std::vector<std::vector<std::int64_t>>> encodeAnswers(const std::filesystem::path& path,
                                                             const std::vector<std::string>& texts)
{
    DRIFTSCOPE_TRY(const auto loaded, tokenizer::loadTokenizer(path));
    std::vector<std::vector<std::int64_t>> encoded;
    for (const std::string& text : texts) {
        const auto ids = loaded->encode(text, {.addSpecialTokens = false, .parseSpecialTokens = false});
        encoded.emplace_back(ids.begin(), ids.end());
    }
    return encoded;
}

/// "92.4 MB"
std::string sizeText(std::uint64_t bytes)
{
    constexpr std::array units {"bytes", "kB", "MB", "GB", "TB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (amount >= 1000 && unit + 1 < units.size()) {
        amount /= 1000;
        ++unit;
    }
    std::array<char, 32> text {};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
    return text.data();
}

void printRow(const std::string& label, const std::string& value)
{
    constexpr std::size_t width = 20;
    std::cout << label << std::string(width > label.size() ? width - label.size() : 1, ' ') << value << '\n';
}

template<typename T>
void printNumber(const std::string& label, const std::optional<T>& value)
{
    if (value)
        printRow(label, std::to_string(*value));
}

std::string listText(const std::vector<std::int64_t>& ids)
{
    std::string text;
    for (const std::int64_t id : ids)
        text += (text.empty() ? "" : " ") + std::to_string(id);
    return text.empty() ? "nothing" : text;
}

void printAdapter(const checkpoint::AdapterCard& adapter)
{
    std::string text = adapter.kind;
    if (adapter.rank)
        text += ", rank " + std::to_string(*adapter.rank);
    for (std::size_t i = 0; i < adapter.targets.size(); ++i)
        text += (i == 0 ? ", on " : " ") + adapter.targets[i];
    if (adapter.fits)
        text += *adapter.fits ? "; fits: " : "; does not fit: ";
    else
        text += "; ";
    printRow("Adapter", text + adapter.why);
}

void printMemory(const checkpoint::MemoryEstimate& memory, const CheckpointOptions& options)
{
    printRow("Memory",
             sizeText(memory.peakBytes) + " at the peak in " + options.precision + ": weights "
                 + sizeText(memory.weightsBytes) + ", keys and values " + sizeText(memory.keyValueBytes));
    printRow("",
             "for " + std::to_string(options.memory.demonstrations) + " demonstrations, histories of "
                 + std::to_string(options.memory.history) + " and " + std::to_string(options.memory.candidates)
                 + " candidates: " + std::to_string(memory.prefixTokens) + " shared tokens and "
                 + std::to_string(memory.suffixTokens) + " a candidate,");
    printRow("",
             "with " + std::to_string(checkpoint::MemoryEstimate::tokensPerTitle)
                 + " tokens a title; the program and its libraries come on top");
}

void printCard(const CheckpointCard& card, const CheckpointOptions& options)
{
    printRow("Format", card.format == "gguf" ? "GGUF" : "Hugging Face");
    if (card.architecture)
        printRow("Architecture", *card.architecture);
    printNumber("Parameters", card.parameters);
    printNumber("Layers", card.layers);
    printNumber("Hidden size", card.hiddenSize);
    printNumber("Heads", card.heads);
    printNumber("Key-value heads", card.keyValueHeads);
    printNumber("Head dimension", card.headDim);
    printNumber("Vocabulary", card.vocabularySize);
    printNumber("Context (tokens)", card.contextLength);
    if (card.dtype)
        printRow("Stored as", *card.dtype);
    if (card.tiedEmbeddings)
        printRow("Tied embeddings", *card.tiedEmbeddings ? "yes" : "no");
    if (card.bytes)
        printRow("Weight files", sizeText(*card.bytes));
    for (const auto& [text, ids] : card.answerTokens)
        printRow("Token of '" + text + "'", listText(ids));
    for (const checkpoint::AdapterCard& adapter : card.adapters)
        printAdapter(adapter);
    if (card.memory)
        printMemory(*card.memory, options);
}

Result<> showCheckpoint(const CheckpointOptions& options)
{
    checkpoint::CardRequest request;
    request.adapters.assign(options.adapters.begin(), options.adapters.end());
    request.memory = options.memory;
    request.memory.isHalfPrecision = options.precision == "bf16";
    request.tokenize = encodeAnswers;
    DRIFTSCOPE_TRY(const auto card, checkpoint::readCheckpointCard(options.path, request));
    if (options.isJson)
        printJson(checkpoint::toJson(card));
    else
        printCard(card, options);
    return {};
}

} // namespace

void addCheckpointCommand(CommandLine& line)
{
    const auto options = std::make_shared<CheckpointOptions>();
    CLI::App* command =
        line.add("checkpoint", "Show what a model is and how much memory it needs, from its headers alone",
                 "driftscope-cli checkpoint datasets/models/drift-tiny --k 4 --history 10 --json",
                 [options](const JobContext&) { return showCheckpoint(*options); });
    command
        ->add_option("PATH", options->path,
                     "Hugging Face folder, GGUF file, config.json, tokenizer.json, .safetensors file or adapter folder")
        ->required();
    command->add_option("--adapter", options->adapters,
                        "Folder of a PEFT adapter to compare with the model; may be repeated");
    command->add_option("--k", options->memory.demonstrations, "Demonstrations in a prompt, for the memory estimate")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    command->add_option("--history", options->memory.history, "Titles in each history, for the memory estimate")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    command->add_option("--candidates", options->memory.candidates, "Candidates of a query, for the memory estimate")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    command->add_option("--precision", options->precision, "How the model is held, for the memory estimate")
        ->check(CLI::IsMember({"fp32", "bf16"}))
        ->capture_default_str();
    command->add_flag("--json", options->isJson, "Print JSON");
}

} // namespace driftscope::app
