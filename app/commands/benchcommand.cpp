// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchcommand.h"

#include "app/commands/benchworkload.h"
#include "app/commands/command.h"
#include "core/base/datafolder.h"
#include "core/base/textfile.h"
#include "core/inference/gemmlimit.h"
#include "core/inference/llmscorer.h"
#include "core/inference/prefixtree.h"
#include "core/prompt/answerset.h"
#include "core/tokenizer/tokenizerloader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/resource.h>
#include <unistd.h>

namespace driftscope::app {

namespace {

namespace fs = std::filesystem;
using inference::TokenizedPrompt;

struct BenchArguments {
    std::string checkpoint;
    std::string workload;
    std::string peers;
    std::string python = "python3";
    std::string peerModel;
    std::string precision = "fp32";
    std::string device = "auto";
    std::int64_t repeats = 1;
    bool isJson = false;
};

/// What one contender did.
struct Measurement {
    std::string contender;
    double secondsPerQuery = 0;
    double candidatesPerSecond = 0;
    double peakRssMb = 0;
    std::optional<double> shareOfGemmRate;
    std::optional<double> foreignCores; ///< cores that other programs took meanwhile, median
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

/// CPU seconds of the whole machine since it started, without idling.
double machineSeconds()
{
    std::ifstream stat("/proc/stat");
    std::string name;
    std::array<double, 8> ticks {}; // user nice system idle iowait irq softirq steal
    stat >> name;
    for (double& tick : ticks)
        stat >> tick;
    double busy = 0;
    for (std::size_t i = 0; i < ticks.size(); ++i)
        busy += i == 3 || i == 4 ? 0 : ticks[i];
    return busy / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Wall time of a piece of work, and how many cores others used meanwhile.
class Stopwatch
{
public:
    [[nodiscard]] double seconds() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }
    [[nodiscard]] double foreignCores() const
    {
        const double own = static_cast<double>(std::clock()) / CLOCKS_PER_SEC - m_own;
        return std::max(0.0, machineSeconds() - m_machine - own) / seconds();
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    double m_machine = machineSeconds();
    double m_own = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
};

double peakRssMb()
{
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// The checkpoint that is measured if none is named: the first in the user's data folder.
Result<fs::path> defaultCheckpoint()
{
    const fs::path models = dataFolder() / "models";
    std::error_code ignored;
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(models, ignored)) {
        if (entry.is_directory())
            found.push_back(entry.path());
    }
    std::ranges::sort(found);
    if (found.empty())
        return fail(ErrorCode::NotFound,
                    "There is no checkpoint in " + models.string() + "; name one with --checkpoint.");
    return found.front();
}

std::vector<std::vector<TokenizedPrompt>>
tokenized(const BenchWorkload& workload, const tokenizer::Tokenizer& tokenizer, const inference::AnswerTokens& answers)
{
    const auto shared = std::make_shared<const inference::AnswerTokens>(answers);
    std::vector<std::vector<TokenizedPrompt>> queries;
    for (const BenchWorkload::Query& query : workload.queries) {
        std::vector<TokenizedPrompt> prompts;
        for (const std::string& suffix : query.suffixes)
            prompts.push_back({tokenizer.encode(query.prefix + suffix), shared});
        queries.push_back(std::move(prompts));
    }
    return queries;
}

/// Mean shape of the queries: the prefix is what all candidates share.
inference::QueryShape shapeOf(const std::vector<std::vector<TokenizedPrompt>>& queries)
{
    inference::QueryShape sum {0, 0, 0};
    for (const auto& prompts : queries) {
        std::size_t shared = prompts.front().tokens.size();
        for (const TokenizedPrompt& prompt : prompts)
            shared = std::min(shared, inference::commonLength(prompts.front().tokens, prompt.tokens));
        sum.prefixTokens += static_cast<double>(shared);
        sum.candidates += static_cast<double>(prompts.size());
        for (const TokenizedPrompt& prompt : prompts)
            sum.suffixTokens += static_cast<double>(prompt.tokens.size() - shared);
    }
    const auto count = static_cast<double>(queries.size());
    return {sum.prefixTokens / count, sum.suffixTokens / count, sum.candidates / count};
}

/// Timings under foreign load are dropped, unless there are no others.
Measurement summarise(const std::string& contender, const std::vector<double>& seconds,
                      const std::vector<double>& foreign, double candidates)
{
    std::vector<double> clean;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        if (foreign[i] < 0.1)
            clean.push_back(seconds[i]);
    }
    Measurement measured {contender, median(clean.empty() ? seconds : clean), 0, peakRssMb(), {}, median(foreign)};
    measured.candidatesPerSecond = candidates / measured.secondsPerQuery;
    return measured;
}

Result<Measurement> measure(const std::string& contender, inference::Scorer& scorer,
                            std::span<const std::vector<TokenizedPrompt>> queries, std::int64_t repeats,
                            double candidates, const JobContext& context)
{
    std::vector<double> seconds;
    std::vector<double> foreign;
    DRIFTSCOPE_CHECK(scorer.score(std::span(queries.front()).first(1), {}, context)); // warms up
    for (std::int64_t repeat = 0; repeat < repeats; ++repeat) {
        for (const auto& prompts : queries) {
            const Stopwatch watch;
            DRIFTSCOPE_CHECK(scorer.score(prompts, {}, context));
            foreign.push_back(watch.foreignCores());
            seconds.push_back(watch.seconds());
        }
    }
    return summarise(contender, seconds, foreign, candidates);
}

void print(const Measurement& measured)
{
    nlohmann::json line {{"contender", measured.contender},
                         {"candidatesPerSecond", measured.candidatesPerSecond},
                         {"secondsPerQuery", measured.secondsPerQuery},
                         {"peakRssMb", measured.peakRssMb},
                         {"shareOfGemmRate", nullptr}};
    if (measured.shareOfGemmRate)
        line["shareOfGemmRate"] = *measured.shareOfGemmRate;
    if (measured.foreignCores)
        line["foreignCores"] = *measured.foreignCores;
    printJson(line);
}

std::string quoted(const std::string& text)
{
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

/// The last line that a command prints; empty if it fails.
std::string lastLineOf(const std::string& command)
{
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr)
        return {};
    std::string all;
    std::array<char, 4096> block {};
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), pipe))
        all.append(block.data(), count);
    if (pclose(pipe) != 0)
        return {};
    while (!all.empty() && all.back() == '\n')
        all.pop_back();
    return all.substr(all.rfind('\n') + 1);
}

