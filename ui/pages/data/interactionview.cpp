// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/interactionview.h"

#include "ui/views/emptytext.h"
#include "ui/views/staleveil.h"
#include "ui/views/tableviews.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

namespace driftscope::ui {

InteractionView::InteractionView(DataSession& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_table(new QTableView(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createFilter());
    layout->addWidget(m_table, 1);
    dressTable(*m_table, session.interactions(), InteractionTableModel::ItemColumn);
    QHeaderView& header = *m_table->horizontalHeader();
    // Fitting columns to what is in sight would move them while one scrolls.
    const QFontMetrics metrics = m_table->fontMetrics();
    header.setSectionResizeMode(QHeaderView::Interactive);
    header.setSectionResizeMode(InteractionTableModel::ItemColumn, QHeaderView::Stretch);
    header.resizeSection(InteractionTableModel::TimeColumn,
                         metrics.horizontalAdvance(QStringLiteral("0000-00-00 00:00:00")) + 24);
    header.resizeSection(InteractionTableModel::UserColumn, metrics.horizontalAdvance(QStringLiteral("0000000000")));
    for (const int column : {InteractionTableModel::RatingColumn, InteractionTableModel::LikedColumn})
        header.resizeSection(column, metrics.horizontalAdvance(QStringLiteral("disliked")) + 30);
    m_table->setSortingEnabled(true);
    header.setSortIndicator(InteractionTableModel::TimeColumn, Qt::AscendingOrder);
    m_table->setAccessibleName(tr("Interactions"));
    m_empty = new EmptyText(*m_table, QString());
    m_table->setToolTip(tr("Double-click a row, or press Enter, to see its moment in the Probe. Type to find titles."));
    m_table->installEventFilter(this);
    const auto choose = [this](const QModelIndex& index) {
        emit momentChosen(index.data(InteractionTableModel::InteractionRole).toUInt());
    };
    connect(m_table, &QTableView::activated, this, choose);
    connect(m_probe, &QPushButton::clicked, this, [this, choose] { choose(m_table->currentIndex()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) { m_probe->setEnabled(now.isValid()); });
    connect(&session, &DataSession::rowsChanged, this, &InteractionView::showState);
    showState();
}

QWidget* InteractionView::createFilter()
{
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins({});
    m_words = new QLineEdit(box);
    m_words->setPlaceholderText(tr("title or genre"));
    m_words->setAccessibleName(tr("Words of the title or genre"));
    m_words->setToolTip(tr("Beginnings of words: “sta wa” finds Star Wars. Capitals do not matter."));
    m_words->setClearButtonEnabled(true);
    m_user = new QLineEdit(box);
    m_user->setPlaceholderText(tr("user"));
    m_user->setAccessibleName(tr("User"));
    m_user->setToolTip(tr("The id of a user, or a part of ids."));
    m_user->setClearButtonEnabled(true);
    m_user->setMaximumWidth(140);
    m_label = new QComboBox(box);
    m_label->setAccessibleName(tr("Label"));
    m_label->addItem(tr("all labels"));
    m_label->addItem(tr("liked"), true);
    m_label->addItem(tr("disliked"), false);
    m_clear = new QPushButton(tr("Clear"), box);
    m_clear->setToolTip(tr("Show all interactions"));
    m_probe = new QPushButton(tr("Probe"), box);
    m_probe->setToolTip(tr("See the chosen interaction's moment in the Probe (Enter, or a double click on the row)"));
    m_count = new QLabel(box);
    m_count->setAccessibleName(tr("Rows shown"));
    layout->addWidget(m_words, 2);
    layout->addWidget(m_user, 1);
    layout->addWidget(m_label);
    layout->addWidget(m_clear);
    layout->addWidget(m_probe);
    layout->addWidget(m_count);
    connect(m_words, &QLineEdit::textEdited, this, [this] {
        m_item.reset(); // other words, other items
        takeFilter();
    });
    connect(m_words, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty()) { // by its clear button
            m_item.reset();
            takeFilter();
        }
    });
    connect(m_user, &QLineEdit::textChanged, this, &InteractionView::takeFilter);
    connect(m_label, &QComboBox::currentIndexChanged, this, &InteractionView::takeFilter);
    connect(m_clear, &QPushButton::clicked, this, &InteractionView::clearFilter);
    return box;
}

void InteractionView::takeFilter()
{
    InteractionFilter filter;
    filter.user = m_user->text().trimmed();
    filter.item = m_item;
    filter.words = m_item ? QString() : m_words->text().trimmed();
    if (m_label->currentData().isValid())
        filter.isLiked = m_label->currentData().toBool();
    m_session.setFilter(std::move(filter));
}

void InteractionView::clearFilter()
{
    m_item.reset();
    for (QObject* part : std::initializer_list<QObject*> {m_words, m_user, m_label})
        part->blockSignals(true); // one answer for all three
    m_words->clear();
    m_user->clear();
    m_label->setCurrentIndex(0);
    m_label->update(); // it was not told
    for (QObject* part : std::initializer_list<QObject*> {m_words, m_user, m_label})
        part->blockSignals(false);
    takeFilter();
    showState();
}

void InteractionView::showItem(data::ItemIndex item, const QString& title)
{
    clearFilter();
    m_item = item;
    m_words->setText(title);
    takeFilter();
}

void InteractionView::focusFilter()
{
    m_words->setFocus();
    m_words->selectAll();
}

bool InteractionView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_table || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    // The table's own search would go through a million rows on this thread.
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool isTyped = !key->text().isEmpty() && key->text().front().isPrint() && !key->text().front().isSpace()
        && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
    if (!isTyped)
        return false;
    focusFilter();
    return QCoreApplication::sendEvent(m_words, event);
}

void InteractionView::showState()
{
    const bool isEmpty =
        m_words->text().trimmed().isEmpty() && m_user->text().trimmed().isEmpty() && m_label->currentIndex() == 0;
    if (m_session.filter().isEmpty() && !isEmpty) // another dataset has come
        return clearFilter();
    m_count->setText(m_session.rowsText());
    m_empty->setText(m_count->text().isEmpty() ? tr("No dataset is open: choose a folder or a file above, or drop one.")
                                               : tr("No interaction fits the filter."));
    m_probe->setEnabled(m_table->currentIndex().isValid());
    m_clear->setEnabled(!m_session.filter().isEmpty());
    setGreyed(*m_table, m_session.isChoosingRows());
}

} // namespace driftscope::ui
