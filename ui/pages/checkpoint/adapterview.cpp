// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checkpoint/adapterview.h"

#include "ui/settings/settings.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace driftscope::ui {

AdapterView::AdapterView(AdapterSession& session, QWidget* parent)
    : QFrame(parent)
    , m_session(session)
    , m_add(new QPushButton(tr("Add adapter…"), this))
    , m_state(new QLabel(this))
{
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Adapters"));
    auto* heading = new QLabel(tr("Adapters"), this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    m_add->setToolTip(tr("Choose a folder with adapter_config.json (PEFT: LoRA, DoRA, prompt tuning)"));
    auto* line = new QHBoxLayout;
    line->addWidget(heading);
    line->addWidget(m_state, 1);
    line->addWidget(m_add);
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    auto* body = new QWidget(area);
    m_rows = new QVBoxLayout(body);
    m_rows->setContentsMargins({});
    area->setWidget(body);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(line);
    layout->addWidget(area, 1);
    connect(m_add, &QPushButton::clicked, this, &AdapterView::chooseFolder);
    connect(&session, &AdapterSession::changed, this, &AdapterView::showRows);
    showRows();
}

void AdapterView::chooseFolder()
{
    const QString kind = QStringLiteral("adapter");
    const QString chosen =
        QFileDialog::getExistingDirectory(this, tr("Folder of an adapter"), Settings().lastFolder(kind));
    if (chosen.isEmpty())
        return;
    Settings().setLastFolder(kind, QFileInfo(chosen).absolutePath());
    m_session.add(chosen);
}

void AdapterView::showRows()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater(); // it may be the one that was clicked
        }
        delete item;
    }
    for (std::size_t i = 0; i < m_session.rows().size(); ++i)
        m_rows->addWidget(createRow(i));
    if (m_session.rows().empty()) {
        auto* empty = new QLabel(tr("None. Add or drop the folder of an adapter: it is compared with the checkpoint "
                                    "before anything is loaded, and switched on and off at once afterwards."),
                                 this);
        empty->setWordWrap(true);
        m_rows->addWidget(empty);
    }
    m_rows->addStretch(1);
    m_state->setText(m_session.isBehind() ? tr("the model follows…") : QString());
}

QWidget* AdapterView::createRow(std::size_t position)
{
    const AdapterRow& row = m_session.rows()[position];
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins({});
    auto* onOff = new QCheckBox(QString::fromStdString(row.folder.filename().string()), box);
    onOff->setChecked(row.isOn && row.canBeOn());
    onOff->setEnabled(row.canBeOn());
    onOff->setToolTip(QString::fromStdString(row.folder.string()));
    auto* report = new QLabel(AdapterSession::describe(row), box);
    report->setWordWrap(true);
    report->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* remove = new QToolButton(box);
    remove->setText(tr("Remove"));
    remove->setAccessibleName(tr("Remove adapter %1").arg(onOff->text()));
    layout->addWidget(onOff, 0, Qt::AlignTop);
    layout->addWidget(report, 1);
    layout->addWidget(remove, 0, Qt::AlignTop);
    connect(onOff, &QCheckBox::clicked, this, [this, position](bool isOn) { m_session.setOn(position, isOn); });
    connect(remove, &QToolButton::clicked, this, [this, position] { m_session.remove(position); });
    return box;
}

} // namespace driftscope::ui
