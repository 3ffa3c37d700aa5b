// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/staleveil.h"

#include <QAbstractScrollArea>
#include <QEvent>
#include <QPainter>

namespace driftscope::ui {

namespace {

constexpr float veilOpacity = 0.55F;

QWidget& scrolledPart(QWidget& widget)
{
    auto* area = qobject_cast<QAbstractScrollArea*>(&widget);
    return area ? *area->viewport() : widget;
}

} // namespace

StaleVeil::StaleVeil(QWidget& covered)
    : QWidget(&covered)
    , m_covered(scrolledPart(covered))
    , m_blink(this)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
    m_covered.installEventFilter(this);
    m_blink.setSingleShot(true);
    m_blink.setInterval(blinkMs);
    connect(&m_blink, &QTimer::timeout, this, [this] {
        place();
        show();
        raise();
    });
}

void StaleVeil::setStale(bool isStale)
{
    if (!isStale) {
        m_blink.stop();
        hide();
    } else if (isHidden() && !m_blink.isActive()) {
        m_blink.start();
    }
}

bool StaleVeil::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_covered && (event->type() == QEvent::Resize || event->type() == QEvent::Move))
        place();
    return QWidget::eventFilter(watched, event);
}

void StaleVeil::paintEvent(QPaintEvent* /*event*/)
{
    QColor color = m_covered.palette().color(m_covered.backgroundRole());
    color.setAlphaF(veilOpacity);
    QPainter(this).fillRect(rect(), color);
}

void StaleVeil::place()
{
    setGeometry(&m_covered == parentWidget() ? m_covered.rect() : m_covered.geometry());
}

void setGreyed(QWidget& widget, bool isGreyed)
{
    auto* veil = widget.findChild<StaleVeil*>(QString(), Qt::FindDirectChildrenOnly);
    if (!veil && isGreyed)
        veil = new StaleVeil(widget);
    if (veil)
        veil->setStale(isGreyed);
}

} // namespace driftscope::ui
