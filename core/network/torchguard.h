// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <c10/util/Exception.h>

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// The network folder holds the decoder in libtorch; torch types are seen from here on and never outside inference.
namespace driftscope::network {

/// The first line of a torch message: what went wrong, without the stack of torch's own frames.
[[nodiscard]] std::string firstLine(std::string_view message);

/// True if torch says that memory ran out (CUDA has a type for it, the CPU allocator only words).
[[nodiscard]] bool isOutOfMemory(const std::exception& error);

/// Calls `work`, which returns a Result, and turns what libtorch and the allocator throw into an Error.
///
/// @param what  begins the message: "Scoring", "Loading the checkpoint".
/// @retval ErrorCode::OutOfMemory  torch or the allocator could not get memory.
/// @retval ErrorCode::Internal     anything else that torch refused.
template<typename Work>
[[nodiscard]] auto guarded(std::string_view what, Work&& work) -> std::invoke_result_t<Work>
{
    try {
        return std::forward<Work>(work)();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, std::string(what) + " ran out of memory.");
    } catch (const std::exception& error) {
        if (isOutOfMemory(error))
            return fail(ErrorCode::OutOfMemory, std::string(what) + " ran out of memory: " + firstLine(error.what()));
        return fail(ErrorCode::Internal, std::string(what) + " failed inside libtorch: " + firstLine(error.what()));
    }
}

} // namespace driftscope::network
