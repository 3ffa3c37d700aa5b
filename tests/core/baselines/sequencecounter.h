// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/sequencetrainer.h"

#include <memory>
#include <vector>

namespace driftscope::test {

/// In a network's place: scores an item by how often it is a liked target of the windows, and by ten for each time that
/// the likes shown hold it.
class SequenceCounter : public baselines::SequenceTrainer
{
public:
    Result<std::shared_ptr<const baselines::SequenceModel>> train(const baselines::SequenceTask& task,
                                                                  const JobContext& context) const override
    {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped.");
        auto model = std::make_shared<Model>();
        model->counts.assign(task.itemCount, 0);
        for (const auto& window : task.windows)
            for (const auto& target : window.targets)
                model->counts[target.item] += target.isLiked ? 1 : 0;
        return model;
    }

private:
    struct Model : baselines::SequenceModel {
        Result<std::vector<double>> score(std::span<const data::ItemIndex> liked,
                                          std::span<const data::ItemIndex> candidates) const override
        {
            std::vector<double> scores;
            for (const auto item : candidates) {
                scores.push_back(counts[item]);
                for (const auto shown : liked)
                    scores.back() += shown == item ? 10 : 0;
            }
            return scores;
        }
        std::vector<double> counts;
    };
};

} // namespace driftscope::test
