// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/draft.h"

#include "core/base/textfile.h"
#include "ui/recovery/sessionmarker.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr auto formatName = "driftscope-draft";
constexpr std::int64_t formatVersion = 1;
const QString suffix = QStringLiteral(".draft.json");

/// Puts a word where a path is missing. @return true if it was.
bool fillPath(nlohmann::json& part)
{
    nlohmann::json& path = part["path"];
    if (path.is_string() && !path.get<std::string>().empty())
        return false;
    path = "not chosen yet";
    return true;
}

/// Reads an experiment that need not name a dataset and a checkpoint yet, as one that is run has to.
Result<simulate::Experiment> parseUnfinished(nlohmann::json json, const std::filesystem::path& origin)
{
    const bool lacksDataset = fillPath(json["dataset"]);
    const bool lacksCheckpoint = fillPath(json["checkpoint"]);
    DRIFTSCOPE_TRY(simulate::Experiment experiment, simulate::Experiment::parse(json.dump(), origin));
    if (lacksDataset)
        experiment.dataset.path.clear();
    if (lacksCheckpoint)
        experiment.checkpoint.path.clear();
    return experiment;
}

} // namespace

Result<> writeDraft(const std::filesystem::path& path, const Draft& draft)
{
    const nlohmann::json json {{"format", formatName},
                               {"version", formatVersion},
                               {"folder", draft.experiment.baseFolder.string()},
                               {"file", draft.file.toStdString()},
                               {"experiment", draft.experiment.toJson()}};
    return writeFile(path, json.dump(1) + "\n");
}

Result<Draft> readDraft(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const std::string text, readFile(path, 1U << 26U));
    DRIFTSCOPE_TRY(const nlohmann::json json, parseJson(text, path.string()));
    JsonField field(json, path.string());
    const std::string format = field.text("format");
    const std::int64_t version = field.integer("version");
    const std::filesystem::path folder = field.text("folder");
    const std::string file = field.text("file");
    const auto experiment = field.optionalField("experiment");
    DRIFTSCOPE_CHECK(field.status());
    if (format != formatName || version > formatVersion || !experiment || !experiment->value().is_object())
        return fail(ErrorCode::UnsupportedVersion,
                    path.string() + ": this is no draft that this version of Driftscope reads.");
    Draft draft;
    DRIFTSCOPE_TRY(draft.experiment, parseUnfinished(experiment->value(), folder / path.filename()));
    draft.file = QString::fromStdString(file);
    return draft;
}

std::vector<UnsavedDraft> findDrafts(const std::filesystem::path& folder, const QString& ownSession)
{
    const QStringList living = SessionMarker::livingSessions(folder) << ownSession;
    std::vector<UnsavedDraft> found;
    const QDir place(QString::fromStdString(folder.string()));
    for (const QFileInfo& file : place.entryInfoList({QLatin1Char('*') + suffix}, QDir::Files)) {
        const bool isInUse = std::ranges::any_of(
            living, [&](const QString& session) { return file.fileName().startsWith(session + QLatin1Char('.')); });
        if (isInUse)
            continue;
        const std::filesystem::path path = file.filePath().toStdString();
        if (const auto draft = readDraft(path))
            found.push_back(
                {path, QString::fromStdString(draft->experiment.name), file.lastModified().toSecsSinceEpoch()});
    }
    std::ranges::stable_sort(found, std::ranges::greater(), &UnsavedDraft::savedAt);
    return found;
}

std::filesystem::path draftPath(const std::filesystem::path& folder, const QString& session, int number)
{
    return folder / (session + QLatin1Char('.') + QString::number(number) + suffix).toStdString();
}

} // namespace driftscope::ui
