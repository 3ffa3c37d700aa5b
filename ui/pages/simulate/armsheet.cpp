// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/armsheet.h"

#include "ui/views/tableviews.h"
#include "ui/widgets/armform.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

namespace driftscope::ui {

ArmSheet::ArmSheet(QWidget* parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_title(new QLabel(this))
{
    setFrameShape(QFrame::StyledPanel);
    setMinimumWidth(290);
    auto* close = new QToolButton(this);
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close the arm"));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* head = new QHBoxLayout;
    head->addWidget(m_icon);
    head->addWidget(m_title, 1);
    head->addWidget(close);
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* inner = new QWidget(area);
    auto* innerLayout = new QVBoxLayout(inner);
    innerLayout->setContentsMargins(0, 0, 6, 0);
    m_form = new ArmForm(inner);
    innerLayout->addWidget(m_form);
    innerLayout->addStretch(1);
    area->setWidget(inner);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(head);
    layout->addWidget(area, 1);
    connect(close, &QToolButton::clicked, this, &ArmSheet::closed);
    connect(m_form, &ArmForm::edited, this, &ArmSheet::edited);
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &ArmSheet::closed);
}

void ArmSheet::showArm(const simulate::Experiment& experiment, std::size_t arm)
{
    const simulate::Arm& shown = experiment.arms[arm];
    m_icon->setPixmap(armIcon(arm, palette()).pixmap(12, 12));
    m_title->setText(QStringLiteral("<b>%1</b>").arg(QString::fromStdString(shown.name).toHtmlEscaped()));
    m_form->setAdapters(experiment.checkpoint.adapters);
    m_form->setArm(shown);
}

simulate::Arm ArmSheet::arm() const
{
    return m_form->arm();
}

} // namespace driftscope::ui
