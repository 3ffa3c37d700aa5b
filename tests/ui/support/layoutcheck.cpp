// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/layoutcheck.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QRadioButton>
#include <QScrollBar>
#include <QSizeGrip>
#include <QSplitterHandle>
#include <QStackedWidget>
#include <QStyleOption>
#include <QTabBar>
#include <QTableView>
#include <QTextDocument>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace driftscope::ui {

namespace {

constexpr int tolerance = 1; // pixels; scaled screens round

/// Parts of Qt's own widgets, which look after themselves.
bool isInner(const QWidget& widget)
{
    const QWidget* parent = widget.parentWidget();
    return widget.objectName().startsWith(QLatin1String("qt_")) || qobject_cast<const QScrollBar*>(&widget)
        || qobject_cast<const QSplitterHandle*>(&widget) || qobject_cast<const QSizeGrip*>(&widget)
        || (parent != nullptr
            && (qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent)
                || qobject_cast<const QLineEdit*>(parent) || qobject_cast<const QTabBar*>(parent)
                || qobject_cast<const QHeaderView*>(parent)))
        || (qobject_cast<const QAbstractScrollArea*>(parent) && !qobject_cast<const QHeaderView*>(&widget));
}

QString nameOf(const QWidget& widget)
{
    QStringList names;
    for (const QWidget* at = &widget; at != nullptr && !at->isWindow(); at = at->parentWidget()) {
        const QString name = QString::fromLatin1(at->metaObject()->className()).section(QStringLiteral("::"), -1);
        if (names.isEmpty() || !name.startsWith(QLatin1Char('Q')))
            names << (at->objectName().isEmpty() ? name : name + QLatin1Char('#') + at->objectName());
    }
    return names.join(QStringLiteral(" < "));
}

class LayoutCheck
{
public:
    explicit LayoutCheck(const QWidget& window)
        : m_window(window)
    {
    }

    std::vector<LayoutProblem> run()
    {
        check(m_window);
        for (const QWidget* widget : m_window.findChildren<QWidget*>())
            if (widget->isVisibleTo(&m_window) && !widget->isWindow() && !isInWindowOfItsOwn(*widget))
                check(*widget);
        return std::move(m_problems);
    }

private:
    bool isInWindowOfItsOwn(const QWidget& widget) const { return widget.window() != m_window.window(); }

    void add(const QWidget& widget, const QString& what) { m_problems.push_back({nameOf(widget), what}); }

    void checkWidth(const QWidget& widget, const QString& text, int needed, int room)
    {
        if (!text.isEmpty() && needed > room + tolerance)
            add(widget,
                QStringLiteral("the text “%1” is cut: %2 of %3 pixels").arg(text.left(60)).arg(room).arg(needed));
    }

    static int textWidth(const QWidget& widget, const QString& text)
    {
        return widget.fontMetrics().size(Qt::TextShowMnemonic, text).width();
    }

    void check(const QWidget& widget)
    {
        if (const auto* label = qobject_cast<const QLabel*>(&widget))
            checkLabel(*label);
        else if (const auto* button = qobject_cast<const QAbstractButton*>(&widget); button && !isInner(widget))
            checkButton(*button);
        else if (const auto* combo = qobject_cast<const QComboBox*>(&widget))
            checkCombo(*combo);
        else if (const auto* spin = qobject_cast<const QAbstractSpinBox*>(&widget))
            checkSpin(*spin);
        else if (const auto* edit = qobject_cast<const QLineEdit*>(&widget); edit && !isInner(widget))
            checkEdit(*edit);
        else if (const auto* bar = qobject_cast<const QTabBar*>(&widget))
            checkTabs(*bar);
        else if (const auto* box = qobject_cast<const QGroupBox*>(&widget))
            checkWidth(widget, box->title(), textWidth(widget, box->title()), widget.width() - 8);
        else if (const auto* table = qobject_cast<const QTableView*>(&widget))
            checkTable(*table);
        checkGeometry(widget);
        checkChildren(widget);
        checkName(widget);
    }

    void checkLabel(const QLabel& label)
    {
        if (label.text().isEmpty() || label.sizePolicy().horizontalPolicy() == QSizePolicy::Ignored)
            return;
        const QSize room = label.contentsRect().size();
        if (label.wordWrap()) {
            const int needed = label.heightForWidth(label.width());
            if (needed > label.height() + tolerance)
                add(label,
                    QStringLiteral("the text “%1” is cut: %2 of %3 pixels high")
                        .arg(label.text().left(60))
                        .arg(label.height())
                        .arg(needed));
            return;
        }
        const bool isRich = Qt::mightBeRichText(label.text()) && label.textFormat() != Qt::PlainText;
        if (isRich) // its size hint knows the document
            checkWidth(label, label.text(), label.sizeHint().width(), label.width());
        else
            checkWidth(label, label.text(), textWidth(label, label.text()), room.width());
        if (label.fontMetrics().height() > room.height() + 2)
            add(label, QStringLiteral("the label “%1” is too low for its font").arg(label.text().left(60)));
    }

