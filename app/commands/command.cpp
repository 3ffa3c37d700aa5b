// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/command.h"

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <stop_token>
#include <thread>
#include <unistd.h>

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

/// Progress on stderr: on a terminal one line that overwrites itself ten times a second; in a log a new line every ten
/// seconds, so that short commands say nothing.
class ProgressLine
{
public:
    explicit ProgressLine(bool isTerminal)
        : m_isTerminal(isTerminal)
    {
    }

    void show(const Progress& progress)
    {
        const std::lock_guard lock(m_mutex);
        const auto now = Clock::now();
        const bool isLast = progress.total > 0 && progress.done >= progress.total;
        if (m_stage != progress.stage) {
            m_stage = progress.stage;
            m_started = now;
            m_startedAt = progress.done;
            m_shown = m_isTerminal ? Clock::time_point() : now;
        }
        if (now - m_shown < interval() && !(isLast && m_isTerminal))
            return;
        m_shown = now;
        const char* before = m_isTerminal ? "\r\033[K" : "";
        const char* after = !m_isTerminal || isLast ? "\n" : "";
        std::fprintf(stderr, "%s%s%s", before, lineOf(progress, now).c_str(), after);
        std::fflush(stderr);
    }

private:
    using Clock = std::chrono::steady_clock;

    Clock::duration interval() const
    {
        return m_isTerminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000);
    }

    std::string lineOf(const Progress& progress, Clock::time_point now) const
    {
        if (progress.total <= 0)
            return m_stage + ": " + std::to_string(progress.done);
        std::string line = m_stage + ": " + std::to_string(100 * progress.done / progress.total) + " %";
        const double seconds = std::chrono::duration<double>(now - m_started).count();
        const auto made = static_cast<double>(progress.done - m_startedAt); // less what a resumed run had already
        const auto left = static_cast<double>(progress.total - progress.done);
        if (made > 0 && left > 0 && seconds > 1)
            line += ", " + std::to_string(std::llround(seconds * left / made)) + " s left";
        return line;
    }

    const bool m_isTerminal;
    std::mutex m_mutex;
    std::string m_stage;
    std::int64_t m_startedAt = 0;
    Clock::time_point m_started;
    Clock::time_point m_shown;
};

} // namespace

CLI::App* CommandLine::add(const std::string& name, const std::string& help, const std::string& example,
                           CommandBody body)
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
    auto line = std::make_shared<ProgressLine>(isatty(STDERR_FILENO) != 0);
    context.report = [line](const Progress& progress) { line->show(progress); };
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
