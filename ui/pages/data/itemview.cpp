// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/itemview.h"

#include "ui/models/numbertext.h"
#include "ui/views/emptytext.h"
#include "ui/views/tableviews.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

QString likedText(const data::ItemMatch& match)
{
    const double share = static_cast<double>(match.liked) / static_cast<double>(match.interactions);
    return ItemView::tr("%1 %").arg(QLocale().toString(100 * share, 'f', 0));
}

std::unique_ptr<ListTableModel<ItemRow>> makeModel()
{
    return std::make_unique<ListTableModel<ItemRow>>(std::vector<TableColumn<ItemRow>> {
        {.title = ItemView::tr("Title"), .text = [](const ItemRow& row) { return row.title; }},
        {.title = ItemView::tr("Id"), .text = [](const ItemRow& row) { return row.id; }},
        {.title = ItemView::tr("Genres"), .text = [](const ItemRow& row) { return row.genres; }},
        {.title = ItemView::tr("Interactions"),
         .text = [](const ItemRow& row) { return countText(row.match.interactions); },
         .isNumber = true},
        {.title = ItemView::tr("Liked"),
         .text = [](const ItemRow& row) { return likedText(row.match); },
         .isNumber = true,
         .help = ItemView::tr("Share of its interactions that the label rule calls liked")},
    });
}

} // namespace

ItemView::ItemView(Workspace& workspace, DataSession& session, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_session(session)
    , m_items(makeModel())
    , m_words(new QLineEdit(this))
    , m_count(new QLabel(this))
    , m_table(new QTableView(this))
    , m_show(new QPushButton(tr("Show its interactions"), this))
{
    m_words->setPlaceholderText(tr("words of the title or genre, or an id"));
    m_words->setAccessibleName(tr("Search for items"));
    m_words->setClearButtonEnabled(true);
    auto* line = new QHBoxLayout;
    line->addWidget(m_words, 1);
    line->addWidget(m_count);
    line->addWidget(m_show);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(line);
    layout->addWidget(m_table, 1);
    dressTable(*m_table, *m_items, 0);
    m_table->setAccessibleName(tr("Items"));
    m_empty = new EmptyText(*m_table, QString());
    m_table->setToolTip(tr("Double-click an item, or press Enter, to see its interactions."));
    connect(m_words, &QLineEdit::textChanged, &session, &DataSession::searchItems);
    connect(m_words, &QLineEdit::returnPressed, this, &ItemView::choose);
    connect(m_table, &QTableView::activated, this, &ItemView::choose);
    connect(m_show, &QPushButton::clicked, this, &ItemView::choose);
    connect(&session, &DataSession::itemsChanged, this, &ItemView::showItems);
    showItems();
}

void ItemView::showItems()
{
    std::vector<ItemRow> rows;
    const data::ItemMatches& items = m_session.items();
    if (const auto& open = m_workspace.focus().dataset()) {
        const data::Catalog& catalog = open->dataset().catalog();
        for (const data::ItemMatch& match : items.best) {
            const auto genres = catalog.attribute(match.item, "genres");
            rows.push_back({match, QString::fromStdString(catalog.title(match.item)),
                            QString::fromStdString(catalog.id(match.item)),
                            QString::fromUtf8(genres.data(), static_cast<qsizetype>(genres.size()))});
        }
        m_table->setColumnHidden(2, std::ranges::all_of(rows, [](const auto& row) { return row.genres.isEmpty(); }));
    }
    const auto shown = rows.size();
    m_empty->setText(m_workspace.focus().dataset() ? tr("No item has these words.") : tr("No dataset is open."));
    m_items->setRows(std::move(rows));
    if (shown > 0)
        m_table->selectRow(0);
    const QString found = countText(items.found);
    m_count->setText(shown < items.found ? tr("%1 items, the %2 most frequent shown").arg(found).arg(shown)
                                         : tr("%1 items").arg(found));
    m_show->setEnabled(shown > 0);
}

void ItemView::choose()
{
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid() || m_session.isSearching())
        return;
    const ItemRow& row = m_items->row(current.row());
    emit itemChosen(row.match.item, row.title);
}

} // namespace driftscope::ui
