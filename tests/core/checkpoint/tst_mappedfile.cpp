// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/mappedfile.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <chrono>

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

    // Without the guard, such a read ends the program (SIGBUS).
    void readingBeyondACutGivesZerosAndIsTold()
    {
        writeAll(path("torn"), std::string(100'000, 'x'));
        const auto file = MappedFile::open(path("torn"));
        QVERIFY(file && (*file)->isGuarded());
        QVERIFY((*file)->checkUnchanged());
        std::filesystem::resize_file(path("torn"), 10'000);
        QCOMPARE((*file)->bytes()[5'000], std::byte {'x'});
        QCOMPARE((*file)->bytes()[90'000], std::byte {0});
        QCOMPARE((*file)->bytes()[50'000], std::byte {0});
        QCOMPARE(kindOf((*file)->checkUnchanged()), std::string("truncated"));
        std::filesystem::resize_file(path("torn"), 100'000); // as long as before, but what was read is not true
        QCOMPARE(kindOf((*file)->checkUnchanged()), std::string("truncated"));
    }

    void writingToTheFileIsAChangeReplacingItIsNot()
    {
        writeAll(path("old"), "abcdef");
        std::filesystem::last_write_time(path("old"),
                                         std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
        const auto file = MappedFile::open(path("old"));
        QVERIFY(file && (*file)->checkUnchanged());
        writeAll(path("new"), "ABCDEF");
        std::filesystem::rename(path("new"), path("old"));
        QVERIFY((*file)->checkUnchanged());
        QCOMPARE((*file)->bytes()[0], std::byte {'a'});
        const auto replaced = MappedFile::open(path("old"));
        QVERIFY(replaced);
        std::filesystem::last_write_time(path("old"),
                                         std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
        QCOMPARE(kindOf((*replaced)->checkUnchanged()), std::string("inconsistent"));
    }

    void releasedPagesAreReadAgain()
    {
        writeAll(path("pages"), std::string(50'000, 'y'));
        const auto file = MappedFile::open(path("pages"));
        QVERIFY(file);
        (*file)->release(100, 49'000);
        (*file)->release(0, UINT64_MAX);
        QVERIFY(std::ranges::all_of((*file)->bytes(), [](std::byte byte) { return byte == std::byte {'y'}; }));
    }

    void guardsAreGivenBack()
    {
        writeAll(path("many"), "abc");
        for (int i = 0; i < 2000; ++i) {
            const auto file = MappedFile::open(path("many"));
            QVERIFY(file && (*file)->isGuarded());
        }
    }

    void missingFileAndFolderAreTold()
    {
        QCOMPARE(kindOf(MappedFile::open(path("nowhere"))), std::string("not-found"));
        QCOMPARE(kindOf(MappedFile::open(m_folder.path().toStdString())), std::string("not-readable"));
    }
};

QTEST_APPLESS_MAIN(MappedFileTest)
#include "tst_mappedfile.moc"
