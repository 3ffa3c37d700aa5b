// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/figureexport.h"

#include "core/base/textfile.h"
#include "ui/plots/customplot.h"
#include "ui/plots/figurelayout.h"
#include "ui/plots/figurepgf.h"
#include "ui/plots/panelgraphs.h"

#include <QBuffer>
#include <QPageLayout>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace driftscope::ui {

namespace {

constexpr double mmPerInch = 25.4;
constexpr int vectorDpi = 288; // four units a point: the plot lays itself out in whole units

QSize sizeInUnits(const FigureFormat& format, double dpi)
{
    return {static_cast<int>(std::lround(format.widthMm / mmPerInch * dpi)),
            static_cast<int>(std::lround(format.heightMm / mmPerInch * dpi))};
}

bool paint(const Figure& figure, QPaintDevice& device, const FigureFormat& format, double dpi, bool isVector)
{
    const QSize size = sizeInUnits(format, dpi);
    QCustomPlot plot;
    FigureStyle style = paperStyle(dpi / 72.0);
    style.fontPoints = format.fontPoints;
    style.fontFamily = format.fontFamily;
    style.showsCaption = format.hasCaption;
    const auto laidOut = layOutFigure(plot, figure, style, size);
    QCPPainter painter;
    if (!painter.begin(&device))
        return false;
    if (isVector)
        painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&painter, size.width(), size.height());
    return painter.end();
}

QByteArray pdfOf(const Figure& figure, const FigureFormat& format)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(vectorDpi);
        writer.setPageSize(QPageSize(QSizeF(format.widthMm, format.heightMm), QPageSize::Millimeter, QString(),
                                     QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        writer.setTitle(figure.caption);
        writer.setCreator(QStringLiteral("Driftscope"));
        if (!paint(figure, writer, format, vectorDpi, true))
            return {};
    }
    return buffer.data();
}

QByteArray pngOf(const Figure& figure, const FigureFormat& format)
{
    QImage image = figureImage(figure, format, format.pngDpi);
    if (image.isNull())
        return {};
    image.setDotsPerMeterX(static_cast<int>(std::lround(format.pngDpi / mmPerInch * 1000)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.setText(QStringLiteral("Description"), figure.caption);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    return image.save(&buffer, "PNG") ? buffer.data() : QByteArray();
}

QByteArray bytesOf(const Figure& figure, const QString& suffix, const FigureFormat& format)
{
    if (suffix == QLatin1String("pdf"))
        return pdfOf(figure, format);
    if (suffix == QLatin1String("svg"))
        return figureSvg(figure, format);
    if (suffix == QLatin1String("png"))
        return pngOf(figure, format);
    if (suffix == QLatin1String("tex"))
        return figurePgf(figure, {format.widthMm, format.heightMm});
    return suffix == QLatin1String("json") ? figureJson(figure) : figureCsv(figure);
}

bool isInRange(const FigureFormat& format)
{
    const auto isLength = [](double mm) { return mm >= 30 && mm <= 1000; };
    return isLength(format.widthMm) && isLength(format.heightMm);
}

Result<> check(const Figure& figure, const QString& suffix, const FigureFormat& format, const std::string& file)
{
    const auto known = figureSuffixes();
    if (std::ranges::find(known, suffix) == known.end())
        return fail(ErrorCode::UnsupportedFormat,
                    file + ": a figure is written as .pdf, .svg, .png, .csv, .json or .tex; choose one of them.");
    if (!isInRange(format))
        return fail(ErrorCode::BadArgument, file + ": a figure is 30 to 1000 mm wide and high.");
    if (format.fontPoints < 4 || format.fontPoints > 24)
        return fail(ErrorCode::BadArgument, file + ": the type of a figure is 4 to 24 points large.");
    if (format.pngDpi < 72 || format.pngDpi > 1200)
        return fail(ErrorCode::BadArgument, file + ": a picture has 72 to 1200 dots per inch.");
    if (!figure.hasPoints())
        return fail(ErrorCode::BadArgument, file + ": there is no point to draw yet; score more queries first.");
    return {};
}

} // namespace

std::vector<QString> figureSuffixes()
{
    return {QStringLiteral("pdf"), QStringLiteral("svg"),  QStringLiteral("png"),
            QStringLiteral("csv"), QStringLiteral("json"), QStringLiteral("tex")};
}

QImage figureImage(const Figure& figure, const FigureFormat& format, double dpi)
{
    if (!isInRange(format) || !figure.hasPoints())
        return {};
    QImage image(sizeInUnits(format, dpi), QImage::Format_RGB32);
    if (image.isNull())
        return {};
    image.fill(Qt::white);
    return paint(figure, image, format, dpi, false) ? image : QImage();
}

QByteArray figureSvg(const Figure& figure, const FigureFormat& format)
{
    const QSize size = sizeInUnits(format, vectorDpi);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(vectorDpi);
    generator.setSize(size);
    generator.setViewBox(QRect({0, 0}, size));
    generator.setTitle(QStringLiteral("Driftscope"));
    generator.setDescription(figure.caption);
    return figure.hasPoints() && paint(figure, generator, format, vectorDpi, true) ? buffer.data() : QByteArray();
}

Result<> exportFigure(const Figure& figure, const std::filesystem::path& path, const FigureFormat& format)
{
    const QString suffix = QString::fromStdString(path.extension().string()).mid(1).toLower();
    DRIFTSCOPE_CHECK(check(figure, suffix, format, path.string()));
    const QByteArray bytes = bytesOf(figure, suffix, format);
    if (bytes.isEmpty())
        return fail(ErrorCode::Internal, path.string() + ": the figure came out empty; try another size or format.");
    return writeFile(path, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

} // namespace driftscope::ui
