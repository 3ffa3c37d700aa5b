// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/dtype.h"

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::checkpoint {

/// Where a tensor stands in a file, validated: offset and size lie inside it and fit shape and type.
struct TensorEntry {
    std::string name;
    DType type = DType::F32;
    std::vector<std::int64_t> shape; ///< outermost first
    std::size_t file = 0; ///< which of the checkpoint's files
    std::uint64_t offset = 0; ///< from the start of the file
    std::uint64_t bytes = 0;

    [[nodiscard]] std::int64_t valueCount() const;
};

} // namespace driftscope::checkpoint
