// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/randomuser.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QTabBar>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>

#include <algorithm>
#include <array>

namespace driftscope::ui {

namespace {

constexpr int keptActions = 25;
constexpr std::array keys {Qt::Key_Tab,       Qt::Key_Backtab, Qt::Key_Return, Qt::Key_Escape, Qt::Key_Left,
                           Qt::Key_Right,     Qt::Key_Up,      Qt::Key_Down,   Qt::Key_Home,   Qt::Key_End,
                           Qt::Key_Space,     Qt::Key_Delete,  Qt::Key_Insert, Qt::Key_PageUp, Qt::Key_PageDown,
                           Qt::Key_Backspace, Qt::Key_F2,      Qt::Key_F5,     Qt::Key_F6,     Qt::Key_Menu};
constexpr std::array letters {Qt::Key_A, Qt::Key_C, Qt::Key_F, Qt::Key_K, Qt::Key_V, Qt::Key_X, Qt::Key_Y, Qt::Key_Z,
                              Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_5, Qt::Key_6, Qt::Key_7, Qt::Key_0};
// No slash: what is typed into a path stays in the working folder.
const QString typed = QStringLiteral("abc xyz 0123456789 {}[]<>&\"'%=+-@#äß中文\n,");

QString nameOf(const QWidget& widget)
{
    QStringList names;
    for (const QWidget* at = &widget; at != nullptr && names.size() < 4; at = at->parentWidget()) {
        const QString name = QString::fromLatin1(at->metaObject()->className()).section(QStringLiteral("::"), -1);
        if (names.isEmpty() || !name.startsWith(QLatin1Char('Q')))
            names << name;
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
        names.front() += QStringLiteral("(%1)").arg(button->text());
    return names.join(QStringLiteral(" < "));
}

bool isControl(const QWidget& widget)
{
    return qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QComboBox*>(&widget)
        || qobject_cast<const QAbstractSpinBox*>(&widget) || qobject_cast<const QLineEdit*>(&widget)
        || qobject_cast<const QTabBar*>(&widget) || qobject_cast<const QAbstractSlider*>(&widget)
        || widget.objectName() == QLatin1String("qt_scrollarea_viewport") || widget.focusPolicy() != Qt::NoFocus;
}

/// True if a person can reach it: it stands in a menu, or a widget on screen shows it.
bool isReachable(const QAction& action)
{
    const auto places = action.associatedObjects();
    return std::ranges::any_of(places, [](const QObject* place) {
        const auto* widget = qobject_cast<const QWidget*>(place);
        return qobject_cast<const QMenu*>(place) || (widget && widget->isVisible());
    });
}

} // namespace

RandomUser::RandomUser(QWidget& window, std::uint32_t seed, QFile& log, QObject* parent)
    : QObject(parent)
    , m_window(window)
    , m_log(log)
    , m_random(seed)
{
}

void RandomUser::setSurprises(std::vector<std::pair<QString, std::function<void()>>> surprises)
{
    m_surprises = std::move(surprises);
}

void RandomUser::setFiles(const QStringList& existing, const QString& folder)
{
    m_files = existing;
    m_folder = folder;
}

void RandomUser::start()
{
    m_isStopped = false;
    QTimer::singleShot(0, this, &RandomUser::act);
}

void RandomUser::act()
{
    if (m_isStopped)
        return;
    // Armed before the action, which may open a dialog that returns only once somebody acts on it.
    QTimer::singleShot(number(12) == 0 ? number(60) : 0, this, &RandomUser::act);
    actOnce();
}

int RandomUser::number(int below)
{
    return below > 0 ? static_cast<int>(m_random() % static_cast<std::uint32_t>(below)) : 0;
}

void RandomUser::note(const QString& action)
{
    ++m_actions;
    m_recent << QStringLiteral("%1 %2").arg(m_actions).arg(action);
    if (m_recent.size() > keptActions)
        m_recent.removeFirst();
    if (m_log.isOpen()) {
        m_log.write(m_recent.last().toUtf8() + '\n');
        m_log.flush();
    }
}

void RandomUser::actOnce()
{
    if (QWidget* popup = QApplication::activePopupWidget())
        return usePopup(*popup);
    if (QWidget* modal = QApplication::activeModalWidget()) {
        if (auto* files = qobject_cast<QFileDialog*>(modal))
            return useFileDialog(*files);
        if (number(12) == 0) {
            note(QStringLiteral("Escape in ") + nameOf(*modal));
            QTest::keyClick(modal, Qt::Key_Escape);
            return;
        }
        return useWindow(*modal);
    }
    if (!m_window.isVisible()) {
        note(QStringLiteral("the window is shown again"));
        m_window.show();
        return;
    }
    const auto all = QApplication::topLevelWidgets();
    for (QWidget* other : all) // windows beside the main one
        if (other != &m_window && other->isVisible() && other->isWindow() && other->windowType() == Qt::Dialog
            && number(3) == 0)
            return number(8) == 0 ? void(other->close()) : useWindow(*other);
    useWindow(m_window);
}

void RandomUser::useFileDialog(QDialog& dialog)
{
    auto& files = static_cast<QFileDialog&>(dialog);
    const bool isOpening = files.acceptMode() == QFileDialog::AcceptOpen;
    if (number(2) == 0 || (isOpening && m_files.isEmpty())) {
        note(QStringLiteral("Escape in a file dialog"));
        dialog.reject();
        return;
    }
    const QString path = isOpening ? m_files[number(static_cast<int>(m_files.size()))]
                                   : m_folder + QStringLiteral("/saved-%1").arg(number(5));
    note((isOpening ? QStringLiteral("choose ") : QStringLiteral("save as ")) + path);
    emit files.fileSelected(path);
    files.selectFile(path);
    dialog.done(QDialog::Accepted);
}

void RandomUser::usePopup(QWidget& popup)
{
    auto* menu = qobject_cast<QMenu*>(&popup);
    if (number(3) == 0) {
        note(QStringLiteral("Escape in ") + nameOf(popup));
        QTest::keyClick(&popup, Qt::Key_Escape);
    } else if (menu && !menu->actions().isEmpty()) {
        QAction* action = menu->actions()[number(static_cast<int>(menu->actions().size()))];
        note(QStringLiteral("menu ") + action->text());
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
    } else if (QWidget* widget = choose(popup, false)) {
        note(QStringLiteral("click in ") + nameOf(popup));
        QTest::mouseClick(widget, Qt::LeftButton, {}, pointIn(*widget));
    } else {
        popup.close();
    }
}

void RandomUser::useWindow(QWidget& window)
{
    const int what = number(100);
    if (what < 45)
        click(window);
    else if (what < 57)
        type(window);
    else if (what < 75)
        press(window);
    else if (what < 84)
        scroll(window);
    else if (what < 90)
        drag(window);
    else if (what < 96)
        trigger(window);
    else if (what < 98)
        resize();
    else
        surprise();
}

QWidget* RandomUser::choose(QWidget& window, bool onlyControls)
{
    std::vector<QWidget*> shown;
    for (QWidget* widget : window.findChildren<QWidget*>())
        if (widget->isVisible() && widget->isEnabled() && widget->window() == &window && widget->width() > 2
            && widget->height() > 2 && (!onlyControls || isControl(*widget)))
            shown.push_back(widget);
    return shown.empty() ? nullptr : shown[static_cast<std::size_t>(number(static_cast<int>(shown.size())))];
}

QPoint RandomUser::pointIn(const QWidget& widget)
{
    return {number(widget.width()), number(widget.height())};
}

void RandomUser::click(QWidget& window)
{
    QWidget* widget = choose(window, number(10) != 0);
    if (!widget)
        return;
    const QPoint at = pointIn(*widget);
    const int kind = number(20);
    note(QStringLiteral("%1 %2").arg(kind < 15
                                         ? QStringLiteral("click")
                                         : (kind < 18 ? QStringLiteral("double click") : QStringLiteral("right click")),
                                     nameOf(*widget)));
    if (kind < 15) {
        QTest::mouseClick(widget, Qt::LeftButton, number(12) == 0 ? Qt::ControlModifier : Qt::NoModifier, at);
    } else if (kind < 18) {
        QTest::mouseDClick(widget, Qt::LeftButton, {}, at);
    } else {
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, widget->mapToGlobal(at));
        QApplication::sendEvent(widget, &event);
    }
}

void RandomUser::drag(QWidget& window)
{
    const QPointer<QWidget> widget = choose(window, true);
    if (!widget)
        return;
    const QPoint from = pointIn(*widget);
    note(QStringLiteral("drag in ") + nameOf(*widget));
    // By events: a press that begins a drag and drop would wait for the mouse of the system.
    const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButtons buttons) {
        if (!widget)
            return;
        QMouseEvent event(type, at, widget->mapToGlobal(at), type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton,
                          buttons, Qt::NoModifier);
        QApplication::sendEvent(widget, &event);
    };
    if (qobject_cast<QAbstractItemView*>(widget->parentWidget())
        && static_cast<QAbstractItemView*>(widget->parentWidget())->dragEnabled())
        return;
    send(QEvent::MouseButtonPress, from, Qt::LeftButton);
    for (int i = 0; i < 4 && widget; ++i)
        send(QEvent::MouseMove, pointIn(*widget), Qt::LeftButton);
    if (widget)
        send(QEvent::MouseButtonRelease, pointIn(*widget), Qt::NoButton);
}

