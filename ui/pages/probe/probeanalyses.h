// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/armvariants.h"
#include "core/simulate/contextprobe.h"
#include "ui/jobs/jobrunner.h"
#include "ui/models/probetables.h"
#include "ui/pages/probe/answerrows.h"

#include <QObject>

#include <optional>
#include <vector>

namespace driftscope::ui {

class ProbePresenter;

/// Longer questions about the Probe's answer: what each part does, what the order does, what controls do. One at a
/// time, in the background with a scorer of its own; what was found belongs to the answer shown and goes when that
/// does.
class ProbeAnalyses : public QObject
{
    Q_OBJECT

public:
    explicit ProbeAnalyses(ProbePresenter& presenter, QObject* parent = nullptr);

    /// True if there is a scored answer of a model that is not stale.
    [[nodiscard]] bool isPossible() const;
    [[nodiscard]] JobRunner& job() { return m_job; }

    /// The candidate whose P(Yes) is attributed: of the row chosen in the ranking, or the true next item.
    void setCandidate(std::optional<std::size_t> candidate);
    [[nodiscard]] std::size_t candidate() const;

    void attribute();
    /// @param orders  so many at most.
    void tryOrders(std::size_t orders);
    void tryVariants();

    /// Of candidate().
    [[nodiscard]] const PartEffects& effects() const { return m_effects; }
    [[nodiscard]] const std::optional<simulate::OrderSpread>& spread() const { return m_spread; }
    /// "3 1 2" and what it gives; the order shown first.
    [[nodiscard]] std::vector<OrderRow> orderRows() const;
    /// How far rank and P(Yes) of the true item go apart.
    [[nodiscard]] QString spreadText() const;
    [[nodiscard]] const std::vector<VariantRow>& variantRows() const { return m_variantRows; }
    [[nodiscard]] const std::vector<simulate::ArmVariant>& variants() const { return m_variants; }
    /// Why the last one has no result; empty if nothing is wrong.
    [[nodiscard]] const QString& problem() const { return m_problem; }

signals:
    /// Results came or went.
    void changed();

private:
    void followAnswer();
    void forget();
    template<typename T, typename Work>
    void run(const QString& title, Work work, void (ProbeAnalyses::*take)(T));
    void takeEffects(PartEffects effects);
    void takeSpread(simulate::OrderSpread spread);
    void takeVariants(std::vector<VariantRow> rows);

    ProbePresenter& m_presenter;
    AnswerPointer m_answer; ///< what the results are of
    std::optional<std::size_t> m_candidate;
    PartEffects m_effects;
    std::optional<simulate::OrderSpread> m_spread;
    std::vector<simulate::ArmVariant> m_variants;
    std::vector<VariantRow> m_variantRows;
    QString m_problem;
    JobRunner m_job;
};

} // namespace driftscope::ui
