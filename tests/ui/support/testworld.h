// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/fakeengine.h"
#include "ui/focus/workspace.h"

#include <QFile>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

namespace driftscope::ui {

/// A small dataset, an empty store and a workspace with the fake model, as the tests of pages need them.
class TestWorld
{
public:
    static constexpr int users = 12;
    static constexpr int eventsPerUser = 30;
    static constexpr int items = 60;

    TestWorld()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("driftscope-test"));
        workspace = std::make_unique<Workspace>(std::make_shared<FakeEngine>(), file("runs.sqlite").toStdString());
    }

    QString file(const char* name) const { return folder.filePath(QString::fromLatin1(name)); }

    /// Writes the interactions; one row is bad and one a duplicate.
    QString writeDataset() const
    {
        QFile csv(file("interactions.csv"));
        if (!csv.open(QIODevice::WriteOnly))
            return {};
        QByteArray text = "user_id,item_id,rating,timestamp,title\n";
        for (int user = 0; user < users; ++user)
            for (int event = 0; event < eventsPerUser; ++event) {
                const int item = (user * 7 + event * 11) % items;
                const int rating = 1 + (user + event * event) % 5;
                text += "u" + QByteArray::number(user) + ",i" + QByteArray::number(item) + ','
                    + QByteArray::number(rating) + ',' + QByteArray::number(880'000'000 + user * 13 + event * 86'400)
                    + ",Film " + QByteArray::number(item) + " (1990)\n";
            }
        text += "u0,i1,good,880000000,Film 1 (1990)\n"; // the bad row
        text += "u0,i0,5,890000000,Film 0 (1990)\n"; // the duplicate
        csv.write(text);
        return csv.fileName();
    }

    bool openDataset()
    {
        QSignalSpy ended(&workspace->datasetJob(), &JobRunner::ended);
        workspace->openDataset(writeDataset());
        return ended.wait(20'000) && workspace->focus().dataset().has_value();
    }

    bool loadFakeModel()
    {
        workspace->openFakeModel();
        QSignalSpy ended(&workspace->modelJob(), &JobRunner::ended);
        workspace->loadModel({});
        return ended.wait(20'000) && workspace->focus().engine() != nullptr;
    }

    /// An experiment that takes a moment.
    void useSmallExperiment()
    {
        simulate::Experiment draft = workspace->focus().experiment();
        draft.name = "small";
        draft.replay.maxUsers = 6;
        draft.replay.queriesPerUser = 8;
        draft.candidates.count = 12;
        draft.metrics.minimumPerPoint = 3;
        draft.metrics.windowSize = 10;
        draft.metrics.resamples = 50;
        workspace->focus().setExperiment(std::move(draft));
    }

    QTemporaryDir folder;
    std::unique_ptr<Workspace> workspace;
};

} // namespace driftscope::ui
