// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checkpoint/memoryview.h"

#include "ui/views/tableviews.h"
#include "ui/widgets/labelcolors.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

QString sizeText(std::uint64_t bytes)
{
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 2);
}

std::unique_ptr<ListTableModel<MemoryRow>> makeModel(const QPalette& palette)
{
    const auto size = [](const char* title, const char* help, std::uint64_t MemoryRow::*bytes) {
        return TableColumn<MemoryRow> {.title = MemoryView::tr(title),
                                       .text = [bytes](const MemoryRow& row) { return sizeText(row.*bytes); },
                                       .isNumber = true,
                                       .help = MemoryView::tr(help)};
    };
    const auto verdict = [](const MemoryRow& row) {
        if (row.fits)
            return MemoryView::tr("fits");
        return row.advice.isEmpty() ? MemoryView::tr("more than is free") : MemoryView::tr("no: %1").arg(row.advice);
    };
    const QColor bad = labelColor(false, palette);
    return std::make_unique<ListTableModel<MemoryRow>>(std::vector<TableColumn<MemoryRow>> {
        {.title = MemoryView::tr("Device"), .text = [](const MemoryRow& row) { return row.device; }},
        size("Needed", "At the peak, the libraries' own 300 MB included", &MemoryRow::neededBytes),
        size("Free", "Now", &MemoryRow::freeBytes),
        size("Has", "Altogether", &MemoryRow::totalBytes),
        {.title = MemoryView::tr("Fits"),
         .text = verdict,
         .decorate =
             [bad, verdict](const MemoryRow& row, int role) {
                 if (role == Qt::ToolTipRole)
                     return QVariant(verdict(row));
                 return role == Qt::ForegroundRole && !row.fits ? QVariant(bad) : QVariant();
             }},
    });
}

} // namespace

MemoryView::MemoryView(MemorySession& session, QWidget* parent)
    : QFrame(parent)
    , m_session(session)
    , m_rows(makeModel(palette()))
    , m_parts(new QLabel(this))
    , m_note(new QLabel(this))
    , m_table(new QTableView(this))
{
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Memory needed"));
    auto* heading = new QLabel(tr("Memory needed"), this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    m_refresh = new QToolButton(this);
    m_refresh->setText(tr("Ask again"));
    m_refresh->setToolTip(tr("Ask each device how much is free now"));
    auto* line = new QHBoxLayout;
    line->addWidget(heading, 1);
    line->addWidget(m_refresh);
    m_parts->setWordWrap(true);
    m_note->setWordWrap(true);
    dressTable(*m_table, *m_rows, 4);
    m_table->setAccessibleName(tr("Memory of each device"));
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(line);
    layout->addWidget(m_parts);
    layout->addWidget(m_table);
    layout->addWidget(m_note);
    connect(m_refresh, &QToolButton::clicked, &session, &MemorySession::refresh);
    connect(&session, &MemorySession::changed, this, &MemoryView::showState);
    showState();
}

void MemoryView::showState()
{
    const auto estimate = m_session.estimate();
    auto rows = m_session.rows();
    m_refresh->setVisible(estimate.has_value());
    m_table->setVisible(!rows.empty());
    m_note->setVisible(estimate && !m_session.whyNoGpu().isEmpty());
    if (!estimate) {
        m_parts->setText(tr("Open a checkpoint: what it needs for the current experiment is estimated here, before "
                            "loading."));
        return;
    }
    m_parts->setText(tr("Weights %1, keys and values %2, peak %3. For %4: %5 tokens shared and %6 a candidate, "
                        "estimated.")
                         .arg(sizeText(estimate->weightsBytes), sizeText(estimate->keyValueBytes),
                              sizeText(estimate->peakBytes), m_session.extent().text,
                              QLocale().toString(qlonglong(estimate->prefixTokens)),
                              QLocale().toString(qlonglong(estimate->suffixTokens))));
    m_note->setText(m_session.whyNoGpu());
    const int lines = static_cast<int>(rows.size());
    m_rows->setRows(std::move(rows));
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + 2 * m_table->frameWidth()
                            + lines * m_table->verticalHeader()->defaultSectionSize() + 2);
}

} // namespace driftscope::ui
