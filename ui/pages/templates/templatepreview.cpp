// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/templatepreview.h"

#include "core/base/simtime.h"
#include "core/demonstrations/selectorregistry.h"
#include "core/simulate/titleembeddings.h"
#include "core/simulate/trialtokenizer.h"

#include <QCoreApplication>
#include <QStringList>

#include <utility>

namespace driftscope::ui {

namespace {

constexpr std::int64_t roomWithoutCheckpoint = 1 << 20; // nothing is dropped while the context length is unknown
constexpr auto substituteSelector = "recent"; // for arms that choose by embeddings, which only a loaded model makes

QString say(const char* text)
{
    return QCoreApplication::translate("driftscope::ui::TemplatePreview", text);
}

/// Takes the choice by embeddings off an arm; how many there are stays.
void chooseRecent(simulate::Arm& arm)
{
    const auto selectors = demonstrations::demonstrationSelectors();
    const auto given = std::exchange(arm.selectorParameters, {});
    arm.selector = substituteSelector;
    for (const Parameter& parameter : findEntry(selectors, arm.selector)->parameters) {
        const auto same = given.find(parameter.id);
        arm.selectorParameters[parameter.id] = same == given.end() ? parameter.fallback : same->second;
    }
    arm.history.choice = demonstrations::HistoryChoice::Recent;
}

QStringList addNote(QStringList notes, const QString& note)
{
    if (!note.isEmpty())
        notes.append(note);
    return notes;
}

void countTokens(TemplatePreview& preview, const tokenizer::Tokenizer& tokenizer)
{
    const prompt::TokenCounter count = [&](std::string_view text) {
        return tokenizer.encode(text, {.addSpecialTokens = true, .parseSpecialTokens = false}).size();
    };
    prompt::countSpanTokens(preview.prompt, count);
    preview.tokens = count(preview.prompt.text);
    preview.costs = prompt::blockCosts(preview.prompt);
}

TemplatePreview renderExample(const PreviewRequest& request)
{
    TemplatePreview preview;
    preview.isExample = true;
    preview.prompt = prompt::exampleOf(request.checked, request.text);
    preview.caption =
        say(QT_TRANSLATE_NOOP("driftscope::ui::TemplatePreview", "A made-up example with three demonstrations."));
    return preview;
}

Result<TemplatePreview> renderMoment(const PreviewRequest& request)
{
    const data::UserHistory& history = *request.history;
    const data::Dataset& dataset = history.dataset();
    QStringList notes;
    simulate::Arm arm = request.arm;
    if (simulate::needsItemVectors(arm)) {
        chooseRecent(arm);
        notes.append(say(QT_TRANSLATE_NOOP("driftscope::ui::TemplatePreview",
                                           "The arm chooses by embeddings of the loaded model; here the most recent "
                                           "interactions stand in their place.")));
    }
    const auto tokenizer = request.tokenizer ? request.tokenizer : std::make_shared<const simulate::TrialTokenizer>();
    arm.wording = request.text.json(); // not what is stored under its id: that may be older
    DRIFTSCOPE_TRY(const auto prepared,
                   simulate::PreparedArm::prepare(arm, request.experiment, history, tokenizer,
                                                  request.tokenizer ? request.contextLength : roomWithoutCheckpoint));
    simulate::Query query;
    query.moment = history.momentOf(request.moment);
    query.target = dataset.item(request.moment);
    query.isLiked = history.isLiked(request.moment);
    query.eventIndex = static_cast<std::int64_t>(history.before(query.moment).size());
    const simulate::CandidateSampler sampler(history.sharedDataset(), request.experiment.seed,
                                             request.experiment.candidates.count);
    const auto candidates = sampler.draw(query);
    DRIFTSCOPE_TRY(auto built, prepared.build(query.moment, candidates.items));
    TemplatePreview preview;
    preview.prompt = std::move(built.prompts[candidates.target]);
    preview.budgetTokens = request.tokenizer ? prepared.budgetTokens() : 0;
    preview.caption =
        say(QT_TRANSLATE_NOOP("driftscope::ui::TemplatePreview", "User %1 at %2, arm %3; asked about \"%4\" (%5)."))
            .arg(QString::fromStdString(dataset.userId(query.moment.user)),
                 QString::fromStdString(formatTime(query.moment.time)), QString::fromStdString(arm.name),
                 QString::fromStdString(dataset.catalog().title(query.target)),
                 query.isLiked ? say(QT_TRANSLATE_NOOP("driftscope::ui::TemplatePreview", "liked"))
                               : say(QT_TRANSLATE_NOOP("driftscope::ui::TemplatePreview", "not liked")));
    if (request.tokenizer)
        notes = addNote(notes, QString::fromStdString(built.warning));
    if (const auto dropped = built.contextOf(candidates.target).dropped.size(); dropped > 0)
        notes.append(say(QT_TRANSLATE_NOOP("driftscope::ui::TemplatePreview",
                                           "%1 demonstrations or history items did not fit the token budget."))
                         .arg(static_cast<qulonglong>(dropped)));
    preview.note = notes.join(QLatin1Char(' '));
    return preview;
}

} // namespace

Result<TemplatePreview> renderTemplate(const PreviewRequest& request, const JobContext& context)
{
    TemplatePreview preview;
    if (request.history) {
        DRIFTSCOPE_TRY(preview, renderMoment(request));
    } else {
        preview = renderExample(request);
    }
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "A newer text has come.");
    if (request.tokenizer)
        countTokens(preview, *request.tokenizer);
    return preview;
}

} // namespace driftscope::ui
