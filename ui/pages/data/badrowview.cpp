// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/badrowview.h"

#include "core/base/textfile.h"
#include "ui/models/numbertext.h"
#include "ui/settings/settings.h"
#include "ui/views/tableviews.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace driftscope::ui {

QString reportSummary(const data::RowReport& report)
{
    const auto all = report.badRows + report.duplicates;
    if (all == 0)
        return BadRowView::tr("Every row was understood and taken.");
    QStringList parts;
    for (const auto& [problem, count] : data::problemCounts(report)) {
        const auto why = data::whyLeftOut(problem);
        parts << BadRowView::tr("%1 × %2").arg(countText(count),
                                               QString::fromUtf8(why.data(), static_cast<qsizetype>(why.size())));
    }
    QString text = parts.join(QStringLiteral(" · "));
    if (report.problems.size() < all)
        text += BadRowView::tr(" (of %1 rows, the first %2 are listed)")
                    .arg(countText(all), countText(report.problems.size()));
    return text;
}

BadRowView::BadRowView(QWidget* parent)
    : QWidget(parent)
    , m_rows(makeBadRowModel())
    , m_summary(new QLabel(this))
    , m_copy(new QPushButton(tr("Copy"), this))
    , m_save(new QPushButton(tr("Save as CSV…"), this))
    , m_table(new QTableView(this))
{
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_copy->setToolTip(tr("Copy the rows chosen in the table, or all, as CSV"));
    auto* line = new QHBoxLayout;
    line->addWidget(m_summary, 1);
    line->addWidget(m_copy);
    line->addWidget(m_save);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(line);
    layout->addWidget(m_table, 1);
    dressTable(*m_table, *m_rows, 3);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAccessibleName(tr("Bad rows"));
    connect(m_copy, &QPushButton::clicked, this, &BadRowView::copy);
    connect(m_save, &QPushButton::clicked, this, &BadRowView::save);
    setReport({});
}

void BadRowView::setReport(const data::RowReport& report)
{
    m_report = report;
    m_rows->setRows(report.problems);
    m_summary->setText(reportSummary(report));
    m_copy->setEnabled(!report.problems.empty());
    m_save->setEnabled(!report.problems.empty());
}

void BadRowView::copy()
{
    data::RowReport chosen;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        chosen.problems.push_back(m_rows->row(index.row()));
    const data::RowReport& copied = chosen.problems.empty() ? m_report : chosen;
    QApplication::clipboard()->setText(QString::fromStdString(data::toCsv(copied)));
    emit noted(tr("Copied %n rows as CSV.", nullptr, static_cast<int>(copied.problems.size())));
}

void BadRowView::save()
{
    const QString folder = Settings().lastFolder(QStringLiteral("dataset"));
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the rows left out"),
                                                      folder + QStringLiteral("/bad-rows.csv"), tr("CSV (*.csv)"));
    if (!path.isEmpty())
        saveTo(path);
}

bool BadRowView::saveTo(const QString& path)
{
    // 10,000 rows at most, some MB: written in a few ms.
    if (const auto written = writeFile(path.toStdString(), data::toCsv(m_report)); !written) {
        emit problem(QString::fromStdString(written.error().message));
        return false;
    }
    emit noted(tr("%n rows were written to %1.", nullptr, static_cast<int>(m_report.problems.size())).arg(path));
    return true;
}

} // namespace driftscope::ui
