// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/adapter.h"
#include "core/checkpoint/checkpoint.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>
#include <map>

#include "filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;
namespace fs = std::filesystem;

namespace {

using nlohmann::json;

ModelConfig llama()
{
    return *parseModelConfig(readAll(dataPath("checkpoints/llama/config.json")), "config.json");
}

const AdapterModule* moduleOf(const Adapter& adapter, const std::string& name)
{
    for (const AdapterModule& module : adapter.description().modules)
        if (module.name == name)
            return &module;
    return nullptr;
}

} // namespace

class TestAdapter : public QObject
{
    Q_OBJECT

private:
    /// An adapter with its weights, whose config has changed.
    fs::path changed(const std::string& source, const json& changes)
    {
        const fs::path folder = m_folder.filePath("adapter").toStdString();
        fs::remove_all(folder);
        fs::create_directories(folder);
        json config = json::parse(readAll(dataPath(source + "/adapter_config.json")));
        config.update(changes);
        writeAll(folder / "adapter_config.json", config.dump());
        writeAll(folder / "adapter_model.safetensors", readAll(dataPath(source + "/adapter_model.safetensors")));
        return folder;
    }

    std::string misfitsOf(const std::string& source, const json& changes)
    {
        const auto adapter = Adapter::open(changed(source, changes));
        return adapter ? misfitText((*adapter)->misfits(llama())) : adapter.error().message;
    }

