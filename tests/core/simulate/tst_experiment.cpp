// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/contenthash.h"
#include "core/base/textfile.h"
#include "core/simulate/experiment.h"

#include <QtTest>

#include <set>

using namespace driftscope;
using namespace driftscope::simulate;
using nlohmann::json;

namespace {

json validFile()
{
    return json::parse(R"({
        "version": 1,
        "name": "small",
        "dataset": {"path": "data"},
        "checkpoint": {"path": "model"},
        "arms": [
            {"name": "none", "selector": {"id": "none"}, "template": "movies"},
            {"name": "recent 4", "selector": {"id": "recent", "k": 4}, "template": "movies",
             "history": {"maxItems": 5, "lag": {"unit": "days", "amount": 2}}, "score": "positive-logit"}
        ]
    })");
}

Result<Experiment> parsed(const json& file)
{
    return Experiment::parse(file.dump(), "folder/small.json");
}

/// The valid file with the value at `pointer` replaced.
json changed(const char* pointer, json value)
{
    json file = validFile();
    file[json::json_pointer(pointer)] = std::move(value);
    return file;
}

} // namespace

class TestExperiment : public QObject
{
    Q_OBJECT

private slots:
    void readsEveryField()
    {
        const auto experiment = parsed(validFile());
        QVERIFY2(experiment, experiment ? "" : experiment.error().message.c_str());
        QCOMPARE(experiment->name, std::string("small"));
        QCOMPARE(experiment->seed, std::uint64_t {1});
        QCOMPARE(experiment->candidates.count, std::int64_t {20});
        QCOMPARE(experiment->baseFolder.string(), std::string("folder"));
        QCOMPARE(experiment->arms.size(), std::size_t {2});
        const Arm& arm = experiment->arms[1];
        QCOMPARE(arm.selector, std::string("recent"));
        QCOMPARE(std::get<std::int64_t>(arm.selectorParameters.at("k")), std::int64_t {4});
        QCOMPARE(arm.history.maxItems, std::int64_t {5});
        QVERIFY(arm.history.lag.unit == data::Lag::Unit::Days);
        QCOMPARE(arm.history.lag.amount, std::int64_t {2});
        QVERIFY(arm.score == ScoreKind::PositiveLogit);
    }

