// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/checkpoint/checkpointcard.h"
#include "core/checkpoint/torchscriptfile.h"

#include <QTemporaryDir>
#include <QTest>

#include "tests/core/checkpoint/filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;

namespace {

std::string modulePath(const std::string& name)
{
    return dataPath("inference/torchscript/" + name);
}

} // namespace

class TorchScriptFileTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path path(const char* name) { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

private slots:
    void archiveIsRecognisedByItsContents()
    {
        QVERIFY(looksLikeTorchScript(modulePath("keeps.pt")));
        const auto file = TorchScriptFile::inspect(modulePath("keeps.pt"));
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->bytes, static_cast<std::uint64_t>(std::filesystem::file_size(modulePath("keeps.pt"))));
        QVERIFY(file->weightBytes >= 4U * (2 * 48 * 16 + 2 * 16 * 17));
    }

    void pickleIsRefusedByItsContents()
    {
        QVERIFY(looksLikeTorchScript(modulePath("pickle.pt"))); // a zip file, too
        const auto file = TorchScriptFile::inspect(modulePath("pickle.pt"));
        QCOMPARE(kindOf(file), std::string("unsupported-format"));
        QVERIFY(file.error().message.find("pickle") != std::string::npos);
        writeAll(path("old.pt"), "\x80\x02}q");
        QVERIFY(!looksLikeTorchScript(path("old.pt")));
        QCOMPARE(kindOf(TorchScriptFile::inspect(path("old.pt"))), std::string("unsupported-format"));
        QVERIFY(!looksLikeTorchScript(dataPath("gguf/llama-Q4_0.gguf")));
        QCOMPARE(kindOf(TorchScriptFile::inspect(path("nowhere.pt"))), std::string("not-found"));
    }

    void cutAndFlippedFilesAreErrorsNotCrashes()
    {
        const std::string whole = readAll(modulePath("keeps.pt"));
        RandomStream random(7, "zip");
        for (int round = 0; round < 300; ++round) {
            writeAll(path("cut.pt"), whole.substr(0, random.index(whole.size())));
            QVERIFY(!TorchScriptFile::inspect(path("cut.pt")));
            std::string broken = whole;
            for (int i = 0; i < 3; ++i) // the table of contents stands at the end
                broken[whole.size() - 1 - random.index(2000)] = static_cast<char>(random.index(256));
            writeAll(path("flip.pt"), broken);
            const auto file = TorchScriptFile::inspect(path("flip.pt"));
            QVERIFY(file || !file.error().message.empty());
        }
    }

    void cardLeavesOutWhatOnlyTheCodeKnows()
    {
        const auto card = readCheckpointCard(modulePath("keeps.pt"), {});
        QVERIFY2(card, card ? "" : card.error().message.c_str());
        const auto json = toJson(*card);
        QCOMPARE(json["format"].get<std::string>(), std::string("torchscript"));
        QVERIFY(json["layers"].is_null() && json["vocabularySize"].is_null() && json["memory"].is_null());
        QVERIFY(json["bytes"].get<std::uint64_t>() > 0);
        QCOMPARE(kindOf(readCheckpointCard(modulePath("pickle.pt"), {})), std::string("unsupported-format"));
    }
};

QTEST_APPLESS_MAIN(TorchScriptFileTest)
#include "tst_torchscriptfile.moc"
