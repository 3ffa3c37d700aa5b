// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"
#include "ui/pages/probe/probepage.h"
#include "ui/pages/templates/templatefieldedit.h"
#include "ui/pages/templates/templateform.h"
#include "ui/pages/templates/templateswindow.h"
#include "ui/widgets/armform.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/promptview.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>

#include <fstream>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

using Field = prompt::TemplateField;
using Saving = TemplatesPresenter::Saving;

constexpr auto badQuery = "Will they like {targ";

QString shownPrompt(const TemplatesPresenter& presenter)
{
    return presenter.preview() ? QString::fromStdString(presenter.preview()->prompt.text) : QString();
}

/// A template of one's own to work on.
bool makeOwn(TemplatesPresenter& presenter)
{
    presenter.open("movies");
    presenter.duplicate();
    return QTest::qWaitFor([&] { return presenter.saving() == Saving::Saved; });
}

const std::string& wordingInFocus(const TestWorld& world)
{
    const Focus& focus = world.workspace->focus();
    return focus.experiment().arms[focus.arm()].wording;
}

QListWidgetItem* entry(const QListWidget& list, const QString& title)
{
    const auto found = list.findItems(title, Qt::MatchExactly);
    return found.isEmpty() ? nullptr : found.front();
}

void clickEntry(QListWidget& list, const QString& title)
{
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, list.visualItemRect(entry(list, title)).center());
}

} // namespace

