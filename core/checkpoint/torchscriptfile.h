// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>

namespace driftscope::checkpoint {

/// A TorchScript archive, as far as its table of contents tells: a zip file with code and constants. Nothing in it is
/// run or unpickled to find out.
struct TorchScriptFile {
    std::uint64_t bytes = 0; ///< of the file
    std::uint64_t weightBytes = 0; ///< of the stored tensors

    /// @retval ErrorCode::NotFound, ErrorCode::NotReadable  as MappedFile::open().
    /// @retval ErrorCode::UnsupportedFormat  no zip file, or one without code: the pickle of torch.save(), which is not
    ///         opened because it can run code without saying so.
    /// @retval ErrorCode::Truncated  the table of contents is missing or damaged; fetch the file again.
    [[nodiscard]] static Result<TorchScriptFile> inspect(const std::filesystem::path& path);
};

/// True if the file begins as a zip file does and is named .pt, .pth or .ts: what inspect() can say more about.
[[nodiscard]] bool looksLikeTorchScript(const std::filesystem::path& path);

} // namespace driftscope::checkpoint
