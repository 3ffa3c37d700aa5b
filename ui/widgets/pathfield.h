// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace driftscope::ui {

/// A path to open: typed, dropped, or chosen in a dialog for folders or for files.
class PathField : public QWidget
{
    Q_OBJECT

public:
    /// @param kind    "dataset", "checkpoint": which folder the dialogs start in.
    /// @param filter  of the file dialog, "GGUF (*.gguf)".
    PathField(const QString& kind, const QString& filter, QWidget* parent = nullptr);

    void setPath(const QString& path);
    [[nodiscard]] QString path() const;
    void setPlaceholder(const QString& text);

    void chooseFile();
    void chooseFolder();

    /// As if a person had typed or chosen it.
    void open(const QString& path);

signals:
    /// A person asks to open this path.
    void opened(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QString m_kind;
    QString m_filter;
    QLineEdit* m_edit;
    QPushButton* m_open;
};

} // namespace driftscope::ui
