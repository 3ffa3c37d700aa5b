// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/healthview.h"

#include "ui/models/numbertext.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>
#include <utility>

namespace driftscope::ui {

namespace {

QString shareText(double share)
{
    return HealthView::tr("%1 %").arg(QLocale().toString(100 * share, 'f', 1));
}

QString spanText(std::int64_t seconds)
{
    if (seconds < 2 * 3600)
        return HealthView::tr("%1 min").arg(QLocale().toString(static_cast<double>(seconds) / 60, 'f', 0));
    if (seconds < 2 * 86'400)
        return HealthView::tr("%1 h").arg(QLocale().toString(static_cast<double>(seconds) / 3600, 'f', 1));
    return HealthView::tr("%1 days").arg(QLocale().toString(static_cast<double>(seconds) / 86'400, 'f', 1));
}

using Period = data::HealthPeriod;

/// Bars over time. @param valueOf  value and part of a period.
BarChart overTime(const data::HealthCard& card, const QString& label,
                  const std::function<std::pair<double, double>(const Period&)>& valueOf)
{
    BarChart chart;
    chart.seconds = static_cast<double>(card.periodLength.count());
    chart.valueLabel = label.arg(QString::fromStdString(card.periodName));
    for (const Period& period : card.periods) {
        const auto [value, part] = valueOf(period);
        chart.bars.push_back({static_cast<double>(toUnix(period.start)), value, part});
    }
    return chart;
}

/// Percent of a period's events.
BarChart shareOverTime(const data::HealthCard& card, const QString& label, std::uint64_t Period::*part)
{
    return overTime(card, label, [part](const Period& period) {
        const auto all = static_cast<double>(period.interactions);
        return std::pair(all > 0 ? 100 * static_cast<double>(period.*part) / all : 0, 0.0);
    });
}

BarChart likedPerUser(const data::HealthCard& card)
{
    BarChart chart;
    chart.nameLabel = HealthView::tr("liked items of a user");
    chart.valueLabel = HealthView::tr("users");
    for (const data::LikedBin& bin : card.likedPerUser) {
        chart.bars.push_back({0, static_cast<double>(bin.users), 0});
        chart.names << (bin.from == bin.to ? countText(bin.from) : HealthView::tr("%1–%2").arg(bin.from).arg(bin.to));
    }
    return chart;
}

BarChart ratings(const data::HealthCard& card)
{
    BarChart chart;
    chart.nameLabel = HealthView::tr("rating");
    chart.valueLabel = HealthView::tr("interactions");
    for (const data::RatingCount& count : card.ratings) {
        chart.bars.push_back({0, static_cast<double>(count.interactions), 0});
        chart.names << QLocale().toString(count.rating, 'g', 4);
    }
    return chart;
}

QStyle::StandardPixmap iconOf(data::HealthAdvice::Kind kind)
{
    switch (kind) {
    case data::HealthAdvice::Kind::Warning:
        return QStyle::SP_MessageBoxWarning;
    case data::HealthAdvice::Kind::Good:
        return QStyle::SP_DialogApplyButton;
    default:
        return QStyle::SP_MessageBoxInformation;
    }
}

QString kindName(data::HealthAdvice::Kind kind)
{
    switch (kind) {
    case data::HealthAdvice::Kind::Warning:
        return HealthView::tr("Warning");
    case data::HealthAdvice::Kind::Good:
        return HealthView::tr("Good");
    default:
        return HealthView::tr("Note");
    }
}

} // namespace

std::vector<CardRow> healthRows(const data::HealthCard& card)
{
    const auto say = [](const char* text) { return HealthView::tr(text); };
    const double likedShare =
        card.interactions > 0 ? static_cast<double>(card.positives) / static_cast<double>(card.interactions) : 0;
    return {
        {say("Interactions"), countText(card.interactions), say("Rows that are kept, without duplicates.")},
        {say("Users"), countText(card.users), say("With at least one interaction.")},
        {say("Items"), countText(card.items), say("With at least one interaction.")},
        {say("From"), QString::fromStdString(formatTime(card.firstTime)), say("First interaction, UTC.")},
        {say("To"), QString::fromStdString(formatTime(card.lastTime)), say("Last interaction, UTC.")},
        {say("Liked"), HealthView::tr("%1 (%2)").arg(countText(card.positives), shareText(likedShare)),
         say("Under the label rule above.")},
        {say("Users with both labels"), countText(card.usersWithBothLabels),
         say("Only these can have an AUC of their own.")},
        {say("Span of a user"), spanText(card.medianUserSpanSeconds),
         say("Median over users, first to last interaction.")},
        {say("Tied in time"), shareText(card.tiedShare),
         say("Interactions at the same second as another one of the same user: their order is not known.")},
        {say("New items at the end"), shareText(card.coldItemShareLast10Percent),
         say("Of the last tenth of interactions: the share whose item does not occur before.")},
        {say("New users at the end"), shareText(card.coldUserShareLast10Percent),
         say("Of the last tenth of interactions: the share whose user does not occur before.")},
        {say("Duplicates left out"), countText(card.duplicates),
         say("Later rows of a user and item that occurred before.")},
        {say("Bad rows"), countText(card.badRows), say("Rows that could not be read; listed with file and line.")},
        {say("Replay by clock"), card.isClockReplayAdvised ? say("advised") : say("not advised: use event index"),
         QString::fromStdString(card.clockReplayReason)},
    };
}

std::vector<HealthChart> healthCharts(const data::HealthCard& card)
{
    const auto say = [](const char* text) { return HealthView::tr(text); };
    BarChart events = overTime(card, say("events per %1"), [](const Period& period) {
        return std::pair(static_cast<double>(period.interactions), static_cast<double>(period.coldItemRows));
    });
    events.partName = say("items not seen before");
    events.restName = say("known items");
    std::vector<HealthChart> charts {
        {say("Events over time"), std::move(events)},
        {say("New items over time"), shareOverTime(card, say("% about new items, per %1"), &Period::coldItemRows)},
        {say("New users over time"), shareOverTime(card, say("% by new users, per %1"), &Period::coldUserRows)},
        {say("Ties over time"), shareOverTime(card, say("% tied in a second, per %1"), &Period::tiedRows)},
        {say("Liked items per user"), likedPerUser(card)},
    };
    if (!card.ratings.empty())
        charts.push_back({say("Ratings"), ratings(card)});
    return charts;
}

HealthView::HealthView(QWidget* parent)
    : QWidget(parent)
{
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget(area);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins({});
    m_advice = new QVBoxLayout;
    m_advice->setSpacing(6);
    m_card = new CardView(tr("Health of the dataset"), body);
    m_card->setEmptyText(tr("Open a dataset: what it holds and whether it suits a replay is said here."));
    column->addLayout(m_advice);
    column->addWidget(m_card);
    m_bundled = new QPushButton(tr("Open the bundled data"), body);
    m_bundled->setToolTip(tr("Made-up users whose tastes turn at known moments; it comes with the program"));
    column->addWidget(m_bundled, 0, Qt::AlignLeft);
    connect(m_bundled, &QPushButton::clicked, this, &HealthView::bundledWanted);
    column->addStretch(1);
    area->setWidget(body);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(area, 3);
    layout->addWidget(createPlot(), 2);
}

QWidget* HealthView::createPlot()
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    m_choice = new QComboBox(box);
    m_choice->setAccessibleName(tr("Plot"));
    m_choice->setToolTip(tr("What the plot shows"));
    auto* copy = new QToolButton(box);
    copy->setText(tr("Copy numbers"));
    copy->setToolTip(tr("Copy the numbers behind the plot, with tabs between them"));
    m_plot = new BarPlot(box);
    auto* line = new QHBoxLayout;
    line->addWidget(m_choice, 1);
    line->addWidget(copy);
    layout->addLayout(line);
    layout->addWidget(m_plot, 1);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &HealthView::showPlot);
    connect(copy, &QToolButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_plot->chart().toText()); });
    box->hide(); // until there is something to plot
    return box;
}

