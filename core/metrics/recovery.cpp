// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/recovery.h"

#include "core/metrics/recoverycurve_p.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace driftscope::metrics {

namespace {

using Samples = std::vector<std::optional<double>>;

/// What the resamples gave for an arm; each list has one entry a resample.
struct ArmSamples {
    std::vector<std::vector<double>> points; ///< [points], undefined ones left out
    Samples level;
    Samples events;
    Samples area;
    Samples median;
};

/// A shift of an arm as its median time counts it.
struct CountedShift {
    std::uint32_t cluster = 0;
    WatchedTime time;
};

Result<> checkOptions(const Metric& metric, std::size_t arms, const RecoveryOptions& options)
{
    constexpr std::int64_t longest = 100'000;
    if (!metric.isHigherBetter())
        return fail(ErrorCode::BadArgument,
                    "Recovery is told of metrics of which more is better, as NDCG or AUC; choose one of them.");
    if (options.width < 1 || options.before < options.width || options.after < options.width
        || std::max(options.before, options.after) > longest)
        return fail(ErrorCode::BadArgument,
                    "Recovery looks at 1 to 100000 events before and after a shift, and a point of its curve at no "
                    "more of them than either; change before, after or width.");
    if (!(options.share > 0 && options.share <= 1))
        return fail(ErrorCode::BadArgument, "The share that counts as recovered must be above 0 and at most 1.");
    if (options.reference && *options.reference >= arms)
        return fail(ErrorCode::BadArgument, "There is no reference arm of this number.");
    return {};
}

class Calculation
{
public:
    Calculation(const Metric& metric, const RecoveryOptions& options, std::span<const UserShift> shifts)
        : m_metric(metric)
        , m_options(options)
        , m_shifts(shifts)
    {
    }

    Result<Recovery> compute(std::span<const std::vector<const ScoredQuery*>> arms, const JobContext& context)
    {
        DRIFTSCOPE_CHECK(align(arms));
        for (std::size_t arm = 0; arm < m_curves.size(); ++arm)
            m_recovery.arms.push_back(plain(arm));
        if (m_users.size() >= 2 && m_options.bootstrap.resamples > 0)
            DRIFTSCOPE_CHECK(resample(context));
        for (std::size_t arm = 0; arm < m_curves.size(); ++arm)
            giveUpWithoutGain(m_recovery.arms[arm]);
        compareAll();
        return std::move(m_recovery);
    }

private:
    Result<> align(std::span<const std::vector<const ScoredQuery*>> arms)
    {
        std::vector<std::vector<AlignedQuery>> aligned;
        std::set<std::uint32_t> users;
        std::set<std::size_t> shifts;
        for (const auto& queries : arms) {
            aligned.push_back(alignToShifts(queries, m_shifts, -m_options.before, m_options.after - 1));
            for (const AlignedQuery& one : aligned.back()) {
                if (!m_metric.uses(*one.query))
                    continue;
                users.insert(one.query->user);
                shifts.insert(one.shift);
            }
        }
        if (users.empty())
            return fail(ErrorCode::NoEligibleQuery,
                        "No moment lies from " + std::to_string(m_options.before) + " events before to "
                            + std::to_string(m_options.after)
                            + " events after a shift of the kind asked for; ask for other shifts or a longer time.");
        m_users.assign(users.begin(), users.end());
        m_recovery.users = users.size();
        m_recovery.shifts = shifts.size();
        for (auto& one : aligned)
            m_curves.emplace_back(m_metric, std::move(one), m_users, m_options);
        return {};
    }

    const EventWindow& levelWindow(std::size_t arm) const
    {
        return m_options.reference ? m_curves[*m_options.reference].afterShift() : m_curves[arm].beforeShift();
    }

    double target(double level, double floor) const { return floor + m_options.share * (level - floor); }

