// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/templatefolder.h"
#include "core/prompt/templateimport.h"
#include "ui/focus/workspace.h"
#include "ui/pages/templates/filequeue.h"
#include "ui/pages/templates/previewmaker.h"

#include <map>
#include <optional>

namespace driftscope::ui {

/// What the template editor shows, without widgets: the list, the text at hand with its problems, and its preview.
/// Every change of a text of one's own is on its way to the disk at once. GUI thread.
class TemplatesPresenter : public QObject
{
    Q_OBJECT

public:
    using Field = prompt::TemplateField;
    enum class Saving { BuiltIn, Saved, Draft, Working, Failed };

    explicit TemplatesPresenter(Workspace& workspace, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<prompt::TemplateEntry>& entries() const { return m_entries; }
    [[nodiscard]] const std::string& id() const { return m_text[Field::Id]; }
    [[nodiscard]] bool isReadOnly() const { return m_isBuiltIn; }
    [[nodiscard]] const prompt::TemplateText& text() const { return m_text; }
    [[nodiscard]] Saving saving() const { return m_saving; }

    [[nodiscard]] const std::vector<prompt::TemplateProblem>& problems() const { return m_checked.problems; }
    /// "Line 2, character 5: ..." for each problem of a field, one a line; empty = none.
    [[nodiscard]] QString problemText(Field field) const;

    /// Null until there is one. Belongs to an earlier text while isPreviewStale().
    [[nodiscard]] const std::shared_ptr<const TemplatePreview>& preview() const { return m_previews.preview(); }
    [[nodiscard]] bool isPreviewStale() const { return m_previews.isStale(); }
    /// Why there is no preview of the text at hand; empty = there is one, or will be.
    [[nodiscard]] const QString& previewProblem() const { return m_previews.problem(); }
    /// True if a user and a moment are in focus.
    [[nodiscard]] bool hasMoment() const { return m_previews.hasMoment(); }
    [[nodiscard]] bool hasCheckpoint() const;
    [[nodiscard]] bool showsMoment() const { return m_previews.showsMoment(); }
    /// Whether to show the template on the moment in focus, if there is one, or on an example.
    void showMoment(bool isWanted) { m_previews.showMoment(isWanted); }
    /// Previews are made only while someone looks.
    void setActive(bool isActive) { m_previews.setActive(isActive); }

    /// Shows a template by id; a path or an unknown id is said by failed().
    void open(const std::string& id);
    /// Changes a field of the text at hand; can be undone.
    void edit(Field field, const QString& value);
    /// A template to begin with, under an id of its own.
    void create();
    void duplicate();
    void rename(const QString& id);
    void remove();
    void importFile(const QString& path, prompt::LineBreaks lineBreaks);
    void exportFile(const QString& path);
    /// Makes the arm in focus use the template at hand; can be undone.
    void useForArm();
    [[nodiscard]] QString armName() const;
    [[nodiscard]] bool isUsedByArm() const;

    // for the undo commands
    /// Sets a field of a template, showing it; false if the template is gone.
    bool put(const std::string& id, Field field, const std::string& value);
    void takeAway(const std::string& id);
    void restore(const prompt::TemplateText& text);

signals:
    void listChanged();
    /// Another template is shown.
    void opened();
    void fieldChanged(driftscope::prompt::TemplateField field);
    /// Problems, or what becomes of the text on the disk.
    void stateChanged();
    void previewChanged();
    /// Experiments find another wording under this id from now on.
    void stored(const QString& id);
    void noted(const QString& message);
    void failed(const QString& message);

private:
    void show(prompt::TemplateText text, bool isBuiltIn);
    void refreshList();
    void save();
    void addNew(prompt::TemplateText text, const std::string& wantedId, const QString& note);
    void check();
    /// Arms of the draft go on with their template under its new id.
    void renameInDraft(const std::string& from, const std::string& to);
    [[nodiscard]] std::string currentId(const std::string& id) const;
    void setSaving(Saving saving);

    Workspace& m_workspace;
    prompt::TemplateFolder m_folder;
    std::vector<prompt::TemplateEntry> m_entries;
    prompt::TemplateText m_text;
    prompt::CheckedTemplate m_checked;
    bool m_isBuiltIn = true;
    Saving m_saving = Saving::BuiltIn;
    std::map<std::string, prompt::TemplateText> m_unsaved; ///< on their way to the disk
    std::map<std::string, std::string> m_renamed; ///< old id to new
    PreviewMaker m_previews;
    FileQueue m_files;
};

} // namespace driftscope::ui
