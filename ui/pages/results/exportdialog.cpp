// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/exportdialog.h"

#include "ui/settings/settings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSpinBox>

#include <array>

namespace driftscope::ui {

namespace {

QDoubleSpinBox* measure(double least, double most, double value, const QString& unit, QWidget* parent)
{
    auto* box = new QDoubleSpinBox(parent);
    box->setRange(least, most);
    box->setDecimals(0);
    box->setSuffix(unit);
    box->setValue(value);
    return box;
}

struct FormatEntry {
    const char* title;
    const char* suffix;
    ExportKind kind;
};

constexpr std::array formats {
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Figure as PDF: for print, vector"), "pdf",
                 ExportKind::Figure},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Figure as SVG: for editing, vector"), "svg",
                 ExportKind::Figure},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Figure as PNG: for slides"), "png",
                 ExportKind::Figure},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Figure as LaTeX: pgfplots"), "tex",
                 ExportKind::Figure},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Numbers of the figure as CSV"), "csv",
                 ExportKind::Figure},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Numbers of the figure as JSON"), "json",
                 ExportKind::Figure},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Table as Markdown"), "md", ExportKind::Table},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Table as LaTeX"), "tex", ExportKind::Table},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Every prediction as CSV"), "csv",
                 ExportKind::Predictions},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Every prediction as JSON lines"), "jsonl",
                 ExportKind::Predictions},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Manifest as JSON"), "json", ExportKind::Manifest},
    FormatEntry {QT_TRANSLATE_NOOP("driftscope::ui::ExportDialog", "Everything, into a folder"), "",
                 ExportKind::Everything}};

} // namespace

ExportDialog::ExportDialog(RunResult run, Figure figure, FigureChoice choice, RunExporter& exporter, QWidget* parent)
    : QDialog(parent)
    , m_run(std::move(run))
    , m_figure(std::move(figure))
    , m_choice(std::move(choice))
    , m_exporter(exporter)
{
    setWindowTitle(tr("Export run %1").arg(m_run.run().id));
    auto* columns = new QHBoxLayout;
    columns->addWidget(createForm());
    columns->addWidget(createPreview(), 1);
    m_problem = new QLabel(this);
    m_problem->setWordWrap(true);
    m_problem->setVisible(false);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_write = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    m_write->setDefault(true);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(columns, 1);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    const QString name = QStringLiteral("run-%1.pdf").arg(m_run.run().id);
    setPath(QDir(Settings().lastFolder(QStringLiteral("figure"))).filePath(name));
    connect(buttons, &QDialogButtonBox::accepted, this, &ExportDialog::write);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::takeFormat);
    connect(&m_exporter, &RunExporter::exported, this, &QDialog::accept);
    connect(&m_exporter, &RunExporter::failed, this, [this](const QString& message) {
        m_problem->setText(message);
        m_problem->setVisible(true);
        m_write->setEnabled(true);
    });
    if (!m_figure.hasPoints())
        m_format->setCurrentIndex(m_format->findText(tr("Table as Markdown")));
    takeFormat();
    resize(880, 480);
}

QWidget* ExportDialog::createForm()
{
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins({});
    m_format = new QComboBox(box);
    for (const FormatEntry& entry : formats) {
        m_format->addItem(tr(entry.title), QString::fromLatin1(entry.suffix));
        m_format->setItemData(m_format->count() - 1, static_cast<int>(entry.kind), Qt::UserRole + 1);
    }
    const QSizeF size = Settings().figureSize();
    m_width = measure(30, 1000, size.width(), tr(" mm"), box);
    m_height = measure(30, 1000, size.height(), tr(" mm"), box);
    m_font = new QComboBox(box);
    m_font->addItem(tr("like Arial"), QString());
    for (const QString& family : QFontDatabase::families())
        m_font->addItem(family, family);
    m_font->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_font->setMinimumContentsLength(12);
    m_fontPoints = measure(4, 24, 8, tr(" pt"), box);
    m_dpi = new QSpinBox(box);
    m_dpi->setRange(72, 1200);
    m_dpi->setValue(300);
    m_dpi->setSuffix(tr(" dpi"));
    m_caption = new QCheckBox(tr("Protocol and hashes below"), box);
    m_caption->setChecked(true);
    m_path = new QLineEdit(box);
    m_path->setAccessibleName(tr("File"));
    m_path->setMinimumWidth(220);
    auto* choose = new QPushButton(tr("Choose…"), box);
    auto* file = new QHBoxLayout;
    file->addWidget(m_path, 1);
    file->addWidget(choose);
    form->addRow(tr("&What"), m_format);
    form->addRow(tr("W&idth"), m_width);
    form->addRow(tr("&Height"), m_height);
    form->addRow(tr("&Font"), m_font);
    form->addRow(tr("Font &size"), m_fontPoints);
    form->addRow(tr("&Resolution"), m_dpi);
    form->addRow(tr("&Caption"), m_caption);
    form->addRow(tr("F&ile"), file);
    connect(choose, &QPushButton::clicked, this, &ExportDialog::choosePath);
    for (QDoubleSpinBox* field : {m_width, m_height, m_fontPoints})
        connect(field, &QDoubleSpinBox::valueChanged, this, &ExportDialog::showPreview);
    connect(m_font, &QComboBox::currentIndexChanged, this, &ExportDialog::showPreview);
    connect(m_caption, &QCheckBox::toggled, this, &ExportDialog::showPreview);
    return box;
}

