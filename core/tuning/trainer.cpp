// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/trainer.h"

#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/inference/loadedmodel_p.h"
#include "core/metrics/auc.h"
#include "core/network/torchguard.h"
#include "core/simulate/experiment.h"
#include "core/tokenizer/bpetrainer.h"
#include "core/tokenizer/tokenizerloader.h"
#include "core/tuning/modelwriter_p.h"
#include "core/tuning/processgroup_p.h"
#include "core/tuning/trainablemodel_p.h"
#include "core/tuning/traininglog.h"
#include "core/tuning/trainingstate_p.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <future>

namespace driftscope::tuning {

namespace {

namespace fs = std::filesystem;
using Samples = std::vector<TuningSample>;

constexpr std::size_t vocabularyTexts = 4000; ///< prompts of each stage that a vocabulary is learned from

/// Consecutive samples of about `tokens` tokens.
std::vector<std::span<const TuningSample>> passesOf(std::span<const TuningSample> samples, std::int64_t tokens)
{
    std::vector<std::span<const TuningSample>> passes;
    std::size_t begin = 0;
    while (begin < samples.size()) {
        auto held = static_cast<std::int64_t>(samples[begin].tokens.size());
        std::size_t end = begin + 1;
        while (end < samples.size() && held + static_cast<std::int64_t>(samples[end].tokens.size()) <= tokens)
            held += static_cast<std::int64_t>(samples[end++].tokens.size());
        passes.push_back(samples.subspan(begin, end - begin));
        begin = end;
    }
    return passes;
}

/// One training run.
class Training
{
public:
    Training(const TuningPlan& plan, const TuningOptions& options, const JobContext& context)
        : m_plan(plan)
        , m_options(options)
        , m_context(context)
        , m_folder(plan.outputFolder())
    {
    }

    Result<TuningOutcome> run()
    {
        DRIFTSCOPE_CHECK(prepare());
        DRIFTSCOPE_CHECK(resume());
        m_next = buildAhead(m_progress.step);
        bool stoppedEarly = false;
        while (m_progress.step < m_plan.totalSteps() && !stoppedEarly) {
            DRIFTSCOPE_TRY(StepReport report, takeStep());
            ++m_progress.step;
            const bool isLast = m_progress.step == m_plan.totalSteps();
            if (m_progress.step % m_plan.validateEvery == 0 || isLast) {
                DRIFTSCOPE_CHECK(validate(report));
                stoppedEarly = m_plan.patience > 0 && m_progress.worse >= m_plan.patience;
            }
            DRIFTSCOPE_CHECK(record(report));
            if (m_progress.step % m_plan.saveEvery == 0 || isLast || stoppedEarly)
                DRIFTSCOPE_CHECK(save());
        }
        return TuningOutcome {m_folder,           m_progress.step,     m_progress.bestStep,
                              m_progress.bestAuc, m_progress.bestLoss, stoppedEarly,
                              m_group.isFirst()};
    }

private:
    Result<> prepare()
    {
        DRIFTSCOPE_TRY(const ProcessPlace place, placeInEnvironment());
        chooseOwnGpu(place);
        DRIFTSCOPE_TRY(m_group, ProcessGroup::join(place));
        std::error_code error;
        fs::create_directories(m_folder, error);
        if (error)
            return fail(ErrorCode::NotWritable,
                        m_folder.string() + ": the folder cannot be made: " + error.message() + ".");
        DRIFTSCOPE_TRY(m_device, network::chooseDevice(inference::kindOf(inference::deviceNamed(m_plan.device))));
        DRIFTSCOPE_CHECK(m_plan.checkpoint.empty() ? prepareScratch() : prepareCheckpoint());
        if (m_plan.precision == "bf16")
            m_model.weights.computeType = at::kBFloat16;
        m_model.recomputesActivations = m_plan.optimization.recomputesActivations;
        m_optimizer.emplace(m_model.parameters);
        DRIFTSCOPE_TRY(auto builder,
                       SampleBuilder::open(m_plan, m_tokenizer, m_model.weights.config.contextLength, m_context));
        m_builder.emplace(std::move(builder));
        for (std::int64_t i = 0; i < m_plan.validationSamples; ++i) {
            DRIFTSCOPE_TRY(auto sample, m_builder->validation(i));
            m_validationLabels.push_back(sample.isLiked);
            if (isOwn(i))
                m_validation.push_back(std::move(sample));
        }
        return {};
    }

