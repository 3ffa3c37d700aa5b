// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/templateswindow.h"

#include "ui/pages/templates/templatefieldedit.h"
#include "ui/pages/templates/templateform.h"
#include "ui/settings/settings.h"
#include "ui/views/staleveil.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/promptview.h"
#include "ui/widgets/tokenruler.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr auto folderKind = "template";
constexpr int idRole = Qt::UserRole;

QListWidgetItem* heading(const QString& text, const QPalette& palette)
{
    auto* item = new QListWidgetItem(text);
    QColor colour = palette.color(QPalette::Text);
    colour.setAlphaF(0.65F);
    item->setForeground(colour);
    QFont font = item->font();
    font.setBold(true);
    item->setFont(font);
    item->setFlags(Qt::NoItemFlags);
    return item;
}

QListWidgetItem* entryItem(const prompt::TemplateEntry& entry)
{
    const QString id = QString::fromStdString(entry.id);
    const QString title = QString::fromStdString(entry.title);
    auto* item = new QListWidgetItem(entry.hasDraft ? TemplatesWindow::tr("%1 (draft)").arg(title) : title);
    item->setData(idRole, id);
    item->setToolTip(
        !entry.isUsable      ? TemplatesWindow::tr("%1: a draft with problems; experiments cannot use it yet").arg(id)
            : entry.hasDraft ? TemplatesWindow::tr("%1: experiments use the last version without problems").arg(id)
                             : id);
    return item;
}

} // namespace

TemplatesWindow::TemplatesWindow(Workspace& workspace, QWidget* parent)
    : QMainWindow(parent, Qt::Window)
    , m_workspace(workspace)
    , m_presenter(workspace)
{
    setWindowTitle(tr("Templates"));
    setMinimumSize(900, 600);
    resize(1280, 800);
    setAcceptDrops(true);
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    m_messages = new MessageBar(centre);
    m_columns = new QSplitter(centre);
    m_columns->addWidget(createList());
    m_columns->addWidget(createForm());
    m_columns->addWidget(createPreview());
    m_columns->setChildrenCollapsible(false);
    m_columns->setStretchFactor(1, 3);
    m_columns->setStretchFactor(2, 2);
    m_columns->setSizes({190, 600, 490});
    layout->addWidget(m_messages);
    layout->addWidget(m_columns, 1);
    setCentralWidget(centre);
    createActions();
    connectAll();
    showList();
    showState();
    showPreview();
}

TemplatesWindow::~TemplatesWindow() = default;

QWidget* TemplatesWindow::createList()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(8, 8, 4, 8);
    m_list = new QListWidget(column);
    m_list->setAccessibleName(tr("Templates"));
    m_list->setMinimumWidth(150);
    layout->addWidget(m_list, 1);
    return column;
}

QWidget* TemplatesWindow::createForm()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(4, 8, 4, 8);
    auto* bar = new QHBoxLayout;
    m_state = new QLabel(column);
    m_state->setWordWrap(true);
    m_duplicate = new QPushButton(tr("Duplicate to edit"), column);
    bar->addWidget(m_state, 1);
    bar->addWidget(m_duplicate);
    auto* area = new QScrollArea(column);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_form = new TemplateForm(m_presenter, area);
    area->setWidget(m_form);
    area->setMinimumWidth(360);
    layout->addLayout(bar);
    layout->addWidget(area, 1);
    return column;
}

QWidget* TemplatesWindow::createPreview()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(4, 8, 8, 8);
    auto* bar = new QHBoxLayout;
    auto* title = new QLabel(tr("&Shown on"), column);
    m_shownOn = new QComboBox(column);
    m_shownOn->addItems({tr("the moment in focus"), tr("a made-up example")});
    title->setBuddy(m_shownOn);
    bar->addWidget(title);
    bar->addWidget(m_shownOn, 1);
    m_caption = new QLabel(column);
    m_caption->setWordWrap(true);
    m_prompt = new PromptView(column);
    m_ruler = new TokenRuler(column);
    m_note = new QLabel(column);
    m_note->setWordWrap(true);
    m_openData = new QPushButton(tr("Open a dataset…"), column);
    m_openCheckpoint = new QPushButton(tr("Open a checkpoint to count tokens…"), column);
    layout->addLayout(bar);
    layout->addWidget(m_caption);
    layout->addWidget(m_prompt, 1);
    layout->addWidget(m_ruler);
    layout->addWidget(m_note);
    layout->addWidget(m_openData);
    layout->addWidget(m_openCheckpoint);
    column->setMinimumWidth(280);
    return column;
}

