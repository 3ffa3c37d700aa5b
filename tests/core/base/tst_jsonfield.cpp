// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsonfield.h"
#include "core/base/messagetext.h"
#include "core/base/textfile.h"

#include <QTest>

#include <string>

using namespace driftscope;
using nlohmann::json;

namespace {

Error errorOf(std::string_view text, JsonLimits limits = {})
{
    const auto parsed = parseJson(text, "a.json", limits);
    return parsed ? Error {ErrorCode::Internal, "parsed"} : parsed.error();
}

} // namespace

class JsonFieldTest : public QObject
{
    Q_OBJECT

private slots:
    void parseErrorsSayWhere()
    {
        const Error error = errorOf("{\n  \"a\": 1,\n}");
        QCOMPARE(error.code, ErrorCode::BadJson);
        QVERIFY2(error.message.find("a.json, line 3") == 0, error.message.c_str());
        QCOMPARE(errorOf("").code, ErrorCode::BadJson);
        QCOMPARE(errorOf("\xff").code, ErrorCode::InvalidUtf8);
        QCOMPARE(errorOf(std::string_view("{}\0{}", 5)).code, ErrorCode::BadJson);
        QCOMPARE(errorOf("[1e400]").message, std::string("a.json: a number is too large for 64 bits."));
    }

    void deepNestingIsRefusedWithoutRecursion()
    {
        const std::string deep(1'000'000, '[');
        QCOMPARE(errorOf(deep).code, ErrorCode::BadJson);
        QVERIFY(parseJson("[\"[[[[[[\"]", "a.json", {.maxDepth = 1})); // brackets in texts do not count
    }

    void duplicateKeysAreRefusedWhereAsked()
    {
        constexpr auto text = R"({"a": {"x": 1, "y": 2, "x": 3}})";
        QVERIFY(parseJson(text, "a.json"));
        QCOMPARE(errorOf(text, {.rejectDuplicateKeys = true}).code, ErrorCode::DuplicateKey);
        QVERIFY(parseJson(R"([{"x": 1}, {"x": 2}, {"y": {"x": 3}}])", "a.json", {.rejectDuplicateKeys = true}));
    }

    void readsFieldsAndFallbacks()
    {
        const json value =
            json::parse(R"({"k": 4, "rate": 0.5, "on": true, "name": "x", "none": null, "list": [1, 2]})");
        JsonField fields(value, "e.json");
        QCOMPARE(fields.integer("k"), std::int64_t(4));
        QCOMPARE(fields.number("rate"), 0.5);
        QCOMPARE(fields.number("k", 1.0), 4.0);
        QCOMPARE(fields.boolean("on"), true);
        QCOMPARE(fields.text("name"), std::string("x"));
        QCOMPARE(fields.text("none", "fallback"), std::string("fallback"));
        QCOMPARE(fields.integer("missing", 9), std::int64_t(9));
        QCOMPARE(fields.array("list").size(), std::size_t(2));
        QVERIFY(!fields.optionalObject("missing"));
        fields.rejectUnknownFields();
        QVERIFY(fields.status());
    }

    void errorsNameTheJsonPath_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("path");
        QTest::newRow("missing") << R"({"arms": [{}]})" << int(ErrorCode::MissingField) << "$.arms[0].k";
        QTest::newRow("type") << R"({"arms": [{"k": 1}, {"k": "2"}]})" << int(ErrorCode::WrongType) << "$.arms[1].k";
        QTest::newRow("fraction") << R"({"arms": [{"k": 1.5}]})" << int(ErrorCode::WrongType) << "$.arms[0].k";
        QTest::newRow("range") << R"({"arms": [{"k": -1}]})" << int(ErrorCode::BadValue) << "$.arms[0].k";
        QTest::newRow("huge") << R"({"arms": [{"k": 18446744073709551615}]})" << int(ErrorCode::BadValue)
                              << "$.arms[0].k";
        QTest::newRow("unknown") << R"({"arms": [{"k": 1, "q": 2}]})" << int(ErrorCode::UnknownField) << "$.arms[0].q";
        QTest::newRow("no list") << R"({"arms": 3})" << int(ErrorCode::WrongType) << "$.arms";
    }
    void errorsNameTheJsonPath()
    {
        QFETCH(QString, text);
        QFETCH(int, code);
        QFETCH(QString, path);
        const json value = json::parse(text.toStdString());
        JsonField fields(value, "e.json");
        for (auto& arm : fields.array("arms")) {
            arm.integer("k", JsonRange {0, 64});
            arm.rejectUnknownFields();
        }
        const Error error = fields.status().error();
        QCOMPARE(int(error.code), code);
        QVERIFY2(error.message.starts_with("e.json: " + path.toStdString() + ":"), error.message.c_str());
    }

    void beginningsCutNoCharacter()
    {
        QCOMPARE(beginningOf("abc", 3), std::string_view("abc"));
        QCOMPARE(beginningOf("abcd", 3), std::string_view("abc"));
        QCOMPARE(beginningOf("ab\xC3\xA9", 3), std::string_view("ab"));
        QCOMPARE(beginningOf("\xE2\x96\x81", 2), std::string_view());
    }

    void longValuesAreShownInPart()
    {
        const std::string accents = QString(QChar(0xE9)).repeated(100).toStdString(); // two bytes each
        for (const json& text : {json(accents), json("x" + accents)}) {
            const json object = {{"k", text}};
            JsonField fields(object, "e.json");
            fields.integer("k");
            const std::string message = fields.status().error().message;
            QVERIFY2(isUtf8(message) && message.size() < 150, message.c_str());
        }
    }

    void firstErrorIsKept()
    {
        const json value = json::parse(R"({"b": "x"})");
        JsonField fields(value, "e.json");
        fields.integer("a");
        fields.integer("b");
        QCOMPARE(fields.status().error().code, ErrorCode::MissingField);
    }
};

QTEST_APPLESS_MAIN(JsonFieldTest)
#include "tst_jsonfield.moc"
