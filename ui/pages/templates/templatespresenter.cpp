// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/templatespresenter.h"

#include "core/base/textfile.h"
#include "ui/pages/templates/templatechange.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr auto firstShown = "movies";

QString fromStd(const std::string& text)
{
    return QString::fromStdString(text);
}

/// "Line 2, character 5: " of a byte position.
QString placeOf(const std::string& text, std::size_t byte)
{
    const auto before = std::string_view(text).substr(0, byte);
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto lineStart = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    const auto character = prompt::characterNumber(before.substr(lineStart), byte - lineStart);
    if (text.find('\n') == std::string::npos)
        return TemplatesPresenter::tr("Character %1: ").arg(static_cast<qulonglong>(character));
    return TemplatesPresenter::tr("Line %1, character %2: ").arg(line).arg(static_cast<qulonglong>(character));
}

QString capitalised(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

/// What is written by the queue and read when it is done.
struct SaveOutcome {
    bool isSound = false;
};

} // namespace

TemplatesPresenter::TemplatesPresenter(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_previews(workspace)
{
    connect(&m_previews, &PreviewMaker::changed, this, &TemplatesPresenter::previewChanged);
    refreshList();
    open(firstShown);
}

void TemplatesPresenter::refreshList()
{
    m_entries = prompt::knownTemplates();
    for (auto& [id, text] : m_unsaved) {
        const auto known = std::ranges::find(m_entries, id, &prompt::TemplateEntry::id);
        auto& entry = known == m_entries.end() ? m_entries.emplace_back() : *known;
        entry.id = id;
        entry.title = text[Field::Title];
    }
    emit listChanged();
}

void TemplatesPresenter::open(const std::string& id)
{
    const std::string now = currentId(id);
    if (const auto unsaved = m_unsaved.find(now); unsaved != m_unsaved.end())
        return show(unsaved->second, false);
    if (auto builtIn = prompt::builtInTemplateText(now))
        return show(std::move(*builtIn), true);
    if (auto text = m_folder.open(now))
        return show(std::move(*text), false);
    else
        emit failed(text.error().code == ErrorCode::UnknownName
                        ? tr("There is no template %1 among the built-in ones and your own; if it is a file beside an "
                             "experiment, import it here to change it.")
                              .arg(fromStd(id))
                        : fromStd(text.error().message));
}

void TemplatesPresenter::show(prompt::TemplateText text, bool isBuiltIn)
{
    m_text = std::move(text);
    m_isBuiltIn = isBuiltIn;
    check();
    m_saving = isBuiltIn             ? Saving::BuiltIn
        : m_unsaved.contains(id())   ? Saving::Working
        : m_checked.problems.empty() ? Saving::Saved
                                     : Saving::Draft;
    emit opened();
    emit stateChanged();
    m_previews.setTemplate(m_text, m_checked);
}

void TemplatesPresenter::check()
{
    m_checked = prompt::checkTemplate(m_text);
}

QString TemplatesPresenter::problemText(Field field) const
{
    QStringList lines;
    for (const auto& problem : m_checked.problems)
        if (problem.field == field)
            lines.append(problem.where ? placeOf(m_text[field], problem.where->start) + fromStd(problem.message)
                                       : capitalised(fromStd(problem.message)));
    return lines.join(QLatin1Char('\n'));
}

void TemplatesPresenter::edit(Field field, const QString& value)
{
    const std::string text = value.toStdString();
    if (m_isBuiltIn || field == Field::Id || text == m_text[field])
        return;
    m_workspace.edits().push(new TemplateChange(*this, id(), field, m_text[field], text));
}

bool TemplatesPresenter::put(const std::string& id, Field field, const std::string& value)
{
    const std::string now = currentId(id);
    if (now != this->id()) {
        if (!m_unsaved.contains(now) && !m_folder.has(now))
            return false;
        open(now);
    }
    m_text[field] = value;
    check();
    save();
    emit fieldChanged(field);
    emit stateChanged();
    if (field == Field::Title)
        refreshList();
    m_previews.setTemplate(m_text, m_checked);
    return true;
}

void TemplatesPresenter::save()
{
    m_saving = Saving::Working;
    m_unsaved[id()] = m_text;
    auto outcome = std::make_shared<SaveOutcome>();
    m_files.add(
        fromStd(id()),
        [folder = m_folder, text = m_text, outcome]() -> Result<> {
            DRIFTSCOPE_TRY(outcome->isSound, folder.save(text));
            return {};
        },
        [this, text = m_text, outcome](const Result<>& result) {
            const auto unsaved = m_unsaved.find(text[Field::Id]);
            const bool isNewest = unsaved != m_unsaved.end() && unsaved->second == text;
            if (!result) {
                setSaving(Saving::Failed);
                emit failed(fromStd(result.error().message));
                return;
            }
            if (isNewest)
                m_unsaved.erase(unsaved);
            if (isNewest && text[Field::Id] == id())
                setSaving(outcome->isSound ? Saving::Saved : Saving::Draft);
            refreshList();
            if (outcome->isSound)
                emit stored(fromStd(text[Field::Id]));
        });
}

void TemplatesPresenter::setSaving(Saving saving)
{
    m_saving = saving;
    emit stateChanged();
}

void TemplatesPresenter::addNew(prompt::TemplateText text, const std::string& wantedId, const QString& note)
{
    std::string free = m_folder.freeId(wantedId);
    for (int number = 2; m_unsaved.contains(free); ++number)
        free = m_folder.freeId(wantedId + "-" + std::to_string(number));
    text[Field::Id] = free;
    m_renamed.erase(free); // the id means this one now
    m_unsaved[free] = text;
    show(text, false);
    save();
    refreshList();
    if (!note.isEmpty())
        emit noted(note);
}

void TemplatesPresenter::create()
{
    auto text = *prompt::builtInTemplateText("items"); // something that works, to change
    text[Field::Title] = tr("New template").toStdString();
    text[Field::Help].clear();
    addNew(std::move(text), "template", {});
}

void TemplatesPresenter::duplicate()
{
    auto text = m_text;
    text[Field::Title] = tr("%1, my version").arg(fromStd(m_text[Field::Title])).toStdString();
    addNew(std::move(text), id() + (m_isBuiltIn ? "-mine" : ""), {});
}

void TemplatesPresenter::rename(const QString& wanted)
{
    const std::string from = id();
    const std::string to = wanted.trimmed().toStdString();
    if (m_isBuiltIn || to == from)
        return;
    const auto usable = m_folder.checkNewId(to);
    if (!usable || m_unsaved.contains(to)) {
        emit failed(usable ? tr("There is a template '%1' already; choose another id.").arg(fromStd(to))
                           : fromStd(usable.error().message));
        emit fieldChanged(Field::Id); // back to the id it has
        return;
    }
    m_renamed[from] = to;
    m_renamed.erase(to);
    m_unsaved.erase(from);
    m_text[Field::Id] = to;
    check();
    m_files.add(
        {}, [folder = m_folder, from, to] { return folder.rename(from, to); },
        [this, from, to](const Result<>& result) {
            if (result)
                renameInDraft(from, to);
            else
                emit failed(fromStd(result.error().message));
        });
    save(); // behind the renaming
    emit fieldChanged(Field::Id);
    emit stateChanged();
    refreshList();
    m_previews.setTemplate(m_text, m_checked);
}

void TemplatesPresenter::renameInDraft(const std::string& from, const std::string& to)
{
    simulate::Experiment draft = m_workspace.focus().experiment();
    bool isNamed = false;
    for (auto& arm : draft.arms)
        if (arm.wording == from) {
            arm.wording = to;
            isNamed = true;
        }
    if (isNamed)
        m_workspace.editExperiment(tr("new id of template %1").arg(fromStd(from)), std::move(draft));
}

std::string TemplatesPresenter::currentId(const std::string& id) const
{
    std::string now = id;
    for (std::size_t steps = 0; m_renamed.contains(now) && steps < m_renamed.size(); ++steps)
        now = m_renamed.at(now);
    return now;
}

void TemplatesPresenter::remove()
{
    if (!m_isBuiltIn)
        m_workspace.edits().push(new TemplateRemoval(*this, m_text));
}

void TemplatesPresenter::takeAway(const std::string& id)
{
    const std::string now = currentId(id);
    auto kept = std::make_shared<std::filesystem::path>();
    m_unsaved.erase(now);
    m_files.add(
        {},
        [folder = m_folder, now, kept]() -> Result<> {
            DRIFTSCOPE_TRY(*kept, folder.remove(now));
            return {};
        },
        [this, kept](const Result<>& result) {
            refreshList();
            if (result)
                emit noted(tr("Deleted. Undo brings it back; it is kept in %1.").arg(fromStd(kept->string())));
            else
                emit failed(fromStd(result.error().message));
        });
    if (now == this->id())
        open(firstShown);
}

void TemplatesPresenter::restore(const prompt::TemplateText& text)
{
    m_unsaved[text[Field::Id]] = text;
    show(text, false);
    save();
    refreshList();
}

void TemplatesPresenter::importFile(const QString& path, prompt::LineBreaks lineBreaks)
{
    auto imported = std::make_shared<std::optional<prompt::ImportedTemplate>>();
    m_files.add(
        {},
        [path = path.toStdString(), lineBreaks, imported]() -> Result<> {
            DRIFTSCOPE_TRY(*imported, prompt::importTemplate(path, lineBreaks));
            return {};
        },
        [this, imported](const Result<>& result) {
            if (!result) {
                emit failed(fromStd(result.error().message));
                return;
            }
            QStringList notes {tr("Imported (%1).").arg(fromStd((*imported)->format))};
            for (const auto& note : (*imported)->notes)
                notes.append(fromStd(note));
            const std::string wanted = (*imported)->text[Field::Id];
            addNew(std::move((*imported)->text), wanted, notes.join(QLatin1Char(' ')));
        });
}

void TemplatesPresenter::exportFile(const QString& path)
{
    m_files.add(
        {}, [path = path.toStdString(), json = m_text.json()] { return writeFile(path, json); },
        [this, path](const Result<>& result) {
            if (result)
                emit noted(tr("Written to %1.").arg(path));
            else
                emit failed(fromStd(result.error().message));
        });
}

QString TemplatesPresenter::armName() const
{
    const Focus& focus = m_workspace.focus();
    const auto& arms = focus.experiment().arms;
    return focus.arm() < arms.size() ? fromStd(arms[focus.arm()].name) : QString();
}

bool TemplatesPresenter::isUsedByArm() const
{
    const Focus& focus = m_workspace.focus();
    const auto& arms = focus.experiment().arms;
    return focus.arm() < arms.size() && arms[focus.arm()].wording == id();
}

void TemplatesPresenter::useForArm()
{
    simulate::Experiment draft = m_workspace.focus().experiment();
    const std::size_t arm = m_workspace.focus().arm();
    if (arm >= draft.arms.size() || isUsedByArm())
        return;
    draft.arms[arm].wording = id();
    m_workspace.editExperiment(tr("template of arm %1").arg(armName()), std::move(draft));
}

bool TemplatesPresenter::hasCheckpoint() const
{
    return m_workspace.focus().checkpoint().has_value();
}

} // namespace driftscope::ui
