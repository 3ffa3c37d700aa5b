// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parameter.h"

#include <QTest>

using namespace driftscope;
using nlohmann::json;

namespace {

const std::vector<Parameter>& described()
{
    static const std::vector<Parameter> parameters {
        {.id = "k", .title = "Demonstrations", .help = "How many.", .fallback = std::int64_t(4), .maximum = 64},
        {.id = "order",
         .title = "Order",
         .help = "Which first.",
         .fallback = std::string("time"),
         .choices = {"time", "score"}},
    };
    return parameters;
}

} // namespace

class ParameterTest : public QObject
{
    Q_OBJECT

private slots:
    void missingValuesTakeTheirDefault()
    {
        const json value = json::object();
        JsonField fields(value, "e.json");
        const ParameterValues values = readParameters(described(), fields);
        QVERIFY(fields.status());
        QCOMPARE(toJson(values).dump(), std::string(R"({"k":4,"order":"time"})"));
    }

    void refusesWhatIsNotDescribed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("out of range") << R"({"k": 65})";
        QTest::newRow("negative") << R"({"k": -1})";
        QTest::newRow("not a choice") << R"({"order": "random"})";
    }
    void refusesWhatIsNotDescribed()
    {
        QFETCH(QString, text);
        const json value = json::parse(text.toStdString());
        JsonField fields(value, "e.json");
        QVERIFY(!readParameters(described(), fields).empty());
        QCOMPARE(fields.status().error().code, ErrorCode::BadValue);
    }
};

QTEST_APPLESS_MAIN(ParameterTest)
#include "tst_parameter.moc"
