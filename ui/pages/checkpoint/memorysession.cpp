// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checkpoint/memorysession.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

/// The demonstrations that an arm shows at most.
std::int64_t demonstrationsOf(const simulate::Arm& arm)
{
    const auto k = arm.selectorParameters.find("k");
    if (k == arm.selectorParameters.end())
        return 0;
    const auto* const count = std::get_if<std::int64_t>(&k->second);
    return count ? *count : 0;
}

} // namespace

PromptExtent promptExtent(const simulate::Experiment& experiment)
{
    PromptExtent extent;
    extent.request = {0, 0, experiment.candidates.count, false};
    QString largest;
    std::int64_t titles = -1;
    for (const simulate::Arm& arm : experiment.arms) {
        if (!arm.isModel())
            continue;
        const std::int64_t demonstrations = demonstrationsOf(arm);
        const std::int64_t shown = (demonstrations + 1) * (arm.history.maxItems + 1);
        if (shown <= titles)
            continue;
        titles = shown;
        extent.request.demonstrations = demonstrations;
        extent.request.history = arm.history.maxItems;
        largest = QString::fromStdString(arm.name);
    }
    extent.text = titles < 0 ? MemorySession::tr("no arm of the experiment asks the model")
                             : MemorySession::tr("%1 demonstrations, histories of %2, %3 candidates (arm %4)")
                                   .arg(extent.request.demonstrations)
                                   .arg(extent.request.history)
                                   .arg(extent.request.candidates)
                                   .arg(largest);
    return extent;
}

MemorySession::MemorySession(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    connect(&workspace.focus(), &Focus::checkpointChanged, this, &MemorySession::refresh);
    connect(&workspace.focus(), &Focus::engineChanged, this, &MemorySession::refresh);
    connect(&workspace.focus(), &Focus::experimentChanged, this, &MemorySession::estimateAnew);
    connect(&m_job, &JobRunner::ended, this, &MemorySession::changed);
    estimateAnew();
}

void MemorySession::setPrecision(inference::Precision precision)
{
    if (std::exchange(m_precision, precision) != precision)
        estimateAnew();
}

void MemorySession::refresh()
{
    estimateAnew();
    if (!m_estimate)
        return;
    m_job.run<checkpoint::MachineMemory>(
        tr("Asking for memory"),
        [](const JobContext&) -> Result<checkpoint::MachineMemory> { return checkpoint::readMachineMemory(); },
        [this](Result<checkpoint::MachineMemory> machine) {
            if (machine)
                m_machine = std::move(*machine);
        });
}

checkpoint::MemoryEstimate MemorySession::estimateIn(bool isHalfPrecision) const
{
    checkpoint::MemoryRequest request = m_extent.request;
    request.isHalfPrecision = isHalfPrecision;
    return checkpoint::estimateMemory(m_workspace.focus().checkpoint()->checkpoint->config(), request);
}

void MemorySession::estimateAnew()
{
    m_extent = promptExtent(m_workspace.focus().experiment());
    m_estimate.reset();
    const auto& open = m_workspace.focus().checkpoint();
    if (open && open->checkpoint)
        m_estimate = estimateIn(m_precision != inference::Precision::Fp32);
    emit changed();
}

std::vector<MemoryRow> MemorySession::rows() const
{
    std::vector<MemoryRow> rows;
    if (!m_estimate)
        return rows;
    const bool isHalf = m_precision != inference::Precision::Fp32;
    for (const checkpoint::DeviceMemory& device : m_machine.devices) {
        MemoryRow row {QString::fromStdString(device.name),
                       device.totalBytes,
                       device.freeBytes,
                       m_estimate->peakBytes + checkpoint::MemoryEstimate::libraryBytes,
                       device.holds(*m_estimate),
                       {}};
        // Weights that are in memory already are part of what is not free.
        if (!row.fits && !m_workspace.focus().engine())
            row.advice = !isHalf && device.holds(estimateIn(true))
                ? tr("bf16 would fit")
                : tr("take a smaller model, fewer demonstrations or shorter histories");
        rows.push_back(std::move(row));
    }
    return rows;
}

QString MemorySession::whyNoGpu() const
{
    return QString::fromStdString(m_machine.whyNoGpu);
}

} // namespace driftscope::ui
