// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/curveplot.h"

#include "ui/plots/customplot.h"
#include "ui/plots/figureexport.h"
#include "ui/plots/figurelayout.h"
#include "ui/plots/panelgraphs.h"
#include "ui/plots/plotcursor.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGraphicsOpacityEffect>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr int layoutIntervalMs = 33;

FigureFormat clipboardFormat()
{
    return {.widthMm = 120, .heightMm = 80};
}

} // namespace

CurvePlot::CurvePlot(QWidget* parent)
    : QWidget(parent)
    , m_emptyText(tr("No curve yet."))
    , m_plot(new QCustomPlot(this))
    , m_cursor(new PlotCursor(this))
    , m_timer(new QTimer(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_plot);
    m_timer->setSingleShot(true);
    m_timer->setInterval(layoutIntervalMs);
    connect(m_timer, &QTimer::timeout, this, &CurvePlot::layOut);
    m_plot->setMinimumSize(80, 60); // it cannot draw on nothing
    m_plot->setVisible(false);
    m_plot->setPlottingHint(QCP::phFastPolylines); // joints of thick lines are not seen, long ones are slow with them
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setMouseTracking(true);
    m_plot->installEventFilter(this);
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { followMouse(event->pos()); });
    connect(m_plot, &QCustomPlot::legendClick, this, [this](QCPLegend*, QCPAbstractLegendItem* item) {
        if (m_parts)
            for (const auto& [entry, arm] : m_parts->arms)
                if (entry == item) {
                    toggleArm(QString(arm));
                    return;
                }
    });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &CurvePlot::resetView);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Metric curves"));
    setAccessibleDescription(tr("Left and Right go from point to point, Return opens one, + and - zoom, 0 shows all."));
}

CurvePlot::~CurvePlot() = default;

void CurvePlot::setFigure(Figure figure)
{
    if (figure.axis != m_figure.axis || figure.isCalendar != m_figure.isCalendar)
        m_isZoomed = false;
    m_cursor->setFigure(nullptr, nullptr);
    m_parts.reset(); // it points into the figure
    m_figure = std::move(figure);
    scheduleLayout();
}

void CurvePlot::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void CurvePlot::setClickHelp(const QString& help)
{
    m_clickHelp = help;
    m_cursor->setHelp(help);
}

void CurvePlot::setStale(bool isStale)
{
    if (isStale == (graphicsEffect() != nullptr))
        return;
    if (!isStale) {
        setGraphicsEffect(nullptr);
        return;
    }
    auto* effect = new QGraphicsOpacityEffect(this);
    effect->setOpacity(0.45);
    setGraphicsEffect(effect);
}

void CurvePlot::toggleArm(const QString& arm)
{
    if (!m_hidden.erase(arm))
        m_hidden.insert(arm);
    scheduleLayout();
}

void CurvePlot::resetView()
{
    m_isZoomed = false;
    scheduleLayout();
}

void CurvePlot::zoom(double factor)
{
    if (!m_parts || m_parts->panels.empty())
        return;
    QCPAxis* x = m_parts->panels.front()->x();
    x->scaleRange(factor, x->range().center());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::copyPicture() const
{
    auto* copied = new QMimeData;
    copied->setData(QStringLiteral("image/svg+xml"), figureSvg(m_figure, clipboardFormat()));
    copied->setImageData(figureImage(m_figure, clipboardFormat(), clipboardFormat().pngDpi));
    QApplication::clipboard()->setMimeData(copied);
}

void CurvePlot::copyNumbers() const
{
    QApplication::clipboard()->setText(QString::fromUtf8(figureCsv(m_figure)));
}

std::optional<QPoint> CurvePlot::placeOf(std::size_t panel, std::size_t curve, std::size_t point) const
{
    return m_cursor->positionOf({panel, curve, point});
}

std::optional<QPoint> CurvePlot::legendPlaceOf(const QString& arm) const
{
    if (m_parts)
        for (const auto& [entry, name] : m_parts->arms)
            if (name == arm)
                return entry->rect().center();
    return {};
}

QString CurvePlot::shownValues() const
{
    return m_cursor->text();
}

void CurvePlot::drawNow()
{
    m_timer->stop();
    layOut();
    refresh();
}

void CurvePlot::refresh()
{
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
}

void CurvePlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        scheduleLayout();
}

void CurvePlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_cursor->setGeometry(rect());
    scheduleLayout();
}

