// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/figureexport.h"

#include "core/base/textfile.h"
#include "ui/plots/customplot.h"
#include "ui/plots/figurelayout.h"

#include <QBuffer>
#include <QImage>
#include <QPageLayout>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace driftscope::ui {

namespace {

constexpr double mmPerInch = 25.4;
constexpr int vectorDpi = 288; // four units a point: the plot lays itself out in whole units
constexpr int pngDpi = 300;

QSize sizeInUnits(QSizeF sizeMm, int dpi)
{
    return {static_cast<int>(std::lround(sizeMm.width() / mmPerInch * dpi)),
            static_cast<int>(std::lround(sizeMm.height() / mmPerInch * dpi))};
}

bool paint(const Figure& figure, QPaintDevice& device, QSize size, int dpi, bool isVector)
{
    QCustomPlot plot;
    layOutFigure(plot, figure, paperStyle(dpi / 72.0), size);
    QCPPainter painter;
    if (!painter.begin(&device))
        return false;
    if (isVector)
        painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&painter, size.width(), size.height());
    return painter.end();
}

QByteArray pdfOf(const Figure& figure, QSizeF sizeMm)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(vectorDpi);
        writer.setPageSize(QPageSize(sizeMm, QPageSize::Millimeter, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        writer.setTitle(figure.caption);
        writer.setCreator(QStringLiteral("Driftscope"));
        if (!paint(figure, writer, sizeInUnits(sizeMm, vectorDpi), vectorDpi, true))
            return {};
    }
    return buffer.data();
}

QByteArray svgOf(const Figure& figure, QSizeF sizeMm)
{
    const QSize size = sizeInUnits(sizeMm, vectorDpi);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(vectorDpi);
    generator.setSize(size);
    generator.setViewBox(QRect({0, 0}, size));
    generator.setTitle(QStringLiteral("Driftscope"));
    generator.setDescription(figure.caption);
    return paint(figure, generator, size, vectorDpi, true) ? buffer.data() : QByteArray();
}

QByteArray pngOf(const Figure& figure, QSizeF sizeMm)
{
    QImage image(sizeInUnits(sizeMm, pngDpi), QImage::Format_RGB32);
    if (image.isNull())
        return {};
    image.fill(Qt::white);
    if (!paint(figure, image, image.size(), pngDpi, false))
        return {};
    image.setDotsPerMeterX(static_cast<int>(std::lround(pngDpi / mmPerInch * 1000)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.setText(QStringLiteral("Description"), figure.caption);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    return image.save(&buffer, "PNG") ? buffer.data() : QByteArray();
}

QByteArray bytesOf(const Figure& figure, const QString& suffix, QSizeF sizeMm)
{
    if (suffix == QLatin1String("pdf"))
        return pdfOf(figure, sizeMm);
    if (suffix == QLatin1String("svg"))
        return svgOf(figure, sizeMm);
    if (suffix == QLatin1String("png"))
        return pngOf(figure, sizeMm);
    return figureCsv(figure);
}

Result<> check(const Figure& figure, const QString& suffix, QSizeF sizeMm, const std::string& file)
{
    const auto known = figureSuffixes();
    if (std::ranges::find(known, suffix) == known.end())
        return fail(ErrorCode::UnsupportedFormat,
                    file + ": a figure is written as .pdf, .svg, .png or .csv; choose one of them.");
    const auto isInRange = [](double mm) { return mm >= 30 && mm <= 1000; };
    if (!isInRange(sizeMm.width()) || !isInRange(sizeMm.height()))
        return fail(ErrorCode::BadArgument, file + ": a figure is 30 to 1000 mm wide and high.");
    if (!figure.hasPoints())
        return fail(ErrorCode::BadArgument, file + ": there is no point to draw yet; score more queries first.");
    return {};
}

} // namespace

std::vector<QString> figureSuffixes()
{
    return {QStringLiteral("pdf"), QStringLiteral("svg"), QStringLiteral("png"), QStringLiteral("csv")};
}

Result<> exportFigure(const Figure& figure, const std::filesystem::path& path, QSizeF sizeMm)
{
    const QString suffix = QString::fromStdString(path.extension().string()).mid(1).toLower();
    DRIFTSCOPE_CHECK(check(figure, suffix, sizeMm, path.string()));
    const QByteArray bytes = bytesOf(figure, suffix, sizeMm);
    if (bytes.isEmpty())
        return fail(ErrorCode::Internal, path.string() + ": the figure came out empty; try another size or format.");
    return writeFile(path, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

} // namespace driftscope::ui
