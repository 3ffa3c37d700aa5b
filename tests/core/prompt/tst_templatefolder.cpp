// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templatefolder.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace driftscope;
using namespace driftscope::prompt;

namespace fs = std::filesystem;

namespace {

TemplateText named(const std::string& id)
{
    auto text = *builtInTemplateText("movies");
    text[TemplateField::Id] = id;
    text[TemplateField::Title] = "Title of " + id;
    return text;
}

std::size_t filesIn(const fs::path& folder)
{
    std::error_code error;
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder, error), fs::directory_iterator()));
}

} // namespace

class TemplateFolderTest : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_home->path().toUtf8());
    }

    void experimentsFindOwnTemplatesById()
    {
        const TemplateFolder own;
        QVERIFY(own.path().string().starts_with(m_home->path().toStdString()));
        QVERIFY(own.list().empty());
        QVERIFY(*own.save(named("mine")));
        const auto found = findTemplate("mine", {});
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        QCOMPARE(found->title, std::string("Title of mine"));
        const auto unknown = findTemplate("other", {});
        QVERIFY(unknown.error().message.find("not one of your own (mine in ") != std::string::npos);
        QVERIFY(!findTemplate("../templates/mine", {}));
    }

    void aTemplateMayBeGivenAsItsText()
    {
        QCOMPARE(findTemplate(named("mine").json(), {})->title, std::string("Title of mine"));
        QCOMPARE(findTemplate("{\"version\": 1}", {}).error().code, ErrorCode::MissingField);
    }

    void aFileBesideTheExperimentWins()
    {
        const TemplateFolder own;
        QVERIFY(*own.save(named("mine")));
        auto other = named("mine");
        other[TemplateField::Title] = "Beside";
        std::ofstream(fs::path(m_home->path().toStdString()) / "mine") << other.json();
        QCOMPARE(findTemplate("mine", m_home->path().toStdString())->title, std::string("Beside"));
    }

    void textWithProblemsIsKeptAsADraftOnly()
    {
        const TemplateFolder own;
        QVERIFY(*own.save(named("mine")));
        auto broken = named("mine");
        broken[TemplateField::Query] = "{targ";
        const auto isSound = own.save(broken);
        QVERIFY(isSound && !*isSound);
        QCOMPARE(findTemplate("mine", {})->title, std::string("Title of mine")); // the last sound one
        QVERIFY(*own.open("mine") == broken);
        QVERIFY(own.list().front().hasDraft && own.list().front().isUsable);
        QVERIFY(*own.save(named("mine")));
        QVERIFY(!own.list().front().hasDraft);
    }

    void aDraftAloneIsListedAndNotUsable()
    {
        const TemplateFolder own;
        auto broken = named("mine");
        broken[TemplateField::Query] = "";
        QVERIFY(own.save(broken));
        QVERIFY(own.has("mine"));
        QVERIFY(!own.list().front().isUsable);
        QVERIFY(findTemplate("mine", {}).error().message.find("mine (a draft with problems)") != std::string::npos);
    }

    void deletedOnesAreKept()
    {
        const TemplateFolder own;
        QVERIFY(*own.save(named("mine")));
        const auto kept = own.remove("mine");
        QVERIFY(kept);
        QVERIFY(!own.has("mine"));
        QVERIFY(PromptTemplate::load(*kept));
        QVERIFY(*own.save(named("mine")));
        QVERIFY(own.remove("mine"));
        QCOMPARE(filesIn(own.path() / "deleted"), std::size_t {2});
        QCOMPARE(own.remove("mine").error().code, ErrorCode::UnknownName);
    }

    void renamingMovesTheSoundVersionAndTheDraft()
    {
        const TemplateFolder own;
        QVERIFY(*own.save(named("mine")));
        auto broken = named("mine");
        broken[TemplateField::Query] = "{targ";
        QVERIFY(own.save(broken));
        QVERIFY(own.rename("mine", "yours"));
        QVERIFY(!own.has("mine"));
        QCOMPARE(findTemplate("yours", {})->id, std::string("yours"));
        QCOMPARE((*own.open("yours"))[TemplateField::Query], std::string("{targ"));
        QVERIFY(*own.save(named("mine")));
        QCOMPARE(own.rename("mine", "yours").error().code, ErrorCode::BadArgument);
        QCOMPARE(own.rename("mine", "movies").error().code, ErrorCode::BadArgument);
        QCOMPARE(own.rename("mine", "../mine").error().code, ErrorCode::BadArgument);
        QCOMPARE(own.rename("none", "some").error().code, ErrorCode::UnknownName);
    }

    void idsThatCannotBeFilesAreRefused()
    {
        const TemplateFolder own;
        for (const auto* id : {"", "a/b", ".hidden", "movies", "a b"})
            QCOMPARE(own.save(named(id)).error().code, ErrorCode::BadArgument);
        QCOMPARE(own.freeId("movies"), std::string("movies-2"));
        QCOMPARE(own.freeId("my own/template"), std::string("my-own-template"));
        QCOMPARE(own.freeId(".."), std::string("template"));
        QVERIFY(*own.save(named("mine")));
        QCOMPARE(own.freeId("mine"), std::string("mine-2"));
    }

    void filesThatCannotBeReadAreListedByName()
    {
        const TemplateFolder own;
        fs::create_directories(own.path());
        std::ofstream(own.path() / "broken.json") << "{";
        const auto known = knownTemplates();
        QCOMPARE(known.size(), std::size_t {6});
        QVERIFY(known.front().isBuiltIn && known.front().title == "Books");
        QCOMPARE(known.back().title, std::string("broken"));
        QCOMPARE(own.open("broken").error().code, ErrorCode::BadJson);
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_APPLESS_MAIN(TemplateFolderTest)
#include "tst_templatefolder.moc"
