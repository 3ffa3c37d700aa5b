// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/memoryfile.h"

#include "core/base/textfile.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace driftscope::fuzz {

namespace {

// The links in the file folder name these; see CMakeLists.txt.
constexpr int mainDescriptor = 900;
constexpr int adapterDescriptor = 901;

/// A new file without a place on disk, at the descriptor with this number.
void makeFile(int descriptor)
{
    const int made = ::memfd_create("fuzz", MFD_CLOEXEC);
    require(made >= 0 && ::dup2(made, descriptor) == descriptor, "there should be room for a file in memory");
    ::close(made);
}

bool writeAll(int descriptor, std::string_view bytes)
{
    const auto size = static_cast<ssize_t>(bytes.size());
    return ::pwrite(descriptor, bytes.data(), bytes.size(), 0) == size && ::ftruncate(descriptor, size) == 0;
}

/// Widens the first row (or what fits of a long one) and the last block.
void readTensor(std::span<const std::byte> bytes, const checkpoint::TensorEntry& tensor)
{
    constexpr std::int64_t maxBlocks = 64;
    const checkpoint::BlockLayout layout = checkpoint::blockLayout(tensor.type);
    const std::int64_t blocks = std::min(maxBlocks, tensor.valueCount() / layout.values);
    const auto head = bytes.first(static_cast<std::size_t>(blocks * layout.bytes));
    std::vector<float> values(static_cast<std::size_t>(blocks * layout.values));
    const auto widened = checkpoint::dequantize(tensor.type, head, values);
    require(isGood(widened) == checkpoint::canDequantize(tensor.type), "what can be widened should be");
    if (widened && blocks > 0) {
        values.resize(static_cast<std::size_t>(layout.values));
        require(isGood(checkpoint::dequantize(tensor.type, bytes.last(static_cast<std::size_t>(layout.bytes)), values)),
                "the last block should be readable");
    }
}

} // namespace

void require(bool holds, std::string_view what)
{
    if (holds)
        return;
    std::fprintf(stderr, "violated: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

void requireGoodError(const Error& error)
{
    if (!error.message.empty() && isUtf8(error.message) && error.code != ErrorCode::Internal)
        return;
    std::fprintf(stderr, "error %s: %s\n", std::string(errorName(error.code)).c_str(), error.message.c_str());
    require(false, "an error should have a message in UTF-8 and a code that is not Internal");
}

std::filesystem::path fileFolder()
{
    return DRIFTSCOPE_FUZZ_FILES;
}

std::filesystem::path fileInMemory(std::string_view name, std::string_view bytes)
{
    static const bool areMade = (makeFile(mainDescriptor), makeFile(adapterDescriptor), true);
    const int descriptor = name == "adapter_model.safetensors" ? adapterDescriptor : mainDescriptor;
    require(areMade && writeAll(descriptor, bytes), "the file in memory should be writable");
    return fileFolder() / name;
}

void requireReadableTensors(std::span<const std::byte> file, const std::vector<checkpoint::TensorEntry>& tensors)
{
    for (const checkpoint::TensorEntry& tensor : tensors) {
        require(tensor.offset <= file.size() && tensor.bytes <= file.size() - tensor.offset,
                "a tensor should lie inside its file");
        const checkpoint::BlockLayout layout = checkpoint::blockLayout(tensor.type);
        require(tensor.valueCount() >= 0 && tensor.valueCount() % layout.values == 0,
                "a tensor should have whole blocks");
        require(static_cast<std::uint64_t>(tensor.valueCount() / layout.values * layout.bytes) == tensor.bytes,
                "a tensor should be as long as its shape and type say");
        readTensor(file.subspan(tensor.offset, tensor.bytes), tensor);
    }
}

} // namespace driftscope::fuzz
