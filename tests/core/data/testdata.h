// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/data/readerregistry.h"

#include <QByteArray>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

/// Small datasets for the tests of the data folder.
namespace driftscope::data::testing {

/// One row of a dataset made by hand; users and items are named u0, u1, ... and i0, i1, ...
struct Row {
    UserIndex user = 0;
    ItemIndex item = 0;
    float rating = 0;
    std::int64_t time = 0;
};

/// Parts with the rows in this order; the first stands in line 2.
inline DatasetParts partsOf(const std::vector<Row>& rows, RatingKind kind = RatingKind::Rating)
{
    DatasetParts parts;
    parts.format = "test";
    parts.ratingKind = kind;
    parts.files.push_back({"rows.csv", {}});
    std::uint32_t line = 2;
    for (const Row& row : rows) {
        while (parts.userIds.size() <= row.user)
            parts.userIds.push_back("u" + std::to_string(parts.userIds.size()));
        while (parts.catalog.size() <= row.item)
            parts.catalog.intern("i" + std::to_string(parts.catalog.size()));
        parts.interactions.push_back({row.user, row.item, row.rating, fromUnix(row.time), line++});
    }
    return parts;
}

inline std::shared_ptr<const Dataset> datasetOf(const std::vector<Row>& rows, RatingKind kind = RatingKind::Rating)
{
    return Dataset::build(partsOf(rows, kind)).value();
}

/// A temporary folder of source files.
class SourceFolder
{
public:
    std::filesystem::path write(const std::string& name, const std::string& content)
    {
        const std::filesystem::path file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        QFile out(QString::fromStdString(file.string()));
        if (!out.open(QIODevice::WriteOnly) || out.write(content.data(), static_cast<qint64>(content.size())) < 0)
            qFatal("cannot write %s", file.c_str());
        return file;
    }
    [[nodiscard]] std::filesystem::path path() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
};

/// "bad-number:4 duplicate:7": the problems of a report with their lines.
inline QString problemsOf(const Dataset& dataset)
{
    QStringList words;
    for (const RowProblem& problem : dataset.report().problems)
        words << QString::fromStdString(std::string(errorName(problem.problem)) + ":" + std::to_string(problem.line));
    return words.join(' ');
}

} // namespace driftscope::data::testing

/// Fails the test with the message of the error.
#define REQUIRE_RESULT(result) QVERIFY2((result).has_value(), (result) ? "" : (result).error().message.c_str())
/// Checks the code of an error.
#define COMPARE_ERROR(result, expectedCode)                                                                            \
    do {                                                                                                               \
        QVERIFY2(!(result).has_value(), "it succeeded");                                                               \
        QCOMPARE(std::string(driftscope::errorName((result).error().code)),                                            \
                 std::string(driftscope::errorName(expectedCode)));                                                    \
    } while (false)
