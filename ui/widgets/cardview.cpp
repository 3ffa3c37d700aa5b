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
    clear();
    for (const CardRow& row : rows) {
        auto* name = new QLabel(row.name, this);
        auto* value = new QLabel(row.value, this);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setWordWrap(true);
        for (QLabel* label : {name, value})
            label->setToolTip(row.help);
        name->setEnabled(true);
        name->setForegroundRole(QPalette::PlaceholderText);
        m_form->addRow(name, value);
    }
    if (rows.empty())
        setEmptyText(m_emptyText);
}

void CardView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    clear();
    auto* label = new QLabel(text, this);
    label->setWordWrap(true);
    m_form->addRow(label);
}

void CardView::clear()
{
    while (m_form->rowCount() > 0)
        m_form->removeRow(0);
}

} // namespace driftscope::ui
