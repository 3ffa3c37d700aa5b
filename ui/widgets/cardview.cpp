// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/cardview.h"

#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace driftscope::ui {

CardView::CardView(const QString& title, QWidget* parent)
    : QFrame(parent)
    , m_form(new QFormLayout)
{
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(title);
    auto* heading = new QLabel(title, this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(heading);
    layout->addLayout(m_form);
    layout->addStretch(1);
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(3);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
}

void CardView::setRows(const std::vector<CardRow>& rows)
{
    if (rows.empty())
        return setEmptyText(m_emptyText);
    if (m_empty)
        clear();
    while (m_rows.size() > rows.size()) {
        m_form->removeRow(m_form->rowCount() - 1);
        m_rows.pop_back();
    }
    while (m_rows.size() < rows.size())
        addRow();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto [name, value] = m_rows[i];
        name->setText(rows[i].name);
        value->setText(rows[i].value);
        name->setToolTip(rows[i].help);
        value->setToolTip(rows[i].help);
    }
}

void CardView::addRow()
{
    auto* name = new QLabel(this);
    auto* value = new QLabel(this);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setWordWrap(true);
    name->setForegroundRole(QPalette::PlaceholderText);
    m_form->addRow(name, value);
    m_rows.emplace_back(name, value);
}

void CardView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    clear();
    m_empty = new QLabel(text, this);
    m_empty->setWordWrap(true);
    m_form->addRow(m_empty);
}

void CardView::clear()
{
    while (m_form->rowCount() > 0)
        m_form->removeRow(0);
    m_rows.clear();
    m_empty = nullptr;
}

} // namespace driftscope::ui