    /// The samples of a step, and those that validate, are dealt out to the processes one by one.
    [[nodiscard]] bool isOwn(std::int64_t sample) const { return sample % m_group.count() == m_group.rank(); }

    Result<> prepareScratch()
    {
        const fs::path file = m_folder / "tokenizer.json";
        if (m_group.isFirst() && (!m_options.resumes || !fs::exists(file))) {
            DRIFTSCOPE_TRY(const auto texts, sampleTexts(m_plan, vocabularyTexts, m_context));
            const auto size = static_cast<std::size_t>(m_plan.scratch.vocabularySize);
            DRIFTSCOPE_TRY(const std::string learned, tokenizer::trainBpe(texts, {.vocabularySize = size}, m_context));
            DRIFTSCOPE_CHECK(writeFile(file, learned));
        }
        m_group.meet(); // the others read what the first has written
        DRIFTSCOPE_TRY(m_files["tokenizer.json"], readFile(file));
        DRIFTSCOPE_TRY(m_tokenizer, tokenizer::loadTokenizer(file));
        const auto size = static_cast<std::int64_t>(m_tokenizer->vocabularySize());
        m_files["config.json"] = scratchConfig(m_plan.scratch, size);
        DRIFTSCOPE_TRY(m_model, makeScratchModel(m_files["config.json"], m_plan.seed, m_device));
        return {};
    }

    Result<> prepareCheckpoint()
    {
        const fs::path path = simulate::resolvePath(m_plan.checkpoint, m_plan.baseFolder);
        DRIFTSCOPE_TRY(const auto opened, checkpoint::Checkpoint::open(path));
        if (!m_plan.method.isLora) {
            if (opened->format() != checkpoint::Checkpoint::Format::HuggingFace)
                return fail(ErrorCode::UnsupportedFormat,
                            path.string() + ": all weights can be tuned of Hugging Face folders alone; use LoRA.");
            for (const std::string name : {"config.json", "tokenizer.json", "tokenizer_config.json"})
                if (const auto text = readFile(path / name))
                    m_files[name] = *text;
        }
        DRIFTSCOPE_TRY(m_tokenizer, tokenizer::loadTokenizer(path));
        inference::LoadOptions load;
        load.device = m_device.isCuda() ? inference::DeviceChoice::Cuda : inference::DeviceChoice::Cpu;
        DRIFTSCOPE_TRY(const auto model, inference::LoadedModel::load(opened, load, m_context));
        DRIFTSCOPE_TRY(m_model, makeTrainable(*model, m_plan.method, m_plan.seed));
        return {};
    }

    Result<> writeBest()
    {
        if (!m_group.isFirst())
            return {};
        if (m_plan.method.isLora)
            return writeAdapter(m_folder, m_model.lora, m_plan.method, m_plan.checkpoint);
        return writeModel(m_folder, m_model.weights, m_plan.outputType == "bf16", m_files);
    }

    Result<> resume()
    {
        const fs::path state = m_folder / "state.safetensors";
        const fs::path log = m_folder / "log.jsonl";
        if (m_options.resumes && fs::exists(state)) {
            DRIFTSCOPE_TRY(m_progress, loadState(state, m_plan.hash, m_model.parameters, *m_optimizer));
        }
        if (!m_group.isFirst())
            return {};
        DRIFTSCOPE_CHECK(cutTrainingLog(log, m_progress.step));
        m_log.open(log, std::ios::app);
        if (!m_log)
            return fail(ErrorCode::NotWritable, log.string() + ": cannot be written.");
        return {};
    }

