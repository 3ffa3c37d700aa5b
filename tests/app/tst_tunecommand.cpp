// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>

#include <array>
#include <cmath>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "tests/app/runprogram.h"
#include "tests/core/tuning/tinyplan.h"

using namespace driftscope;
using namespace driftscope::test;

namespace {

using Variables = std::vector<std::pair<QString, QString>>;

/// A port that nothing listens on now.
int freePort()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool isBound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0
        && ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(socket);
    return isBound ? ntohs(address.sin_port) : 0;
}

void begin(QProcess& process, const QStringList& arguments, const Variables& variables = {})
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("OMP_NUM_THREADS", "1");
    environment.insert("OMP_WAIT_POLICY", "passive");
    for (const auto& [name, value] : variables)
        environment.insert(name, value);
    process.setProcessEnvironment(environment);
    process.start(DRIFTSCOPE_CLI, arguments);
}

Outcome tuned(const QStringList& arguments, const Variables& variables = {})
{
    QProcess process;
    begin(process, arguments, variables);
    return outcomeOf(process);
}

/// The lines of the log without their times.
std::vector<nlohmann::json> linesOf(const QString& folder)
{
    QFile log(folder + "/log.jsonl");
    std::vector<nlohmann::json> lines;
    if (!log.open(QIODevice::ReadOnly))
        return lines;
    while (!log.atEnd()) {
        lines.push_back(nlohmann::json::parse(log.readLine().toStdString(), nullptr, false));
        lines.back().erase("seconds");
    }
    return lines;
}

bool near(const std::vector<nlohmann::json>& lines, const std::vector<nlohmann::json>& expected, double tolerance)
{
    if (lines.size() != expected.size())
        return false;
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (const auto& [name, value] : expected[i].items())
            if (!lines[i].contains(name)
                || (value.is_number()
                    && std::abs(lines[i][name].get<double>() - value.get<double>())
                        > tolerance * std::max(1.0, std::abs(value.get<double>()))))
                return false;
    return true;
}

} // namespace

/// The command in processes of its own: killed and resumed, and two of them together.
class TestTuneCommand : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        auto plan = tinyPlan(8);
        plan["optimization"]["promptsPerStep"] = 7; // which two cannot share evenly
        plan["saveEvery"] = 3;
        m_plan = m_folder.filePath("plan.json");
        writeTextFile(m_plan, QByteArray::fromStdString(plan.dump()));
        const auto whole = tuned(arguments("whole") << "--json");
        QVERIFY2(whole.exitCode == 0, whole.errors);
        QCOMPARE(whole.json()["steps"].toInt(), 8);
        m_expected = linesOf(m_folder.filePath("whole"));
        QCOMPARE(m_expected.size(), std::size_t {8});
    }

    /// After each kill at least one more step is on record, so that it ends.
    void killedAndResumedItGivesTheSameLosses()
    {
        const QString folder = m_folder.filePath("killed");
        int killed = 0;
        for (const std::size_t lines : {2U, 5U, 7U}) {
            QProcess process;
            begin(process, arguments("killed"));
            while (linesOf(folder).size() < lines && !process.waitForFinished(5)) { }
            killed += process.state() == QProcess::Running ? 1 : 0;
            process.kill(); // SIGKILL
            process.waitForFinished();
        }
        QVERIFY(killed > 0);
        const auto resumed = tuned(arguments("killed"));
        QVERIFY2(resumed.exitCode == 0, resumed.errors);
        QVERIFY(near(linesOf(folder), m_expected, 1e-6));
    }

    void twoProcessesGiveTheLossesOfOne_data()
    {
        QTest::addColumn<bool>("isSlurm");
        QTest::newRow("torchrun's variables") << false;
        QTest::newRow("Slurm's variables") << true;
    }

    void twoProcessesGiveTheLossesOfOne()
    {
        QFETCH(bool, isSlurm);
        const QString name = isSlurm ? "slurm" : "torchrun";
        const QString port = QString::number(freePort());
        std::array<QProcess, 2> processes;
        for (int rank = 0; rank < 2; ++rank)
            begin(processes[static_cast<std::size_t>(rank)], arguments(name) << "--json",
                  {{isSlurm ? "SLURM_PROCID" : "RANK", QString::number(rank)},
                   {isSlurm ? "SLURM_NTASKS" : "WORLD_SIZE", "2"},
                   {isSlurm ? "SLURM_LOCALID" : "LOCAL_RANK", QString::number(rank)},
                   {"MASTER_ADDR", "127.0.0.1"},
                   {"MASTER_PORT", port}});
        const auto first = outcomeOf(processes[0]);
        const auto second = outcomeOf(processes[1]);
        QVERIFY2(first.exitCode == 0, first.errors);
        QVERIFY2(second.exitCode == 0, second.errors);
        QCOMPARE(first.json()["steps"].toInt(), 8);
        QVERIFY2(second.out.isEmpty(), second.out); // rank 0 alone reports
        QVERIFY(near(linesOf(m_folder.filePath(name)), m_expected, 1e-4));
    }

    void whatTheEnvironmentLacksIsSaid_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("said");
        QTest::newRow("no meeting point") << "MASTER_ADDR"
                                          << ""
                                          << "MASTER_ADDR";
        QTest::newRow("rank too large") << "RANK"
                                        << "2"
                                        << "number 2 of 2";
        QTest::newRow("no number") << "WORLD_SIZE"
                                   << "two"
                                   << "WORLD_SIZE";
    }

    void whatTheEnvironmentLacksIsSaid()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, said);
        const auto refused = tuned(arguments("refused"),
                                   {{"WORLD_SIZE", "2"},
                                    {"RANK", "0"},
                                    {"MASTER_ADDR", "127.0.0.1"},
                                    {"MASTER_PORT", "29511"},
                                    {name, value}});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.errors.contains(said.toUtf8()), refused.errors);
    }

private:
    QStringList arguments(const QString& output) const
    {
        return {"tune", m_plan, "--output", m_folder.filePath(output)};
    }

    QTemporaryDir m_folder;
    QString m_plan;
    std::vector<nlohmann::json> m_expected;
};

QTEST_GUILESS_MAIN(TestTuneCommand)
#include "tst_tunecommand.moc"
