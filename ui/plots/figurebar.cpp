// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/figurebar.h"

#include "core/metrics/metricregistry.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr int usualDays = 30;
constexpr int usualEvents = 20;

/// A menu in which several entries are ticked in one go.
class StayingMenu : public QMenu
{
public:
    using QMenu::QMenu;

protected:
    void mouseReleaseEvent(QMouseEvent* event) override
    {
        QAction* action = activeAction();
        if (action && action->isCheckable())
            action->trigger();
        else
            QMenu::mouseReleaseEvent(event);
    }
};

} // namespace

FigureBar::FigureBar(QWidget* parent)
    : QWidget(parent)
    , m_metrics(new QPushButton(tr("Metrics"), this))
    , m_menu(new StayingMenu(this))
    , m_by(new QComboBox(this))
    , m_shape(new QComboBox(this))
    , m_size(new QSpinBox(this))
{
    createFields();
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    for (QWidget* widget : std::initializer_list<QWidget*> {m_metrics, m_by, m_shape, m_size})
        layout->addWidget(widget);
    layout->addStretch(1);
    connect(m_by, &QComboBox::currentIndexChanged, this, [this] {
        if (m_isFilling)
            return;
        showWindow();
        emit changed();
    });
    connect(m_shape, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_isFilling)
            emit changed();
    });
    connect(m_size, &QSpinBox::valueChanged, this, [this] {
        if (!m_isFilling)
            emit changed();
    });
}

void FigureBar::createFields()
{
    m_metrics->setMenu(m_menu);
    m_metrics->setToolTip(tr("Which metrics are drawn, a panel each"));
    m_by->addItem(tr("by event"), QStringLiteral("event-index"));
    m_by->addItem(tr("by date"), QStringLiteral("calendar"));
    m_by->setAccessibleName(tr("What simulated time counts"));
    m_by->setToolTip(tr("Simulated time as the user's own events, or as the calendar"));
    m_shape->addItem(tr("windows apart"), QStringLiteral("apart"));
    m_shape->addItem(tr("rolling"), QStringLiteral("rolling"));
    m_shape->addItem(tr("cumulative"), QStringLiteral("cumulative"));
    m_shape->setAccessibleName(tr("Shape of the windows"));
    m_shape->setToolTip(tr("What a point looks at: windows side by side, overlapping ones, or all from the beginning"));
    m_size->setRange(1, 100'000);
    m_size->setKeyboardTracking(false);
    m_size->setAccessibleName(tr("Width of a window"));
    m_size->setToolTip(tr("Width of a window; a wider one is smoother"));
}

std::string FigureBar::by() const
{
    return m_by->currentData().toString().toStdString();
}

void FigureBar::showWindow()
{
    const bool isCalendar = by() == "calendar";
    const bool wasFilling = std::exchange(m_isFilling, true);
    m_size->setSuffix(isCalendar ? tr(" days") : tr(" events"));
    const auto own = static_cast<int>(std::min<std::int64_t>(m_experiment.metrics.windowSize, 100'000));
    m_size->setValue(by() == m_experiment.metrics.windowBy ? own : (isCalendar ? usualDays : usualEvents));
    m_isFilling = wasFilling;
}

void FigureBar::setExperiment(const simulate::Experiment& experiment)
{
    const auto& before = m_experiment.metrics;
    const auto& now = experiment.metrics;
    const bool isSame = before.windowBy == now.windowBy && before.windowShape == now.windowShape
        && before.windowSize == now.windowSize && before.ids == now.ids && m_menu->actions().size() > 0;
    const auto chosen = choice().metrics;
    m_experiment = experiment;
    if (isSame)
        return;
    m_isFilling = true;
    fillMetrics(chosen);
    m_by->setCurrentIndex(std::max(0, m_by->findData(QString::fromStdString(now.windowBy))));
    m_shape->setCurrentIndex(std::max(0, m_shape->findData(QString::fromStdString(now.windowShape))));
    showWindow();
    m_isFilling = false;
}

void FigureBar::fillMetrics(const std::vector<std::string>& chosen)
{
    const auto& ids = m_experiment.metrics.ids;
    const auto isKnown = [&ids](const std::string& id) { return std::ranges::find(ids, id) != ids.end(); };
    std::vector<std::string> ticked;
    std::ranges::copy_if(chosen, std::back_inserter(ticked), isKnown);
    if (ticked.empty())
        ticked = curveMetrics(m_experiment);
    m_menu->clear();
    for (const std::string& id : ids) {
        QAction* action = m_menu->addAction(QString::fromStdString(metrics::metricTitle(id)));
        action->setData(QString::fromStdString(id));
        action->setCheckable(true);
        action->setChecked(std::ranges::find(ticked, id) != ticked.end());
        connect(action, &QAction::toggled, this, [this, action] {
            if (m_isFilling)
                return;
            if (choice().metrics.empty()) // one stays: an empty plot tells nothing
                action->setChecked(true);
            else
                emit changed();
        });
    }
}

FigureChoice FigureBar::choice() const
{
    FigureChoice choice;
    for (const QAction* action : m_menu->actions())
        if (action->isChecked())
            choice.metrics.push_back(action->data().toString().toStdString());
    choice.view = {by(), m_shape->currentData().toString().toStdString(), m_size->value()};
    return choice;
}

void FigureBar::setWindowsVisible(bool isVisible)
{
    for (QWidget* widget : std::initializer_list<QWidget*> {m_by, m_shape, m_size})
        widget->setVisible(isVisible);
}

} // namespace driftscope::ui
