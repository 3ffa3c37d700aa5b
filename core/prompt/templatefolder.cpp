// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templatefolder.h"

#include "core/base/datafolder.h"
#include "core/base/textfile.h"
#include "core/prompt/builtintemplates_p.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <ctime>
#include <map>
#include <system_error>

namespace driftscope::prompt {

namespace fs = std::filesystem;

namespace {

bool isBuiltIn(std::string_view id)
{
    return std::ranges::find(builtInTemplates(), id, &EmbeddedJson::id) != builtInTemplates().end();
}

/// Ids of the JSON files of a folder.
std::vector<std::string> idsIn(const fs::path& folder)
{
    std::vector<std::string> ids;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".json" && entry->is_regular_file(error))
            ids.push_back(entry->path().stem().string());
    return ids;
}

/// 20261124-093005-123, of now.
std::string timeStamp()
{
    const auto now = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm utc {};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> text {};
    const auto length = std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S-", &utc);
    const std::string fraction = std::to_string(1000 + milliseconds).substr(1);
    return std::string(text.data(), length) + fraction;
}

tl::unexpected<Error> failMoving(const fs::path& path, const std::error_code& error)
{
    return fail(ErrorCode::NotWritable,
                path.string() + ": cannot be moved (" + error.message() + "); check the folder's permissions.");
}

} // namespace

TemplateFolder::TemplateFolder(fs::path folder)
    : m_folder(std::move(folder))
{
}

fs::path TemplateFolder::ownTemplateFolder()
{
    return dataFolder() / "templates";
}

fs::path TemplateFolder::fileOf(std::string_view id) const
{
    return m_folder / (std::string(id) + ".json");
}

fs::path TemplateFolder::draftOf(std::string_view id) const
{
    return m_folder / "drafts" / (std::string(id) + ".json");
}

std::vector<TemplateEntry> TemplateFolder::list() const
{
    std::map<std::string, TemplateEntry> entries;
    for (const auto& id : idsIn(m_folder))
        entries[id] = {.id = id, .title = id};
    for (const auto& id : idsIn(m_folder / "drafts")) {
        auto& entry = entries.try_emplace(id, TemplateEntry {.id = id, .title = id, .isUsable = false}).first->second;
        entry.hasDraft = true;
    }
    std::vector<TemplateEntry> list;
    for (auto& [id, entry] : entries) {
        if (const auto text = open(id); text && !(*text)[TemplateField::Title].empty())
            entry.title = (*text)[TemplateField::Title];
        list.push_back(std::move(entry));
    }
    return list;
}

bool TemplateFolder::has(std::string_view id) const
{
    std::error_code error;
    return fs::is_regular_file(fileOf(id), error) || fs::is_regular_file(draftOf(id), error);
}

std::string TemplateFolder::freeId(std::string_view wanted) const
{
    std::string id;
    for (const char c : wanted)
        id += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' ? c : '-';
    while (id.starts_with('.')) // would be a hidden file
        id.erase(0, 1);
    if (id.empty())
        id = "template";
    std::string free = id;
    for (int number = 2; isBuiltIn(free) || has(free); ++number)
        free = id + "-" + std::to_string(number);
    return free;
}

Result<TemplateText> TemplateFolder::open(std::string_view id) const
{
    std::error_code error;
    for (const auto& path : {draftOf(id), fileOf(id)}) {
        if (!fs::is_regular_file(path, error))
            continue;
        auto text = TemplateText::load(path);
        if (text)
            (*text)[TemplateField::Id] = id; // the file's name decides, by which experiments find it
        return text;
    }
    return fail(ErrorCode::UnknownName, "There is no template '" + std::string(id) + "' in " + m_folder.string() + ".");
}

