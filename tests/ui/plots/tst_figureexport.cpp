// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/figureexport.h"
#include "ui/plots/headlessfigures.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <optional>

using namespace driftscope;

namespace {

simulate::Curve curve(const std::string& arm, const std::string& metric, double base)
{
    simulate::Curve result {arm, metric, {}};
    for (int i = 0; i < 8; ++i) {
        const double value = base + 0.02 * i;
        result.points.push_back(
            {10.0 + 20 * i, value, true, value - 0.05, value + 0.05, static_cast<std::size_t>(200 - 20 * i)});
    }
    result.points[3].value.reset(); // a window with too few queries leaves a gap
    return result;
}

simulate::RunSummary summary()
{
    simulate::RunSummary result;
    result.arms = {{"no demonstrations", {}, {}}, {"recent, \"4\"", {}, {}}};
    result.random = {{"ndcg@10", 0.37}, {"hr@10", 0.5}};
    return result;
}

std::vector<simulate::Curve> curves()
{
    return {curve("no demonstrations", "ndcg@10", 0.4), curve("recent, \"4\"", "ndcg@10", 0.5),
            curve("no demonstrations", "hr@10", 0.55), curve("recent, \"4\"", "hr@10", 0.65)};
}

ui::Figure figure()
{
    return ui::makeFigure(curves(), summary(), {},
                          QStringLiteral("ml-100k, 400 users, 20 candidates, 95 % bootstrap over users."));
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestFigureExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesEveryFormat_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QByteArray>("magic");
        QTest::newRow("pdf") << QStringLiteral("pdf") << QByteArray("%PDF");
        QTest::newRow("svg") << QStringLiteral("svg") << QByteArray("<?xml");
        QTest::newRow("png") << QStringLiteral("png") << QByteArray("\x89PNG");
        QTest::newRow("json") << QStringLiteral("json") << QByteArray("{");
        QTest::newRow("pgfplots") << QStringLiteral("tex") << QByteArray("% needs \\usepackage{pgfplots}");
        QTest::newRow("csv") << QStringLiteral("csv") << QByteArray("metric,arm,event_index,value,low,high,n,random\n");
    }

