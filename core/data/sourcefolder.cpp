// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sourcefolder_p.h"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace driftscope::data {

bool isFile(const std::filesystem::path& path)
{
    std::error_code problem;
    const auto status = std::filesystem::status(path, problem);
    return std::filesystem::exists(status) && !std::filesystem::is_directory(status);
}

std::filesystem::path fileIn(const std::filesystem::path& path, std::string_view name)
{
    if (path.filename() == name && isFile(path))
        return path;
    std::filesystem::path file = path / name;
    return isFile(file) ? file : std::filesystem::path();
}

Result<std::filesystem::path> requireFile(const std::filesystem::path& path, std::string_view name)
{
    std::filesystem::path file = fileIn(path, name);
    if (!file.empty())
        return file;
    std::error_code problem;
    if (!std::filesystem::exists(path, problem))
        return fail(ErrorCode::NotFound, path.string() + ": there is no such file or folder; check the path.");
    return fail(ErrorCode::NotFound,
                path.string() + ": the file " + std::string(name)
                    + " is missing in it; choose the folder that holds it.");
}

std::vector<std::filesystem::path> filesEndingWith(const std::filesystem::path& folder, std::string_view extension)
{
    std::vector<std::filesystem::path> files;
    std::error_code problem;
    std::filesystem::directory_iterator entry(folder, problem);
    while (!problem && entry != std::filesystem::directory_iterator()) {
        if (entry->path().extension() == extension && isFile(entry->path()))
            files.push_back(entry->path());
        entry.increment(problem);
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string firstLine(const std::filesystem::path& path)
{
    if (!isFile(path))
        return {};
    std::ifstream file(path, std::ios::binary);
    std::string start(4096, '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    if (start.starts_with("\xEF\xBB\xBF"))
        start.erase(0, 3);
    return start.substr(0, start.find_first_of("\r\n"));
}

} // namespace driftscope::data
