// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/demonstrationpanel.h"

#include "ui/pages/probe/effectdelegate.h"
#include "ui/pages/probe/interactionpicker.h"
#include "ui/pages/probe/probeanalyses.h"
#include "ui/views/emptytext.h"
#include "ui/views/staleveil.h"
#include "ui/views/tableviews.h"

#include <QAction>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

namespace driftscope::ui {

DemonstrationPanel::DemonstrationPanel(ProbePresenter& presenter, ProbeAnalyses& analyses, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
    , m_analyses(analyses)
    , m_editor(presenter)
    , m_model(makeDemonstrationModel())
    , m_table(new QTableView(this))
    , m_note(new QLabel(this))
    , m_controls(new QMenu(tr("Controls"), this))
{
    createActions();
    createControls();
    createTable();
    m_note->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(createButtons());
    layout->addWidget(m_table, 1);
    layout->addWidget(m_note);
    enableActions();
}

QAction* DemonstrationPanel::createAction(const QString& text, const QString& help, const QKeySequence& keys,
                                          std::function<void()> call)
{
    auto* action = new QAction(text, this);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    const QString shown = keys.toString(QKeySequence::NativeText);
    action->setToolTip(shown.isEmpty() ? help : tr("%1 (%2)").arg(help, shown));
    connect(action, &QAction::triggered, this, [call = std::move(call)] { call(); });
    m_editActions << action;
    return action;
}

void DemonstrationPanel::createActions()
{
    m_add = createAction(tr("Add…"), tr("Search the user's past for a demonstration to add"),
                         QKeySequence(Qt::Key_Insert), [this] { add(); });
    auto* replaceOne = createAction(tr("Replace…"), tr("Search for another one in its place"),
                                    QKeySequence(tr("Ctrl+R")), [this] { replace(); });
    m_pin = createAction(tr("Pin"), tr("Keep it when the selector would choose others"), QKeySequence(tr("Ctrl+P")),
                         [this] { m_editor.togglePin(row()); });
    m_pin->setCheckable(true);
    auto* drop = createAction(tr("Drop"), tr("Leave it out of the prompt"), QKeySequence(Qt::Key_Delete),
                              [this] { m_editor.drop(row()); });
    auto* relabel = createAction(tr("Relabel"), tr("Show it with the other label"), QKeySequence(Qt::Key_F2),
                                 [this] { m_editor.relabel(row()); });
    m_up = createAction(tr("Move up"), tr("Show it earlier in the prompt"), QKeySequence(tr("Alt+Up")),
                        [this] { moveBy(-1); });
    m_down = createAction(tr("Move down"), tr("Show it later in the prompt, nearer to the query"),
                          QKeySequence(tr("Alt+Down")), [this] { moveBy(1); });
    m_reset = createAction(tr("Reset"), tr("Back to the arm as the experiment has it"),
                           QKeySequence(tr("Ctrl+Backspace")), [this] { m_presenter.reset(); });
    m_rowActions = {replaceOne, m_pin, drop, relabel, m_up, m_down};
}

void DemonstrationPanel::createControls()
{
    m_controls->setToolTipsVisible(true);
    for (const auto& control : simulate::armControls()) {
        QAction* action = m_controls->addAction(QString::fromStdString(control.title));
        action->setCheckable(true);
        action->setToolTip(QString::fromStdString(control.help));
        connect(action, &QAction::triggered, this, [this, &control](bool isOn) {
            simulate::Arm arm = m_presenter.arm();
            control.set(arm, isOn);
            const QString title = QString::fromStdString(control.title);
            m_presenter.setArm(std::move(arm), (isOn ? tr("control: %1") : tr("control off: %1")).arg(title), false);
        });
    }
}

void DemonstrationPanel::createTable()
{
    dressTable(*m_table, *m_model, PartTitle);
    m_table->setObjectName(QStringLiteral("demonstrations"));
    m_table->setAccessibleName(tr("Demonstrations"));
    new EmptyText(*m_table,
                  tr("The past interactions that the model is shown as solved examples, each with the reason "
                     "why it was chosen."));
    auto* effects = new EffectDelegate(m_table);
    m_table->setItemDelegateForColumn(PartLeaveOneOut, effects);
    m_table->setItemDelegateForColumn(PartShapley, effects);
    m_table->horizontalHeader()->setSectionResizeMode(PartWhy, QHeaderView::Stretch); // shares the room with titles
    QHeaderView* numbers = m_table->verticalHeader();
    numbers->show();
    numbers->setSectionsMovable(true);
    numbers->setCursor(Qt::OpenHandCursor);
    numbers->setToolTip(tr("Drag a number to change the order"));
    connect(numbers, &QHeaderView::sectionMoved, this,
            [this](int /*logical*/, int from, int to) { takeDrag(from, to); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &DemonstrationPanel::enableActions);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_table->addActions(m_rowActions);
}

QWidget* DemonstrationPanel::createButtons()
{
    auto* buttons = new QWidget(this);
    auto* layout = new QGridLayout(buttons);
    layout->setContentsMargins({});
    layout->setSpacing(2);
    const auto addButton = [&](QAction* action, int line, int column) {
        auto* one = new QToolButton(buttons);
        one->setDefaultAction(action);
        one->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        layout->addWidget(one, line, column);
    };
    m_controlsButton = new QToolButton(buttons);
    m_controlsButton->setText(tr("Controls"));
    m_controlsButton->setToolTip(tr("Change the context on purpose, to see whether it matters"));
    m_controlsButton->setMenu(m_controls);
    m_controlsButton->setPopupMode(QToolButton::InstantPopup);
    m_controlsButton->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    addButton(m_add, 0, 0);
    addButton(m_rowActions[0], 0, 1);
    layout->addWidget(m_controlsButton, 0, 2);
    addButton(m_reset, 0, 3);
    addButton(m_pin, 1, 0);
    addButton(m_rowActions[2], 1, 1);
    addButton(m_rowActions[3], 1, 2);
    auto* moves = new QHBoxLayout;
    moves->setSpacing(2);
    for (const auto& [action, arrow] : {std::pair(m_up, Qt::UpArrow), std::pair(m_down, Qt::DownArrow)}) {
        auto* one = new QToolButton(buttons);
        one->setDefaultAction(action);
        one->setToolButtonStyle(Qt::ToolButtonIconOnly);
        one->setArrowType(arrow);
        one->setAccessibleName(action->text());
        one->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        moves->addWidget(one);
    }
    layout->addLayout(moves, 1, 3);
    return buttons;
}

int DemonstrationPanel::row() const
{
    return m_table->currentIndex().isValid() ? m_table->currentIndex().row() : -1;
}

void DemonstrationPanel::moveBy(int rows)
{
    const int from = row();
    const int to = from + rows;
    if (from < 0 || to < 0 || to >= m_editor.count())
        return;
    m_editor.move(from, to);
    m_table->selectRow(to); // the keys go on with the same one
}

void DemonstrationPanel::takeDrag(int from, int to)
{
    {
        const QSignalBlocker blocker(m_table->verticalHeader());
        m_table->verticalHeader()->moveSection(to, from); // rows come in their new order with the answer
    }
    m_editor.move(from, to);
    m_table->selectRow(to);
}

void DemonstrationPanel::pick(const QString& title, std::function<void(data::InteractionIndex)> take)
{
    const auto& open = m_presenter.workspace().focus().dataset();
    if (!open)
        return;
    auto choosable = m_presenter.pastInteractions();
    std::erase_if(choosable, [&](data::InteractionIndex interaction) {
        return std::ranges::find(m_model->rows(), interaction, &DemonstrationRow::interaction) != m_model->rows().end();
    });
    auto* picker = new InteractionPicker(title, open->history, std::move(choosable), this);
    picker->setAttribute(Qt::WA_DeleteOnClose);
    connect(picker, &InteractionPicker::chosen, this, take);
    picker->open();
}

void DemonstrationPanel::add()
{
    pick(tr("Add a demonstration"), [this](data::InteractionIndex chosen) { m_editor.add(chosen); });
}

void DemonstrationPanel::replace()
{
    if (row() >= 0 && row() < m_editor.count())
        pick(tr("Replace %1").arg(m_model->row(row()).title),
             [this, at = row()](data::InteractionIndex chosen) { m_editor.replace(at, chosen); });
}

void DemonstrationPanel::showAnswer()
{
    const AnswerPointer& answer = m_presenter.answer();
    const auto& open = m_presenter.workspace().focus().dataset();
    std::vector<DemonstrationRow> rows;
    QStringList notes;
    if (answer && open && !answer->built.prompts.empty()) {
        // Edits are made to what the true item's prompt shows; effects are those on the candidate chosen.
        rows = demonstrationRows(*answer, answer->candidates.target, m_analyses.effects(), *open->history);
        for (const auto& note : answer->built.edited.unmet)
            notes << QString::fromStdString(note);
        if (rows.empty())
            notes << tr("This prompt shows no demonstrations.");
    }
    const int chosen = row();
    m_model->setRows(std::move(rows));
    if (chosen >= 0 && row() < 0 && m_model->rowCount() > 0) // another one took the place of what was dropped
        m_table->selectRow(std::min(chosen, m_model->rowCount() - 1));
    const bool hasEffects = m_analyses.effects().demonstrations.has_value();
    m_table->setColumnHidden(PartLeaveOneOut, !hasEffects);
    m_table->setColumnHidden(PartShapley, !hasEffects || m_analyses.effects().demonstrations->shapley.empty());
    m_note->setText(notes.join(QLatin1Char('\n')));
    m_note->setVisible(!notes.isEmpty());
    setGreyed(*m_table, m_presenter.isStale());
    enableActions();
}

void DemonstrationPanel::enableActions()
{
    const int at = row();
    const bool hasRow = at >= 0 && at < m_editor.count();
    for (QAction* action : m_rowActions)
        action->setEnabled(hasRow);
    m_up->setEnabled(hasRow && at > 0);
    m_down->setEnabled(hasRow && at + 1 < m_editor.count());
    m_pin->setChecked(hasRow && m_editor.isPinned(at));
    m_add->setEnabled(m_presenter.answer() != nullptr && m_presenter.arm().isModel());
    m_reset->setEnabled(m_presenter.isEdited());
    const auto controls = simulate::armControls();
    for (int i = 0; i < m_controls->actions().size(); ++i)
        m_controls->actions()[i]->setChecked(controls[static_cast<std::size_t>(i)].isOn(m_presenter.arm()));
    const bool isAnyOn = std::ranges::any_of(controls, [&](const auto& one) { return one.isOn(m_presenter.arm()); });
    m_controlsButton->setText(isAnyOn ? tr("Controls ●") : tr("Controls"));
}

} // namespace driftscope::ui