class TestTemplates : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_home->path().toUtf8());
    }

    void builtInTemplatesStayAsTheyAre()
    {
        const TestWorld world;
        TemplatesPresenter presenter(*world.workspace);
        QVERIFY(presenter.isReadOnly());
        const auto before = presenter.text();
        presenter.edit(Field::Query, QStringLiteral("x"));
        presenter.rename(QStringLiteral("x"));
        presenter.remove();
        QVERIFY(presenter.text() == before);
        QCOMPARE(world.workspace->edits().count(), 0);
        QVERIFY(prompt::TemplateFolder().list().empty());
    }

    void whatIsTypedIsFoundByExperimentsAtOnce()
    {
        const TestWorld world;
        TemplatesPresenter presenter(*world.workspace);
        QSignalSpy stored(&presenter, &TemplatesPresenter::stored);
        QVERIFY(makeOwn(presenter));
        QCOMPARE(presenter.id(), std::string("movies-mine"));
        presenter.edit(Field::Header, QStringLiteral("Ä header.\n"));
        QTRY_COMPARE(stored.size(), 2);
        QCOMPARE(presenter.saving(), Saving::Saved);
        QCOMPARE(prompt::findTemplate("movies-mine", {})->header.front().text, std::string("Ä header.\n"));
        QVERIFY(std::ranges::any_of(presenter.entries(), [](const auto& e) { return e.id == "movies-mine"; }));
    }

    void textWithProblemsIsKeptAsADraft()
    {
        const TestWorld world;
        TemplatesPresenter presenter(*world.workspace);
        QVERIFY(makeOwn(presenter));
        const auto sound = prompt::findTemplate("movies-mine", {})->source;
        presenter.edit(Field::Query, QStringLiteral("Films:\nWill they like {targ"));
        QVERIFY(presenter.problemText(Field::Query)
                    .startsWith(QStringLiteral("Line 2, character 16: '{' opens a placeholder")));
        QVERIFY(presenter.problemText(Field::Header).isEmpty());
        QTRY_COMPARE(presenter.saving(), Saving::Draft);
        QCOMPARE(prompt::findTemplate("movies-mine", {})->source, sound);
        TemplatesPresenter after(*world.workspace); // as after a crash
        after.open("movies-mine");
        QCOMPARE(after.text()[Field::Query], std::string("Films:\nWill they like {targ"));
        QCOMPARE(after.saving(), Saving::Draft);
    }

    void nothingTypedIsLostWhenTheWindowGoes()
    {
        const TestWorld world;
        {
            TemplatesPresenter presenter(*world.workspace);
            QVERIFY(makeOwn(presenter));
            for (const char* text : {"a", "ab", "abc"})
                presenter.edit(Field::Header, QString::fromLatin1(text));
        }
        QCOMPARE((*prompt::TemplateFolder().open("movies-mine"))[Field::Header], std::string("abc"));
    }

    void undoTakesBackFieldByField()
    {
        const TestWorld world;
        TemplatesPresenter presenter(*world.workspace);
        QVERIFY(makeOwn(presenter));
        const std::string header = presenter.text()[Field::Header];
        for (const char* text : {"a", "ab", "abc"}) // typed in one go
            presenter.edit(Field::Header, QString::fromLatin1(text));
        presenter.edit(Field::EmptyHistory, QStringLiteral("nothing"));
        QCOMPARE(world.workspace->edits().count(), 2);
        presenter.open("books"); // undo shows what it changes
        world.workspace->edits().undo();
        QCOMPARE(presenter.id(), std::string("movies-mine"));
        QCOMPARE(presenter.text()[Field::EmptyHistory], std::string("none so far"));
        world.workspace->edits().undo();
        QCOMPARE(presenter.text()[Field::Header], header);
        world.workspace->edits().redo();
        QCOMPARE(presenter.text()[Field::Header], std::string("abc"));
        QTRY_COMPARE(presenter.saving(), Saving::Saved);
        QCOMPARE((*prompt::TemplateFolder().open("movies-mine"))[Field::Header], std::string("abc"));
    }

    void deletionIsTakenBackAndKept()
    {
        const TestWorld world;
        TemplatesPresenter presenter(*world.workspace);
        QVERIFY(makeOwn(presenter));
        QSignalSpy noted(&presenter, &TemplatesPresenter::noted);
        presenter.remove();
        QVERIFY(presenter.isReadOnly()); // a built-in one is shown instead
        QTRY_COMPARE(noted.size(), 1);
        QVERIFY(noted.first().first().toString().contains(QStringLiteral("/deleted/movies-mine-")));
        QVERIFY(!prompt::TemplateFolder().has("movies-mine"));
        world.workspace->edits().undo();
        QCOMPARE(presenter.id(), std::string("movies-mine"));
        QTRY_VERIFY(prompt::findTemplate("movies-mine", {}));
    }

    void renamingTakesTheArmsAlong()
    {
        const TestWorld world;
        TemplatesPresenter presenter(*world.workspace);
        QVERIFY(makeOwn(presenter));
        presenter.useForArm();
        QVERIFY(presenter.isUsedByArm());
        presenter.rename(QStringLiteral("best"));
        presenter.edit(Field::Title, QStringLiteral("The best")); // while it is being renamed
        QTRY_COMPARE(wordingInFocus(world), std::string("best"));
        QTRY_COMPARE(presenter.saving(), Saving::Saved);
        QCOMPARE(prompt::findTemplate("best", {})->title, std::string("The best"));
        QVERIFY(!prompt::TemplateFolder().has("movies-mine"));
        QSignalSpy failed(&presenter, &TemplatesPresenter::failed);
        presenter.rename(QStringLiteral("movies"));
        presenter.rename(QStringLiteral("a/b"));
        QCOMPARE(failed.size(), 2);
        QCOMPARE(presenter.id(), std::string("best"));
        world.workspace->edits().undo(); // the arm's new id
        world.workspace->edits().undo(); // the title: the template is found under its new id
        QCOMPARE(presenter.id(), std::string("best"));
    }

    void filesOfOtherProgramsAreImported()
    {
        const TestWorld world;
        TemplatesPresenter presenter(*world.workspace);
        std::ofstream(world.file("RecICL films.txt").toStdString())
            << "Examples:\\n\\n#Example 1:\\n<ItemTitleList1> - <TargetItemTitle1>? #Answer:<Response1>\\n\\n"
               "#Example 2:\\n<ItemTitleList2> - <TargetItemTitle2>? #Answer:";
        std::ofstream(world.file("bad.txt").toStdString()) << "\nsome <UserID> and <TargetItemTitle> Answer:";
        QSignalSpy noted(&presenter, &TemplatesPresenter::noted);
        presenter.importFile(world.file("RecICL films.txt"), prompt::LineBreaks::Real);
        QTRY_COMPARE(noted.size(), 1);
        QCOMPARE(presenter.id(), std::string("RecICL-films"));
        QCOMPARE(presenter.text()[Field::Query], std::string("#Example {number}:\n{history} - \"{target}\"? #Answer:"));
        QTRY_COMPARE(presenter.saving(), Saving::Saved);
        QSignalSpy failed(&presenter, &TemplatesPresenter::failed);
        presenter.importFile(world.file("bad.txt"), prompt::LineBreaks::Real);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("bad.txt, line 2, character 6: <UserID>")));
        presenter.exportFile(world.file("out.json"));
        QTRY_COMPARE(noted.size(), 2);
        QVERIFY(prompt::PromptTemplate::load(world.file("out.json").toStdString()));
    }

    void thePreviewIsTheMomentsPromptWithItsCosts()
    {
        TestWorld world;
        TemplatesPresenter presenter(*world.workspace);
        presenter.setActive(true);
        QTRY_VERIFY(presenter.preview() && !presenter.isPreviewStale());
        QVERIFY(presenter.preview()->isExample && presenter.preview()->costs.empty());
        QVERIFY(world.openDataset());
        world.workspace->focus().setMoment(world.workspace->focus().dataset()->dataset().ofUser(3)[20]);
        QTRY_VERIFY(presenter.preview()->caption.contains(QStringLiteral("User u3")));
        QVERIFY(presenter.preview()->costs.empty());
        QVERIFY(world.loadFakeModel());
        QTRY_COMPARE(presenter.preview()->costs.size(), std::size_t {3} + 1);
        QVERIFY(presenter.preview()->tokens > 0 && presenter.preview()->budgetTokens > 0);
        QVERIFY(makeOwn(presenter));
        for (const char* text : {"One.\n", "Two.\n", "Three.\n"}) // the newest is shown
            presenter.edit(Field::Header, QString::fromLatin1(text));
        QTRY_VERIFY(!presenter.isPreviewStale());
        QVERIFY(shownPrompt(presenter).startsWith(QStringLiteral("Three.\n")));
        presenter.edit(Field::Query, QString::fromLatin1(badQuery));
        QVERIFY(presenter.isPreviewStale());
        QVERIFY(!presenter.previewProblem().isEmpty());
        presenter.showMoment(false);
        world.workspace->edits().undo();
        QTRY_VERIFY(!presenter.isPreviewStale() && presenter.preview()->isExample);
    }

    /// As a person does it: from the arm to its template, duplicate, type with completion, err, undo, use it.
    void aPersonWritesATemplate()
    {
        TestWorld world;
        QVERIFY(world.openDataset());
        QVERIFY(world.loadFakeModel());
        MainWindow window(*world.workspace);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        world.workspace->focus().setMoment(world.workspace->focus().dataset()->dataset().ofUser(3)[20]);
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        auto* arm = window.probePage().findChild<ArmForm*>();
        QTest::mouseClick(arm->findChild<QToolButton*>(QStringLiteral("editTemplate")), Qt::LeftButton);
        auto* editor = window.findChild<TemplatesWindow*>();
        QVERIFY(editor && QTest::qWaitForWindowExposed(editor));
        auto* list = editor->findChild<QListWidget*>();
        QCOMPARE(QString::fromStdString(editor->presenter().id()), QString::fromStdString(wordingInFocus(world)));
        clickEntry(*list, QStringLiteral("Books"));
        QCOMPARE(editor->presenter().id(), std::string("books"));
        TemplateFieldEdit& query = editor->form().edit(Field::Query);
        QVERIFY(query.isReadOnly());
        QTest::mouseClick(button(*editor, QStringLiteral("Duplicate to edit")), Qt::LeftButton);
        QVERIFY(!query.isReadOnly());
        QCOMPARE(list->currentItem()->text(), QStringLiteral("Books, my version"));

        query.selectAll();
        QTest::keyClicks(&query, QStringLiteral("Is it {t"));
        auto* offers = query.completer().popup();
        QVERIFY(offers->isVisible());
        QVERIFY(editor->form().problemShown(Field::Query).contains(QStringLiteral("no '}' closes")));
        QTest::keyClick(offers, Qt::Key_Return);
        QTest::keyClicks(&query, QStringLiteral("? Answer:"));
        QCOMPARE(query.toPlainText(), QStringLiteral("Is it {target}? Answer:"));
        QCOMPARE(editor->form().problemShown(Field::Query), QString());
        const auto* shown = editor->findChild<PromptView*>();
        QTRY_VERIFY(shown->toPlainText().contains(QStringLiteral("Is it Film")));
        QTRY_VERIFY(editor->form().costShown(Field::Query).contains(QStringLiteral("tokens")));

        QTest::keyClick(&query, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(query.toPlainText() != QStringLiteral("Is it {target}? Answer:"));
        QTest::keySequence(&query, QKeySequence::Redo);
        QCOMPARE(query.toPlainText(), QStringLiteral("Is it {target}? Answer:"));
        QTRY_COMPARE(editor->presenter().saving(), Saving::Saved);
        QTest::keyClick(editor, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(wordingInFocus(world), std::string("books-mine"));

        QLineEdit& id = editor->form().idEdit();
        QTest::keyClick(editor, Qt::Key_F2);
        QVERIFY(id.hasFocus() || !editor->isActiveWindow());
        id.selectAll();
        QTest::keyClicks(&id, QStringLiteral("mine"));
        QTest::keyClick(&id, Qt::Key_Return);
        QTRY_COMPARE(wordingInFocus(world), std::string("mine"));
        QTest::keyClick(editor, Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(editor->messages().text().contains(QStringLiteral("Deleted")));
        QVERIFY(!entry(*list, QStringLiteral("Books, my version")));
        QTest::keyClick(editor, Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(entry(*list, QStringLiteral("Books, my version")));
        QTest::keyClick(editor, Qt::Key_W, Qt::ControlModifier);
        QVERIFY(!editor->isVisible());
    }

    void theEditorCanBeLookedAt()
    {
        const QString folder = qEnvironmentVariable("DRIFTSCOPE_PICTURES");
        if (folder.isEmpty())
            QSKIP("DRIFTSCOPE_PICTURES names no folder");
        TestWorld world;
        TemplatesWindow editor(*world.workspace);
        editor.showTemplate(QStringLiteral("books"));
        for (const QSize size : {QSize(1100, 700), QSize(1920, 1080)}) {
            editor.resize(size);
            QTRY_VERIFY(!editor.presenter().isPreviewStale());
            QTest::qWait(50); // the layout follows
            QVERIFY(editor.grab().save(QStringLiteral("%1/templates_example_%2.png").arg(folder).arg(size.width())));
        }
        QVERIFY(world.openDataset());
        world.workspace->focus().setMoment(world.workspace->focus().dataset()->dataset().ofUser(3)[20]);
        QVERIFY(world.loadFakeModel());
        QVERIFY(makeOwn(editor.presenter()));
        QTRY_VERIFY(!editor.presenter().isPreviewStale());
        for (const bool isDark : {false, true}) {
            if (isDark)
                QApplication::setPalette(QPalette(QColor(0x35, 0x35, 0x35), QColor(0x2b, 0x2b, 0x2b)));
            for (const QSize size : {QSize(1100, 700), QSize(1920, 1080)}) {
                const QString name = QStringLiteral("%1/templates_%2_%3.png")
                                         .arg(folder, isDark ? QStringLiteral("dark") : QStringLiteral("light"))
                                         .arg(size.width());
                editor.resize(size);
                QTest::qWait(50);
                QVERIFY(editor.grab().save(name));
            }
        }
        editor.presenter().edit(Field::Query, QStringLiteral("Films: {history}\nWill {who} like {targ"));
        editor.presenter().edit(Field::NegativeAnswer, QStringLiteral(" Yes"));
        QTest::qWait(50);
        QVERIFY(editor.grab().save(folder + QStringLiteral("/templates_problem_dark.png")));
        QApplication::setPalette(QPalette());
        editor.resize(1100, 700);
        QTest::qWait(50);
        QVERIFY(editor.grab().save(folder + QStringLiteral("/templates_problem_light.png")));
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_MAIN(TestTemplates)
#include "tst_templates.moc"
