// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target without libFuzzer: fuzz_NAME CORPUS_FOLDER DICTIONARY ITERATIONS [SEED]
// The same arguments give the same inputs. After a failure the input lies in fuzz_NAME.input; given as the only
// argument, it is run alone.
#include "core/base/textfile.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <span>
#include <string>
#include <unistd.h>

#include "tests/fuzz/memoryfile.h"
#include "tests/fuzz/mutator.h"

using namespace driftscope;

/// An allocation far above the size of an input (128 KB at most) is a failure, and so is memory that grows.
extern "C" const char* __asan_default_options()
{
    return "max_allocation_size_mb=64:hard_rss_limit_mb=1024:detect_leaks=0:handle_abort=1";
}

namespace {

/// Keeps the input that is being run in a file, for the case that the program ends here.
class LastInput
{
public:
    explicit LastInput(const std::string& program)
        : m_path(std::filesystem::path(program).filename().string() + ".input")
        , m_descriptor(::open(m_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644))
    {
        fuzz::require(m_descriptor >= 0, "the working folder should be writable");
    }
    ~LastInput()
    {
        ::close(m_descriptor);
        ::unlink(m_path.c_str());
    }
    LastInput(const LastInput&) = delete;
    LastInput& operator=(const LastInput&) = delete;

    void run(const std::string& input) const
    {
        const auto size = static_cast<ssize_t>(input.size());
        fuzz::require(::pwrite(m_descriptor, input.data(), input.size(), 0) == size
                          && ::ftruncate(m_descriptor, size) == 0,
                      "the input should be kept");
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    }

private:
    std::string m_path;
    int m_descriptor;
};

std::string contentOf(const std::filesystem::path& path)
{
    auto content = readFile(path);
    if (content)
        return std::move(*content);
    std::fprintf(stderr, "%s\n", content.error().message.c_str());
    std::exit(2);
}

std::vector<std::string> filesIn(const std::string& folder)
{
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<std::string> contents;
    for (const auto& path : paths)
        contents.push_back(contentOf(path));
    fuzz::require(!contents.empty(), "the corpus should hold files");
    return contents;
}

} // namespace

int main(int count, char** values)
{
    const std::span<char*> arguments(values, static_cast<std::size_t>(count));
    if (arguments.size() == 2) {
        LastInput(std::string(arguments[0]) + ".again").run(contentOf(arguments[1]));
        return 0;
    }
    if (arguments.size() < 4) {
        std::fprintf(stderr, "usage: %s CORPUS_FOLDER DICTIONARY ITERATIONS [SEED]\n       %s INPUT\n", arguments[0],
                     arguments[0]);
        return 2;
    }
    const LastInput last(arguments[0]);
    const std::vector<std::string> corpus = filesIn(arguments[1]);
    for (const std::string& file : corpus)
        last.run(file);
    const std::uint64_t seed = arguments.size() > 4 ? std::strtoull(arguments[4], nullptr, 10) : 1;
    const std::uint64_t iterations = std::strtoull(arguments[3], nullptr, 10);
    fuzz::Mutator mutator(corpus, fuzz::dictionaryWords(contentOf(arguments[2])), seed);
    for (std::uint64_t i = 0; i < iterations; ++i)
        last.run(mutator.next());
    std::printf("%zu files of the corpus, %llu inputs made from them\n", corpus.size(),
                static_cast<unsigned long long>(iterations));
    return 0;
}
