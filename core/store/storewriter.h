// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/recordsink.h"
#include "core/store/runstore.h"

#include <filesystem>
#include <memory>

namespace driftscope::store {

/// The one writer of a run: a thread with its own write connection and a bounded queue. accept() waits until its
/// records are on disk, so that every scored query is kept before the next batch is scored.
class StoreWriter : public simulate::RecordSink
{
public:
    /// Creates a run, or goes on with `resume`.
    [[nodiscard]] static Result<std::unique_ptr<StoreWriter>>
    start(const std::filesystem::path& path, const std::string& name, const std::string& experimentHash,
          const nlohmann::json& manifest, std::int64_t expectedRecords, std::optional<RunId> resume = {});
    ~StoreWriter() override;

    [[nodiscard]] RunId run() const;
    [[nodiscard]] Result<> accept(std::span<const simulate::QueryRecord> records) override;
    /// Writes the end of the run and waits for it.
    [[nodiscard]] Result<> finish(RunState state, const std::string& message = {});

private:
    struct Worker;
    explicit StoreWriter(std::unique_ptr<Worker> worker);
    std::unique_ptr<Worker> m_worker;
};

} // namespace driftscope::store
