// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/jobstrip.h"

#include "ui/jobs/jobrunner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>

#include <cmath>

namespace driftscope::ui {

namespace {

constexpr double secondsBeforeForecast = 3;

/// How long it may still take, from the speed so far; empty while that says nothing.
QString forecast(double elapsed, qint64 done, qint64 total)
{
    if (elapsed < secondsBeforeForecast || done <= 0 || total <= done)
        return {};
    const double left = elapsed * static_cast<double>(total - done) / static_cast<double>(done);
    return JobStrip::tr(", about %1 left").arg(durationText(left));
}

} // namespace

QString amountText(qint64 done, qint64 total, bool isBytes)
{
    const QLocale locale;
    if (isBytes)
        return JobStrip::tr("%1 of %2").arg(locale.formattedDataSize(done), locale.formattedDataSize(total));
    return JobStrip::tr("%1 of %2").arg(locale.toString(done), locale.toString(total));
}

QString durationText(double seconds)
{
    const auto whole = static_cast<qint64>(std::ceil(std::max(0.0, seconds)));
    if (whole < 90)
        return JobStrip::tr("%1 s").arg(whole);
    if (whole < 90 * 60)
        return JobStrip::tr("%1 min").arg((whole + 30) / 60);
    return JobStrip::tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

JobStrip::JobStrip(QWidget* parent)
    : QWidget(parent)
    , m_label(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_stop(new QPushButton(tr("Stop"), this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_label);
    layout->addWidget(m_bar);
    layout->addWidget(m_stop);
    m_bar->setFixedWidth(120);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_stop->setToolTip(tr("Stop this job; what is done is kept"));
    connect(m_stop, &QPushButton::clicked, this, &JobStrip::stopCurrent);
    setVisible(false);
}

void JobStrip::watch(JobRunner& job, bool isBytes)
{
    connect(&job, &JobRunner::started, this, [this, &job] { begin(job); });
    connect(&job, &JobRunner::progressed, this, [this, &job, isBytes](qint64 done, qint64 total, const QString& stage) {
        if (m_current == &job)
            show(done, total, stage, isBytes);
    });
    connect(&job, &JobRunner::ended, this, [this, &job] { finish(job); });
}

void JobStrip::stopCurrent()
{
    if (!m_current)
        return;
    m_current->cancel();
    m_stop->setEnabled(false);
    m_label->setText(tr("%1: stopping…").arg(m_current->title()));
}

void JobStrip::begin(JobRunner& job)
{
    const bool wasActive = m_current != nullptr;
    std::erase_if(m_running, [&job](const Running& one) { return one.job == &job; });
    m_running.push_back({&job, {}});
    m_running.back().clock.start();
    showNewest();
    if (!wasActive)
        emit activityChanged(true);
}

void JobStrip::showNewest()
{
    m_current = m_running.empty() ? nullptr : m_running.back().job;
    if (m_current) {
        m_stop->setEnabled(!m_current->isStopping());
        m_bar->setRange(0, 0);
        m_label->setText(m_current->isStopping() ? tr("%1: stopping…").arg(m_current->title()) : m_current->title());
    }
    setVisible(m_current != nullptr);
}

void JobStrip::show(qint64 done, qint64 total, const QString& stage, bool isBytes)
{
    if (m_current->isStopping())
        return;
    const double elapsed = static_cast<double>(m_running.back().clock.elapsed()) / 1000;
    QString text = m_current->title();
    if (!stage.isEmpty())
        text += QStringLiteral(": ") + stage;
    if (total > 0)
        text += QStringLiteral(", ") + amountText(done, total, isBytes) + forecast(elapsed, done, total);
    m_label->setText(text);
    m_bar->setRange(0, total > 0 ? 1000 : 0);
    if (total > 0)
        m_bar->setValue(static_cast<int>(1000.0 * static_cast<double>(done) / static_cast<double>(total)));
}

void JobStrip::finish(const JobRunner& job)
{
    if (std::erase_if(m_running, [&job](const Running& one) { return one.job == &job; }) == 0)
        return;
    if (m_current != &job)
        return;
    showNewest(); // an older one may still be at work
    if (!m_current)
        emit activityChanged(false);
}

} // namespace driftscope::ui
