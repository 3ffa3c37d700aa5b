// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/columndialog.h"

#include "core/data/rowreport.h"
#include "ui/models/numbertext.h"
#include "ui/views/tableviews.h"
#include "ui/widgets/labelcolors.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

using Row = data::PreviewRow;
using RowModel = ListTableModel<Row>;

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

QString whyText(const Row& row)
{
    if (!row.problem)
        return {};
    const auto why = data::whyLeftOut(*row.problem);
    return QString::fromUtf8(why.data(), static_cast<qsizetype>(why.size()));
}

TableColumn<Row> lineColumn()
{
    return {.title = ColumnDialog::tr("Line"),
            .text = [](const Row& row) { return countText(row.line); },
            .isNumber = true};
}

/// The columns of the source under their own names, and the part that each plays.
std::unique_ptr<RowModel> sourceModel(const data::TablePreview& preview)
{
    std::vector<TableColumn<Row>> columns {lineColumn()};
    for (std::size_t i = 0; i < preview.columns.size(); ++i) {
        QString title = text(preview.columns[i]);
        for (const ColumnPart& part : columnParts())
            if (preview.parts.*part.column == preview.columns[i] && !preview.columns[i].empty())
                title += QStringLiteral("\n→ ") + part.title;
        columns.push_back({.title = title, .text = [i](const Row& row) {
                               return i < row.fields.size() ? text(row.fields[i]) : QString();
                           }});
    }
    return std::make_unique<RowModel>(std::move(columns));
}

/// What the reader makes of the rows.
std::unique_ptr<RowModel> readModel(const QPalette& palette)
{
    const QColor bad = labelColor(false, palette);
    const auto decorate = [bad](const Row& row, int role) {
        if (role == Qt::ToolTipRole)
            return QVariant(whyText(row));
        return role == Qt::ForegroundRole && row.problem ? QVariant(bad) : QVariant();
    };
    const auto column = [&](const char* title, std::function<QVariant(const Row&)> value, bool isNumber = false) {
        return TableColumn<Row> {
            .title = ColumnDialog::tr(title), .text = std::move(value), .isNumber = isNumber, .decorate = decorate};
    };
    return std::make_unique<RowModel>(std::vector<TableColumn<Row>> {
        lineColumn(),
        column("User", [](const Row& row) { return text(row.user); }),
        column("Item", [](const Row& row) { return text(row.item); }),
        column("Time (UTC)", [](const Row& row) { return row.time ? text(formatTime(*row.time)) : QString(); }),
        column(
            "Rating", [](const Row& row) { return row.rating ? QLocale().toString(*row.rating, 'g', 4) : QString(); },
            true),
        column("Genres", [](const Row& row) { return text(row.genres); }),
        column("Title, or why it is left out",
               [](const Row& row) {
                   return row.problem ? ColumnDialog::tr("left out: %1").arg(whyText(row)) : text(row.title);
               }),
    });
}

} // namespace

ColumnDialog::ColumnDialog(const QString& path, const DatasetForm& form, QWidget* parent)
    : QDialog(parent)
    , m_session(path, form)
    , m_file(new QLabel(this))
    , m_verdict(new QLabel(this))
{
    setWindowTitle(tr("Columns of the table"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_file->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_file->setWordWrap(true);
    m_verdict->setWordWrap(true);
    m_verdict->setMinimumHeight(2 * m_verdict->fontMetrics().height());
    auto* body = new QHBoxLayout;
    body->addWidget(createChoices());
    body->addWidget(createTables(), 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_open = buttons->addButton(tr("Open with these columns"), QDialogButtonBox::AcceptRole);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_file);
    layout->addLayout(body, 1);
    layout->addWidget(m_verdict);
    layout->addWidget(buttons);
    resize(960, 600);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit openWanted(m_session.path(), m_session.form());
        accept();
    });
    connect(&m_session, &ColumnSession::changed, this, &ColumnDialog::showState);
    showState();
    m_columns.front()->setFocus(); // what has to be chosen comes first
}