/// Runs a peer script: one JSON line with contender, seconds_per_query, candidates_per_s, peak_rss_mb.
std::optional<Measurement> runPeer(const BenchArguments& arguments, const fs::path& workload, const std::string& script,
                                   const std::string& model, const std::string& options)
{
    const fs::path path = fs::path(arguments.peers) / script;
    if (!fs::exists(path))
        return {};
    const std::string command = quoted(arguments.python) + " " + quoted(path.string()) + " --workload "
        + quoted(workload.string()) + " --model " + quoted(model) + " " + options + " 2>/dev/null";
    const auto json = nlohmann::json::parse(lastLineOf(command), nullptr, false);
    if (!json.is_object() || !json.contains("seconds_per_query")) {
        note(script + " " + options + " did not run; are its packages installed for " + arguments.python + "?");
        return {};
    }
    Measurement measured;
    measured.contender = json.value("contender", script);
    measured.secondsPerQuery = json.value("seconds_per_query", 0.0);
    measured.candidatesPerSecond = json.value("candidates_per_s", 0.0);
    measured.peakRssMb = json.value("peak_rss_mb", 0.0);
    return measured;
}

/// transformers needs a Hugging Face folder, llama.cpp a GGUF file.
std::vector<Measurement> runPeers(const BenchArguments& arguments, const BenchWorkload& workload,
                                  const checkpoint::Checkpoint& checkpoint)
{
    std::vector<Measurement> all;
    if (arguments.peers.empty())
        return all;
    const fs::path file = fs::temp_directory_path() / ("driftscope-bench-" + std::to_string(getpid()) + ".json");
    if (!writeFile(file, workload.toJson().dump())) {
        note("the workload for the peers cannot be written to " + file.string());
        return all;
    }
    const bool isFolder = checkpoint.format() == checkpoint::Checkpoint::Format::HuggingFace;
    const std::string folder = isFolder ? checkpoint.path().string() : arguments.peerModel;
    const auto add = [&](const std::string& script, const std::string& model, const std::string& options) {
        if (const auto measured = runPeer(arguments, file, script, model, options)) {
            print(*measured);
            all.push_back(*measured);
        }
    };
    if (folder.empty()) {
        note("transformers is left out: name the same model as a Hugging Face folder with --peer-model.");
    } else {
        add("hf_peer.py", folder, "--mode cache --dtype " + arguments.precision);
        add("hf_peer.py", folder, "--mode naive --queries 1 --dtype " + arguments.precision);
    }
    if (!isFolder)
        add("llamacpp_peer.py", checkpoint.files().front().string(), "--mode cache");
    std::error_code ignored;
    fs::remove(file, ignored);
    return all;
}

Result<std::shared_ptr<const inference::LoadedModel>>
loadModel(const std::shared_ptr<const checkpoint::Checkpoint>& checkpoint, const BenchArguments& arguments,
          const JobContext& context)
{
    inference::LoadOptions options;
    options.precision = arguments.precision == "bf16" ? inference::Precision::Bf16 : inference::Precision::Fp32;
    if (arguments.device != "auto")
        options.device = arguments.device == "cpu" ? inference::DeviceChoice::Cpu : inference::DeviceChoice::Cuda;
    return inference::LoadedModel::load(checkpoint, options, context);
}

