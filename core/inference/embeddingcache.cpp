// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/embeddingcache.h"

#include "core/base/contenthash.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace driftscope::inference {

namespace {

constexpr std::size_t hashBytes = 32; ///< hexadecimal digits of contentHash()
constexpr std::size_t headerBytes = 128;
constexpr std::size_t textsAtOnce = 256; ///< that are embedded before they are added

std::string_view bytesOf(std::span<const float> values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string hashOf(const TokenSequence& text)
{
    return contentHash({reinterpret_cast<const char*>(text.data()), text.size() * sizeof(TokenId)});
}

// Text hash, vector, checksum of both.
std::string recordOf(const std::string& hash, std::span<const float> vector)
{
    std::string record = hash;
    record += bytesOf(vector);
    record += contentHash(record);
    return record;
}

// A line that says what the file is, filled up with spaces.
std::string headerOf(std::string_view modelKey, Pooling pooling, std::int64_t size)
{
    std::string header = "driftscope embeddings 1 ";
    header += contentHash(modelKey);
    header += ' ';
    header += poolingName(pooling);
    header += ' ';
    header += std::to_string(size);
    header += " float32 little-endian";
    header.resize(headerBytes - 1, ' ');
    header += '\n';
    return header;
}

} // namespace

/// A file descriptor; its lock is held while a Lock lives.
class EmbeddingCache::File
{
public:
    explicit File(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { ::close(m_descriptor); }

    class Lock
    {
    public:
        explicit Lock(const File& file)
            : m_descriptor(file.m_descriptor)
        {
            while (::flock(m_descriptor, LOCK_EX) != 0 && errno == EINTR) { }
        }
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;
        ~Lock() { ::flock(m_descriptor, LOCK_UN); }

    private:
        int m_descriptor;
    };

    [[nodiscard]] std::int64_t size() const
    {
        struct stat status {
        };
        return ::fstat(m_descriptor, &status) == 0 ? static_cast<std::int64_t>(status.st_size) : -1;
    }

    /// Bytes from `offset` on, fewer at the end of the file or where reading fails.
    [[nodiscard]] std::string read(std::int64_t offset, std::size_t count) const
    {
        std::string bytes(count, '\0');
        std::size_t done = 0;
        while (done < count) {
            const auto got = ::pread(m_descriptor, bytes.data() + done, count - done,
                                     static_cast<off_t>(offset + static_cast<std::int64_t>(done)));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                break;
            done += static_cast<std::size_t>(got);
        }
        bytes.resize(done);
        return bytes;
    }

    [[nodiscard]] bool write(std::int64_t offset, std::string_view bytes) const
    {
        while (!bytes.empty()) {
            const auto written = ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(written));
            offset += written;
        }
        return true;
    }

    [[nodiscard]] bool cut(std::int64_t size) const { return ::ftruncate(m_descriptor, static_cast<off_t>(size)) == 0; }

private:
    int m_descriptor;
};

EmbeddingCache::EmbeddingCache() = default;
EmbeddingCache::EmbeddingCache(EmbeddingCache&&) noexcept = default;
EmbeddingCache& EmbeddingCache::operator=(EmbeddingCache&&) noexcept = default;
EmbeddingCache::~EmbeddingCache() = default;

Result<EmbeddingCache> EmbeddingCache::open(const std::filesystem::path& folder, std::string_view modelKey,
                                            Pooling pooling, std::int64_t embeddingSize)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::NotWritable, folder.string() + ": the folder cannot be made: " + error.message() + ".");
    EmbeddingCache cache;
    const std::string header = headerOf(modelKey, pooling, embeddingSize);
    cache.m_size = static_cast<std::size_t>(embeddingSize);
    cache.m_path = folder / ("embeddings-" + contentHash(header) + ".bin");
    const int descriptor = ::open(cache.m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return fail(ErrorCode::NotWritable,
                    cache.m_path.string()
                        + ": the file cannot be opened for writing: " + std::generic_category().message(errno) + ".");
    cache.m_file = std::make_unique<File>(descriptor);
    DRIFTSCOPE_CHECK(cache.readPlaces(header));
    return cache;
}