QWidget* ColumnDialog::createChoices()
{
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins({});
    for (const ColumnPart& part : columnParts()) {
        auto* choice = new QComboBox(box);
        choice->setMinimumContentsLength(16);
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setToolTip(part.help);
        choice->setAccessibleName(part.title);
        form->addRow(part.isNeeded ? tr("%1 (needed)").arg(part.title) : part.title, choice);
        m_columns.push_back(choice);
        connect(choice, &QComboBox::activated, this, &ColumnDialog::takeChoice);
    }
    m_separator = new QComboBox(box);
    m_separator->setAccessibleName(tr("Between columns"));
    m_separator->addItem(tr("found by itself"), QString());
    for (const char* one : {",", "\t", ";", "|"})
        m_separator->addItem(separatorName(one), QString::fromLatin1(one));
    m_hasHeader = new QCheckBox(tr("The first line names them"), box);
    form->addRow(tr("Between columns"), m_separator);
    form->addRow(QString(), m_hasHeader);
    const data::ColumnMap& chosen = m_session.form().columns;
    m_hasHeader->setChecked(chosen.hasHeader);
    m_separator->setCurrentIndex(std::max(0, m_separator->findData(QString::fromStdString(chosen.separator))));
    connect(m_separator, &QComboBox::activated, this, &ColumnDialog::takeChoice);
    connect(m_hasHeader, &QCheckBox::toggled, this, &ColumnDialog::takeChoice);
    return box;
}

QWidget* ColumnDialog::createTables()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins({});
    m_sourceTable = new QTableView(column);
    m_sourceTable->setAccessibleName(tr("First rows as they stand"));
    m_readTable = new QTableView(column);
    m_readTable->setAccessibleName(tr("First rows as they are read"));
    m_read = readModel(palette());
    dressTable(*m_readTable, *m_read, 6);
    layout->addWidget(new QLabel(tr("As they stand in the file"), column));
    layout->addWidget(m_sourceTable, 1);
    layout->addWidget(new QLabel(tr("As they will be read"), column));
    layout->addWidget(m_readTable, 1);
    return column;
}

void ColumnDialog::takeChoice()
{
    data::ColumnMap columns;
    const auto parts = columnParts();
    columns.separator = m_separator->currentData().toString().toStdString();
    columns.hasHeader = m_hasHeader->isChecked();
    const data::ColumnMap& before = m_session.form().columns;
    // Under another separator, or without a header, the columns have other names.
    if (columns.separator == before.separator && columns.hasHeader == before.hasHeader)
        for (std::size_t i = 0; i < parts.size(); ++i)
            columns.*parts[i].column = m_columns[i]->currentData().toString().toStdString();
    m_session.setColumns(columns);
}

void ColumnDialog::fillColumns(const data::TablePreview& preview)
{
    const auto parts = columnParts();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        QComboBox& choice = *m_columns[i];
        const QSignalBlocker blocker(&choice);
        const std::string& chosen = m_session.form().columns.*parts[i].column;
        const std::string& found = preview.parts.*parts[i].column;
        choice.clear();
        const QString none = parts[i].isNeeded ? tr("choose…") : tr("none");
        choice.addItem(!chosen.empty()     ? tr("by its name")
                           : found.empty() ? none
                                           : tr("by name: %1").arg(text(found)),
                       QString());
        for (const std::string& name : preview.columns)
            choice.addItem(text(name), text(name));
        choice.setCurrentIndex(std::max(0, chosen.empty() ? 0 : choice.findData(text(chosen))));
    }
}

void ColumnDialog::showPreview(const data::TablePreview& preview)
{
    m_file->setText(tr("%1, %2 between columns").arg(text(preview.file), separatorName(preview.separator)));
    fillColumns(preview);
    auto source = sourceModel(preview);
    source->setRows(preview.rows);
    dressTable(*m_sourceTable, *source, source->columnCount() - 1);
    m_sourceTable->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_source = std::move(source); // the older one goes when the view has left it
    m_read->setRows(preview.rows);
}

void ColumnDialog::showState()
{
    if (m_session.preview())
        showPreview(*m_session.preview());
    else
        m_file->setText(m_session.path());
    m_verdict->setText(m_session.verdict());
    m_open->setEnabled(m_session.canOpen());
}

} // namespace driftscope::ui