Result<inference::AnswerTokens> answerTokens(const BenchWorkload& workload, const tokenizer::Tokenizer& tokenizer)
{
    const BenchWorkload::Query& query = workload.queries.front();
    DRIFTSCOPE_TRY(
        auto resolved,
        prompt::resolveAnswers(query.prefix + query.suffixes.front(), workload.answers, [&](std::string_view text) {
            return tokenizer.encode(text, {false, false});
        }));
    return inference::AnswerTokens {std::move(resolved.answers)};
}

/// The program itself, with and without sharing, beside the limit; printed as they come.
Result<std::vector<Measurement>> measureOwn(const std::shared_ptr<const inference::LoadedModel>& model,
                                            const std::vector<std::vector<TokenizedPrompt>>& queries,
                                            const BenchArguments& arguments, const JobContext& context)
{
    const inference::QueryShape shape = shapeOf(queries);
    const auto sharing = inference::makeScorer(model);
    const auto plain = inference::makeScorer(model, {.sharePrefixes = false});
    note(sharing->describe() + "; per query " + std::to_string(static_cast<int>(shape.prefixTokens)) + " prefix and "
         + std::to_string(static_cast<int>(shape.suffixTokens)) + " suffix tokens");
    DRIFTSCOPE_TRY(const auto limit, inference::measureGemmLimit(*model, shape, context));
    DRIFTSCOPE_TRY(
        Measurement own,
        measure("driftscope-" + arguments.precision, *sharing, queries, arguments.repeats, shape.candidates, context));
    own.shareOfGemmRate = limit.secondsPerQuery / own.secondsPerQuery;
    print(own);
    DRIFTSCOPE_TRY(const Measurement unshared,
                   measure("driftscope-" + arguments.precision + "-no-sharing", *plain, std::span(queries).first(1), 1,
                           shape.candidates, context));
    print(unshared);
    const Measurement best {"gemm-limit-" + arguments.precision,
                            limit.secondsPerQuery,
                            shape.candidates / limit.secondsPerQuery,
                            peakRssMb(),
                            1.0,
                            {}};
    print(best);
    return std::vector<Measurement> {own, unshared, best};
}

Result<> bench(const BenchArguments& arguments, const JobContext& context)
{
    fs::path path = arguments.checkpoint;
    if (path.empty()) {
        DRIFTSCOPE_TRY(path, defaultCheckpoint());
    }
    BenchWorkload workload = BenchWorkload::builtIn();
    if (!arguments.workload.empty()) {
        DRIFTSCOPE_TRY(workload, BenchWorkload::load(arguments.workload));
    }
    DRIFTSCOPE_TRY(const auto checkpoint, checkpoint::Checkpoint::open(path));
    DRIFTSCOPE_TRY(const auto tokenizer, tokenizer::loadTokenizer(path));
    DRIFTSCOPE_TRY(const auto answers, answerTokens(workload, *tokenizer));
    DRIFTSCOPE_TRY(const auto model, loadModel(checkpoint, arguments, context));
    DRIFTSCOPE_TRY(auto all, measureOwn(model, tokenized(workload, *tokenizer, answers), arguments, context));
    for (const Measurement& peer : runPeers(arguments, workload, *checkpoint))
        all.push_back(peer);
    nlohmann::json ratios;
    for (std::size_t i = 1; i < all.size(); ++i)
        ratios[all[i].contender] = all[i].secondsPerQuery / all.front().secondsPerQuery;
    printJson({{"ratios", ratios}, {"of", all.front().contender}});
    return {};
}

} // namespace

void addBenchCommand(CommandLine& line)
{
    const auto arguments = std::make_shared<BenchArguments>();
    CLI::App* command = line.add("bench", "Speed of ranking on this machine, as ratios within one run",
                                 "driftscope-cli bench --checkpoint model.gguf",
                                 [arguments](const JobContext& context) { return bench(*arguments, context); });
    command->add_option("--checkpoint", arguments->checkpoint,
                        "Hugging Face folder or GGUF file; default: the first in the data folder");
    command->add_option("--workload", arguments->workload, "JSON with answers and queries of prefix and suffixes");
    command->add_option("--peers", arguments->peers, "Folder with hf_peer.py and llamacpp_peer.py");
    command->add_option("--python", arguments->python, "Interpreter for the peers")->capture_default_str();
    command->add_option("--peer-model", arguments->peerModel,
                        "The same model as a Hugging Face folder, for a GGUF checkpoint");
    command->add_option("--precision", arguments->precision, "fp32 or bf16")
        ->check(CLI::IsMember({"fp32", "bf16"}))
        ->capture_default_str();
    command->add_option("--device", arguments->device, "cpu, cuda or auto")
        ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
        ->capture_default_str();
    command->add_option("--repeats", arguments->repeats, "Rounds over all queries")->check(CLI::PositiveNumber);
    command->add_flag("--json", arguments->isJson, "JSON lines, which is what it always prints");
}

} // namespace driftscope::app
