// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/prompt/templatetext.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// A template of the list.
struct TemplateEntry {
    std::string id;
    std::string title;
    bool isBuiltIn = false;
    bool isUsable = true; ///< experiments find it: a sound version is stored
    bool hasDraft = false; ///< newer text is kept that is not sound yet
};

/// The templates that a person made, one JSON file each, named by id. Text that is not sound yet is kept beside them
/// as a draft, so that experiments go on with the last sound version; what is deleted moves to a folder `deleted`.
///
/// Threads   none of its own; calls that write must not overlap.
class TemplateFolder
{
public:
    /// @param folder  is made by the first write.
    explicit TemplateFolder(std::filesystem::path folder = ownTemplateFolder());

    /// $XDG_DATA_HOME/driftscope/templates
    [[nodiscard]] static std::filesystem::path ownTemplateFolder();
    [[nodiscard]] const std::filesystem::path& path() const { return m_folder; }
    /// Where the sound version of a template lies, if it is there.
    [[nodiscard]] std::filesystem::path fileOf(std::string_view id) const;

    /// Own templates by id; files that cannot be read are listed by their names.
    [[nodiscard]] std::vector<TemplateEntry> list() const;
    [[nodiscard]] bool has(std::string_view id) const;
    /// `wanted`, or `wanted-2` and so on if a template, own or built in, has that id; characters that no id may have
    /// become '-'.
    [[nodiscard]] std::string freeId(std::string_view wanted) const;

    /// Whether a new template can have this id.
    ///
    /// @retval ErrorCode::BadArgument  it cannot be a file's name, is a built-in template's, or is taken.
    [[nodiscard]] Result<> checkNewId(const std::string& id) const;

    /// The newest text: the draft if there is one.
    ///
    /// @retval ErrorCode::UnknownName  there is none of this id.
    /// Also errors of TemplateText::load().
    [[nodiscard]] Result<TemplateText> open(std::string_view id) const;
    /// Stores the text under its id, atomically: as the template if it is sound, otherwise as its draft.
    ///
    /// @return true if it is sound.
    /// @retval ErrorCode::BadArgument  the id cannot be a file's name, or is a built-in template's.
    /// @retval ErrorCode::NotWritable, ErrorCode::DiskFull.
    [[nodiscard]] Result<bool> save(const TemplateText& text) const;
    /// Gives a template another id.
    ///
    /// @retval ErrorCode::BadArgument  the id cannot be used, or is taken.
    /// @retval ErrorCode::UnknownName, ErrorCode::NotWritable.
    [[nodiscard]] Result<> rename(std::string_view from, const std::string& to) const;
    /// Moves a template to the folder `deleted`, under its id and the time.
    ///
    /// @return the file that keeps it.
    /// @retval ErrorCode::UnknownName, ErrorCode::NotWritable.
    [[nodiscard]] Result<std::filesystem::path> remove(std::string_view id) const;

private:
    [[nodiscard]] std::filesystem::path draftOf(std::string_view id) const;
    [[nodiscard]] Result<> checkId(const std::string& id) const;
    [[nodiscard]] Result<> makeFolder(const std::filesystem::path& folder) const;

    std::filesystem::path m_folder;
};

/// Built-in templates and then the person's own.
[[nodiscard]] std::vector<TemplateEntry> knownTemplates();

/// The texts of a built-in template.
///
/// @retval ErrorCode::UnknownName  it is none.
[[nodiscard]] Result<TemplateText> builtInTemplateText(std::string_view id);

} // namespace driftscope::prompt
