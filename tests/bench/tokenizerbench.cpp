// SPDX-License-Identifier: GPL-3.0-or-later
// Measures how fast a checkpoint's tokenizer loads and encodes prompts:
//   driftscope_tokenizerbench CHECKPOINT [TEXTFILE] [--seed N] [--megabytes N]
// Without a file, the text is made from the seed: lists of titles with years, as recommendation prompts have them.
#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/tokenizer/tokenizerloader.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace driftscope;

namespace {

struct Options {
    std::string checkpoint;
    std::string file;
    std::uint64_t seed = 1;
    std::size_t bytes = 8 << 20;
};

/// A made-up word of one to four syllables.
std::string word(RandomStream& random)
{
    static const std::vector<std::string> syllables {"ka", "mor",  "the", "lin", "sta", "r\u00e9",
                                                     "on", "wick", "al",  "dun", "ver", "ti"};
    std::string made;
    for (std::size_t i = random.index(4) + 1; i > 0; --i)
        made += syllables[random.index(syllables.size())];
    made[0] = static_cast<char>(made[0] - 'a' + 'A');
    return made;
}

/// Titles of one to five words, the same few thousand again and again.
std::vector<std::string> titles(RandomStream& random)
{
    std::vector<std::string> made;
    for (int i = 0; i < 2000; ++i) {
        std::string title = word(random);
        for (std::size_t k = random.index(5); k > 0; --k)
            title += (random.index(4) == 0 ? " of the " : " ") + word(random);
        made.push_back(title + " (" + std::to_string(1930 + random.index(90)) + ")");
    }
    return made;
}

std::vector<std::string> madePrompts(const Options& options)
{
    RandomStream random(options.seed, "tokenizerbench");
    const auto known = titles(random);
    std::vector<std::string> prompts;
    for (std::size_t total = 0; total < options.bytes; total += prompts.back().size()) {
        std::string prompt = "A user liked these films:\n";
        for (int i = 0; i < 20; ++i)
            prompt += std::to_string(i + 1) + ". " + known[random.index(known.size())]
                + (random.index(2) == 0 ? " - liked\n" : " - disliked\n");
        prompts.push_back(prompt + "\nWill the user like \"" + known[random.index(known.size())] + "\"?\n#Answer:");
    }
    return prompts;
}

Result<std::vector<std::string>> readPrompts(const Options& options)
{
    if (options.file.empty())
        return madePrompts(options);
    DRIFTSCOPE_TRY(const std::string text, readFile(options.file));
    std::vector<std::string> prompts;
    constexpr std::size_t promptBytes = 2000;
    for (std::size_t at = 0; at < text.size(); at += promptBytes)
        prompts.push_back(text.substr(at, promptBytes));
    return prompts;
}

Options readOptions(int argc, char** argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--seed" && i + 1 < argc)
            options.seed = std::strtoull(argv[++i], nullptr, 10);
        else if (argument == "--megabytes" && i + 1 < argc)
            options.bytes = std::strtoull(argv[++i], nullptr, 10) << 20;
        else
            (options.checkpoint.empty() ? options.checkpoint : options.file) = argument;
    }
    return options;
}

Result<> measure(const Options& options)
{
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](Clock::time_point since) {
        return std::chrono::duration<double>(Clock::now() - since).count();
    };
    DRIFTSCOPE_TRY(const auto prompts, readPrompts(options));
    const auto loadStart = Clock::now();
    DRIFTSCOPE_TRY(const auto tokenizer, tokenizer::loadTokenizer(options.checkpoint));
    std::printf("load      %8.3f s\n", seconds(loadStart));
    std::size_t bytes = 0;
    for (const std::string& prompt : prompts)
        bytes += prompt.size();
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        std::size_t tokens = 0;
        const auto start = Clock::now();
        for (const std::string& prompt : prompts)
            tokens += tokenizer->encode(prompt).size();
        const double elapsed = seconds(start);
        best = std::min(best, elapsed);
        std::printf("round %d   %8.2f MB/s  %10.0f tokens/s\n", round + 1, static_cast<double>(bytes) / 1e6 / elapsed,
                    static_cast<double>(tokens) / elapsed);
    }
    std::printf("best      %8.2f MB/s of %zu prompts\n", static_cast<double>(bytes) / 1e6 / best, prompts.size());
    return {};
}

} // namespace

int main(int argc, char** argv)
{
    const Options options = readOptions(argc, argv);
    if (options.checkpoint.empty()) {
        std::fprintf(stderr, "driftscope_tokenizerbench CHECKPOINT [TEXTFILE] [--seed N] [--megabytes N]\n");
        return 2;
    }
    const auto done = measure(options);
    if (!done)
        std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return done ? 0 : 1;
}