    /// The samples of a step, built on another thread while the step before it is taken.
    std::future<Result<Samples>> buildAhead(std::int64_t step)
    {
        return std::async(std::launch::async, [this, step]() -> Result<Samples> {
            Samples samples;
            for (std::int64_t i = 0; i < m_plan.optimization.promptsPerStep; ++i) {
                if (!isOwn(i))
                    continue;
                DRIFTSCOPE_TRY(auto sample, m_builder->training(step, i));
                samples.push_back(std::move(sample));
            }
            return samples;
        });
    }

    Result<StepReport> takeStep()
    {
        const auto start = std::chrono::steady_clock::now();
        DRIFTSCOPE_TRY(const Samples samples, m_next.get());
        if (m_progress.step + 1 < m_plan.totalSteps())
            m_next = buildAhead(m_progress.step + 1);
        StepReport report;
        report.step = m_progress.step + 1;
        report.totalSteps = m_plan.totalSteps();
        report.learningRate = learningRateAt(m_progress.step, m_plan.totalSteps(), m_plan.optimization);
        DRIFTSCOPE_CHECK(addGradients(samples, report));
        report.gradientNorm = clipGradients(m_model.parameters, m_plan.optimization.clipNorm);
        m_optimizer->step(m_plan.optimization, report.learningRate);
        for (const Parameter& parameter : m_model.parameters)
            parameter.value.mutable_grad().reset();
        report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return report;
    }

    // Gradients of the step's mean loss: how the samples are cut into passes and dealt out changes nothing.
    Result<> addGradients(const Samples& samples, StepReport& report)
    {
        seedDropout();
        std::array<double, 3> counts {}; // answers, text, tokens
        for (const TuningSample& sample : samples) {
            counts[2] += static_cast<double>(sample.tokens.size());
            for (const LossTerm& term : sample.terms)
                ++counts[term.isAnswer ? 0 : 1];
        }
        m_group.sum({}, counts);
        std::array<double, 3> sums {}; // answers, text, processes that were stopped
        const Result<> taken = takePasses(samples, counts, sums);
        sums[2] = taken ? 0 : 1;
        m_group.sum(gradients(), sums);
        if (!taken && taken.error().code != ErrorCode::Cancelled)
            return taken;
        if (sums[2] > 0)
            return stopped();
        report.tokens = static_cast<std::int64_t>(counts[2]);
        report.answerLoss = sums[0] / std::max(1.0, counts[0]);
        if (m_plan.stageOf(m_progress.step).textLoss > 0)
            report.textLoss = sums[1] / std::max(1.0, counts[1]);
        return {};
    }

    Result<> takePasses(const Samples& samples, const std::array<double, 3>& counts, std::array<double, 3>& sums)
    {
        const double textWeight = m_plan.stageOf(m_progress.step).textLoss;
        for (const auto pass : passesOf(samples, m_plan.optimization.tokensPerPass)) {
            if (m_context.isStopped())
                return fail(ErrorCode::Cancelled, "Tuning was stopped.");
            DRIFTSCOPE_TRY(const LossSums part, lossOf(m_model, pass, m_context));
            at::Tensor loss = part.answers / std::max(1.0, counts[0]);
            if (textWeight > 0)
                loss = loss + part.text * (textWeight / std::max(1.0, counts[1]));
            loss.backward();
            sums[0] += part.answers.item<double>();
            sums[1] += part.text.item<double>();
        }
        return {};
    }

    // Each process drops out for itself; the first as if it were alone.
    void seedDropout()
    {
        const auto step = static_cast<std::uint64_t>(m_progress.step);
        const auto rank = static_cast<std::uint64_t>(m_group.rank());
        at::manual_seed((m_group.isFirst() ? RandomStream(m_plan.seed, "dropout", {step})
                                           : RandomStream(m_plan.seed, "dropout", {step, rank}))
                            .next());
    }

    // What the processes add up; one that had no sample has gradients of 0.
    std::vector<at::Tensor> gradients()
    {
        std::vector<at::Tensor> all;
        if (m_group.count() == 1)
            return all;
        for (const Parameter& parameter : m_model.parameters) {
            if (!parameter.value.grad().defined())
                parameter.value.mutable_grad() = at::zeros_like(parameter.value);
            all.push_back(parameter.value.grad());
        }
        return all;
    }