void RandomUser::scroll(QWidget& window)
{
    QWidget* widget = choose(window, false);
    if (!widget)
        return;
    note(QStringLiteral("wheel over ") + nameOf(*widget));
    const QPointF at = pointIn(*widget);
    const QPoint turn(0, (number(2) == 0 ? 120 : -120) * (1 + number(5)));
    const auto modifiers = number(8) == 0 ? Qt::ControlModifier : Qt::NoModifier;
    QWheelEvent event(at, widget->mapToGlobal(at), {}, turn, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(widget, &event);
}

void RandomUser::type(QWidget& window)
{
    QPointer<QWidget> widget = window.focusWidget();
    if (!widget || number(3) == 0) {
        widget = choose(window, true);
        if (!widget)
            return;
        widget->setFocus();
    }
    note(QStringLiteral("type into ") + nameOf(*widget));
    for (int i = 1 + number(6); i > 0 && widget && widget->isVisible(); --i) {
        const QChar letter = typed[number(static_cast<int>(typed.size()))];
        QKeyEvent press(QEvent::KeyPress, 0, Qt::NoModifier, QString(letter));
        QApplication::sendEvent(widget, &press);
        if (!widget)
            return;
        QKeyEvent release(QEvent::KeyRelease, 0, Qt::NoModifier, QString(letter));
        QApplication::sendEvent(widget, &release);
    }
}

void RandomUser::press(QWidget& window)
{
    QWidget* widget = window.focusWidget() ? window.focusWidget() : &window;
    const int kind = number(10);
    Qt::KeyboardModifiers modifiers = Qt::NoModifier;
    Qt::Key key = keys[static_cast<std::size_t>(number(int(keys.size())))];
    if (kind < 3) {
        modifiers = Qt::ControlModifier;
        key = letters[static_cast<std::size_t>(number(int(letters.size())))];
    } else if (kind == 3) {
        modifiers = Qt::ShiftModifier;
    } else if (kind == 4) {
        modifiers = Qt::ControlModifier;
    }
    note(QStringLiteral("press %1 in %2")
             .arg(QKeySequence(QKeyCombination(modifiers, key)).toString(), nameOf(*widget)));
    QTest::keyClick(widget, key, modifiers);
}

void RandomUser::trigger(QWidget& window)
{
    std::vector<QAction*> enabled;
    for (QAction* action : window.findChildren<QAction*>())
        if (action->isEnabled() && !action->isSeparator() && !action->menu() && isReachable(*action))
            enabled.push_back(action);
    if (enabled.empty())
        return;
    QAction* action = enabled[static_cast<std::size_t>(number(static_cast<int>(enabled.size())))];
    note(QStringLiteral("action ") + action->text());
    action->trigger();
}

void RandomUser::resize()
{
    const QSize size(1100 + number(900), 700 + number(400));
    note(QStringLiteral("resize to %1×%2").arg(size.width()).arg(size.height()));
    m_window.showNormal();
    m_window.resize(size);
}

void RandomUser::surprise()
{
    if (m_surprises.empty())
        return;
    const auto& [name, call] = m_surprises[static_cast<std::size_t>(number(static_cast<int>(m_surprises.size())))];
    note(QStringLiteral("surprise: ") + name);
    call();
}

} // namespace driftscope::ui
