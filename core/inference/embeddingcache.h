// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/textmodel.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace driftscope::inference {

/// Embeddings on disk, so that a text is embedded once by a model: a file to which records are only added.
///
/// A record holds the hash of the text's tokens, the vector and a checksum. Records that are damaged count as missing;
/// a file that is not such a cache, or one for other vectors, is begun anew. Processes may share a file: each adds
/// whole records under a lock, and sees those that were there when it opened the file.
class EmbeddingCache
{
public:
    /// Opens or begins the file for a model and a way of pooling.
    ///
    /// @param folder    is made if it is not there.
    /// @param modelKey  names what the vectors depend on: content of the weights, precision, adapters.
    /// @retval ErrorCode::NotWritable  the folder or the file cannot be made, or written.
    /// @retval ErrorCode::NotReadable  the file cannot be read.
    [[nodiscard]] static Result<EmbeddingCache> open(const std::filesystem::path& folder, std::string_view modelKey,
                                                     Pooling pooling, std::int64_t embeddingSize);
    EmbeddingCache(EmbeddingCache&&) noexcept;
    EmbeddingCache& operator=(EmbeddingCache&&) noexcept;
    ~EmbeddingCache();

    /// The vector of a text, or nothing.
    [[nodiscard]] std::optional<std::vector<float>> find(const TokenSequence& text) const;
    /// Adds vectors of texts.
    ///
    /// @retval ErrorCode::DiskFull, ErrorCode::NotWritable  the file holds what fitted.
    [[nodiscard]] Result<> add(std::span<const TokenSequence> texts, std::span<const std::vector<float>> vectors);

    [[nodiscard]] std::size_t size() const { return m_places.size(); } ///< texts
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    class File;
    EmbeddingCache();
    [[nodiscard]] Result<> readPlaces(std::string_view header);
    [[nodiscard]] std::size_t recordBytes() const;

    std::filesystem::path m_path;
    std::unique_ptr<File> m_file;
    std::size_t m_size = 0; ///< numbers of a vector
    std::unordered_map<std::string, std::int64_t> m_places; ///< text hash -> place of its record in the file
};

/// Embeds texts, those that the cache knows from there; what is new is added to it as batches are done.
///
/// Errors are those of TextModel::embed() and EmbeddingCache::add().
[[nodiscard]] Result<std::vector<std::vector<float>>> embedCached(TextModel& model,
                                                                  std::span<const TokenSequence> texts, Pooling pooling,
                                                                  EmbeddingCache& cache, const JobContext& context);

} // namespace driftscope::inference
