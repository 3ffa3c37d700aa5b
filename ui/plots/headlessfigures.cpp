// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/headlessfigures.h"

#include <QApplication>

#include <algorithm>
#include <clocale>
#include <memory>
#include <system_error>

namespace driftscope::ui {

namespace {

QtMessageHandler usualHandler = nullptr;

/// Says all but where Qt puts its sockets: nothing that draws figures without a window makes one.
void sayWhatMatters(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    if (!message.startsWith(QLatin1String("QStandardPaths: XDG_RUNTIME_DIR not set")))
        usualHandler(type, context, message);
}

/// Qt's application object for as long as figures are written, if the program has none.
class HeadlessApplication
{
public:
    HeadlessApplication()
    {
        if (QCoreApplication::instance())
            return;
        qputenv("QT_QPA_PLATFORM", "offscreen");
        usualHandler = qInstallMessageHandler(sayWhatMatters);
        m_application = std::make_unique<QApplication>(m_argumentCount, m_arguments);
        std::setlocale(LC_NUMERIC, "C"); // Qt takes the system's; files keep the decimal point
    }

    ~HeadlessApplication()
    {
        if (m_application)
            qInstallMessageHandler(usualHandler);
    }
    HeadlessApplication(const HeadlessApplication&) = delete;
    HeadlessApplication& operator=(const HeadlessApplication&) = delete;

    bool canDraw() const { return qobject_cast<QApplication*>(QCoreApplication::instance()) != nullptr; }

private:
    int m_argumentCount = 1;
    char m_name[11] = "driftscope";
    char* m_arguments[2] = {m_name, nullptr};
    std::unique_ptr<QApplication> m_application;
};

Result<> needsApplication(const HeadlessApplication& application)
{
    if (application.canDraw())
        return {};
    return fail(ErrorCode::Internal, "Figures cannot be drawn: the program runs without Qt's window part.");
}

std::string fileStem(const Figure& figure, QString name)
{
    QString axis = figure.isDifference ? QStringLiteral("difference-") : QString();
    if (figure.axis == FigureAxis::SinceShift)
        axis += QStringLiteral("since-shift-");
    if (figure.axis == FigureAxis::Lag)
        axis += QStringLiteral("lag-");
    if (figure.axis == FigureAxis::Users)
        axis += QStringLiteral("users-");
    return (axis + name.replace(QLatin1Char('@'), QLatin1String("-at-"))).toStdString();
}

} // namespace

Result<std::vector<std::filesystem::path>> writeFigures(const Figure& figure, const std::filesystem::path& folder,
                                                        const FigureFormat& format)
{
    std::vector<std::filesystem::path> files;
    if (!figure.hasPoints())
        return files;
    const HeadlessApplication application;
    DRIFTSCOPE_CHECK(needsApplication(application));
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::NotWritable, folder.string() + ": cannot make this folder (" + error.message() + ").");
    const auto write = [&](const Figure& shown, const std::string& stem, const FigureFormat& size) -> Result<> {
        for (const QString& suffix : figureSuffixes()) {
            files.push_back(folder / (stem + "." + suffix.toStdString()));
            DRIFTSCOPE_CHECK(exportFigure(shown, files.back(), size));
        }
        return {};
    };
    for (const FigurePanel& panel : figure.panels) {
        Figure one = figure;
        one.panels = {panel};
        if (one.hasPoints())
            DRIFTSCOPE_CHECK(write(one, fileStem(figure, panel.metric), format));
    }
    if (figure.panels.size() > 1 && figure.hasPoints()) {
        const std::size_t rows = (figure.panels.size() + 1) / 2;
        FigureFormat wide = format;
        wide.widthMm = std::min(2 * format.widthMm, 1000.0);
        wide.heightMm = std::min(static_cast<double>(rows) * format.heightMm, 1000.0);
        DRIFTSCOPE_CHECK(write(figure, fileStem(figure, QStringLiteral("all-metrics")), wide));
    }
    return files;
}

Result<> writeFigure(const Figure& figure, const std::filesystem::path& file, const FigureFormat& format)
{
    const HeadlessApplication application;
    DRIFTSCOPE_CHECK(needsApplication(application));
    return exportFigure(figure, file, format);
}

} // namespace driftscope::ui
