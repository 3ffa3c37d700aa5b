// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/pathfield.h"

#include "ui/settings/settings.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>

namespace driftscope::ui {

PathField::PathField(const QString& kind, const QString& filter, QWidget* parent)
    : QWidget(parent)
    , m_kind(kind)
    , m_filter(filter)
    , m_edit(new QLineEdit(this))
    , m_open(new QPushButton(tr("Open"), this))
{
    auto* file = new QPushButton(tr("File…"), this);
    auto* folder = new QPushButton(tr("Folder…"), this);
    file->setToolTip(tr("Choose a file"));
    folder->setToolTip(tr("Choose a folder"));
    m_edit->setClearButtonEnabled(true);
    m_edit->setAccessibleName(tr("Path"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_edit, 1);
    layout->addWidget(m_open);
    layout->addWidget(folder);
    layout->addWidget(file);
    setAcceptDrops(true);
    m_edit->setAcceptDrops(false); // the field takes drops as paths, not as URLs
    m_open->setEnabled(false);
    connect(m_edit, &QLineEdit::textChanged, m_open,
            [this](const QString& text) { m_open->setEnabled(!text.isEmpty()); });
    connect(m_edit, &QLineEdit::returnPressed, this, [this] { open(m_edit->text()); });
    connect(m_open, &QPushButton::clicked, this, [this] { open(m_edit->text()); });
    connect(file, &QPushButton::clicked, this, &PathField::chooseFile);
    connect(folder, &QPushButton::clicked, this, &PathField::chooseFolder);
}

void PathField::setPath(const QString& path)
{
    m_edit->setText(path);
}

QString PathField::path() const
{
    return m_edit->text();
}

void PathField::setPlaceholder(const QString& text)
{
    m_edit->setPlaceholderText(text);
}

void PathField::chooseFile()
{
    const QString chosen = QFileDialog::getOpenFileName(this, tr("Open file"), Settings().lastFolder(m_kind), m_filter);
    if (!chosen.isEmpty())
        open(chosen);
}

void PathField::chooseFolder()
{
    const QString chosen = QFileDialog::getExistingDirectory(this, tr("Open folder"), Settings().lastFolder(m_kind));
    if (!chosen.isEmpty())
        open(chosen);
}

void PathField::open(const QString& path)
{
    QString cleaned = path.trimmed();
    if (cleaned.isEmpty())
        return;
    if (cleaned.startsWith(QLatin1String("~/")))
        cleaned = QDir::homePath() + cleaned.mid(1);
    m_edit->setText(cleaned);
    Settings().setLastFolder(m_kind, QFileInfo(cleaned).absolutePath());
    emit opened(cleaned);
}

void PathField::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile())
        event->acceptProposedAction();
}

void PathField::dropEvent(QDropEvent* event)
{
    open(event->mimeData()->urls().first().toLocalFile());
}

} // namespace driftscope::ui