void HealthView::setCard(const data::HealthCard& card)
{
    m_bundled->hide();
    showAdvice(card);
    m_card->setRows(healthRows(card));
    const int chosen = std::max(0, m_choice->currentIndex());
    const QSignalBlocker blocker(m_choice);
    m_choice->clear();
    m_charts.clear();
    for (HealthChart& one : healthCharts(card)) {
        m_choice->addItem(one.title);
        m_charts.push_back(std::move(one.chart));
    }
    m_choice->setCurrentIndex(std::min(chosen, m_choice->count() - 1));
    m_choice->parentWidget()->show();
    showPlot();
}

void HealthView::showAdvice(const data::HealthCard& card)
{
    while (QLayoutItem* item = m_advice->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const int side = fontMetrics().height();
    for (const data::HealthAdvice& advice : data::adviceOn(card)) {
        auto* row = new QWidget(this);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins({});
        auto* icon = new QLabel(row);
        icon->setPixmap(style()->standardIcon(iconOf(advice.kind)).pixmap(side, side));
        icon->setToolTip(kindName(advice.kind));
        icon->setAccessibleName(kindName(advice.kind));
        auto* text = new QLabel(QString::fromStdString(advice.text), row);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(icon, 0, Qt::AlignTop);
        layout->addWidget(text, 1);
        m_advice->addWidget(row);
    }
}

void HealthView::showPlot()
{
    const int chosen = m_choice->currentIndex();
    if (chosen >= 0 && static_cast<std::size_t>(chosen) < m_charts.size())
        m_plot->setChart(m_charts[static_cast<std::size_t>(chosen)]);
}

} // namespace driftscope::ui
