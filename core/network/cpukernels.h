// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

/// Row kernels of the decoder for CPUs, free of torch. Each fuses what would be several passes over memory as separate
/// tensor operations; each has versions for SSE2, AVX2 and AVX-512 of which the best is taken when the program starts.
/// Arithmetic is fp32 whatever the storage. Threads share rows out; no kernel starts threads itself.
namespace driftscope::network::kernels {

/// bfloat16 as stored: the upper half of an fp32.
struct Bf16 {
    std::uint16_t bits;
};

enum class Gate : std::uint8_t { Silu, GeluTanh, Gelu };

/// One head's rotation in place, and its RMSNorm before that where `norm` is not null.
struct HeadRotation {
    const float* cosines; ///< [size / 2] of the row's position
    const float* sines; ///< [size / 2]
    const float* norm; ///< [size] or null
    float epsilon;
    std::int64_t size; ///< of the head
};

/// out = x / rms(x) * weight, [size].
void rmsNorm(const float* x, const float* weight, float epsilon, std::int64_t size, float* out);
void rmsNorm(const float* x, const float* weight, float epsilon, std::int64_t size, Bf16* out);

/// x += delta, [size].
void add(float* x, const float* delta, std::int64_t size);
void add(float* x, const Bf16* delta, std::int64_t size);

/// Rotates the two halves of a head (dimension i with i + size / 2) by the row's angles.
void rotate(float* head, const HeadRotation& rotation);
void rotate(Bf16* head, const HeadRotation& rotation);

/// out = activation(gate) * up, [size].
void gate(const float* gates, const float* ups, Gate activation, std::int64_t size, float* out);
void gate(const Bf16* gates, const Bf16* ups, Gate activation, std::int64_t size, Bf16* out);

/// Joins a softmax average over other keys to the one in `out`: both have normalised values and the log-sum-exp of
/// their scores. `logSum` becomes that of all keys.
void merge(float* out, float& logSum, const float* other, float otherLogSum, std::int64_t size);
void merge(float* out, float& logSum, const Bf16* other, float otherLogSum, std::int64_t size);

/// Softmax over cap * tanh(score * scale / cap) + mask in place; returns the logarithm of the sum before normalising.
/// [size]; `mask` may be null.
float cappedSoftmax(float* scores, const float* mask, float scale, float cap, std::int64_t size);

/// Storage changes, [size].
void widen(const Bf16* from, std::int64_t size, float* to);
void narrow(const float* from, std::int64_t size, Bf16* to);

} // namespace driftscope::network::kernels