void CurvePlot::paintEvent(QPaintEvent* event)
{
    QWidget::paintEvent(event);
    if (m_figure.hasPoints())
        return;
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

void CurvePlot::contextMenuEvent(QContextMenuEvent* event)
{
    if (!m_figure.hasPoints())
        return;
    QMenu menu(this);
    menu.addAction(tr("Copy &picture (vector)"), this, &CurvePlot::copyPicture);
    menu.addAction(tr("Copy &numbers (CSV)"), this, &CurvePlot::copyNumbers);
    menu.addAction(tr("&Export…"), this, &CurvePlot::exportWanted);
    menu.addSeparator();
    menu.addAction(tr("Zoom &in"), this, [this] { zoom(0.5); });
    menu.addAction(tr("Zoom &out"), this, [this] { zoom(2); });
    menu.addAction(tr("&Whole range"), this, &CurvePlot::resetView)->setEnabled(m_isZoomed);
    menu.addSeparator();
    for (const QString& arm : m_figure.arms) {
        QAction* shown = menu.addAction(arm, this, [this, arm] { toggleArm(arm); });
        shown->setCheckable(true);
        shown->setChecked(!m_hidden.contains(arm));
    }
    menu.exec(event->globalPos());
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_plot && event->type() == QEvent::Leave)
        m_cursor->moveTo({});
    if (watched == m_plot && event->type() == QEvent::MouseButtonPress)
        m_pressedAt = static_cast<QMouseEvent*>(event)->pos();
    if (watched == m_plot && event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const int moved = (mouse->pos() - m_pressedAt).manhattanLength();
        if (mouse->button() == Qt::LeftButton && moved < QApplication::startDragDistance())
            click(mouse->pos());
    }
    return QWidget::eventFilter(watched, event);
}

void CurvePlot::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        m_cursor->step(event->key() == Qt::Key_Left ? -1 : 1);
        return;
    case Qt::Key_Plus:
        zoom(0.5);
        return;
    case Qt::Key_Minus:
        zoom(2);
        return;
    case Qt::Key_0:
        resetView();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const auto at = m_cursor->place() ? m_cursor->positionOf(*m_cursor->place()) : std::nullopt)
            click(*at);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void CurvePlot::scheduleLayout()
{
    if (!m_timer->isActive())
        m_timer->start();
}

void CurvePlot::layOut()
{
    m_plot->setVisible(m_figure.hasPoints());
    m_cursor->setVisible(m_figure.hasPoints());
    if (!m_figure.hasPoints()) {
        update();
        return;
    }
    const double unit = logicalDpiY() / 72.0;
    FigureStyle style = screenStyle(palette(), unit, font().pointSizeF() > 0 ? font().pointSizeF() : 9);
    style.hiddenArms = m_hidden;
    m_parts = std::make_unique<FigureParts>(layOutFigure(*m_plot, m_figure, style, size()));
    m_cursor->setFigure(&m_figure, m_parts.get());
    m_cursor->raise();
    for (std::size_t i = 0; i < m_parts->panels.size(); ++i) {
        PanelGraphs& panel = *m_parts->panels[i];
        for (QCPAxisRect* rect : {&panel.rect(), panel.counts()}) {
            if (!rect)
                continue;
            rect->setRangeDrag(Qt::Horizontal); // y always shows all that is there
            rect->setRangeZoom(Qt::Horizontal);
            rect->setRangeDragAxes(panel.x(), nullptr); // one x axis for curves and counts
            rect->setRangeZoomAxes(panel.x(), nullptr);
        }
        if (m_isZoomed) {
            panel.x()->setRange(m_lower, m_upper);
            panel.fill();
        }
        connect(panel.x(), qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this, i] { followRange(i); });
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

/// All panels show the part that was chosen in one of them.
void CurvePlot::followRange(std::size_t panel)
{
    if (m_isMoving || !m_parts)
        return;
    m_isMoving = true;
    const QCPRange range = m_parts->panels[panel]->x()->range();
    m_isZoomed = true;
    m_lower = range.lower;
    m_upper = range.upper;
    for (const auto& other : m_parts->panels) {
        other->x()->setRange(range);
        other->fill();
    }
    m_cursor->update();
    m_isMoving = false;
}

void CurvePlot::followMouse(QPoint position)
{
    if (m_figure.axis == FigureAxis::Users)
        m_cursor->showUser(m_cursor->nearestUser(position));
    else
        m_cursor->moveTo(m_cursor->nearest(position));
}

void CurvePlot::click(QPoint position)
{
    if (m_figure.axis == FigureAxis::Users) {
        if (const auto user = m_cursor->nearestUser(position))
            emit userClicked(user->user);
        return;
    }
    const auto place = m_cursor->nearest(position);
    if (!place || !m_cursor->isHit(position, *place))
        return;
    const FigurePanel& panel = m_figure.panels[place->panel];
    const simulate::Curve& curve = panel.curves[place->curve];
    // By value: whoever hears it may replace the figure.
    const PlotPoint point {panel.metric, QString::fromStdString(curve.arm), curve.points[place->point]};
    emit pointClicked(point);
}

} // namespace driftscope::ui