    void refusesWhatItCannotMean_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const json& file, ErrorCode code, const char* path, const char* says) {
            QTest::newRow(name) << QString::fromStdString(file.dump()) << static_cast<int>(code) << path << says;
        };
        const auto without = [](const char* key) {
            json file = validFile();
            file.erase(key);
            return file;
        };
        row("no version", without("version"), ErrorCode::MissingField, "$.version", "missing");
        row("newer version", changed("/version", 2), ErrorCode::UnsupportedVersion, "$.version", "version 1");
        row("no name", without("name"), ErrorCode::MissingField, "$.name", "missing");
        row("empty name", changed("/name", ""), ErrorCode::BadValue, "$.name", "empty");
        row("no arms", without("arms"), ErrorCode::MissingField, "$.arms", "missing");
        row("empty arms", changed("/arms", json::array()), ErrorCode::BadValue, "$.arms", "at least one");
        row("arms not a list", changed("/arms", 3), ErrorCode::WrongType, "$.arms", "list");
        row("no dataset", without("dataset"), ErrorCode::MissingField, "$.dataset", "missing");
        row("empty dataset path", changed("/dataset/path", ""), ErrorCode::BadValue, "$.dataset.path", "empty");
        row("unknown field", changed("/replay/maxUser", 3), ErrorCode::UnknownField, "$.replay.maxUser", "maxUsers");
        row("unknown part", changed("/candidate", json::object()), ErrorCode::UnknownField, "$.candidate",
            "candidates");
        row("unknown arm field", changed("/arms/1/k", 4), ErrorCode::UnknownField, "$.arms[1].k", "selector");
        row("unknown selector parameter", changed("/arms/1/selector/kk", 4), ErrorCode::UnknownField,
            "$.arms[1].selector.kk", "k");
        row("unknown selector", changed("/arms/1/selector/id", "newest"), ErrorCode::UnknownName,
            "$.arms[1].selector.id", "none, recent, random");
        row("selector without id", changed("/arms/0/selector", json::object()), ErrorCode::MissingField,
            "$.arms[0].selector.id", "missing");
        row("negative k", changed("/arms/1/selector/k", -1), ErrorCode::BadValue, "$.arms[1].selector.k", "-1");
        row("k is text", changed("/arms/1/selector/k", "4"), ErrorCode::WrongType, "$.arms[1].selector.k", "number");
        row("unknown template", changed("/arms/0/template", "films"), ErrorCode::UnknownName, "$.arms[0].template",
            "movies");
        row("unknown score", changed("/arms/0/score", "odds"), ErrorCode::BadValue, "$.arms[0].score",
            "log-odds, positive-logit");
        row("unknown lag unit", changed("/arms/0/history/lag/unit", "weeks"), ErrorCode::BadValue,
            "$.arms[0].history.lag.unit", "events, days");
        row("negative lag", changed("/arms/0/history/lag/amount", -2), ErrorCode::BadValue,
            "$.arms[0].history.lag.amount", "from 0");
        row("negative history", changed("/arms/0/history/maxItems", -1), ErrorCode::BadValue,
            "$.arms[0].history.maxItems", "from 0");
        row("taken arm name", changed("/arms/1/name", "none"), ErrorCode::BadValue, "$.arms[1]", "taken");
        row("empty arm name", changed("/arms/1/name", ""), ErrorCode::BadValue, "$.arms[1].name", "empty");
        row("one candidate", changed("/candidates/count", 1), ErrorCode::BadValue, "$.candidates.count", "from 2");
        row("half a candidate", changed("/candidates/count", 2.5), ErrorCode::WrongType, "$.candidates.count", "whole");
        row("unknown candidates", changed("/candidates/kind", "all"), ErrorCode::BadValue, "$.candidates.kind",
            "uniform");
        row("unknown metric", changed("/metrics/ids", {"hr@10", "hitrate"}), ErrorCode::UnknownName, "$.metrics.ids[1]",
            "ndcg");
        row("metric without number", changed("/metrics/ids", {"hr@"}), ErrorCode::BadValue, "$.metrics.ids[0]", "hr");
        row("metric twice", changed("/metrics/ids", {"auc", "auc"}), ErrorCode::BadValue, "$.metrics.ids[1]", "twice");
        row("no metric", changed("/metrics/ids", json::array()), ErrorCode::BadValue, "$.metrics.ids", "empty");
        row("metric is a number", changed("/metrics/ids", {7}), ErrorCode::WrongType, "$.metrics.ids[0]", "text");
        row("unknown window", changed("/metrics/windowBy", "hours"), ErrorCode::BadValue, "$.metrics.windowBy",
            "event-index, calendar");
        row("unknown shape", changed("/metrics/windowShape", "round"), ErrorCode::BadValue, "$.metrics.windowShape",
            "cumulative");
        row("no window", changed("/metrics/windowSize", 0), ErrorCode::BadValue, "$.metrics.windowSize", "at least 1");
        row("few resamples", changed("/metrics/resamples", 1), ErrorCode::BadValue, "$.metrics.resamples", "from 10");
        row("bad label rule", changed("/dataset/label", "rating>>4"), ErrorCode::BadValue, "$.dataset.label", "rating");
        row("unknown reader", changed("/dataset/format", "xls"), ErrorCode::UnknownName, "$.dataset.format", "known");
        row("unknown ties", changed("/dataset/ties", "allow"), ErrorCode::BadValue, "$.dataset.ties",
            "exclude, row-order");
        row("unknown precision", changed("/checkpoint/precision", "fp8"), ErrorCode::BadValue, "$.checkpoint.precision",
            "fp32, bf16");
        row("unknown device", changed("/checkpoint/device", "tpu"), ErrorCode::BadValue, "$.checkpoint.device",
            "auto, cpu, cuda");
        row("negative users", changed("/replay/maxUsers", -1), ErrorCode::BadValue, "$.replay.maxUsers", "at least 0");
        row("bad time", changed("/replay/from", "13-2021"), ErrorCode::BadTime, "$.replay.from", "13-2021");
        row("from after to", changed("/replay", {{"from", "1998-01-02"}, {"to", "1998-01-01"}}), ErrorCode::BadValue,
            "$.replay", "later");
        row("user twice", changed("/replay/users", {"1", "1"}), ErrorCode::BadValue, "$.replay.users[1]", "twice");
        row("pointwise is a number", changed("/replay/pointwise", 1), ErrorCode::WrongType, "$.replay.pointwise",
            "true or false");
        row("negative seed", changed("/seed", -1), ErrorCode::BadValue, "$.seed", "at least 0");
        row("negative budget", changed("/prompt/budgetTokens", -5), ErrorCode::BadValue, "$.prompt.budgetTokens",
            "from 0");
        row("part is a list", changed("/replay", json::array()), ErrorCode::WrongType, "$.replay", "object");
    }

    void refusesWhatItCannotMean()
    {
        QFETCH(QString, file);
        QFETCH(int, code);
        QFETCH(QString, path);
        QFETCH(QString, says);
        const auto experiment = Experiment::parse(file.toStdString(), "folder/small.json");
        QVERIFY(!experiment);
        const auto message = QString::fromStdString(experiment.error().message);
        QVERIFY2(static_cast<int>(experiment.error().code) == code, qPrintable(message));
        QVERIFY2(message.startsWith("folder/small.json: " + path), qPrintable(message));
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void refusesBrokenFiles()
    {
        QVERIFY(Experiment::parse("{", "a.json").error().code == ErrorCode::BadJson);
        QVERIFY(Experiment::parse("", "a.json").error().code == ErrorCode::BadJson);
        QVERIFY(Experiment::parse("[]", "a.json").error().code == ErrorCode::WrongType);
        QVERIFY(Experiment::parse(R"({"version": 1, "version": 1})", "a.json").error().code == ErrorCode::DuplicateKey);
        QVERIFY(Experiment::parse("{\"name\": \"\xff\"}", "a.json").error().code == ErrorCode::InvalidUtf8);
        QVERIFY(Experiment::load("/nowhere/a.json").error().code == ErrorCode::NotFound);
    }

    void hashForgetsOrderAndSpelledOutDefaults()
    {
        const std::string hash = parsed(validFile())->hash();
        QCOMPARE(parsed(changed("/seed", 1))->hash(), hash);
        QCOMPARE(parsed(changed("/candidates", {{"kind", "uniform"}, {"count", 20}}))->hash(), hash);
        QCOMPARE(parsed(changed("/description", nullptr))->hash(), hash);
        auto moved = Experiment::parse(validFile().dump(4), "elsewhere/other.json");
        QCOMPARE(moved->hash(), hash);
    }

    void hashForgetsWhatDecidesTheCostAlone()
    {
        json file = validFile();
        file["checkpoint"]["cacheMegabytes"] = 512;
        const auto cached = parsed(file);
        QCOMPARE(cached->checkpoint.cacheMegabytes, std::int64_t {512});
        QCOMPARE(cached->hash(), parsed(validFile())->hash());
        QVERIFY(cached->toJson() != parsed(validFile())->toJson()); // the manifest says it
    }

    void fieldsThatCameLaterLeaveTheHashAlone()
    {
        json file = validFile();
        const std::string hash = parsed(file)->hash();
        file["arms"][0]["titles"] = "shown";
        file["arms"][0]["calibration"] = "none";
        file["arms"][1]["history"]["order"] = "time";
        file["arms"][1]["demonstrations"]["negatives"] = "shown";
        QCOMPARE(parsed(file)->hash(), hash);
        QVERIFY(parsed(file)->toJson()["arms"][0].contains("titles")); // what is written is complete
        std::set<std::string> hashes {hash};
        const auto change = [&](const char* pointer, const char* value) {
            const auto changedFile = parsed(changed(pointer, value));
            QVERIFY2(changedFile, changedFile ? "" : changedFile.error().message.c_str());
            QVERIFY2(hashes.insert(changedFile->hash()).second, pointer);
        };
        change("/arms/1/history/by", "title-similarity");
        change("/arms/1/history/order", "shuffled");
        change("/arms/1/history/items", "fake");
        change("/arms/1/titles", "masked");
        change("/arms/1/contextFor", "candidate");
        change("/arms/1/calibration", "prior");
        change("/arms/1/calibration", "contextual");
        change("/arms/1/demonstrations/negatives", "left-out");
        change("/arms/1/context", "other-user-demonstrations");
    }

    /// As the program wrote it before there were selectors and controls of today.
    void earlierExperimentsKeepTheirHash()
    {
        json document = parsed(validFile())->toJson();
        document["dataset"].erase("columns");
        document["checkpoint"].erase("cacheMegabytes");
        document["replay"].erase("alwaysAroundShift");
        document["metrics"].erase("aroundShift");
        for (auto& arm : document["arms"]) {
            for (const char* const later : {"contextFor", "titles", "calibration", "checkpoint"})
                arm.erase(later);
            for (const char* const later : {"by", "order", "items"})
                arm["history"].erase(later);
            arm["demonstrations"].erase("negatives");
        }
        QCOMPARE(parsed(validFile())->hash(),
                 contentHash(document.dump(-1, ' ', false, json::error_handler_t::replace)));
    }

    void hashTellsEveryChange()
    {
        const std::string hash = parsed(validFile())->hash();
        QVERIFY(parsed(changed("/seed", 2))->hash() != hash);
        QVERIFY(parsed(changed("/arms/1/selector/k", 3))->hash() != hash);
        QVERIFY(parsed(changed("/arms/1/selector/trimBlock", 2))->hash() != hash);
        QVERIFY(parsed(changed("/arms/1/history/lag/amount", 3))->hash() != hash);
        QVERIFY(parsed(changed("/metrics/ids", {"auc"}))->hash() != hash);
    }

    void writtenExperimentReadsBackTheSame()
    {
        const auto first = parsed(validFile());
        const auto second = parsed(first->toJson());
        QVERIFY2(second, second ? "" : second.error().message.c_str());
        QVERIFY(second->toJson() == first->toJson());
        QCOMPARE(second->hash(), first->hash());
    }

    void everyFieldIsDescribed()
    {
        const json written = parsed(validFile())->toJson();
        for (const auto& field : experimentFields()) {
            QVERIFY2(!field.help.empty() && field.help.ends_with('.'), field.path.c_str());
            std::string pointer = "/" + field.path;
            if (const auto arm = pointer.find("[]"); arm != std::string::npos)
                pointer.replace(arm, 2, "/0");
            std::replace(pointer.begin(), pointer.end(), '.', '/');
            QVERIFY2(written.contains(json::json_pointer(pointer)), field.path.c_str());
            QVERIFY2(field.isRequired == field.fallback.is_null(), field.path.c_str());
        }
    }

    void schemaFileIsTheSchema()
    {
        const auto file = readFile(DRIFTSCOPE_SOURCE_DIR "/resources/experiments/schema.json");
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        const std::string expected = experimentSchema().dump(2) + "\n";
        QVERIFY2(*file == expected,
                 "write it anew: driftscope-cli experiment schema > resources/experiments/schema.json");
    }

    void schemaRefusesUnknownFieldsEverywhere()
    {
        const json schema = experimentSchema();
        QCOMPARE(schema["additionalProperties"].get<bool>(), false);
        QCOMPARE(schema["properties"]["replay"]["additionalProperties"].get<bool>(), false);
        QCOMPARE(schema["properties"]["arms"]["items"]["additionalProperties"].get<bool>(), false);
        QCOMPARE(schema["properties"]["candidates"]["properties"]["count"]["minimum"].get<int>(), 2);
        QVERIFY(schema["properties"]["arms"]["items"]["properties"]["selector"]["oneOf"].size() >= 3);
        for (const char* const choice : {"selector", "scorer"})
            for (const json& entry : schema["properties"]["arms"]["items"]["properties"][choice]["oneOf"])
                QVERIFY(entry.is_object() && entry["properties"]["id"].contains("const"));
    }

    void shippedExperimentIsValid()
    {
        const auto experiment = Experiment::load(DRIFTSCOPE_SOURCE_DIR "/resources/experiments/movielens-smollm2.json");
        QVERIFY2(experiment, experiment ? "" : experiment.error().message.c_str());
        QCOMPARE(experiment->arms.size(), std::size_t {3});
    }

    void pathsAreLookedForBesideTheExperimentFirst()
    {
        const std::filesystem::path here = DRIFTSCOPE_SOURCE_DIR;
        QCOMPARE(resolvePath("/absolute/path", here).string(), std::string("/absolute/path"));
        QCOMPARE(resolvePath("README.md", here), here / "README.md");
        QCOMPARE(resolvePath("../core/../README.md", here / "ui"), here / "README.md"); // one place, one spelling
        qputenv("XDG_DATA_HOME", "/data/home");
        QCOMPARE(resolvePath("no/such", here).string(), std::string("/data/home/driftscope/no/such"));
        qunsetenv("XDG_DATA_HOME");
        QVERIFY(resolvePath("no/such", here).string().ends_with("/.local/share/driftscope/no/such"));
    }
};

QTEST_APPLESS_MAIN(TestExperiment)
#include "tst_experiment.moc"