std::size_t EmbeddingCache::recordBytes() const
{
    return hashBytes + m_size * sizeof(float) + hashBytes;
}

// A file with another header is begun anew; a record that was not written to its end is cut off.
Result<> EmbeddingCache::readPlaces(std::string_view header)
{
    const File::Lock lock(*m_file);
    if (m_file->read(0, headerBytes) != header && (!m_file->cut(0) || !m_file->write(0, header)))
        return fail(ErrorCode::NotWritable, m_path.string() + ": the file cannot be written; check the disk.");
    const std::int64_t bytes = m_file->size();
    if (bytes < static_cast<std::int64_t>(headerBytes))
        return fail(ErrorCode::NotReadable, m_path.string() + ": the file cannot be read; check the disk.");
    const auto step = static_cast<std::int64_t>(recordBytes());
    const std::int64_t whole = (bytes - static_cast<std::int64_t>(headerBytes)) / step;
    const std::int64_t end = static_cast<std::int64_t>(headerBytes) + whole * step;
    if (end != bytes && !m_file->cut(end))
        return fail(ErrorCode::NotWritable, m_path.string() + ": the file cannot be mended; delete it.");
    for (std::int64_t place = static_cast<std::int64_t>(headerBytes); place < end; place += step)
        m_places[m_file->read(place, hashBytes)] = place;
    return {};
}

std::optional<std::vector<float>> EmbeddingCache::find(const TokenSequence& text) const
{
    const std::string hash = hashOf(text);
    const auto found = m_places.find(hash);
    if (found == m_places.end())
        return std::nullopt;
    const std::string record = m_file->read(found->second, recordBytes());
    if (record.size() != recordBytes() || !record.starts_with(hash))
        return std::nullopt;
    const std::string_view content = std::string_view(record).substr(0, record.size() - hashBytes);
    if (contentHash(content) != std::string_view(record).substr(content.size()))
        return std::nullopt;
    std::vector<float> vector(m_size);
    std::memcpy(vector.data(), record.data() + hashBytes, m_size * sizeof(float));
    return vector;
}

Result<> EmbeddingCache::add(std::span<const TokenSequence> texts, std::span<const std::vector<float>> vectors)
{
    const File::Lock lock(*m_file);
    std::int64_t end = m_file->size();
    // Another process may have been stopped in the middle of a record.
    end -= std::max<std::int64_t>(0, end - static_cast<std::int64_t>(headerBytes))
        % static_cast<std::int64_t>(recordBytes());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string hash = hashOf(texts[i]);
        if (!m_file->write(end, recordOf(hash, vectors[i]))) {
            const ErrorCode code = errno == ENOSPC ? ErrorCode::DiskFull : ErrorCode::NotWritable;
            static_cast<void>(m_file->cut(end));
            return fail(code, m_path.string() + ": the file cannot be written; free some space on the disk.");
        }
        m_places[hash] = end;
        end += static_cast<std::int64_t>(recordBytes());
    }
    return {};
}

Result<std::vector<std::vector<float>>> embedCached(TextModel& model, std::span<const TokenSequence> texts,
                                                    Pooling pooling, EmbeddingCache& cache, const JobContext& context)
{
    std::vector<std::vector<float>> vectors(texts.size());
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (auto known = cache.find(texts[i]))
            vectors[i] = std::move(*known);
        else
            missing.push_back(i);
    }
    for (std::size_t begin = 0; begin < missing.size(); begin += textsAtOnce) {
        std::vector<TokenSequence> some;
        for (std::size_t i = begin; i < std::min(begin + textsAtOnce, missing.size()); ++i)
            some.push_back(texts[missing[i]]);
        DRIFTSCOPE_TRY(auto made, model.embed(some, pooling, context));
        DRIFTSCOPE_CHECK(cache.add(some, made));
        for (std::size_t i = 0; i < made.size(); ++i)
            vectors[missing[begin + i]] = std::move(made[i]);
        context.report({std::ssize(texts) - std::ssize(missing) + static_cast<std::int64_t>(begin + some.size()),
                        std::ssize(texts), "embed texts"});
    }
    return vectors;
}

} // namespace driftscope::inference