Result<bool> TemplateFolder::save(const TemplateText& text) const
{
    const std::string& id = text[TemplateField::Id];
    DRIFTSCOPE_CHECK(checkId(id));
    const std::string json = text.json();
    const bool isSound = checkTemplate(text).problems.empty();
    // The draft first and away last: at no moment is the newest text on no disk.
    DRIFTSCOPE_CHECK(makeFolder(m_folder / "drafts"));
    DRIFTSCOPE_CHECK(writeFile(draftOf(id), json));
    if (isSound) {
        DRIFTSCOPE_CHECK(writeFile(fileOf(id), json));
        std::error_code ignored;
        fs::remove(draftOf(id), ignored);
    }
    return isSound;
}

Result<> TemplateFolder::checkNewId(const std::string& id) const
{
    DRIFTSCOPE_CHECK(checkId(id));
    if (has(id))
        return fail(ErrorCode::BadArgument, "There is a template '" + id + "' already; choose another id.");
    return {};
}

Result<> TemplateFolder::rename(std::string_view from, const std::string& to) const
{
    if (to == from)
        return {};
    DRIFTSCOPE_CHECK(checkNewId(to));
    DRIFTSCOPE_TRY(auto text, open(from));
    std::error_code error;
    if (fs::is_regular_file(fileOf(from), error)) {
        DRIFTSCOPE_TRY(auto sound, TemplateText::load(fileOf(from)));
        sound[TemplateField::Id] = to;
        DRIFTSCOPE_CHECK(writeFile(fileOf(to), sound.json()));
    }
    text[TemplateField::Id] = to;
    DRIFTSCOPE_CHECK(save(text));
    for (const auto& path : {draftOf(from), fileOf(from)}) // only once the new ones are there
        if (fs::remove(path, error); error)
            return failMoving(path, error);
    return {};
}

Result<fs::path> TemplateFolder::remove(std::string_view id) const
{
    DRIFTSCOPE_TRY(const auto text, open(id));
    const fs::path kept = m_folder / "deleted" / (std::string(id) + "-" + timeStamp() + ".json");
    DRIFTSCOPE_CHECK(makeFolder(kept.parent_path()));
    DRIFTSCOPE_CHECK(writeFile(kept, text.json()));
    std::error_code error;
    for (const auto& path : {draftOf(id), fileOf(id)})
        if (fs::remove(path, error); error)
            return failMoving(path, error);
    return kept;
}

Result<> TemplateFolder::checkId(const std::string& id) const
{
    TemplateText named;
    named[TemplateField::Id] = id;
    const auto checked = checkTemplate(named);
    for (const auto& problem : checked.problems)
        if (problem.field == TemplateField::Id)
            return fail(ErrorCode::BadArgument, "'" + id + "' cannot be a template's id: " + problem.message);
    if (id.starts_with('.') || id.size() > 100)
        return fail(ErrorCode::BadArgument,
                    "'" + id + "' cannot be a template's id: it must not begin with '.' or be longer than 100.");
    if (isBuiltIn(id))
        return fail(ErrorCode::BadArgument, "'" + id + "' is a built-in template; choose another id.");
    return {};
}

Result<> TemplateFolder::makeFolder(const fs::path& folder) const
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::NotWritable, folder.string() + ": cannot be made (" + error.message() + ").");
    return {};
}

std::vector<TemplateEntry> knownTemplates()
{
    std::vector<TemplateEntry> entries;
    for (const auto& builtIn : builtInTemplates()) {
        const auto text = TemplateText::parse(builtIn.json, builtIn.id);
        entries.push_back({.id = std::string(builtIn.id),
                           .title = text ? (*text)[TemplateField::Title] : std::string(builtIn.id),
                           .isBuiltIn = true});
    }
    for (auto& own : TemplateFolder().list())
        entries.push_back(std::move(own));
    return entries;
}

Result<TemplateText> builtInTemplateText(std::string_view id)
{
    const auto found = std::ranges::find(builtInTemplates(), id, &EmbeddedJson::id);
    if (found == builtInTemplates().end())
        return fail(ErrorCode::UnknownName, "'" + std::string(id) + "' is no built-in template.");
    return TemplateText::parse(found->json, "built-in template " + std::string(id));
}

} // namespace driftscope::prompt