    void checkButton(const QAbstractButton& button)
    {
        const auto* tool = qobject_cast<const QToolButton*>(&button);
        if (button.text().isEmpty()
            || (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly
                && (tool->arrowType() != Qt::NoArrow || !tool->icon().isNull())))
            return;
        const bool hasIconBeside = !button.icon().isNull()
            && !(tool
                 && (tool->toolButtonStyle() == Qt::ToolButtonTextUnderIcon
                     || tool->toolButtonStyle() == Qt::ToolButtonTextOnly));
        int needed = textWidth(button, button.text()) + (hasIconBeside ? button.iconSize().width() + 4 : 0);
        int room = button.width();
        QStyleOptionButton option;
        option.initFrom(&button);
        if (qobject_cast<const QCheckBox*>(&button))
            room = button.style()->subElementRect(QStyle::SE_CheckBoxContents, &option, &button).width();
        else if (qobject_cast<const QRadioButton*>(&button))
            room = button.style()->subElementRect(QStyle::SE_RadioButtonContents, &option, &button).width();
        else
            needed += 6; // a text that touches the frame is cut as well
        checkWidth(button, button.text(), needed, room);
    }

    void checkCombo(const QComboBox& combo)
    {
        if (combo.isEditable())
            return;
        QStyleOptionComboBox option;
        option.initFrom(&combo);
        option.editable = false;
        const QRect field =
            combo.style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, &combo);
        const bool hasIcon = combo.currentIndex() >= 0 && !combo.itemIcon(combo.currentIndex()).isNull();
        const int icon = hasIcon ? combo.iconSize().width() + 4 : 0;
        checkWidth(combo, combo.currentText(), textWidth(combo, combo.currentText()) + icon, field.width());
    }

    void checkSpin(const QAbstractSpinBox& spin)
    {
        QStyleOptionSpinBox option;
        option.initFrom(&spin);
        option.frame = spin.hasFrame();
        option.buttonSymbols = spin.buttonSymbols();
        const QRect field =
            spin.style()->subControlRect(QStyle::CC_SpinBox, &option, QStyle::SC_SpinBoxEditField, &spin);
        checkWidth(spin, spin.text(), textWidth(spin, spin.text()), field.width());
    }

    void checkEdit(const QLineEdit& edit)
    {
        if (edit.text().isEmpty())
            checkWidth(edit, edit.placeholderText(), textWidth(edit, edit.placeholderText()),
                       edit.contentsRect().width() - 4);
    }

    void checkTabs(const QTabBar& bar)
    {
        for (int tab = 0; tab < bar.count(); ++tab)
            if (bar.isTabVisible(tab)) {
                checkWidth(bar, bar.tabText(tab), textWidth(bar, bar.tabText(tab)), bar.tabRect(tab).width());
                if (bar.tabRect(tab).right() > bar.width() + tolerance)
                    add(bar, QStringLiteral("the tab “%1” is out of sight").arg(bar.tabText(tab)));
            }
    }

    void checkTable(const QTableView& table)
    {
        const QHeaderView& header = *table.horizontalHeader();
        const QAbstractItemModel* model = table.model();
        if (!model || model->columnCount(table.rootIndex()) == 0)
            return;
        for (int column = 0; column < header.count(); ++column) {
            if (header.isSectionHidden(column))
                continue;
            const QString title = model->headerData(column, Qt::Horizontal).toString();
            if (header.isVisible())
                checkWidth(table, title, textWidth(header, title) + 4, header.sectionSize(column));
            checkNumbers(table, column);
        }
    }

    /// Cells aligned to the right are numbers, of which not a digit may be missing.
    void checkNumbers(const QTableView& table, int column)
    {
        const QAbstractItemModel& model = *table.model();
        const int last = std::min(model.rowCount(table.rootIndex()), 60);
        for (int row = 0; row < last; ++row) {
            const QModelIndex index = model.index(row, column, table.rootIndex());
            const bool isNumber = (index.data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight) != 0;
            const QString text = index.data().toString();
            if (!isNumber || textWidth(table, text) + 4 <= table.columnWidth(column) + tolerance)
                continue;
            checkWidth(table, text, textWidth(table, text) + 4, table.columnWidth(column));
            return; // one a column is enough
        }
    }

    void checkGeometry(const QWidget& widget)
    {
        const QWidget* parent = widget.parentWidget();
        if (&widget == &m_window || !parent || isInner(widget) || isInner(*parent))
            return;
        if (!parent->rect().adjusted(-tolerance, -tolerance, tolerance, tolerance).contains(widget.geometry()))
            add(widget,
                QStringLiteral("leaves its parent: %1 in %2").arg(text(widget.geometry()), text(parent->rect())));
        const QSize least = widget.minimumSizeHint();
        const bool hasLayout = parent->layout() && parent->layout()->indexOf(const_cast<QWidget*>(&widget)) >= 0;
        const bool isIgnored = widget.sizePolicy().horizontalPolicy() == QSizePolicy::Ignored;
        if (hasLayout && !isIgnored && least.width() > widget.width() + tolerance
            && !qobject_cast<const QLabel*>(&widget) && widget.maximumWidth() > least.width())
            add(widget, QStringLiteral("is %1 wide and needs %2").arg(widget.width()).arg(least.width()));
        if (hasLayout && least.height() > widget.height() + tolerance && widget.maximumHeight() > least.height()
            && widget.sizePolicy().verticalPolicy() != QSizePolicy::Ignored)
            add(widget, QStringLiteral("is %1 high and needs %2").arg(widget.height()).arg(least.height()));
    }

    static QString text(const QRect& rect)
    {
        return QStringLiteral("%1,%2 %3×%4").arg(rect.x()).arg(rect.y()).arg(rect.width()).arg(rect.height());
    }

    void checkChildren(const QWidget& parent)
    {
        if (qobject_cast<const QAbstractScrollArea*>(&parent) || qobject_cast<const QStackedWidget*>(&parent))
            return;
        std::vector<const QWidget*> shown;
        for (const QObject* child : parent.children()) {
            const auto* widget = qobject_cast<const QWidget*>(child);
            if (widget && !widget->isWindow() && widget->isVisibleTo(&parent) && !isInner(*widget)
                && !widget->property("mayOverlap").toBool() && !widget->testAttribute(Qt::WA_TransparentForMouseEvents))
                shown.push_back(widget);
        }
        for (std::size_t i = 0; i < shown.size(); ++i)
            for (std::size_t j = i + 1; j < shown.size(); ++j)
                checkOverlap(*shown[i], *shown[j]);
    }

    void checkOverlap(const QWidget& one, const QWidget& other)
    {
        const bool isTabs = qobject_cast<const QTabBar*>(&one) || qobject_cast<const QTabBar*>(&other);
        const QRect common = one.geometry() & other.geometry();
        if (isTabs || common.width() <= 2 || common.height() <= 2)
            return;
        add(one, QStringLiteral("overlaps %1 by %2×%3").arg(nameOf(other)).arg(common.width()).arg(common.height()));
    }

    void checkName(const QWidget& widget)
    {
        const bool isControl = qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QComboBox*>(&widget)
            || qobject_cast<const QAbstractSpinBox*>(&widget) || qobject_cast<const QLineEdit*>(&widget)
            || qobject_cast<const QAbstractItemView*>(&widget) || widget.inherits("QTextEdit")
            || widget.inherits("QPlainTextEdit") || widget.inherits("QAbstractSlider")
            || widget.inherits("QProgressBar") || (widget.focusPolicy() & Qt::TabFocus) != 0;
        const bool isContainer = qobject_cast<const QTabBar*>(&widget) || widget.inherits("QTabWidget")
            || widget.inherits("QScrollArea") || widget.inherits("QMenuBar")
            || qobject_cast<const QHeaderView*>(&widget) || widget.inherits("QCustomPlot");
        if (!isControl || isContainer || isInner(widget))
            return;
        QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(&widget));
        if (interface == nullptr || interface->text(QAccessible::Name).trimmed().isEmpty())
            add(widget, QStringLiteral("has no accessible name"));
    }

    const QWidget& m_window;
    std::vector<LayoutProblem> m_problems;
};

} // namespace

std::vector<LayoutProblem> layoutProblems(const QWidget& window)
{
    return LayoutCheck(window).run();
}

QString layoutReport(const QWidget& window)
{
    QStringList lines;
    for (const LayoutProblem& problem : layoutProblems(window))
        lines << QStringLiteral("%1: %2").arg(problem.widget, problem.what);
    lines.removeDuplicates();
    return lines.join(QLatin1Char('\n'));
}

} // namespace driftscope::ui
