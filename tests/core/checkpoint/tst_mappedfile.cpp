// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/mappedfile.h"

#include <QTemporaryDir>
#include <QTest>

#include "tests/core/checkpoint/filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;

class MappedFileTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path path(const char* name) { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

private slots:
    void givesTheBytesOfTheFile()
    {
        writeAll(path("abc"), "abcdef");
        const auto file = MappedFile::open(path("abc"));
        QVERIFY(file);
        const auto range = (*file)->range(2, 3);
        QVERIFY(range);
        QCOMPARE(static_cast<char>((*range)[0]), 'c');
        QCOMPARE(range->size(), std::size_t {3});
        QCOMPARE((*file)->bytes().size(), std::size_t {6});
    }

    void emptyFileHasNoBytes()
    {
        writeAll(path("empty"), "");
        const auto file = MappedFile::open(path("empty"));
        QVERIFY(file);
        QVERIFY((*file)->bytes().empty());
        QVERIFY((*file)->range(0, 0));
        QCOMPARE(kindOf((*file)->range(0, 1)), std::string("truncated"));
    }

    void rangeBeyondTheEndIsTruncatedAlsoWhenItWraps()
    {
        writeAll(path("abc"), "abcdef");
        const auto file = MappedFile::open(path("abc"));
        QVERIFY(file);
        QCOMPARE(kindOf((*file)->range(4, 3)), std::string("truncated"));
        QCOMPARE(kindOf((*file)->range(7, 0)), std::string("truncated"));
        QCOMPARE(kindOf((*file)->range(2, UINT64_MAX)), std::string("truncated"));
        QCOMPARE(kindOf((*file)->range(UINT64_MAX, 2)), std::string("truncated"));
    }

    void fileThatIsCutAfterOpeningIsAnErrorNotACrash()
    {
        const std::string content(100'000, 'x');
        writeAll(path("cut"), content);
        const auto file = MappedFile::open(path("cut"));
        QVERIFY(file);
        QVERIFY((*file)->range(90'000, 10'000));
        std::filesystem::resize_file(path("cut"), 10'000);
        QCOMPARE(kindOf((*file)->range(90'000, 10'000)), std::string("truncated"));
        QVERIFY((*file)->range(0, 10'000));
    }

    void missingFileAndFolderAreTold()
    {
        QCOMPARE(kindOf(MappedFile::open(path("nowhere"))), std::string("not-found"));
        QCOMPARE(kindOf(MappedFile::open(m_folder.path().toStdString())), std::string("not-readable"));
    }
};

QTEST_APPLESS_MAIN(MappedFileTest)
#include "tst_mappedfile.moc"
