// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/figurepgf.h"

#include "core/simulate/papertable.h"
#include "ui/plots/armcolors.h"

#include <algorithm>

namespace driftscope::ui {

namespace {

using simulate::Curve;

QByteArray latex(const QString& text)
{
    return QByteArray::fromStdString(simulate::latexText(text.toStdString()));
}

QByteArray number(double value)
{
    return QByteArray::number(value, 'g', 8);
}

QByteArray colorName(std::size_t arm)
{
    return "driftscope" + QByteArray::number(static_cast<qulonglong>(arm % armColorCount));
}

QByteArray colors()
{
    QByteArray text;
    for (std::size_t i = 0; i < armColorCount; ++i)
        text += "\\definecolor{" + colorName(i) + "}{HTML}{" + armColor(i).name().mid(1).toUpper().toUtf8() + "}\n";
    return text;
}

std::size_t armOf(const Figure& figure, const Curve& curve)
{
    const auto found = std::ranges::find(figure.arms, QString::fromStdString(curve.arm));
    return static_cast<std::size_t>(found - figure.arms.begin());
}

/// "(x, y) (x, y)" of the points that have what is asked for.
template<typename Value>
QByteArray coordinates(const Curve& curve, Value value)
{
    QByteArray text;
    for (const auto& point : curve.points)
        if (point.value)
            text += '(' + number(point.at) + ',' + number(value(point)) + ") ";
    return text;
}

QByteArray band(const Curve& curve, const QByteArray& name, const QByteArray& color)
{
    const auto hasBand = [](const auto& point) { return point.value && point.hasBand; };
    if (!std::ranges::any_of(curve.points, hasBand))
        return {};
    const auto low = [](const auto& point) { return point.hasBand ? point.low : *point.value; };
    const auto high = [](const auto& point) { return point.hasBand ? point.high : *point.value; };
    return "\\addplot[draw=none, forget plot, name path=" + name + "low] coordinates {" + coordinates(curve, low)
        + "};\n\\addplot[draw=none, forget plot, name path=" + name + "high] coordinates {" + coordinates(curve, high)
        + "};\n\\addplot[" + color + ", fill opacity=0.18, forget plot] fill between[of=" + name + "low and " + name
        + "high];\n";
}

QByteArray line(const Figure& figure, const Curve& curve, const QByteArray& name)
{
    const QByteArray color = colorName(armOf(figure, curve));
    const auto value = [](const auto& point) { return *point.value; };
    return band(curve, name, color) + "\\addplot[" + color + ", thick, mark=*, mark size=1pt] coordinates {"
        + coordinates(curve, value) + "};\n\\addlegendentry{" + latex(QString::fromStdString(curve.arm)) + "}\n";
}

QByteArray level(const Figure& figure, const FigurePanel& panel)
{
    if (figure.isDifference)
        return "\\draw[gray, dashed] ({rel axis cs:0,0}|-{axis cs:0,0}) -- ({rel axis cs:1,0}|-{axis cs:0,0});\n";
    if (!panel.random)
        return {};
    const QByteArray y = number(*panel.random);
    return "\\addlegendimage{gray, dashed}\n\\addlegendentry{random ranker}\n\\draw[gray, dashed] ({rel axis "
           "cs:0,0}|-{axis cs:0,"
        + y + "}) -- ({rel axis cs:1,0}|-{axis cs:0," + y + "});\n";
}

QByteArray scatter(const FigurePanel& panel)
{
    QByteArray text = "\\addplot[only marks, " + colorName(0) + ", mark size=1.2pt, opacity=0.6] coordinates {";
    for (const auto& user : panel.users)
        text += '(' + number(user.a) + ',' + number(user.b) + ") ";
    return text + "};\n\\addplot[gray, dashed, domain=0:1] {x};\n";
}

QByteArray panelAxis(const Figure& figure, const FigurePanel& panel, const QByteArray& name, QSizeF sizeMm)
{
    QByteArray text = "\\begin{axis}[width=" + number(sizeMm.width()) + "mm, height=" + number(sizeMm.height())
        + "mm, scale only axis=false, xlabel={" + latex(axisLabel(figure)) + "}, ylabel={"
        + latex(valueLabel(figure, panel))
        + "}, grid=major, grid style={gray!20}, legend pos=outer north east, "
          "legend cell align=left";
    if (figure.isCalendar)
        text += ", scaled x ticks=false, x tick label style={/pgf/number format/fixed}";
    text += "]\n";
    if (!panel.users.empty())
        text += scatter(panel);
    for (std::size_t i = 0; i < panel.curves.size(); ++i)
        text += line(figure, panel.curves[i], name + static_cast<char>('a' + i % 26));
    return text + level(figure, panel) + "\\end{axis}\n";
}

} // namespace

QByteArray figurePgf(const Figure& figure, QSizeF sizeMm)
{
    QByteArray text = "% needs \\usepackage{pgfplots} \\usepgfplotslibrary{fillbetween} \\pgfplotsset{compat=1.17}\n";
    if (figure.isCalendar)
        text += "% x is in Unix seconds\n";
    text += "% " + figure.caption.toUtf8().replace('\n', ' ') + '\n' + colors();
    const QSizeF panelSize(sizeMm.width(), sizeMm.height());
    for (std::size_t i = 0; i < figure.panels.size(); ++i)
        text += "\\begin{tikzpicture}\n"
            + panelAxis(figure, figure.panels[i], QByteArray(1, static_cast<char>('A' + i % 26)), panelSize)
            + "\\end{tikzpicture}\n";
    return text;
}

} // namespace driftscope::ui
