// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probeanalyses.h"

#include "ui/pages/probe/probepresenter.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

/// What a job needs, copied from the window.
struct Analysis {
    AnswerPointer answer;
    simulate::Experiment experiment;
    std::shared_ptr<const data::UserHistory> history;
    std::size_t candidate = 0;

    [[nodiscard]] std::unique_ptr<inference::Scorer> makeScorer() const
    {
        return answer->question.engine->makeScorer({});
    }
    [[nodiscard]] simulate::ShownMoment shown(std::size_t of, inference::Scorer& scorer) const
    {
        return {*answer->arm,
                answer->when,
                answer->candidates,
                answer->built.contextOf(of),
                scorer,
                scoreOptionsOf(experiment, answer->question.arm)};
    }
};

Result<PartEffects> attributeBoth(const Analysis& asked, const JobContext& context)
{
    const auto scorer = asked.makeScorer();
    const auto shown = asked.shown(asked.candidate, *scorer);
    const data::ItemIndex item = asked.answer->candidates.items[asked.candidate];
    PartEffects effects;
    DRIFTSCOPE_TRY(effects.demonstrations,
                   simulate::attributeParts(shown, item, simulate::PromptPart::Demonstrations, context));
    DRIFTSCOPE_TRY(effects.history, simulate::attributeParts(shown, item, simulate::PromptPart::History, context));
    return effects;
}

/// The true item under one variant.
Result<VariantRow> variantRow(const Analysis& asked, const simulate::ArmVariant& variant, inference::Scorer& scorer,
                              const JobContext& context)
{
    const ProbeAnswer& answer = *asked.answer;
    VariantRow row;
    row.title = QString::fromStdString(variant.title);
    DRIFTSCOPE_TRY(auto arm,
                   simulate::PreparedArm::prepare(variant.arm, asked.experiment, *asked.history,
                                                  answer.question.checkpoint.tokenizer,
                                                  answer.question.checkpoint.contextLength, answer.arm->sources()));
    const auto edits = variant.isChosenByHand ? std::span(answer.question.edits)
                                              : std::span<const demonstrations::DemonstrationEdit> {};
    DRIFTSCOPE_TRY(const auto built, arm.buildEdited(answer.when, answer.candidates.items, edits));
    DRIFTSCOPE_TRY(const auto scores,
                   scorer.score(built.tokenized, scoreOptionsOf(asked.experiment, variant.arm), context));
    row.rank = simulate::rankOf(built.scoresOf(variant.arm, scores), answer.candidates.target);
    row.yes = simulate::positiveProbability(scores[answer.candidates.target]);
    return row;
}

Result<std::vector<VariantRow>> tryAll(const Analysis& asked, const std::vector<simulate::ArmVariant>& variants,
                                       const JobContext& context)
{
    const auto scorer = asked.makeScorer();
    std::vector<VariantRow> rows;
    for (const auto& variant : variants) {
        context.report({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(variants.size()), "try"});
        auto row = variantRow(asked, variant, *scorer, context);
        if (!row && row.error().code == ErrorCode::Cancelled)
            return failFrom(row);
        if (!row) { // such as another user where there is none: the others are worth seeing
            VariantRow without;
            without.title = QString::fromStdString(variant.title);
            without.problem = QString::fromStdString(row.error().message);
            row = without;
        }
        rows.push_back(std::move(*row));
        rows.back().isFirst = rows.size() == 1;
        rows.back().rankBefore = rows.front().rank.value_or(0);
        rows.back().yesBefore = rows.front().yes.value_or(0);
    }
    return rows;
}

} // namespace

ProbeAnalyses::ProbeAnalyses(ProbePresenter& presenter, QObject* parent)
    : QObject(parent)
    , m_presenter(presenter)
{
    connect(&presenter, &ProbePresenter::changed, this, &ProbeAnalyses::followAnswer);
    connect(&m_job, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
        m_problem = outcome == Outcome::Failed ? message : QString();
        emit changed();
    });
}

bool ProbeAnalyses::isPossible() const
{
    const auto& answer = m_presenter.answer();
    return answer && !answer->answers.empty() && !m_presenter.isStale() && !m_presenter.isWaitingForScores();
}

void ProbeAnalyses::followAnswer()
{
    if (!m_presenter.isStale() && m_presenter.answer() == m_answer)
        return;
    m_answer = m_presenter.isStale() ? nullptr : m_presenter.answer();
    m_candidate.reset();
    forget();
}

