// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/interactionpicker.h"

#include "core/base/simtime.h"

#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr int mostListed = 500; // more would be searched, not read

bool matches(const QString& title, const QStringList& words)
{
    return std::ranges::all_of(words, [&](const QString& word) { return title.contains(word, Qt::CaseInsensitive); });
}

} // namespace

InteractionPicker::InteractionPicker(const QString& title, std::shared_ptr<const data::UserHistory> history,
                                     std::vector<data::InteractionIndex> choosable, QWidget* parent)
    : QDialog(parent)
    , m_history(std::move(history))
    , m_choosable(std::move(choosable))
    , m_search(new QLineEdit(this))
    , m_list(new QListWidget(this))
    , m_count(new QLabel(this))
{
    setWindowTitle(title);
    resize(460, 420);
    m_search->setPlaceholderText(tr("Words of the title"));
    m_search->setAccessibleName(tr("Search the user's past"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_list->setAccessibleName(tr("Past interactions"));
    m_count->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_count);
    layout->addWidget(buttons);
    connect(m_search, &QLineEdit::textChanged, this, &InteractionPicker::fill);
    connect(m_list, &QListWidget::itemDoubleClicked, this, &InteractionPicker::choose);
    connect(buttons, &QDialogButtonBox::accepted, this, &InteractionPicker::choose);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    fill();
}

void InteractionPicker::fill()
{
    m_list->clear();
    const QStringList words = m_search->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const data::Dataset& dataset = m_history->dataset();
    int found = 0;
    for (const auto interaction : m_choosable) {
        const QString title = QString::fromStdString(dataset.catalog().title(dataset.item(interaction)));
        if (!matches(title, words) || ++found > mostListed)
            continue;
        const QString label = m_history->isLiked(interaction) ? tr("liked") : tr("disliked");
        auto* item = new QListWidgetItem(
            tr("%1 · %2 · %3").arg(title, label, QString::fromStdString(formatTime(dataset.time(interaction)))),
            m_list);
        item->setData(Qt::UserRole, interaction);
    }
    m_list->setCurrentRow(0);
    m_ok->setEnabled(found > 0);
    m_count->setText(found > mostListed
                         ? tr("%1 found, the newest %2 listed; type more of the title.").arg(found).arg(mostListed)
                         : tr("%1 of what the user did before this moment; nothing later can be shown.").arg(found));
}

void InteractionPicker::choose()
{
    if (const auto* item = m_list->currentItem()) {
        emit chosen(item->data(Qt::UserRole).value<data::InteractionIndex>());
        accept();
    }
}

bool InteractionPicker::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) { // through the list without leaving the search
            const int row = m_list->currentRow() + (key == Qt::Key_Down ? 1 : -1);
            m_list->setCurrentRow(std::clamp(row, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace driftscope::ui
