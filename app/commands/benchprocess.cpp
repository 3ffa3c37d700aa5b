// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchprocess.h"

#include "core/base/textfile.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace driftscope::app {

namespace {

std::string quoted(const std::string& text)
{
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string lastLineOf(std::string text)
{
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

struct Output {
    std::string text;
    bool isDone = false;
};

Output outputOf(const std::string& command)
{
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr)
        return {};
    Output output;
    std::array<char, 4096> block {};
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), pipe))
        output.text.append(block.data(), count);
    output.isDone = pclose(pipe) == 0;
    return output;
}

} // namespace

Result<nlohmann::json> jsonLineOf(const std::vector<std::string>& arguments)
{
    const TemporaryFile errors("errors.txt");
    std::string command = "exec";
    for (const std::string& argument : arguments)
        command += " " + quoted(argument);
    const Output output = outputOf(command + " 2>" + quoted(errors.path().string()));
    auto json = nlohmann::json::parse(lastLineOf(output.text), nullptr, false);
    if (output.isDone && json.is_object())
        return json;
    const auto said = readFile(errors.path());
    return fail(ErrorCode::NotFound,
                arguments.front() + " did not run: " + (said ? lastLineOf(*said) : std::string("it said nothing")));
}

TemporaryFile::TemporaryFile(const std::string& name)
    : m_path(std::filesystem::temp_directory_path() / ("driftscope-" + std::to_string(getpid()) + "-" + name))
{
}

TemporaryFile::~TemporaryFile()
{
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
}

std::string programFile()
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

} // namespace driftscope::app