QWidget* ExportDialog::createPreview()
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    m_previewNote = new QLabel(box);
    auto* area = new QScrollArea(box);
    m_preview = new QLabel(area);
    m_preview->setAccessibleName(tr("Preview"));
    m_preview->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    area->setWidget(m_preview);
    area->setWidgetResizable(true);
    layout->addWidget(m_previewNote);
    layout->addWidget(area, 1);
    return box;
}

QString ExportDialog::path() const
{
    return m_path->text();
}

void ExportDialog::setPath(const QString& path)
{
    m_path->setText(path);
}

ExportKind ExportDialog::kind() const
{
    return static_cast<ExportKind>(m_format->currentData(Qt::UserRole + 1).toInt());
}

QString ExportDialog::suffix() const
{
    return m_format->currentData().toString();
}

FigureFormat ExportDialog::format() const
{
    return {.widthMm = m_width->value(),
            .heightMm = m_height->value(),
            .fontPoints = m_fontPoints->value(),
            .fontFamily = m_font->currentData().toString(),
            .pngDpi = m_dpi->value(),
            .hasCaption = m_caption->isChecked()};
}

void ExportDialog::choosePath()
{
    const QString chosen = kind() == ExportKind::Everything
        ? QFileDialog::getExistingDirectory(this, tr("Export into"), QFileInfo(path()).absolutePath())
        : QFileDialog::getSaveFileName(this, tr("Export"), path(),
                                       QStringLiteral("%1 (*.%2)").arg(suffix().toUpper(), suffix()));
    if (!chosen.isEmpty())
        setPath(chosen);
    takeFormat();
}

void ExportDialog::takeFormat()
{
    const QFileInfo file(path());
    const QString name = file.completeBaseName();
    setPath(file.dir().filePath(suffix().isEmpty() ? name : name + QLatin1Char('.') + suffix()));
    const bool isPicture =
        (kind() == ExportKind::Figure && suffix() != QLatin1String("csv") && suffix() != QLatin1String("json"))
        || kind() == ExportKind::Everything;
    for (QWidget* field : std::initializer_list<QWidget*> {m_width, m_height})
        field->setEnabled(isPicture);
    const bool isDrawn = isPicture && suffix() != QLatin1String("tex");
    for (QWidget* field : std::initializer_list<QWidget*> {m_font, m_fontPoints, m_caption})
        field->setEnabled(isDrawn);
    m_dpi->setEnabled(isDrawn && suffix() != QLatin1String("pdf") && suffix() != QLatin1String("svg"));
    const bool hasFigure = kind() != ExportKind::Figure || m_figure.hasPoints();
    m_write->setEnabled(hasFigure);
    showPreview();
}

void ExportDialog::showPreview()
{
    if (kind() == ExportKind::Table) {
        m_previewNote->setText(tr("What is written:"));
        m_preview->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        m_preview->setText(QString::fromStdString(RunExporter::tableText(m_run, suffix())));
        return;
    }
    if (kind() == ExportKind::Predictions || kind() == ExportKind::Manifest) {
        m_previewNote->setText(tr("%1 predictions, a row for each candidate").arg(m_run.run().records));
        m_preview->setText({});
        return;
    }
    const double ratio = devicePixelRatioF();
    const double dpi = screen() ? screen()->physicalDotsPerInch() : logicalDpiX();
    QImage image = figureImage(m_figure, format(), dpi * ratio);
    image.setDevicePixelRatio(ratio);
    m_preview->setPixmap(QPixmap::fromImage(image));
    m_previewNote->setText(image.isNull()
                               ? tr("There is no point to draw.")
                               : tr("True size, if this screen has %1 dots per inch as it says:").arg(dpi, 0, 'f', 0));
}

void ExportDialog::write()
{
    m_problem->setVisible(false);
    m_write->setEnabled(false);
    Settings().setFigureSize({m_width->value(), m_height->value()});
    Settings().setLastFolder(QStringLiteral("figure"), QFileInfo(path()).absolutePath());
    m_exporter.start(m_run, {kind(), path().toStdString(), format(), m_figure, m_choice});
}

} // namespace driftscope::ui
