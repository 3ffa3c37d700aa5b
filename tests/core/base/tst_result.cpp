// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/contenthash.h"
#include "core/base/result.h"

#include <QTest>

#include <set>
#include <string>

using namespace driftscope;

namespace {

Result<int> half(int number)
{
    if (number % 2 != 0)
        return fail(ErrorCode::BadValue, std::to_string(number) + " is odd.");
    return number / 2;
}

Result<int> quarter(int number)
{
    DRIFTSCOPE_TRY(const int halved, half(number));
    DRIFTSCOPE_TRY(const int quartered, half(halved));
    return quartered;
}

Result<> mustBeEven(int number)
{
    DRIFTSCOPE_CHECK(half(number));
    return {};
}

} // namespace

class ResultTest : public QObject
{
    Q_OBJECT

private slots:
    void tryPassesValuesAndErrorsOn()
    {
        QCOMPARE(quarter(12).value(), 3);
        QCOMPARE(quarter(6).error().message, std::string("3 is odd."));
        QVERIFY(mustBeEven(4));
        QCOMPARE(mustBeEven(5).error().code, ErrorCode::BadValue);
    }

    void everyCodeHasItsOwnName()
    {
        std::set<std::string_view> names;
        constexpr int last = static_cast<int>(ErrorCode::UnterminatedQuote);
        for (int code = 0; code <= last; ++code)
            names.insert(errorName(static_cast<ErrorCode>(code)));
        QCOMPARE(names.size(), std::size_t(last + 1));
        QCOMPARE(errorName(ErrorCode::InvalidUtf8), std::string_view("invalid-utf8"));
    }

    void contentHashNamesContent()
    {
        // XXH3 of the empty input, as published with xxHash
        QCOMPARE(contentHash(""), std::string("99aa06d3014798d86001c324468d497f"));
        QVERIFY(contentHash("a") != contentHash("b"));
        QCOMPARE(contentHashOfFile("/no/such/file").error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(ResultTest)
#include "tst_result.moc"