void ProbeAnalyses::forget()
{
    m_job.cancel();
    m_effects = {};
    m_spread.reset();
    m_variants.clear();
    m_variantRows.clear();
    m_problem.clear();
    emit changed();
}

void ProbeAnalyses::setCandidate(std::optional<std::size_t> candidate)
{
    const std::size_t before = this->candidate();
    m_candidate = candidate;
    if (this->candidate() == before)
        return;
    m_effects = {};
    emit changed();
}

std::size_t ProbeAnalyses::candidate() const
{
    const auto& answer = m_presenter.answer();
    if (!answer)
        return 0;
    return m_candidate && *m_candidate < answer->candidates.items.size() ? *m_candidate : answer->candidates.target;
}

template<typename T, typename Work>
void ProbeAnalyses::run(const QString& title, Work work, void (ProbeAnalyses::*take)(T))
{
    if (!isPossible())
        return;
    m_problem.clear();
    const Focus& focus = m_presenter.workspace().focus();
    const Analysis asked {m_presenter.answer(), focus.experiment(), focus.dataset()->history, candidate()};
    m_job.run<T>(
        title, [asked, work](const JobContext& context) -> Result<T> { return work(asked, context); },
        [this, take, answer = asked.answer, of = asked.candidate](Result<T> found) {
            // of an older answer or another candidate: nobody asks for it any more
            if (found && answer == m_presenter.answer() && of == candidate())
                (this->*take)(std::move(*found));
        });
    emit changed();
}

void ProbeAnalyses::attribute()
{
    run<PartEffects>(tr("Attribution"), attributeBoth, &ProbeAnalyses::takeEffects);
}

void ProbeAnalyses::tryOrders(std::size_t orders)
{
    run<simulate::OrderSpread>(
        tr("Other orders"),
        [orders](const Analysis& asked, const JobContext& context) {
            const auto scorer = asked.makeScorer();
            return simulate::spreadOverOrders(asked.shown(asked.answer->candidates.target, *scorer), orders,
                                              asked.experiment.seed, context);
        },
        &ProbeAnalyses::takeSpread);
}

void ProbeAnalyses::tryVariants()
{
    if (!isPossible())
        return;
    m_variants = simulate::armVariants(m_presenter.answer()->question.arm, *m_presenter.dataset());
    run<std::vector<VariantRow>>(
        tr("Controls"),
        [variants = m_variants](const Analysis& asked, const JobContext& context) {
            return tryAll(asked, variants, context);
        },
        &ProbeAnalyses::takeVariants);
}

void ProbeAnalyses::takeEffects(PartEffects effects)
{
    m_effects = std::move(effects);
}

void ProbeAnalyses::takeSpread(simulate::OrderSpread spread)
{
    m_spread = std::move(spread);
}

void ProbeAnalyses::takeVariants(std::vector<VariantRow> rows)
{
    m_variantRows = std::move(rows);
}

std::vector<OrderRow> ProbeAnalyses::orderRows() const
{
    std::vector<OrderRow> rows;
    if (!m_spread)
        return rows;
    for (const auto& outcome : m_spread->outcomes) {
        QStringList positions;
        for (const std::size_t position : outcome.order)
            positions << QString::number(position + 1);
        rows.push_back({positions.join(QLatin1Char(' ')), outcome.rank, outcome.positive});
    }
    return rows;
}

QString ProbeAnalyses::spreadText() const
{
    if (!m_spread)
        return {};
    const auto ranks = m_spread->ranks();
    const auto yes = m_spread->positives();
    const QLocale locale;
    const auto number = [&](double value, int digits) { return locale.toString(value, 'f', digits); };
    const auto count = m_spread->outcomes.size();
    const QString orders = m_spread->isComplete ? tr("all %1 orders").arg(count) : tr("%1 drawn orders").arg(count);
    return tr("Over %1, ★ is ranked %2 to %3 (mean %4, deviation %5); its P(Yes) is %6 to %7 (deviation %8).")
        .arg(orders, number(ranks.smallest, 1), number(ranks.largest, 1), number(ranks.mean, 1),
             number(ranks.deviation, 2), number(yes.smallest, 3), number(yes.largest, 3), number(yes.deviation, 3));
}

} // namespace driftscope::ui