QAction* TemplatesWindow::addAction(QMenu& menu, const QString& text, const QKeySequence& shortcut,
                                    std::function<void()> call)
{
    QAction* action = menu.addAction(text);
    action->setShortcut(shortcut);
    connect(action, &QAction::triggered, this, [run = std::move(call)] { run(); });
    return action;
}

void TemplatesWindow::createActions()
{
    QMenu& menu = *menuBar()->addMenu(tr("&Template"));
    addAction(menu, tr("&New"), QKeySequence::New, [this] { m_presenter.create(); });
    addAction(menu, tr("&Duplicate"), tr("Ctrl+D"), [this] { m_presenter.duplicate(); });
    menu.addSeparator();
    addAction(menu, tr("&Import…"), tr("Ctrl+I"), [this] {
        chooseImport(prompt::LineBreaks::Literal);
    })->setToolTip(tr("RecICL or TALLRec prompt file, or a template; the characters \\n stay as they are."));
    addAction(menu, tr("Import, \\n as line &breaks…"), tr("Ctrl+Shift+I"),
              [this] { chooseImport(prompt::LineBreaks::Real); });
    addAction(menu, tr("&Export…"), QKeySequence::Save, [this] { chooseExport(); });
    menu.addSeparator();
    m_use = addAction(menu, tr("&Use for the arm in focus"), tr("Ctrl+Return"), [this] { m_presenter.useForArm(); });
    menu.addSeparator();
    m_forOwn.push_back(addAction(menu, tr("&Rename"), tr("F2"), [this] {
        m_form->idEdit().setFocus();
        m_form->idEdit().selectAll();
    }));
    m_forOwn.push_back(addAction(menu, tr("De&lete"), tr("Ctrl+Shift+D"), [this] { m_presenter.remove(); }));
    menu.addSeparator();
    addAction(menu, tr("&Close"), tr("Ctrl+W"), [this] { close(); });

    QMenu& edit = *menuBar()->addMenu(tr("&Edit"));
    QAction* undo = m_workspace.edits().createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_workspace.edits().createRedoAction(this, tr("&Redo"));
    redo->setShortcuts(QKeySequence::Redo);
    edit.addActions({undo, redo});
}

void TemplatesWindow::connectAll()
{
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item && item->data(idRole).toString().toStdString() != m_presenter.id())
            m_presenter.open(item->data(idRole).toString().toStdString());
    });
    connect(m_duplicate, &QPushButton::clicked, this, [this] { m_presenter.duplicate(); });
    connect(m_shownOn, &QComboBox::activated, this, [this](int index) { m_presenter.showMoment(index == 0); });
    connect(m_openData, &QPushButton::clicked, this, &TemplatesWindow::datasetWanted);
    connect(m_openCheckpoint, &QPushButton::clicked, this, &TemplatesWindow::checkpointWanted);
    connect(&m_presenter, &TemplatesPresenter::listChanged, this, &TemplatesWindow::showList);
    connect(&m_presenter, &TemplatesPresenter::opened, this, &TemplatesWindow::showList);
    connect(&m_presenter, &TemplatesPresenter::stateChanged, this, &TemplatesWindow::showState);
    connect(&m_presenter, &TemplatesPresenter::previewChanged, this, &TemplatesWindow::showPreview);
    connect(&m_presenter, &TemplatesPresenter::noted, this,
            [this](const QString& text) { m_messages->showMessage(MessageBar::Kind::Note, text); });
    connect(&m_presenter, &TemplatesPresenter::failed, this,
            [this](const QString& text) { m_messages->showMessage(MessageBar::Kind::Problem, text); });
    const Focus& focus = m_workspace.focus();
    for (const auto signal : {&Focus::experimentChanged, &Focus::armChanged})
        connect(&focus, signal, this, &TemplatesWindow::showState);
}

void TemplatesWindow::showTemplate(const QString& id)
{
    show();
    raise();
    activateWindow();
    if (!id.isEmpty())
        m_presenter.open(id.toStdString());
}

void TemplatesWindow::showList()
{
    const QSignalBlocker blocker(m_list);
    m_list->clear();
    m_list->addItem(heading(tr("Built in"), palette()));
    bool hasOwn = false;
    for (const auto& entry : m_presenter.entries()) {
        if (!entry.isBuiltIn && !hasOwn)
            m_list->addItem(heading(tr("Your own"), palette()));
        hasOwn = hasOwn || !entry.isBuiltIn;
        m_list->addItem(entryItem(entry));
        if (entry.id == m_presenter.id())
            m_list->setCurrentRow(m_list->count() - 1);
    }
}