    ArmRecovery plain(std::size_t arm)
    {
        const RecoveryCurve& curve = m_curves[arm];
        const WindowReader read = [](const EventWindow& window) { return window.value().value; };
        ArmRecovery result;
        for (const EventWindow& point : curve.points())
            result.curve.push_back({.from = point.from(), .value = point.value()});
        std::vector<const ScoredQuery*> queries;
        for (const AlignedQuery& one : curve.aligned())
            queries.push_back(one.query);
        result.floor = m_metric.randomBaseline(queries).value_or(0);
        const MetricValue& level = levelWindow(arm).value();
        result.level.value = level.value;
        m_counted.emplace_back();
        if (!level.value) {
            result.undefined = "no level to compare with: " + level.undefined;
            return result;
        }
        result.target = target(*level.value, result.floor);
        result.events.value = curve.firstPassage(*result.target, read);
        result.area.value = curve.areaBelow(*level.value, read);
        if (!result.area.value)
            result.undefined = "no point after the shift has enough queries";
        countShifts(curve, result);
        return result;
    }

    void countShifts(const RecoveryCurve& curve, ArmRecovery& result)
    {
        result.shifts = shiftRecoveries(m_metric, curve.aligned(), *result.target, m_options.width, m_options.after);
        auto& counted = m_counted.back();
        for (const ShiftRecovery& shift : result.shifts) {
            if (!shift.isCounted)
                continue;
            ++(shift.isRecovered ? result.recovered : result.censored);
            const auto user = std::ranges::lower_bound(m_users, m_shifts[shift.shift].user);
            counted.push_back({static_cast<std::uint32_t>(user - m_users.begin()),
                               {static_cast<double>(shift.events), shift.isRecovered, 1}});
        }
        std::ranges::stable_sort(counted, {}, [](const CountedShift& one) { return one.time.time; });
        result.medianEvents.value = medianOf(counted, std::vector<std::uint32_t>(m_users.size(), 1));
    }

    static std::optional<double> medianOf(const std::vector<CountedShift>& counted,
                                          std::span<const std::uint32_t> multiplicity)
    {
        std::vector<WatchedTime> times;
        times.reserve(counted.size());
        for (const CountedShift& one : counted) {
            times.push_back(one.time);
            times.back().weight = multiplicity[one.cluster];
        }
        return medianTime(times);
    }

