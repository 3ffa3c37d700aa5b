// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"

#include <QByteArray>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>

/// Runs driftscope-cli as a user does, on a small generated dataset and without a model.
namespace driftscope::test {

struct Outcome {
    int exitCode = -1;
    QByteArray out;
    QByteArray errors;

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

inline Outcome outcomeOf(QProcess& process)
{
    if (!process.waitForFinished(120'000))
        qFatal("driftscope-cli does not end");
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

/// Runs the program to its end, with `input` on its standard input.
inline Outcome runProgram(const QStringList& arguments, const QByteArray& input = {})
{
    QProcess process;
    process.start(DRIFTSCOPE_CLI, arguments);
    process.write(input);
    process.closeWriteChannel();
    return outcomeOf(process);
}

inline void writeTextFile(const QString& path, const QByteArray& text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write %s", qPrintable(path));
}

/// ratings.csv of random ratings.
inline void writeDataset(const QString& folder, std::size_t users = 24, std::size_t items = 80)
{
    RandomStream stream(5, "ratings");
    QByteArray rows = "userId,movieId,rating,timestamp\n";
    for (std::size_t user = 1; user <= users; ++user) {
        std::vector<std::size_t> order(items);
        for (std::size_t item = 0; item < items; ++item)
            order[item] = item + 1;
        stream.shuffle(order);
        std::size_t time = 880'000'000 + stream.index(100'000);
        for (std::size_t event = 0; event < 20; ++event) {
            time += 60 + stream.index(100'000);
            rows += QByteArray::number(qulonglong(user)) + "," + QByteArray::number(qulonglong(order[event])) + ","
                + QByteArray::number(qulonglong(1 + stream.index(5))) + "," + QByteArray::number(qulonglong(time))
                + "\n";
        }
    }
    writeTextFile(folder + "/ratings.csv", rows);
}

inline QJsonObject experimentObject()
{
    const auto arm = [](const char* name, const QJsonObject& selector) {
        return QJsonObject {{"name", name}, {"selector", selector}, {"template", "items"}};
    };
    return {{"version", 1},
            {"name", "generated"},
            {"dataset", QJsonObject {{"path", "ratings.csv"}}},
            {"checkpoint", QJsonObject {{"path", "model"}, {"batchTokens", 2500}}},
            {"replay", QJsonObject {{"queriesPerUser", 4}, {"minHistory", 3}}},
            {"candidates", QJsonObject {{"count", 10}}},
            {"metrics", QJsonObject {{"resamples", 100}}},
            {"arms",
             QJsonArray {arm("none", {{"id", "none"}}), arm("recent 2", {{"id", "recent"}, {"k", 2}}),
                         arm("random 2", {{"id", "random"}, {"k", 2}})}}};
}

inline QString writeExperiment(const QString& folder, const QJsonObject& experiment = experimentObject())
{
    const QString path = folder + "/experiment.json";
    writeTextFile(path, QJsonDocument(experiment).toJson());
    return path;
}

} // namespace driftscope::test
