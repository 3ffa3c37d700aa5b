// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace driftscope;

class TextFileTest : public QObject
{
    Q_OBJECT

private slots:
    void writtenTextIsReadAgain()
    {
        const std::filesystem::path path = m_folder.filePath("a.txt").toStdString();
        QVERIFY(writeFile(path, "first"));
        QVERIFY(writeFile(path, std::string("second\0line", 11)));
        QCOMPARE(readFile(path).value(), std::string("second\0line", 11));
        QCOMPARE(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}), 1); // nothing left aside
    }

    void failuresHaveTheirCodes()
    {
        QCOMPARE(readFile("/no/such/file").error().code, ErrorCode::NotFound);
        QCOMPARE(readFile(m_folder.path().toStdString()).error().code, ErrorCode::NotReadable);
        QCOMPARE(writeFile("/no/such/folder/file", "x").error().code, ErrorCode::NotWritable);
        const std::filesystem::path path = m_folder.filePath("long.txt").toStdString();
        QVERIFY(writeFile(path, std::string(100, 'x')));
        QCOMPARE(readFile(path, 99).error().code, ErrorCode::TooLarge);
    }

    void fullDiskIsSaidSo()
    {
        if (!std::filesystem::exists("/dev/full"))
            QSKIP("this system has no /dev/full");
        // The file aside is a link to the device that is always full.
        const std::filesystem::path path = m_folder.filePath("full.txt").toStdString();
        std::filesystem::create_symlink("/dev/full", path.string() + ".part" + std::to_string(::getpid()));
        const auto result = writeFile(path, "x");
        QCOMPARE(result.error().code, ErrorCode::DiskFull);
        QVERIFY(!std::filesystem::exists(path));
    }

    void utf8IsTold_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("isUtf8");
        QTest::newRow("empty") << QByteArray() << true;
        QTest::newRow("all lengths") << QByteArray("a\xc3\xa9\xe6\x9d\xb1\xf0\x9f\x8e\xac") << true;
        QTest::newRow("latin-1") << QByteArray("caf\xe9") << false;
        QTest::newRow("cut") << QByteArray("\xe6\x9d") << false;
        QTest::newRow("overlong") << QByteArray("\xc0\xaf") << false;
        QTest::newRow("overlong, three bytes") << QByteArray("\xe0\x80\xaf") << false;
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << false;
        QTest::newRow("beyond U+10FFFF") << QByteArray("\xf4\x90\x80\x80") << false;
        QTest::newRow("tail alone") << QByteArray("\x80") << false;
    }
    void utf8IsTold()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, isUtf8);
        QCOMPARE(driftscope::isUtf8({bytes.constData(), static_cast<std::size_t>(bytes.size())}), isUtf8);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TextFileTest)
#include "tst_textfile.moc"
