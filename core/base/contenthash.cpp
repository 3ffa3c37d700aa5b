// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/contenthash.h"

#include <array>
#include <cstdio>
#include <memory>
#include <vector>
#include <xxhash.h>

namespace driftscope {

namespace {

std::string hexadecimal(XXH128_hash_t hash)
{
    std::array<char, 33> text {};
    std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                  static_cast<unsigned long long>(hash.low64));
    return text.data();
}

} // namespace

std::string contentHash(std::string_view bytes)
{
    return hexadecimal(XXH3_128bits(bytes.data(), bytes.size()));
}

Result<std::string> contentHashOfFile(const std::filesystem::path& path, const JobContext& context)
{
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error)
        return fail(ErrorCode::NotFound, path.string() + ": " + error.message() + ".");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file)
        return fail(ErrorCode::NotReadable, path.string() + ": the file cannot be read; check its permissions.");

    const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), &XXH3_freeState);
    XXH3_128bits_reset(state.get());
    std::vector<char> block(1U << 20U);
    std::int64_t done = 0;
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped while hashing " + path.string() + ".");
        XXH3_128bits_update(state.get(), block.data(), count);
        done += static_cast<std::int64_t>(count);
        context.report({done, static_cast<std::int64_t>(size), "hash files"});
    }
    if (std::ferror(file.get()) != 0)
        return fail(ErrorCode::NotReadable, path.string() + ": reading failed; check the disk.");
    return hexadecimal(XXH3_128bits_digest(state.get()));
}

} // namespace driftscope