    void writesEveryFormat()
    {
        QFETCH(QString, suffix);
        QFETCH(QByteArray, magic);
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("figure.") + suffix);
        const auto written = ui::exportFigure(figure(), path.toStdString(), {170, 65});
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        QVERIFY(contentOf(path).startsWith(magic));
        QCOMPARE(QDir(dir.path()).entryList(QDir::Files).size(), 1); // nothing left beside it
    }

    void svgIsVectorAtItsTrueSizeWithLegendAndCaption()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("figure.svg"));
        QVERIFY(ui::exportFigure(figure(), path.toStdString(), {85, 65}));
        const QByteArray svg = contentOf(path);
        QVERIFY(!svg.contains("<image"));
        QVERIFY(svg.contains("width=\"85.0"));
        QVERIFY(svg.contains("NDCG@10"));
        QVERIFY(svg.contains("random ranker"));
        QVERIFY(svg.contains("no demonstrations"));
        QVERIFY(svg.contains("simulated time"));
        QVERIFY(svg.contains("bootstrap over"));
        QVERIFY(svg.contains("#0072b2")); // the first arm's colour
        QVERIFY(svg.contains(">150<")); // the axis reaches the last points
    }

    void pdfHasNoRasterImage()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("figure.pdf"));
        QVERIFY(ui::exportFigure(figure(), path.toStdString(), {85, 65}));
        QVERIFY(!contentOf(path).contains("/Subtype /Image"));
    }

    /// What a tool prints about a file; nothing if the tool is not there.
    static std::optional<QString> output(const QString& tool, const QString& file)
    {
        if (QStandardPaths::findExecutable(tool).isEmpty())
            return {};
        QProcess process;
        process.start(tool, {file});
        process.waitForFinished();
        return QString::fromUtf8(process.readAllStandardOutput());
    }

    void pdfHasRealTextInEmbeddedFontsAndNoImage()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("figure.pdf"));
        QVERIFY(ui::exportFigure(figure(), path.toStdString(), {85, 65}));
        const auto fonts = output(QStringLiteral("pdffonts"), path);
        const auto images = output(QStringLiteral("pdfimages"), path);
        if (!fonts || !images)
            QSKIP("pdffonts and pdfimages (poppler-utils) are not installed.");
        const QStringList lines = fonts->trimmed().split(QLatin1Char('\n'));
        QVERIFY2(lines.size() > 2, qPrintable(*fonts)); // two lines of head, then a font a line
        for (const QString& line : lines.mid(2)) { // "emb sub uni" stand at fixed places from the end
            const QStringList fields = line.split(QLatin1Char(' '), Qt::SkipEmptyParts);
            QVERIFY2(fields.size() >= 6 && fields[fields.size() - 5] == QLatin1String("yes"), qPrintable(line));
        }
        QProcess list;
        list.start(QStringLiteral("pdfimages"), {QStringLiteral("-list"), path});
        list.waitForFinished();
        QCOMPARE(QString::fromUtf8(list.readAllStandardOutput()).trimmed().count(QLatin1Char('\n')), 1); // the head
    }

    void svgIsWellFormedWithTextAsText()
    {
        const QByteArray svg = ui::figureSvg(figure(), {.widthMm = 85, .heightMm = 65});
        QXmlStreamReader xml(svg);
        QString text;
        int images = 0;
        while (!xml.atEnd()) {
            xml.readNext();
            if (xml.isStartElement() && xml.name() == QLatin1String("image"))
                ++images;
            if (xml.isStartElement() && xml.name() == QLatin1String("text"))
                text += xml.readElementText() + QLatin1Char('\n');
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(images, 0);
        QVERIFY2(text.contains(QStringLiteral("NDCG@10")) && text.contains(QStringLiteral("random ranker")),
                 qPrintable(text));
    }

    void sizeAndTypeAreThoseAskedFor()
    {
        ui::FigureFormat large {.widthMm = 85, .heightMm = 65, .fontPoints = 14};
        large.hasCaption = false;
        const QByteArray svg = ui::figureSvg(figure(), large);
        QVERIFY(svg.contains("font-size=\"56\"")); // 14 points, four units each
        QCOMPARE(svg.count("ml-100k"), 1); // in the description alone
        QCOMPARE(ui::figureImage(figure(), {.widthMm = 50.8, .heightMm = 50.8}, 100).size(), QSize(200, 200));
        QVERIFY(ui::figureImage(figure(), {.widthMm = 5, .heightMm = 50}, 100).isNull());
    }

    void usersAndDifferencesAreFiguresToo()
    {
        ui::Figure users;
        users.axis = ui::FigureAxis::Users;
        users.arms = {QStringLiteral("a"), QStringLiteral("b")};
        users.panels.push_back({QStringLiteral("ndcg@10"), {}, {}, {{3, 0.25, 0.5, 7}, {4, 0.75, 0.5, 2}}});
        QVERIFY(users.hasPoints());
        QCOMPARE(ui::figureCsv(users), QByteArray("metric,user,a,b,n\nndcg@10,3,0.25,0.5,7\nndcg@10,4,0.75,0.5,2\n"));
        QVERIFY(ui::figureSvg(users, {}).contains("NDCG@10: a"));
        ui::Figure difference = figure();
        difference.isDifference = true;
        QVERIFY(ui::figureSvg(difference, {}).contains("difference in NDCG@10"));
        const QTemporaryDir dir;
        QCOMPARE(ui::writeFigures(users, dir.path().toStdString())->front().filename().string(),
                 std::string("users-ndcg-at-10.pdf"));
    }

    void manyPointsStayASmallFile()
    {
        simulate::Curve many {"a", "ndcg@10", {}};
        for (int i = 0; i < 100'000; ++i)
            many.points.push_back({1.0 * i, 0.5 + 0.4 * std::sin(i / 900.0), true, 0.1, 0.9, 10});
        simulate::RunSummary of;
        of.arms.push_back({"a", {}, {}});
        const QByteArray svg = ui::figureSvg(ui::makeFigure(std::span(&many, 1), of, {}, {}), {});
        QVERIFY(svg.size() > 1000);
        QVERIFY2(svg.size() < 1'000'000, qPrintable(QString::number(svg.size())));
    }

    void pngHasTheAskedSizeAt300DotsPerInch()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("figure.png"));
        QVERIFY(ui::exportFigure(figure(), path.toStdString(), {101.6, 50.8}));
        const QImage image(path);
        QCOMPARE(image.size(), QSize(1200, 600));
        QCOMPARE(image.text(QStringLiteral("Description")), figure().caption);
    }

    void csvHoldsTheNumbersAndLeavesUndefinedOnesEmpty()
    {
        const QByteArray csv = ui::figureCsv(figure());
        const auto lines = csv.trimmed().split('\n');
        QCOMPARE(lines.size(), 1 + 4 * 8);
        QCOMPARE(lines[4], QByteArray("ndcg@10,no demonstrations,70,,,,140,0.37"));
        QVERIFY(lines[9].startsWith("ndcg@10,\"recent, \"\"4\"\"\",10,0.5,"));
    }

    void calendarTimesAreWrittenAsDates()
    {
        simulate::Curve one {"a", "ndcg@10", {{881250949.0, 0.5, true, 0.4, 0.6, 12}}};
        const ui::Figure calendar = ui::makeFigure(std::span(&one, 1), {}, {}, {});
        QVERIFY(calendar.isCalendar);
        QVERIFY(ui::figureCsv(calendar).contains("1997-12-04 15:55:49,0.5,"));
        const QTemporaryDir dir;
        QVERIFY(ui::exportFigure(calendar, dir.filePath(QStringLiteral("c.svg")).toStdString(), {85, 65}));
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QSizeF>("size");
        QTest::addColumn<bool>("isEmpty");
        QTest::addColumn<int>("code");
        QTest::newRow("suffix") << "a.gif" << QSizeF(85, 65) << false << int(ErrorCode::UnsupportedFormat);
        QTest::newRow("size") << "a.pdf" << QSizeF(8, 65) << false << int(ErrorCode::BadArgument);
        QTest::newRow("nothing to draw") << "a.pdf" << QSizeF(85, 65) << true << int(ErrorCode::BadArgument);
        QTest::newRow("no such folder") << "none/a.pdf" << QSizeF(85, 65) << false << int(ErrorCode::NotWritable);
    }

    void saysWhatIsWrong()
    {
        QFETCH(QString, file);
        QFETCH(QSizeF, size);
        QFETCH(bool, isEmpty);
        QFETCH(int, code);
        const QTemporaryDir dir;
        const auto written = ui::exportFigure(isEmpty ? ui::Figure() : figure(), dir.filePath(file).toStdString(),
                                              {size.width(), size.height()});
        QVERIFY(!written);
        QCOMPARE(int(written.error().code), code);
        QVERIFY(QDir(dir.path()).isEmpty());
    }

    void aroundShiftsALineMarksTheShiftAndNamesSayTheAxis()
    {
        const ui::Figure aligned = ui::makeFigure(curves(), summary(), {}, {}, ui::FigureAxis::SinceShift);
        QVERIFY(ui::figureCsv(aligned).startsWith("metric,arm,since_shift,value,low,high,n,random\n"));
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("a.svg"));
        QVERIFY(ui::exportFigure(aligned, path.toStdString(), {85, 65}));
        QVERIFY(contentOf(path).contains("events since the shift of taste"));
        const auto files = ui::writeFigures(aligned, dir.path().toStdString());
        QVERIFY(files.has_value());
        QCOMPARE(files->front().filename().string(), std::string("since-shift-ndcg-at-10.pdf"));
    }

    void alongALagGroupsHaveColoursOfTheirOwn()
    {
        ui::Figure lags = ui::makeFigure(curves(), summary(), {}, {}, ui::FigureAxis::Lag);
        lags.unit = QStringLiteral("days");
        QCOMPARE(lags.arms.size(), std::size_t(2));
        QCOMPARE(ui::axisLabel(lags), QStringLiteral("lag of the context (days)"));
        QVERIFY(ui::figureCsv(lags).startsWith("metric,arm,lag,"));
        QVERIFY(ui::writeFigures(ui::Figure(), "/nowhere/needed")->empty());
    }

    void armsPastTheLastColourAreTellableApart()
    {
        std::vector<simulate::Curve> many;
        simulate::RunSummary of;
        for (int i = 0; i < 9; ++i) {
            many.push_back(curve("arm " + std::to_string(i), "hr@10", 0.1 * i));
            of.arms.push_back({many.back().arm, {}, {}});
        }
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("many.svg"));
        QVERIFY(ui::exportFigure(ui::makeFigure(many, of, {}, {}), path.toStdString(), {120, 80}));
        QVERIFY(contentOf(path).contains("stroke-dasharray"));
    }

    void aRunsFiguresAreAFileAFormatAndMetric()
    {
        const QTemporaryDir dir;
        const auto files = ui::writeFigures(figure(), dir.filePath(QStringLiteral("new")).toStdString());
        QVERIFY(files.has_value());
        QCOMPARE(files->size(), std::size_t(18)); // two metrics and both together, in six formats
        for (const auto& file : *files)
            QVERIFY(QFile(QString::fromStdString(file.string())).size() > 100);
    }
};

QTEST_MAIN(TestFigureExport)
#include "tst_figureexport.moc"
