// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/command.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <stop_token>
#include <thread>

namespace driftscope::app {

namespace {

// Written by the handler of SIGINT and SIGTERM, read by a watcher thread that may call request_stop().
volatile std::sig_atomic_t interruptCount = 0;

void onInterrupt(int)
{
    interruptCount = interruptCount + 1;
    if (interruptCount > 1)
        _exit(130); // the second Ctrl-C leaves at once; what is on disk stays
}

std::stop_token interruptToken()
{
    static std::stop_source source;
    static const std::jthread watcher([](const std::stop_token& ended) {
        while (!ended.stop_requested() && interruptCount == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (interruptCount > 0)
            source.request_stop();
    });
    return source.get_token();
}

/// One progress line that overwrites itself, at most ten times a second.
class ProgressLine {
public:
    void show(const Progress& progress)
    {
        const std::lock_guard lock(m_mutex);
        const auto now = std::chrono::steady_clock::now();
        const bool isLast = progress.total > 0 && progress.done >= progress.total;
        if (m_stage != progress.stage) {
            m_stage = progress.stage;
            m_started = now;
        } else if (!isLast && now - m_shown < std::chrono::milliseconds(100)) {
            return;
        }
        m_shown = now;
        const double seconds = std::chrono::duration<double>(now - m_started).count();
        if (progress.total <= 0) {
            std::fprintf(stderr, "\r\033[K%s: %lld", m_stage.c_str(), static_cast<long long>(progress.done));
        } else {
            const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
            std::fprintf(stderr, "\r\033[K%s: %3.0f %%", m_stage.c_str(), 100 * share);
            if (share > 0 && share < 1 && seconds > 1)
                std::fprintf(stderr, ", %.0f s left", seconds / share - seconds);
        }
        if (isLast)
            std::fputc('\n', stderr);
        std::fflush(stderr);
    }

private:
    std::mutex m_mutex;
    std::string m_stage;
    std::chrono::steady_clock::time_point m_started;
    std::chrono::steady_clock::time_point m_shown;
};

} // namespace

CLI::App* CommandLine::add(const std::string& name, const std::string& help, const std::string& example, CommandBody body)
{
    CLI::App* command = parser.add_subcommand(name, help);
    command->footer("Example:\n  " + example);
    command->callback([this, work = std::move(body)] { chosen = work; });
    return command;
}

JobContext terminalContext()
{
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    JobContext context;
    context.stop = interruptToken();
    if (isatty(STDERR_FILENO) != 0) {
        auto line = std::make_shared<ProgressLine>();
        context.report = [line](const Progress& progress) { line->show(progress); };
    }
    return context;
}

bool isTerminalOutput()
{
    return isatty(STDOUT_FILENO) != 0;
}

void printJson(const nlohmann::json& value)
{
    std::cout << value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    std::cout.flush();
}

void note(const std::string& message)
{
    std::cerr << "driftscope-cli: " << message << '\n';
}

} // namespace driftscope::app
