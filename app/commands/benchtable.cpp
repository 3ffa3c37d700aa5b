// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchtable.h"

#include "app/commands/benchcontender.h"
#include "app/commands/benchprocess.h"
#include "app/commands/command.h"
#include "core/base/textfile.h"
#include "core/checkpoint/checkpoint.h"

#include <algorithm>
#include <array>
#include <map>

namespace driftscope::app {

namespace {

namespace fs = std::filesystem;

/// How a contender is started; the workload, the queries and the file for scores are added.
struct Entry {
    std::vector<std::string> command;
    std::string precision;
    bool isSlow = false;
};

class Table
{
public:
    Table(const BenchArguments& arguments, fs::path checkpoint, BenchWorkload workload)
        : m_arguments(arguments)
        , m_checkpoint(std::move(checkpoint))
        , m_workload(std::move(workload))
        , m_workloadFile("workload.json")
        , m_scoresFile("scores.json")
    {
    }

    Result<> run(const JobContext& context)
    {
        DRIFTSCOPE_CHECK(writeFile(m_workloadFile.path(), m_workload.toJson().dump()));
        DRIFTSCOPE_TRY(const auto entries, allEntries());
        for (std::int64_t round = 0; round < m_arguments.rounds; ++round) {
            for (const Entry& entry : entries) {
                if (context.isStopped())
                    return fail(ErrorCode::Cancelled, "The benchmark was stopped.");
                if (!entry.isSlow || (round == 0 && !m_arguments.withoutSlow))
                    runEntry(entry);
            }
        }
        return print();
    }

private:
    Result<std::vector<Entry>> allEntries() const
    {
        std::vector<Entry> entries;
        for (const std::string& precision : m_arguments.precisions)
            entries.push_back(own("driftscope-" + precision, precision, false));
        entries.push_back(
            own("driftscope-" + m_arguments.precisions.front() + "-no-sharing", m_arguments.precisions.front(), true));
        if (m_arguments.peers.empty())
            return entries;
        DRIFTSCOPE_TRY(const auto checkpoint, checkpoint::Checkpoint::open(m_checkpoint));
        const bool isFolder = checkpoint->format() == checkpoint::Checkpoint::Format::HuggingFace;
        addTransformers(isFolder ? m_checkpoint.string() : m_arguments.peerModel, entries);
        std::vector<std::string> ggufs = m_arguments.peerGguf;
        if (ggufs.empty() && !isFolder)
            ggufs.push_back(checkpoint->files().front().string());
        addLlamaCpp(ggufs, entries);
        return entries;
    }

    Entry own(const std::string& name, const std::string& precision, bool isSlow) const
    {
        return {{programFile(), "bench", "--contender", name, "--device", m_arguments.device, "--checkpoint",
                 m_checkpoint.string()},
                precision,
                isSlow};
    }

    Entry peer(const std::string& script, const std::string& model, std::vector<std::string> options) const
    {
        Entry entry {
            {m_arguments.python, (fs::path(m_arguments.peers) / script).string(), "--model", model}, {}, false};
        entry.command.insert(entry.command.end(), options.begin(), options.end());
        return entry;
    }

    void addTransformers(const std::string& folder, std::vector<Entry>& entries) const
    {
        if (!fs::exists(fs::path(m_arguments.peers) / "hf_peer.py"))
            return;
        if (folder.empty())
            return note("transformers is left out: name the same model as a Hugging Face folder with --peer-model.");
        for (const std::string& precision : m_arguments.precisions) {
            for (const char* mode : {"cache", "batch", "naive"}) {
                Entry entry = peer("hf_peer.py", folder, {"--mode", mode, "--dtype", precision});
                if (m_arguments.device == "cuda")
                    entry.command.insert(entry.command.end(), {"--device", "cuda"});
                entry.precision = precision;
                entry.isSlow = std::string_view(mode) != "cache";
                entries.push_back(std::move(entry));
            }
        }
    }

