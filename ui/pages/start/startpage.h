// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/start/startpresenter.h"
#include "ui/settings/recentpaths.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace driftscope::ui {

/// What a person can do first: see a taste turn, probe a real model, open their own; below, what was open lately.
class StartPage : public QWidget
{
    Q_OBJECT

public:
    /// @param recent  outlives the page.
    StartPage(Workspace& workspace, RecentPaths& recent, QWidget* parent = nullptr);

    [[nodiscard]] StartPresenter& presenter() { return m_presenter; }

signals:
    void datasetWanted();
    void modelWanted();
    void experimentWanted();
    void recentWanted(driftscope::ui::RecentKind kind, const QString& path);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* createDriftCard();
    QWidget* createRealCard();
    QWidget* createOwnCard();
    QWidget* createRecent();
    QWidget* createColumn(RecentKind kind, const QString& title, const QStringList& paths);
    void showPrepared();
    void showRecent();
    void showState();
    void scaleHeading();

    Workspace& m_workspace;
    RecentPaths& m_recent;
    StartPresenter m_presenter;
    QLabel* m_heading;
    QPushButton* m_drift;
    QPushButton* m_compare;
    QPushButton* m_probe;
    QPushButton* m_copy;
    QLabel* m_realText;
    QWidget* m_recentBox;
    QHBoxLayout* m_recentColumns;
};

} // namespace driftscope::ui
