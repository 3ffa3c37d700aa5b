// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commandpalette.h"

#include <QFrame>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

constexpr QSize paletteSize(620, 380);
constexpr int margin = 10;

/// A line: the title, the menu in a weaker colour, the shortcut at the right.
class CommandDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem line = option;
        initStyleOption(&line, index);
        const QString title = std::exchange(line.text, QString());
        line.widget->style()->drawControl(QStyle::CE_ItemViewItem, &line, painter, line.widget);
        const bool isChosen = line.state.testFlag(QStyle::State_Selected);
        const auto group = index.data(CommandList::EnabledRole).toBool() ? QPalette::Normal : QPalette::Disabled;
        QColor strong = line.palette.color(group, isChosen ? QPalette::HighlightedText : QPalette::Text);
        QRect rest = line.rect.adjusted(margin, 0, -margin, 0);
        painter->save();
        painter->setPen(strong);
        painter->drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, title);
        rest.setLeft(rest.left() + line.fontMetrics.horizontalAdvance(title) + 2 * margin);
        const QString shortcut = index.data(CommandList::ShortcutRole).toString();
        painter->drawText(rest, Qt::AlignVCenter | Qt::AlignRight, shortcut);
        rest.setRight(rest.right() - line.fontMetrics.horizontalAdvance(shortcut) - 2 * margin);
        strong.setAlphaF(0.65F);
        painter->setPen(strong);
        painter->drawText(
            rest, Qt::AlignVCenter | Qt::AlignLeft,
            line.fontMetrics.elidedText(index.data(CommandList::MenuRole).toString(), Qt::ElideRight, rest.width()));
        painter->restore();
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QSize size = QStyledItemDelegate::sizeHint(option, index);
        return {size.width(), option.fontMetrics.height() + margin};
    }
};

QString plain(QString text)
{
    text.remove(QLatin1Char('&'));
    text.remove(QStringLiteral("…"));
    return text;
}

void collect(const QMenu& menu, const QString& path, std::vector<Command>& found)
{
    for (QAction* action : menu.actions()) {
        if (action->isSeparator() || !action->isVisible())
            continue;
        if (const QMenu* inner = action->menu())
            collect(*inner, path + QStringLiteral(" › ") + plain(inner->title()), found);
        else
            found.push_back({plain(action->text()), path, action});
    }
}

} // namespace

std::vector<Command> commandsOf(const QMenuBar& menus)
{
    std::vector<Command> found;
    for (const QAction* action : menus.actions())
        if (const QMenu* menu = action->menu())
            collect(*menu, plain(menu->title()), found);
    return found;
}

CommandPalette::CommandPalette(QWidget* parent)
    : QDialog(parent, Qt::Popup)
    , m_typed(new QLineEdit(this))
    , m_list(new QListView(this))
{
    setWindowTitle(tr("Commands"));
    auto* frame = new QFrame(this); // a popup has no border of its own
    frame->setFrameStyle(int(QFrame::Box) | int(QFrame::Raised));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(frame);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->addWidget(m_typed);
    layout->addWidget(m_list);
    m_typed->setPlaceholderText(tr("Type a part of a command: “load”, “exp fig”, “dark”"));
    m_typed->setAccessibleName(tr("Command"));
    m_typed->installEventFilter(this);
    m_list->setModel(&m_commands);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("Commands"));
    connect(m_typed, &QLineEdit::textChanged, this, [this](const QString& typed) {
        m_commands.setTyped(typed);
        m_list->setCurrentIndex(m_commands.index(m_commands.firstEnabled()));
    });
    connect(m_typed, &QLineEdit::returnPressed, this, [this] { run(m_list->currentIndex()); });
    connect(m_list, &QListView::clicked, this, &CommandPalette::run);
}

void CommandPalette::open(const QMenuBar& menus)
{
    m_commands.setCommands(commandsOf(menus));
    m_typed->clear();
    m_commands.setTyped({});
    m_list->setCurrentIndex(m_commands.index(m_commands.firstEnabled()));
    const QSize size = paletteSize.boundedTo(parentWidget()->size() * 0.9);
    const QPoint place((parentWidget()->width() - size.width()) / 2, parentWidget()->height() / 10);
    setGeometry(QRect(parentWidget()->mapToGlobal(place), size));
    show();
    m_typed->setFocus();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_typed && event->type() == QEvent::KeyPress) {
        const int page = std::max(1, m_list->viewport()->height() / std::max(1, m_list->sizeHintForRow(0)));
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Down:
            move(1);
            return true;
        case Qt::Key_Up:
            move(-1);
            return true;
        case Qt::Key_PageDown:
            move(page);
            return true;
        case Qt::Key_PageUp:
            move(-page);
            return true;
        default:
            break;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::move(int rows)
{
    const int last = m_commands.rowCount() - 1;
    const int step = rows > 0 ? 1 : -1;
    int row = std::clamp(m_list->currentIndex().row() + rows, 0, std::max(0, last));
    while (row >= 0 && row <= last && !m_commands.index(row).data(CommandList::EnabledRole).toBool())
        row += step; // over what cannot be chosen now
    if (row >= 0 && row <= last)
        m_list->setCurrentIndex(m_commands.index(row));
}

void CommandPalette::run(const QModelIndex& index)
{
    if (!index.isValid() || !index.data(CommandList::EnabledRole).toBool())
        return;
    hide();
    // Once the palette is gone, so that a dialog which the command opens has the window as its own.
    QTimer::singleShot(0, this, [this, row = index.row()] { m_commands.trigger(row); });
}

} // namespace driftscope::ui