    void addLlamaCpp(const std::vector<std::string>& ggufs, std::vector<Entry>& entries) const
    {
        if (!fs::exists(fs::path(m_arguments.peers) / "llamacpp_peer.py"))
            return;
        if (ggufs.empty())
            return note("llama.cpp is left out: name the same model as GGUF files with --peer-gguf.");
        for (const std::string& gguf : ggufs)
            entries.push_back(peer("llamacpp_peer.py", gguf, {"--mode", "cache"}));
    }

    void runEntry(const Entry& entry)
    {
        std::vector<std::string> command = entry.command;
        const std::string queries = entry.isSlow ? "1" : "0";
        command.insert(command.end(),
                       {"--workload", m_workloadFile.path().string(), "--queries", queries, "--scores",
                        m_scoresFile.path().string()});
        waitUntilQuiet(m_arguments.quietWait);
        const auto line = jsonLineOf(command);
        if (!line)
            return note(line.error().message);
        const std::string name = line->value("contender", entry.command[1]);
        auto known = std::ranges::find(m_contenders, name, &Contender::name);
        if (known == m_contenders.end()) {
            known = m_contenders.insert(known, Contender {});
            m_precisions[name] = entry.precision;
        }
        const auto scores = readFile(m_scoresFile.path());
        known->add(*line, scores ? nlohmann::json::parse(*scores, nullptr, false) : nlohmann::json());
        note(name + ": " + std::to_string(line->value("seconds_per_query", 0.0)) + " s a query");
    }

    [[nodiscard]] const Contender* find(const std::string& name) const
    {
        const auto found = std::ranges::find(m_contenders, name, &Contender::name);
        return found == m_contenders.end() ? nullptr : &*found;
    }

    // Scores in fp32 by another program where there is one.
    [[nodiscard]] const Contender* reference() const
    {
        for (const char* name : {"transformers-cache-fp32", "hf-cache-fp32", "driftscope-fp32"}) {
            if (const Contender* contender = find(name))
                return contender;
        }
        return nullptr;
    }

    // The limit in the contender's own precision; of peers whose precision is not known, in the first.
    [[nodiscard]] const Contender* limitFor(const Contender& contender) const
    {
        const std::string& precision = m_precisions.at(contender.name);
        return find("driftscope-" + (precision.empty() ? m_arguments.precisions.front() : precision));
    }

    Result<> print() const
    {
        const std::size_t candidates = m_workload.queries.front().suffixes.size();
        for (const Contender& contender : m_contenders)
            printJson(tableLine(contender, candidates, limitFor(contender), reference()));
        for (const std::string& precision : m_arguments.precisions) {
            const Contender* own = find("driftscope-" + precision);
            if (own == nullptr)
                return fail(ErrorCode::Internal, "driftscope-" + precision + " could not be measured; see above.");
            printLimit(*own, precision);
            nlohmann::json ratios;
            for (const Contender& contender : m_contenders) {
                if (&contender != own)
                    ratios[contender.name] = contender.ratioTo(*own);
            }
            printJson({{"ratios", ratios}, {"of", own->name}});
        }
        return {};
    }

    static void printLimit(const Contender& own, const std::string& precision)
    {
        double sum = 0;
        for (const double seconds : own.limitSeconds)
            sum += seconds;
        printJson({{"contender", "gemm-limit-" + precision},
                   {"secondsPerQuery", sum / static_cast<double>(own.limitSeconds.size())},
                   {"flopsPerSecond", own.limitRate},
                   {"shareOfGemmRate", 1.0}});
    }

    const BenchArguments& m_arguments;
    fs::path m_checkpoint;
    BenchWorkload m_workload;
    TemporaryFile m_workloadFile;
    TemporaryFile m_scoresFile;
    std::vector<Contender> m_contenders;
    std::map<std::string, std::string> m_precisions; ///< of each contender; empty = the model file's own
};

} // namespace

Result<> measureTable(const BenchArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto path, benchCheckpoint(arguments));
    DRIFTSCOPE_TRY(BenchWorkload workload, benchWorkload(arguments));
    return Table(arguments, std::move(path), std::move(workload)).run(context);
}

} // namespace driftscope::app