    tl::unexpected<Error> stopped()
    {
        for (const Parameter& parameter : m_model.parameters)
            parameter.value.mutable_grad().reset();
        if (const auto saved = save(); !saved)
            return failFrom(saved);
        return fail(ErrorCode::Cancelled,
                    "Tuning was stopped after " + std::to_string(m_progress.step) + " of "
                        + std::to_string(m_plan.totalSteps()) + " steps; the same plan goes on from there.");
    }

    Result<> validate(StepReport& report)
    {
        const at::NoGradGuard noGradients;
        std::vector<double> numbers(m_validationLabels.size() + 2, 0); // log-odds, loss, processes that were stopped
        const Result<> measured = measure(numbers);
        numbers.back() = measured ? 0 : 1;
        m_group.sum({}, numbers);
        if (!measured && measured.error().code != ErrorCode::Cancelled)
            return measured;
        if (numbers.back() > 0)
            return fail(ErrorCode::Cancelled, "Tuning was stopped while validating; the same plan goes on from there.");
        std::vector<metrics::LabelledScore> rows;
        for (std::size_t i = 0; i < m_validationLabels.size(); ++i)
            rows.push_back({numbers[i], m_validationLabels[i]});
        report.validationLoss = numbers[rows.size()] / static_cast<double>(rows.size());
        report.auc = metrics::auc(std::move(rows)).value_or(0.5);
        report.isBest = *report.auc > m_progress.bestAuc;
        m_progress.worse = report.isBest ? 0 : m_progress.worse + 1;
        if (!report.isBest)
            return {};
        m_progress.bestAuc = *report.auc;
        m_progress.bestLoss = *report.validationLoss;
        m_progress.bestStep = m_progress.step;
        return writeBest();
    }

    // Log-odds of this process's samples at their places, and the sum of their losses behind all places.
    Result<> measure(std::vector<double>& numbers)
    {
        auto place = static_cast<std::size_t>(m_group.rank());
        for (const auto pass : passesOf(m_validation, m_plan.optimization.tokensPerPass)) {
            DRIFTSCOPE_TRY(const LossSums sums, lossOf(m_model, pass, m_context));
            for (const double logOdds : sums.logOdds) {
                numbers[place] = logOdds;
                place += static_cast<std::size_t>(m_group.count());
            }
            numbers[m_validationLabels.size()] += sums.answers.item<double>();
        }
        return {};
    }

    Result<> record(const StepReport& report)
    {
        if (!m_group.isFirst())
            return {};
        m_log << trainingLogLine(report).dump() << "\n" << std::flush;
        if (!m_log)
            return fail(ErrorCode::DiskFull, (m_folder / "log.jsonl").string() + ": cannot be written.");
        m_context.report({report.step, report.totalSteps, "tune"});
        m_options.onStep(report);
        return {};
    }

    Result<> save()
    {
        if (!m_group.isFirst())
            return {};
        return saveState(m_folder / "state.safetensors", m_plan.hash, m_progress, m_model.parameters, *m_optimizer);
    }

    const TuningPlan& m_plan;
    const TuningOptions& m_options;
    const JobContext& m_context;
    fs::path m_folder;
    ProcessGroup m_group;
    network::Device m_device;
    FolderFiles m_files;
    std::shared_ptr<const tokenizer::Tokenizer> m_tokenizer;
    TrainableModel m_model;
    std::optional<AdamW> m_optimizer;
    std::optional<SampleBuilder> m_builder;
    Samples m_validation; ///< of this process
    std::vector<bool> m_validationLabels; ///< of all
    TrainingProgress m_progress;
    std::ofstream m_log;
    std::future<Result<Samples>> m_next; // last: waited for before what it uses goes
};

} // namespace

Result<TuningOutcome> tune(const TuningPlan& plan, const TuningOptions& options, const JobContext& context)
{
    return network::guarded("Tuning",
                            [&]() -> Result<TuningOutcome> { return Training(plan, options, context).run(); });
}

} // namespace driftscope::tuning