    QTemporaryDir m_folder;

private slots:
    void everyAdapterFitsItsBase_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("folder");
        const std::map<std::string, std::string> bases {{"embedding", "smollm2-like"},
                                                        {"embedding-dora", "smollm2-like"},
                                                        {"saved-embedding", "smollm2-like"},
                                                        {"bias", "qwen2"}};
        for (const auto& entry : fs::directory_iterator(dataPath("adapters"))) {
            const std::string name = entry.path().filename().string();
            if (!fs::exists(entry.path() / "adapter_config.json"))
                continue;
            const auto base = bases.find(name);
            QTest::newRow(name.c_str()) << QString::fromStdString(base == bases.end() ? "llama" : base->second)
                                        << QString::fromStdString(entry.path().string());
        }
    }

    void everyAdapterFitsItsBase()
    {
        QFETCH(QString, base);
        QFETCH(QString, folder);
        const auto config =
            parseModelConfig(readAll(dataPath("checkpoints/" + base.toStdString() + "/config.json")), "config.json");
        QVERIFY(config.has_value());
        const auto adapter = Adapter::open(folder.toStdString());
        QVERIFY2(adapter, adapter ? "" : adapter.error().message.c_str());
        const auto misfits = (*adapter)->misfits(*config);
        QVERIFY2(misfits.empty(), misfitText(misfits).c_str());
    }

    void patternsSetRankAndScale()
    {
        const auto adapter = Adapter::open(dataPath("adapters/layer-regex"));
        QVERIFY(adapter.has_value());
        const AdapterModule* query = moduleOf(**adapter, "model.layers.1.self_attn.q_proj");
        const AdapterModule* value = moduleOf(**adapter, "model.layers.1.self_attn.v_proj");
        const AdapterModule* down = moduleOf(**adapter, "model.layers.1.mlp.down_proj");
        QVERIFY(query && value && down);
        QCOMPARE(query->rank, std::int64_t {2});
        QCOMPARE(query->scale, 4.0); // 8 / 2
        QCOMPARE(value->rank, std::int64_t {4});
        QCOMPARE(value->scale, 2.0);
        QCOMPARE(down->rank, std::int64_t {3});
        QCOMPARE(down->scale, 5.0 / 3);
        QVERIFY(moduleOf(**adapter, "model.layers.0.mlp.down_proj") == nullptr);
        const auto root = Adapter::open(dataPath("adapters/second"));
        QCOMPARE((*root)->description().modules.front().scale, 4.0); // 8 / sqrt(4)
    }

    void theFirstPatternOfTheFileCounts()
    {
        const fs::path folder = changed("adapters/second", json::object());
        std::string text = readAll((folder / "adapter_config.json").string());
        const std::string key = "\"alpha_pattern\":{}";
        const auto at = text.find(key);
        QVERIFY(at != std::string::npos);
        text.replace(at, key.size(), R"("alpha_pattern":{"v_proj":16,"self_attn.v_proj":32,"a_later":1})");
        writeAll(folder / "adapter_config.json", text);
        const auto adapter = Adapter::open(folder);
        QVERIFY(adapter.has_value());
        QCOMPARE(moduleOf(**adapter, "model.layers.0.self_attn.v_proj")->scale, 8.0); // 16 / sqrt(4)
    }

    void replacementsAndPromptsAreDescribed()
    {
        const auto saved = Adapter::open(dataPath("adapters/saved"));
        QVERIFY(saved.has_value());
        QCOMPARE((*saved)->description().replacements.front().name, std::string("lm_head.weight"));
        const auto embedding = Adapter::open(dataPath("adapters/embedding"));
        QVERIFY(embedding.has_value());
        QVERIFY((*embedding)->description().replacements.front().isShared);
        QVERIFY((*embedding)->description().modules.front().isEmbedding);
        const auto prompt = Adapter::open(dataPath("adapters/p-tuning"));
        QVERIFY(prompt.has_value());
        QCOMPARE((*prompt)->description().virtualTokens, std::int64_t {5});
        std::vector<float> values(5 * 32);
        QVERIFY((*prompt)->read("prompt_embeddings", values).has_value());
        QVERIFY(values.front() != 0.0F);
        const auto none = (*prompt)->read("other", values);
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
    }

    void whatDoesNotFitIsListed_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("misfit");
        const auto row = [](const char* name, const char* folder, const char* changes, const char* misfit) {
            QTest::newRow(name) << folder << changes << misfit;
        };
        row("all of them", "adapters/layers", R"({"r":3})", "lora_A of model.layers.1.self_attn.v_proj");
        row("a count", "adapters/second", R"({"r":3})", "and 9 more");
        row("left out", "adapters/layers", R"({"layers_to_transform":0})", "leave out model.layers.1.self_attn.q_proj");
        row("missing", "adapters/layers", R"({"layers_to_transform":[0,1]})",
            "no tensors for model.layers.0.self_attn.q_proj");
        row("excluded", "adapters/layers", R"({"exclude_modules":["v_proj"]})",
            "leave out model.layers.1.self_attn.v_proj");
        row("no magnitude", "adapters/layers", R"({"use_dora":true})", "has no lora_magnitude_vector");
        row("magnitude", "adapters/dora", R"({"use_dora":false})", "use_dora is not set");
        row("other base", "adapters/bias", "{}", "no place for its tensor");
        row("embedding", "adapters/embedding", "{}", "lora_B of model.embed_tokens has the shape [48, 4]");
        row("prompt", "adapters/p-tuning", R"({"num_virtual_tokens":6})", "needs [6, 32]");
        row("other kind", "adapters/layers", R"({"peft_type":"PREFIX_TUNING"})", "PREFIX_TUNING are not known");
        row("pissa", "adapters/layers", R"({"init_lora_weights":"pissa_niter_4"})", "also changed the base model");
        row("activated", "adapters/layers", R"({"alora_invocation_tokens":[1]})", "alora_invocation_tokens");
    }

    void whatDoesNotFitIsListed()
    {
        QFETCH(QString, folder);
        QFETCH(QString, changes);
        QFETCH(QString, misfit);
        const std::string text = misfitsOf(folder.toStdString(), json::parse(changes.toStdString()));
        QVERIFY2(text.find(misfit.toStdString()) != std::string::npos, text.c_str());
    }

    void targetsAreThoseOfPeft_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("changes");
        const auto row = [](const char* name, const char* folder, const char* changes) {
            QTest::newRow(name) << folder << changes;
        };
        row("expression", "adapters/layers", R"({"target_modules":".*1.*\\.[qv]_proj","layers_to_transform":null})");
        row("whole names", "adapters/layers",
            R"({"target_modules":["model.layers.1.self_attn.q_proj","model.layers.1.self_attn.v_proj"]})");
        row("none named", "adapters/layers", R"({"target_modules":null})");
        row("one pattern", "adapters/layers", R"({"layers_pattern":["h","layers"]})");
        row("any pattern", "adapters/layers", R"({"layers_pattern":null,"layers_to_transform":1})");
        row("unknown keys", "adapters/layers", R"({"enable_lora":null,"merge_weights":false,"new":{"a":[1]}})");
        row("all linear", "adapters/all-linear", R"({"target_modules":"ALL-linear"})");
    }

    void targetsAreThoseOfPeft()
    {
        QFETCH(QString, folder);
        QFETCH(QString, changes);
        QCOMPARE(misfitsOf(folder.toStdString(), json::parse(changes.toStdString())), std::string());
    }

    void brokenConfigsAreErrors_data()
    {
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* changes, const char* kind) { QTest::newRow(changes) << changes << kind; };
        row(R"({"r":0})", "bad-value");
        row(R"({"r":1.5})", "wrong-type");
        row(R"({"lora_alpha":"8"})", "wrong-type");
        row(R"({"target_modules":[1]})", "wrong-type");
        row(R"({"target_modules":"*q"})", "bad-regex");
        row(R"({"rank_pattern":{"*a":2}})", "bad-regex");
        row(R"({"rank_pattern":[2]})", "wrong-type");
        row(R"({"alpha_pattern":{"a{1000}{2}":2}})", "bad-regex");
        row(R"({"alpha_pattern":{"(a{900}){900}b":2}})", "too-large");
        row(R"({"layers_to_transform":-1})", "bad-value");
        row(R"({"peft_type":null})", "missing-field");
        row(R"({"peft_type":"P_TUNING"})", "missing-field");
    }

    void brokenConfigsAreErrors()
    {
        QFETCH(QString, changes);
        QFETCH(QString, kind);
        QCOMPARE(kindOf(Adapter::open(changed("adapters/layers", json::parse(changes.toStdString())))),
                 kind.toStdString());
    }
};

QTEST_APPLESS_MAIN(TestAdapter)
#include "tst_adapter.moc"
