// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/exportdialog.h"

#include "ui/plots/figureexport.h"
#include "ui/settings/settings.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace driftscope::ui {

namespace {

QDoubleSpinBox* millimetres(double value, QWidget* parent)
{
    auto* box = new QDoubleSpinBox(parent);
    box->setRange(30, 1000);
    box->setDecimals(0);
    box->setSuffix(QStringLiteral(" mm"));
    box->setValue(value);
    return box;
}

} // namespace

ExportDialog::ExportDialog(Figure figure, const QString& suggestedName, QWidget* parent)
    : QDialog(parent)
    , m_figure(std::move(figure))
{
    setWindowTitle(tr("Export figure"));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createForm());
    m_problem = new QLabel(this);
    m_problem->setWordWrap(true);
    m_problem->setVisible(false);
    layout->addWidget(m_problem);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_write = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    layout->addWidget(buttons);
    setPath(QDir(Settings().lastFolder(QStringLiteral("figure"))).filePath(suggestedName + QStringLiteral(".pdf")));
    connect(buttons, &QDialogButtonBox::accepted, this, &ExportDialog::write);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::takeFormat);
    resize(520, sizeHint().height());
}

QWidget* ExportDialog::createForm()
{
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins({});
    m_format = new QComboBox(box);
    m_format->addItem(tr("PDF: for print, vector"), QStringLiteral("pdf"));
    m_format->addItem(tr("SVG: for editing, vector"), QStringLiteral("svg"));
    m_format->addItem(tr("PNG: for slides, 300 dots per inch"), QStringLiteral("png"));
    m_format->addItem(tr("CSV: the numbers"), QStringLiteral("csv"));
    const QSizeF size = Settings().figureSize();
    m_width = millimetres(size.width(), box);
    m_height = millimetres(size.height(), box);
    m_path = new QLineEdit(box);
    auto* choose = new QPushButton(tr("Choose…"), box);
    connect(choose, &QPushButton::clicked, this, &ExportDialog::choosePath);
    auto* file = new QHBoxLayout;
    file->addWidget(m_path, 1);
    file->addWidget(choose);
    form->addRow(tr("&Format"), m_format);
    form->addRow(tr("&Width"), m_width);
    form->addRow(tr("&Height"), m_height);
    form->addRow(tr("F&ile"), file);
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

void ExportDialog::choosePath()
{
    const QString suffix = m_format->currentData().toString();
    const QString chosen = QFileDialog::getSaveFileName(this, tr("Export figure"), path(),
                                                        QStringLiteral("%1 (*.%2)").arg(suffix.toUpper(), suffix));
    if (!chosen.isEmpty())
        setPath(chosen);
    takeFormat();
}

void ExportDialog::takeFormat()
{
    const QFileInfo file(path());
    setPath(file.dir().filePath(file.completeBaseName() + QLatin1Char('.') + m_format->currentData().toString()));
    const bool isPicture = m_format->currentData().toString() != QLatin1String("csv");
    m_width->setEnabled(isPicture);
    m_height->setEnabled(isPicture);
}

void ExportDialog::write()
{
    const QSizeF size(m_width->value(), m_height->value());
    const auto written = exportFigure(m_figure, path().toStdString(), size);
    if (!written) {
        m_problem->setText(QString::fromStdString(written.error().message));
        m_problem->setVisible(true);
        return;
    }
    Settings().setFigureSize(size);
    Settings().setLastFolder(QStringLiteral("figure"), QFileInfo(path()).absolutePath());
    emit exported(path());
    accept();
}

} // namespace driftscope::ui