    Result<> resample(const JobContext& context)
    {
        m_samples.resize(m_curves.size());
        for (std::size_t arm = 0; arm < m_curves.size(); ++arm)
            m_samples[arm].points.resize(m_curves[arm].points().size());
        UserDraws draws(m_users.size(), m_options.bootstrap.seed);
        for (std::int64_t i = 0; i < m_options.bootstrap.resamples; ++i) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled,
                            "Stopped after " + std::to_string(i) + " of "
                                + std::to_string(m_options.bootstrap.resamples) + " resamples.");
            const auto multiplicity = draws.next();
            for (std::size_t arm = 0; arm < m_curves.size(); ++arm)
                takeSample(arm, multiplicity);
            context.report({i + 1, m_options.bootstrap.resamples, "recovery"});
        }
        for (std::size_t arm = 0; arm < m_curves.size(); ++arm)
            addIntervals(m_recovery.arms[arm], m_samples[arm]);
        return {};
    }

    void takeSample(std::size_t arm, std::span<const std::uint32_t> multiplicity)
    {
        const WindowReader read = [multiplicity](const EventWindow& w) { return w.resampled(multiplicity); };
        const RecoveryCurve& curve = m_curves[arm];
        ArmSamples& samples = m_samples[arm];
        for (std::size_t point = 0; point < curve.points().size(); ++point)
            if (const auto value = read(curve.points()[point]))
                samples.points[point].push_back(*value);
        const std::optional<double> level = read(levelWindow(arm));
        samples.level.push_back(level);
        samples.events.push_back(level ? curve.firstPassage(target(*level, m_recovery.arms[arm].floor), read)
                                       : std::nullopt);
        samples.area.push_back(level ? curve.areaBelow(*level, read) : std::nullopt);
        samples.median.push_back(medianOf(m_counted[arm], multiplicity));
    }

    static std::vector<double> definedOnes(const Samples& samples)
    {
        std::vector<double> values;
        for (const auto& sample : samples)
            if (sample)
                values.push_back(*sample);
        return values;
    }

    void addIntervals(ArmRecovery& arm, const ArmSamples& samples) const
    {
        const double confidence = m_options.bootstrap.confidence;
        for (std::size_t point = 0; point < arm.curve.size(); ++point)
            if (arm.curve[point].value.value)
                arm.curve[point].interval = percentileInterval(samples.points[point], confidence);
        if (arm.level.value)
            arm.level.interval = percentileInterval(definedOnes(samples.level), confidence);
        if (arm.events.value)
            arm.events.interval = censoredInterval(definedOnes(samples.events), confidence);
        if (arm.area.value)
            arm.area.interval = percentileInterval(definedOnes(samples.area), confidence);
        if (arm.medianEvents.value)
            arm.medianEvents.interval = censoredInterval(definedOnes(samples.median), confidence);
    }

    /// What is no better than chance to begin with has nothing to get back.
    static void giveUpWithoutGain(ArmRecovery& arm)
    {
        const double least = arm.level.interval ? arm.level.interval->low : arm.level.value.value_or(0);
        if (!arm.level.value || least > arm.floor)
            return;
        arm.events = {};
        arm.medianEvents = {};
        arm.target.reset();
        arm.recovered = 0;
        arm.censored = 0;
        for (ShiftRecovery& shift : arm.shifts)
            shift.isCounted = false;
        if (arm.undefined.empty())
            arm.undefined = "the level is not clearly above the random ranker's";
    }

    void compareAll()
    {
        for (std::size_t b = 0; b < m_curves.size(); ++b)
            for (std::size_t a = b + 1; a < m_curves.size(); ++a)
                m_recovery.differences.push_back({a, b, difference(a, b, &ArmRecovery::area, &ArmSamples::area),
                                                  difference(a, b, &ArmRecovery::events, &ArmSamples::events)});
    }

    Estimate difference(std::size_t a, std::size_t b, Estimate ArmRecovery::*part, Samples ArmSamples::*samples) const
    {
        const auto restricted = [this](double value) {
            return std::isinf(value) ? static_cast<double>(m_options.after) : value;
        };
        const auto& valueOfA = (m_recovery.arms[a].*part).value;
        const auto& valueOfB = (m_recovery.arms[b].*part).value;
        Estimate result;
        if (!valueOfA || !valueOfB)
            return result;
        result.value = restricted(*valueOfA) - restricted(*valueOfB);
        if (m_samples.empty())
            return result;
        const Samples& ofA = m_samples[a].*samples;
        const Samples& ofB = m_samples[b].*samples;
        std::vector<double> differences;
        for (std::size_t i = 0; i < ofA.size(); ++i)
            if (ofA[i] && ofB[i])
                differences.push_back(restricted(*ofA[i]) - restricted(*ofB[i]));
        result.interval = percentileInterval(std::move(differences), m_options.bootstrap.confidence);
        return result;
    }

    const Metric& m_metric;
    const RecoveryOptions& m_options;
    std::span<const UserShift> m_shifts;
    std::vector<std::uint32_t> m_users; ///< ascending
    std::vector<RecoveryCurve> m_curves; ///< [arms]
    std::vector<std::vector<CountedShift>> m_counted; ///< [arms], ascending by time
    std::vector<ArmSamples> m_samples; ///< [arms]; empty without resamples
    Recovery m_recovery;
};

} // namespace

Result<Recovery> recovery(const Metric& metric, std::span<const std::vector<const ScoredQuery*>> arms,
                          std::span<const UserShift> shifts, const RecoveryOptions& options, const JobContext& context)
{
    DRIFTSCOPE_CHECK(checkOptions(metric, arms.size(), options));
    return Calculation(metric, options, shifts).compute(arms, context);
}

} // namespace driftscope::metrics