void TemplatesWindow::showState()
{
    const bool isBuiltIn = m_presenter.isReadOnly();
    const auto problems = m_presenter.problems().size();
    const QString file = QString::fromStdString(m_presenter.id());
    switch (m_presenter.saving()) {
    case TemplatesPresenter::Saving::BuiltIn:
        m_state->setText(tr("Built in: to look at."));
        break;
    case TemplatesPresenter::Saving::Working:
        m_state->setText(tr("Saving…"));
        break;
    case TemplatesPresenter::Saving::Saved:
        m_state->setText(tr("Saved. Experiments use it by the id %1.").arg(file));
        break;
    case TemplatesPresenter::Saving::Draft:
        m_state->setText(tr("Saved as a draft. Problems to solve before experiments use this text: %1.").arg(problems));
        break;
    case TemplatesPresenter::Saving::Failed:
        m_state->setText(tr("Not saved."));
        break;
    }
    m_duplicate->setVisible(isBuiltIn);
    for (QAction* action : m_forOwn)
        action->setEnabled(!isBuiltIn);
    const QString arm = m_presenter.armName();
    m_use->setText(m_presenter.isUsedByArm() ? tr("&Used by arm %1").arg(arm) : tr("&Use for arm %1").arg(arm));
    m_use->setEnabled(!m_presenter.isUsedByArm() && !arm.isEmpty() && problems == 0);
    setWindowTitle(tr("%1 – Templates").arg(QString::fromStdString(m_presenter.text()[prompt::TemplateField::Title])));
}

void TemplatesWindow::showPreview()
{
    const auto& preview = m_presenter.preview();
    m_shownOn->setEnabled(m_presenter.hasMoment());
    m_shownOn->setCurrentIndex(m_presenter.showsMoment() ? 0 : 1);
    m_openData->setVisible(!m_presenter.hasMoment());
    m_openCheckpoint->setVisible(!m_presenter.hasCheckpoint());
    m_caption->setText(!m_presenter.previewProblem().isEmpty() ? m_presenter.previewProblem()
                           : preview                           ? preview->caption
                                                               : QString());
    const bool isOld = !m_presenter.previewProblem().isEmpty(); // the next one comes too soon for a change of look
    setGreyed(*m_prompt, isOld);
    setGreyed(*m_ruler, isOld);
    if (!preview || m_presenter.isPreviewStale())
        return;
    m_prompt->setPrompt(preview->prompt);
    m_ruler->setVisible(preview->tokens > 0);
    m_ruler->setBlocks(rulerBlocks(preview->prompt), preview->tokens, preview->budgetTokens);
    m_note->setText(preview->note);
    m_note->setVisible(!preview->note.isEmpty());
}

void TemplatesWindow::chooseImport(prompt::LineBreaks lineBreaks)
{
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Import a prompt file"), Settings().lastFolder(QLatin1String(folderKind)),
                                     tr("Prompt files and templates (*.txt *.json);;All files (*)"));
    if (path.isEmpty())
        return;
    Settings().setLastFolder(QLatin1String(folderKind), QFileInfo(path).path());
    m_presenter.importFile(path, lineBreaks);
}

void TemplatesWindow::chooseExport()
{
    const QString folder = Settings().lastFolder(QLatin1String(folderKind));
    const QString name = QString::fromStdString(m_presenter.id()) + QStringLiteral(".json");
    const QString path = QFileDialog::getSaveFileName(this, tr("Export the template"),
                                                      folder.isEmpty() ? name : folder + QLatin1Char('/') + name,
                                                      tr("Templates (*.json)"));
    if (path.isEmpty())
        return;
    Settings().setLastFolder(QLatin1String(folderKind), QFileInfo(path).path());
    m_presenter.exportFile(path);
}

void TemplatesWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    m_presenter.setActive(true);
}

void TemplatesWindow::hideEvent(QHideEvent* event)
{
    QMainWindow::hideEvent(event);
    m_presenter.setActive(false);
}

void TemplatesWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile())
        event->acceptProposedAction();
}

void TemplatesWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        m_presenter.importFile(url.toLocalFile(), prompt::LineBreaks::Literal);
}

void TemplatesWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_list)
        showList();
}

} // namespace driftscope::ui
