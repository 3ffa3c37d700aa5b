// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/modelconfig.h"

#include <QTest>

#include <cmath>

#include "tests/core/checkpoint/filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;
using nlohmann::json;

namespace {

/// The valid control file with some fields replaced (null removes one).
json changed(const json& changes)
{
    json config = json::parse(readAll(dataPath("config/ok-control.json")));
    for (const auto& [key, value] : changes.items()) {
        if (value.is_null())
            config.erase(key);
        else
            config[key] = value;
    }
    return config;
}

Result<ModelConfig> parse(const json& changes)
{
    return parseModelConfig(changed(changes).dump(), "config.json");
}

using Windows = std::vector<std::optional<std::int64_t>>;

} // namespace

class ModelConfigTest : public QObject
{
    Q_OBJECT

private slots:
    void badFilesGetTheKindOfTheirFlaw_data() { addExpectedRows("config"); }

    void badFilesGetTheKindOfTheirFlaw()
    {
        QFETCH(QString, file);
        QFETCH(QString, verdict);
        QFETCH(QString, kind);
        const auto config = parseModelConfig(readAll(dataPath("config/" + file.toStdString())), file.toStdString());
        QVERIFY2(isAsExpected(verdict, kind, kindOf(config)), kindOf(config).c_str());
        if (!config)
            QVERIFY2(config.error().message.starts_with(file.toStdString()), config.error().message.c_str());
    }

    void fieldsAreRead()
    {
        const auto config = parse({{"eos_token_id", {1, 2}}, {"bos_token_id", 0}, {"num_key_value_heads", nullptr}});
        QVERIFY(config);
        QCOMPARE(config->architecture, std::string("llama"));
        QCOMPARE(config->hiddenSize, std::int64_t {32});
        QCOMPARE(config->headDim, std::int64_t {8});
        QCOMPARE(config->keyValueHeads, std::int64_t {4}); // as many as heads if it is missing
        QCOMPARE(config->contextLength, std::int64_t {512});
        QCOMPARE(config->tiedEmbeddings, true);
        QCOMPARE(config->dtype, std::string("float32"));
        QCOMPARE(config->endTokens, (std::vector<std::int64_t> {1, 2}));
        QCOMPARE(config->beginTokens, std::vector<std::int64_t> {0});
        QVERIFY(config->slidingWindow.empty());
    }

