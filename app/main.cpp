// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"
#include "ui/mainwindow.h"
#include "ui/settings/settings.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSocketNotifier>

#include <clocale>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace driftscope;

namespace {

/// The options of the command line; ends the program for --help, --version and what is not understood.
app::StartOptions readOptions(const QApplication& application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Driftscope: in-context-learning recommendation over simulated time."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption store(QStringLiteral("store"), QStringLiteral("File that keeps the runs."),
                                   QStringLiteral("FILE"));
    const QCommandLineOption run(QStringLiteral("run"),
                                 QStringLiteral("Open on the results of this run; last = the newest."),
                                 QStringLiteral("ID"));
    const QCommandLineOption experiment(QStringLiteral("experiment"), QStringLiteral("Open this experiment."),
                                        QStringLiteral("FILE"));
    const QCommandLineOption dataset(QStringLiteral("dataset"), QStringLiteral("Open this dataset."),
                                     QStringLiteral("PATH"));
    const QCommandLineOption checkpoint(QStringLiteral("checkpoint"), QStringLiteral("Open this checkpoint."),
                                        QStringLiteral("PATH"));
    const QCommandLineOption page(
        QStringLiteral("page"),
        QStringLiteral("Page to open on: start, data, model, probe, live, simulate, results, tune."),
        QStringLiteral("NAME"));
    const QCommandLineOption load(QStringLiteral("load"), QStringLiteral("Load the checkpoint's model at once."));
    const QCommandLineOption fake(
        QStringLiteral("fake-model"),
        QStringLiteral("A stand-in without a model, for trying out: its scores mean nothing."));
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QStringLiteral("Experiment, dataset, checkpoint or tuning plan to open."),
                                 QStringLiteral("[FILE...]"));
    parser.addOptions({store, run, experiment, dataset, checkpoint, page, load, fake});
    parser.process(application);

    app::StartOptions options;
    options.store = parser.value(store).toStdString();
    bool isNumber = true;
    options.showsLastRun = parser.value(run) == QLatin1String("last");
    if (parser.isSet(run) && !options.showsLastRun)
        options.run = parser.value(run).toLongLong(&isNumber);
    if (!isNumber || options.run < 0) {
        qCritical("--run: give the number of a run, as driftscope-cli runs lists them, or last.");
        std::exit(2);
    }
    options.paths = parser.positionalArguments();
    options.experiment = parser.value(experiment);
    options.dataset = parser.value(dataset);
    options.checkpoint = parser.value(checkpoint);
    options.page = parser.value(page);
    options.loadsModel = parser.isSet(load);
    options.isFakeModel = parser.isSet(fake);
    return options;
}

/// End of a pipe that a signal's handler writes into.
int signalPipe = -1;

void tellSignal(int)
{
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(signalPipe, &byte, 1);
}

/// Lets the system end the program as a person does: the window closes, what runs is stored.
void closeOnSignals(QWidget& window)
{
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    signalPipe = ends[1];
    auto* notifier = new QSocketNotifier(ends[0], QSocketNotifier::Read, &window);
    QObject::connect(notifier, &QSocketNotifier::activated, &window, [notifier, &window] {
        notifier->setEnabled(false);
        window.close();
        QCoreApplication::quit();
    });
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        std::signal(signal, &tellSignal);
}

/// libtorch takes its number of threads from the environment; what stands there already was set on purpose.
void setThreads()
{
    const int threads = ui::Settings().threads();
    if (threads > 0 && !qEnvironmentVariableIsSet("OMP_NUM_THREADS"))
        qputenv("OMP_NUM_THREADS", QByteArray::number(threads));
}

} // namespace

int main(int argc, char** argv)
{
    const QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // Qt takes the system's; files keep the decimal point
    QApplication::setApplicationName(QStringLiteral("driftscope"));
    QApplication::setOrganizationName(QStringLiteral("driftscope"));
    QApplication::setApplicationDisplayName(QStringLiteral("Driftscope"));
    QApplication::setApplicationVersion(QStringLiteral(DRIFTSCOPE_VERSION));
    const app::StartOptions options = readOptions(application);
    setThreads();
    app::Application program(options);
    closeOnSignals(program.window());
    program.window().show();
    return QApplication::exec();
}
