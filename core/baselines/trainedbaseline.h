// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/baseline.h"

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace driftscope::baselines {

/// What an update gave. Immutable; threads may share it.
class TrainedModel
{
public:
    virtual ~TrainedModel() = default;
    [[nodiscard]] virtual Result<std::vector<double>> score(const data::UserHistory& history,
                                                            const BaselineQuery& query) const = 0;
};

/// One training.
struct ModelFit {
    const data::UserHistory& history;
    SimTime time; ///< of the update
    data::InteractionIndex begin = 0; ///< the first that `previous` does not know
    data::InteractionIndex end = 0; ///< the first that is not strictly before `time`
    const TrainedModel* previous = nullptr; ///< of the update before; null for the first, and if each starts anew
    std::uint64_t seed = 0;
    const SequenceTrainer* sequences = nullptr;
};

/// A baseline with a model that is trained at a cadence: the updates stand `cadenceDays` apart, from the earliest time
/// that any query of the experiment may look back from (0 = that one alone). A query uses the newest update at or
/// before its own such time, see knownUntil(), and each update is trained with what happened strictly before it.
///
/// Which update a query uses depends on the queries of the experiment, not on their order, on batches or on what was
/// answered before.
class TrainedBaseline : public Baseline
{
public:
    [[nodiscard]] Result<> prepare(const data::UserHistory& history) override;
    [[nodiscard]] Result<std::vector<DueUpdate>> train(const TrainingRequest& request,
                                                       const JobContext& context) override;
    [[nodiscard]] Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const override;

protected:
    /// How an update comes about.
    enum class Updates : std::uint8_t {
        StartAnew, ///< each is trained with all that is known
        GoOn ///< each goes on from the one before with what is new
    };

    TrainedBaseline(std::int64_t cadenceDays, Updates updates);

    [[nodiscard]] virtual Result<std::shared_ptr<const TrainedModel>> fit(const ModelFit& fit,
                                                                          const JobContext& context) const = 0;
    /// Bytes of one model, so that a cadence that would fill the memory is refused before it does.
    [[nodiscard]] virtual std::size_t modelBytes(const data::Dataset& dataset) const = 0;

private:
    /// Which updates there are.
    struct Plan {
        std::map<std::int64_t, std::size_t> firstUse; ///< by update: the first moment that uses it, open or not
        std::set<std::int64_t> open; ///< updates that open moments use
    };

    /// Position of the newest update at or before a time.
    [[nodiscard]] std::int64_t updateAt(SimTime time) const;
    [[nodiscard]] SimTime timeOf(std::int64_t update) const;
    [[nodiscard]] Result<Plan> plan(const TrainingRequest& request);

    std::int64_t m_cadenceDays;
    Updates m_updates;
    std::optional<data::UserHistory> m_history;
    SimTime m_first;
    std::map<std::int64_t, std::shared_ptr<const TrainedModel>> m_models; ///< by position of the update
};

} // namespace driftscope::baselines