    void bothSpellingsOfRotaryScalingAreTheSame()
    {
        const json scaling {{"factor", 8.0},
                            {"low_freq_factor", 1.0},
                            {"high_freq_factor", 4.0},
                            {"original_max_position_embeddings", 64},
                            {"rope_type", "llama3"}};
        json newer = scaling;
        newer["rope_theta"] = 500'000.0;
        const auto a = parse({{"rope_scaling", scaling}, {"rope_theta", 500'000.0}});
        const auto b = parse(
            {{"rope_parameters", newer}, {"rope_theta", nullptr}, {"torch_dtype", nullptr}, {"dtype", "bfloat16"}});
        QVERIFY(a && b);
        for (const auto* config : {&*a, &*b}) {
            QCOMPARE(config->rope.theta, 500'000.0);
            QVERIFY(config->rope.scaling == Rope::Scaling::Llama3);
            QCOMPARE(config->rope.factor, 8.0);
            QCOMPARE(config->rope.originalContext, std::int64_t {64});
        }
        QCOMPARE(b->dtype, std::string("bfloat16"));
    }

    void legacyNameOfTheScalingTypeIsKnown()
    {
        const auto config = parse({{"rope_scaling", {{"type", "linear"}, {"factor", 2.0}}}});
        QVERIFY(config);
        QVERIFY(config->rope.scaling == Rope::Scaling::Linear);
        QVERIFY(parse({{"rope_scaling", {{"rope_type", "default"}}}}));
        QVERIFY(parse({{"rope_parameters", {{"rope_theta", 1e6}}}}));
    }

    void classNameStandsInForTheModelType()
    {
        const auto config = parse({{"model_type", nullptr}, {"architectures", {"Qwen2ForCausalLM"}}});
        QVERIFY(config);
        QCOMPARE(config->architecture, std::string("qwen2"));
        QCOMPARE(config->queryKeyValueBias, true);
        QCOMPARE(config->outputBias, false);
    }

    void familiesDifferInData()
    {
        const auto qwen3 = parse({{"model_type", "qwen3"}});
        QVERIFY(qwen3);
        QCOMPARE(qwen3->queryKeyNorm, true);
        QCOMPARE(qwen3->headDim, std::int64_t {128}); // the class default, not hidden / heads
        const auto biased = parse({{"attention_bias", true}, {"mlp_bias", true}});
        QVERIFY(biased);
        QVERIFY(biased->queryKeyValueBias && biased->outputBias && biased->mlpBias);
        const auto mistral = parse({{"model_type", "mistral"}, {"sliding_window", 24}});
        QVERIFY(mistral);
        QCOMPARE(mistral->slidingWindow, (Windows {24, 24}));
        QVERIFY(parse({{"sliding_window", 24}})->slidingWindow.empty()); // Llama has none
    }

    void windowOfQwenCountsOnlyIfSwitchedOnAndFromItsLayer()
    {
        const json base {{"model_type", "qwen2"}, {"sliding_window", 16}, {"max_window_layers", 1}};
        json on = base;
        on["use_sliding_window"] = true;
        QVERIFY(parse(base)->slidingWindow.empty());
        QCOMPARE(parse(on)->slidingWindow, (Windows {std::nullopt, 16}));
        on["layer_types"] = {"sliding_attention", "full_attention"};
        QCOMPARE(parse(on)->slidingWindow, (Windows {16, std::nullopt}));
        on["layer_types"] = {"full_attention", "full_attention"};
        QVERIFY(parse(on)->slidingWindow.empty());
    }

    void gemmasDifferInData()
    {
        const auto gemma = parse({{"model_type", "gemma"}, {"hidden_act", "gelu"}, {"head_dim", 8}});
        QVERIFY(gemma && gemma->normsStoredMinusOne && !gemma->branchNorms && !gemma->attentionScale);
        QVERIFY(gemma->activation == Activation::GeluTanh); // whatever the file says
        QVERIFY(std::abs(gemma->embeddingScale - std::sqrt(32.0)) < 1e-12);
        const auto gemma2 = parse({{"model_type", "gemma2"}, {"final_logit_softcapping", nullptr}});
        QVERIFY(gemma2 && gemma2->branchNorms && !gemma2->queryKeyNorm);
        QCOMPARE(gemma2->attentionSoftcap.value_or(0), 50.0);
        QCOMPARE(gemma2->finalSoftcap.value_or(0), 30.0); // missing: the default of the class
        QCOMPARE(gemma2->attentionScale.value_or(0), 1.0 / 16);
        QCOMPARE(gemma2->slidingWindow, (Windows {4096, std::nullopt}));
        const auto gemma3 =
            parse({{"model_type", "gemma3_text"}, {"sliding_window_pattern", 2}, {"sliding_window", 9}});
        QVERIFY(gemma3 && gemma3->queryKeyNorm && gemma3->localRope && !gemma3->finalSoftcap);
        QCOMPARE(gemma3->architecture, std::string("gemma3"));
        QCOMPARE(gemma3->localRope->theta, 10'000.0);
        QCOMPARE(gemma3->slidingWindow, (Windows {9, std::nullopt}));
    }

    void nestedConfigLeavesDefaultsOut()
    {
        const auto config = parseModelConfig(
            R"({"model_type":"gemma3","text_config":{"hidden_size":2560,"num_hidden_layers":34,"sliding_window":1024,
                "rope_scaling":{"rope_type":"linear","factor":8.0}},"eos_token_id":[1,106]})",
            "config.json");
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QCOMPARE(config->hiddenSize, std::int64_t {2560});
        QCOMPARE(config->heads, std::int64_t {8});
        QCOMPARE(config->headDim, std::int64_t {256});
        QCOMPARE(config->rope.theta, 1e6);
        QVERIFY(config->rope.scaling == Rope::Scaling::Linear);
        QVERIFY(config->localRope->scaling == Rope::Scaling::None);
        QCOMPARE(config->endTokens, (std::vector<std::int64_t> {1, 106}));
        QVERIFY(config->tiedEmbeddings);
    }

    void smolLm3AndPhi3DifferInData()
    {
        const auto smollm3 = parse({{"model_type", "smollm3"}, {"no_rope_layer_interval", 2}});
        QVERIFY(smollm3);
        QCOMPARE(smollm3->layersWithoutRope, (std::vector<bool> {false, true}));
        QVERIFY(!smollm3->usesRope(1));
        const json scaling {{"type", "su"}, {"short_factor", {1, 2, 3}}, {"long_factor", {4, 5, 6}}};
        const auto phi3 = parse({{"model_type", "phi3"},
                                 {"partial_rotary_factor", 0.75},
                                 {"original_max_position_embeddings", 64},
                                 {"rope_scaling", scaling}});
        QVERIFY2(phi3, phi3 ? "" : phi3.error().message.c_str());
        QVERIFY(phi3->fusedProjections && phi3->rope.scaling == Rope::Scaling::Longrope);
        QCOMPARE(phi3->rotaryDim, std::int64_t {6});
        QCOMPARE(phi3->rope.factor, 8.0); // 512 / 64
        QCOMPARE(phi3->rope.longFactors, (std::vector<float> {4, 5, 6}));
    }

    void otherFlawsGetTheirKinds_data()
    {
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* changes, const char* kind) {
            QTest::newRow(changes) << QString::fromLatin1(changes) << QString::fromLatin1(kind);
        };
        row(R"({})", "ok");
        for (const char* field :
             {"hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size"}) {
            const std::string quoted = std::string("{\"") + field + "\":";
            row((quoted + "null}").c_str(), "missing-field");
            row((quoted + "\"4\"}").c_str(), "wrong-type");
            row((quoted + "4.5}").c_str(), "wrong-type");
            row((quoted + "[4]}").c_str(), "wrong-type");
            row((quoted + "0}").c_str(), "bad-value");
            row((quoted + "-4}").c_str(), "bad-value");
            row((quoted + "1000000000000}").c_str(), "too-large");
            row((quoted + "18446744073709551615}").c_str(), "too-large");
            row((quoted + "99999999999999999999999}").c_str(), "too-large");
        }
        row(R"({"num_key_value_heads":0})", "bad-value");
        row(R"({"num_key_value_heads":8})", "inconsistent");
        row(R"({"num_key_value_heads":1000000000000})", "too-large");
        row(R"({"max_position_embeddings":0})", "bad-value");
        row(R"({"max_position_embeddings":100000000000000})", "too-large");
        row(R"({"head_dim":0})", "bad-value");
        row(R"({"head_dim":-8})", "bad-value");
        row(R"({"head_dim":9})", "inconsistent");
        row(R"({"head_dim":16})", "ok");
        row(R"({"head_dim":1048576})", "too-large");
        row(R"({"num_attention_heads":16384,"num_key_value_heads":16384,"head_dim":16384})", "too-large");
        row(R"({"hidden_size":36,"num_attention_heads":4,"num_key_value_heads":4})", "inconsistent"); // head of 9
        row(R"({"rms_norm_eps":0})", "bad-value");
        row(R"({"rms_norm_eps":"1e-5"})", "wrong-type");
        row(R"({"rms_norm_eps":5})", "bad-value");
        row(R"({"rope_theta":0})", "bad-value");
        row(R"({"rope_theta":-1e4})", "bad-value");
        row(R"({"rope_scaling":"linear"})", "wrong-type");
        row(R"({"rope_scaling":{"factor":2.0}})", "missing-field");
        row(R"({"rope_scaling":{"rope_type":"linear"}})", "missing-field");
        row(R"({"rope_scaling":{"rope_type":"linear","factor":-2}})", "bad-value");
        row(R"({"rope_scaling":{"rope_type":"linear","factor":"2"}})", "wrong-type");
        row(R"({"rope_scaling":{"rope_type":"yarn"}})", "missing-field");
        row(R"({"rope_scaling":{"rope_type":"longrope","factor":2}})", "missing-field");
        row(R"({"rope_parameters":{"rope_type":"banana","rope_theta":1e4}})", "unknown-type");
        row(R"({"rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4}})",
            "missing-field");
        row(R"({"rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":4,
                "original_max_position_embeddings":64}})",
            "inconsistent");
        row(R"({"model_type":"phi3","rope_scaling":{"type":"longrope","short_factor":[1],"long_factor":[1,1,1,1]}})",
            "inconsistent");
        row(R"({"model_type":"phi3","rope_scaling":{"type":"longrope","short_factor":[1,1,1,0],
                "long_factor":[1,1,1,1]}})",
            "bad-value");
        row(R"({"model_type":"phi3","partial_rotary_factor":0.4})", "inconsistent");
        row(R"({"model_type":"phi3","partial_rotary_factor":2})", "bad-value");
        row(R"({"rope_scaling":{"type":"dynamic","factor":0.5}})", "bad-value");
        row(R"({"model_type":"smollm3","no_rope_layers":[1]})", "inconsistent");
        row(R"({"model_type":"smollm3","no_rope_layers":[1,7]})", "bad-value");
        row(R"({"model_type":"gemma2","attn_logit_softcapping":-1})", "bad-value");
        row(R"({"model_type":"gemma2","query_pre_attn_scalar":0})", "bad-value");
        row(R"({"model_type":"gemma3_text","sliding_window_pattern":0})", "bad-value");
        row(R"({"model_type":"gemma3","text_config":[]})", "wrong-type");
        row(R"({"model_type":"gemma3_text","use_bidirectional_attention":true})", "unknown-architecture");
        row(R"({"hidden_act":"relu2"})", "unknown-type");
        row(R"({"hidden_act":7})", "wrong-type");
        row(R"({"tie_word_embeddings":"yes"})", "wrong-type");
        row(R"({"model_type":"mixtral"})", "unknown-architecture");
        row(R"({"model_type":"qwen2_moe"})", "unknown-architecture");
        row(R"({"model_type":"phi"})", "unknown-architecture");
        row(R"({"model_type":"phi3"})", "ok");
        row(R"({"model_type":3})", "wrong-type");
        row(R"({"model_type":null,"architectures":["T5Model"]})", "unknown-architecture");
        row(R"({"model_type":null,"architectures":[]})", "missing-field");
        row(R"({"layer_types":["full_attention","full_attention","full_attention"]})", "inconsistent");
        row(R"({"model_type":"qwen3","layer_types":["full_attention","linear_attention"]})", "unknown-type");
        row(R"({"layer_types":[1,2]})", "wrong-type");
        row(R"({"model_type":"qwen3","layer_types":["full_attention","sliding_attention"]})", "inconsistent");
        row(R"({"model_type":"mistral","sliding_window":0})", "bad-value");
        row(R"({"model_type":"mistral","sliding_window":-3})", "bad-value");
        row(R"({"eos_token_id":"</s>"})", "wrong-type");
        row(R"({"eos_token_id":[1,-2]})", "bad-value");
        row(R"({"quantization_config":{"quant_method":"gptq"}})", "unsupported-format");
    }

    void otherFlawsGetTheirKinds()
    {
        QFETCH(QString, changes);
        QFETCH(QString, kind);
        const auto config = parse(json::parse(changes.toStdString()));
        QVERIFY2(kindOf(config) == kind.toStdString(), config ? "ok" : config.error().message.c_str());
    }

    void textsThatAreNoConfigAreRefused()
    {
        const auto kind = [](const std::string& text) { return kindOf(parseModelConfig(text, "config.json")); };
        QCOMPARE(kind(""), std::string("bad-json"));
        QCOMPARE(kind("[]"), std::string("wrong-type"));
        QCOMPARE(kind("7"), std::string("wrong-type"));
        QCOMPARE(kind("{\"model_type\":\"\xC3\x28\"}"), std::string("invalid-utf8"));
        QCOMPARE(kind(R"({"model_type":)" + std::string(100'000, '[')), std::string("bad-json"));
    }

    void unknownFamilyNamesThoseThatWork()
    {
        const auto config = parse({{"model_type", "deepseek_v3"}});
        QVERIFY(!config);
        QVERIFY(config.error().message.find("deepseek_v3") != std::string::npos);
        QVERIFY(config.error().message.find("llama, mistral, qwen2, qwen3") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(ModelConfigTest)
#include "tst_modelconfig.moc"
