// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/statusline.h"

#include "ui/focus/workspace.h"
#include "ui/models/numbertext.h"
#include "ui/settings/recentpaths.h"
#include "ui/widgets/jobstrip.h"

#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace driftscope::ui {

namespace {

constexpr int widestPart = 240; // px of a part's text; longer names are shortened in the middle

} // namespace

StatusLine::StatusLine(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 0, 4, 0);
    layout->setSpacing(2);
    m_dataset = addPart(tr("Dataset"));
    m_checkpoint = addPart(tr("Checkpoint"));
    m_device = addPart(tr("Device"));
    m_leaks = addPart(tr("Leaks"));
    m_idle = new QLabel(tr("no job running"), this);
    m_idle->setContentsMargins(6, 0, 6, 0);
    m_jobs = new JobStrip(this);
    layout->addStretch(1);
    layout->addWidget(m_idle);
    layout->addWidget(m_jobs);
    connect(m_jobs, &JobStrip::activityChanged, m_idle, &QWidget::setHidden);
    connect(m_dataset, &QToolButton::clicked, this, &StatusLine::datasetWanted);
    connect(m_checkpoint, &QToolButton::clicked, this, &StatusLine::modelWanted);
    connect(m_device, &QToolButton::clicked, this, &StatusLine::modelWanted);
    connect(m_leaks, &QToolButton::clicked, this, &StatusLine::leaksWanted);
    Focus& focus = workspace.focus();
    for (const auto change :
         {&Focus::datasetChanged, &Focus::checkpointChanged, &Focus::engineChanged, &Focus::experimentChanged})
        connect(&focus, change, this, &StatusLine::showFocus);
    connect(&focus, &Focus::leaksChanged, this, &StatusLine::showLeaks);
    connect(&workspace.modelJob(), &JobRunner::started, this, &StatusLine::showFocus);
    connect(&workspace.modelJob(), &JobRunner::ended, this, &StatusLine::showFocus);
    showFocus();
    showLeaks();
}

QToolButton* StatusLine::addPart(const QString& name)
{
    auto* part = new QToolButton(this);
    part->setAutoRaise(true);
    part->setToolButtonStyle(Qt::ToolButtonTextOnly);
    part->setFocusPolicy(Qt::TabFocus);
    part->setObjectName(name);
    layout()->addWidget(part);
    return part;
}

QString StatusLine::checkpointText() const
{
    const Focus& focus = m_workspace.focus();
    if (!focus.checkpoint())
        return tr("no checkpoint");
    QString text = shortPath(focus.checkpoint()->path);
    for (const std::string& adapter : focus.experiment().checkpoint.adapters)
        text += QStringLiteral(" + ") + shortPath(QString::fromStdString(adapter));
    return text;
}

void StatusLine::showFocus()
{
    const Focus& focus = m_workspace.focus();
    const auto say = [this](QToolButton* part, const QString& name, const QString& text, const QString& help) {
        part->setText(part->fontMetrics().elidedText(text, Qt::ElideMiddle, widestPart));
        part->setToolTip(help);
        part->setAccessibleName(name + QStringLiteral(": ") + text);
    };
    say(m_dataset, tr("Dataset"), focus.dataset() ? shortPath(focus.dataset()->path) : tr("no dataset"),
        focus.dataset() ? QDir::cleanPath(focus.dataset()->path) : tr("Open one on the page Data"));
    say(m_checkpoint, tr("Checkpoint"), checkpointText(),
        focus.checkpoint() ? QDir::cleanPath(focus.checkpoint()->path) : tr("Open one on the page Model"));
    QString device = tr("model not loaded");
    if (m_workspace.modelJob().isRunning())
        device = tr("loading the model…");
    else if (focus.engine())
        device = QString::fromStdString(focus.engine()->device + ", " + focus.engine()->precision);
    say(m_device, tr("Device"), device, tr("Where the model runs, and its precision"));
}

void StatusLine::showLeaks()
{
    const auto leaks = m_workspace.focus().leaks();
    const QString text = tr("leaks %1").arg(countText(leaks));
    QFont font = m_dataset->font();
    font.setBold(leaks > 0);
    m_leaks->setFont(font);
    m_leaks->setText(text);
    m_leaks->setAccessibleName(text);
    m_leaks->setToolTip(tr("Prompts that held something of the future: must be 0"));
}

} // namespace driftscope::ui
