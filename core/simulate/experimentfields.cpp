// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simtime.h"
#include "core/baselines/baselineregistry.h"
#include "core/data/readerregistry.h"
#include "core/demonstrations/selectorregistry.h"
#include "core/metrics/metricregistry.h"
#include "core/prompt/prompttemplate.h"
#include "core/simulate/experimentfields_p.h"

namespace driftscope::simulate {

namespace {

using demonstrations::demonstrationSelectors;
using E = Experiment;

constexpr double unlimited = 1e15;
constexpr double largestSeed = 9007199254740991.0; // 2^53 - 1: what every JSON reader keeps exactly

Result<> checkTime(const std::string& text)
{
    DRIFTSCOPE_TRY([[maybe_unused]] const auto time, parseTime(text));
    return {};
}

Result<> checkReader(const std::string& id)
{
    if (findEntry(data::datasetReaders(), id))
        return {};
    return fail(ErrorCode::UnknownName,
                "there is no dataset reader '" + id + "'; known are " + listIds(data::datasetReaders()) + ".");
}

Result<> checkLabelRule(const std::string& text)
{
    DRIFTSCOPE_TRY([[maybe_unused]] const auto rule, data::LabelRule::parse(text));
    return {};
}

Result<> checkMetric(const std::string& id)
{
    DRIFTSCOPE_TRY([[maybe_unused]] const auto metric, metrics::makeMetric(id));
    return {};
}

/// {"id": "popularity", "days": 30}: the checkpoint, or a baseline with the parameters of its registry entry.
ArmField scorerField()
{
    ArmField field;
    field.description.path = "scorer";
    field.description.type = FieldType::Scorer;
    field.description.help =
        "Ranks the candidates: the model, or a baseline that needs no prompt (selector, history and template mean "
        "nothing then).";
    field.description.fallback = {{"id", Arm::modelScorer}};
    field.read = [](JsonField& parent, const std::string& key, Arm& arm) {
        if (!parent.has(key))
            return;
        JsonField scorer = parent.object(key);
        arm.scorer = scorer.text("id");
        const auto* entry = findEntry(baselines::baselines(), arm.scorer);
        if (entry)
            arm.scorerParameters = readParameters(entry->parameters, scorer);
        else if (auto id = scorer.optionalField("id"); id && !arm.isModel())
            id->reject(ErrorCode::UnknownName,
                       "there is no scorer '" + arm.scorer + "'; known are " + Arm::modelScorer + ", "
                           + listIds(baselines::baselines()) + ".");
        scorer.rejectUnknownFields();
    };
    field.write = [](const Arm& arm) {
        nlohmann::json object = driftscope::toJson(arm.scorerParameters);
        object["id"] = arm.scorer;
        return object;
    };
    return field;
}

/// A text that the checkpoint's arms must have and the others may leave out.
template<typename Owner>
BoundField<Owner> neededByModel(BoundField<Owner> optional, const BoundField<Owner>& required,
                                bool (*needsModel)(const Owner&))
{
    optional.read = [need = required.read, may = optional.read, needsModel](JsonField& parent, const std::string& key,
                                                                            Owner& owner) {
        (needsModel(owner) ? need : may)(parent, key, owner);
    };
    return optional;
}

/// {"id": "recent", "k": 4}: the parameters are those of the registry entry.
ArmField selectorField()
{
    ArmField field;
    field.description.path = "selector";
    field.description.type = FieldType::Selector;
    field.description.help =
        "Chooses the demonstrations: an id and the parameters of that selector. Every arm that asks the model has one.";
    field.description.fallback = {{"id", "none"}};
    field.read = [](JsonField& parent, const std::string& key, Arm& arm) {
        if (!arm.isModel() && !parent.has(key)) {
            arm.selector = "none";
            return;
        }
        JsonField selector = parent.object(key);
        arm.selector = selector.text("id");
        const auto* entry = findEntry(demonstrationSelectors(), arm.selector);
        if (!entry) {
            if (auto id = selector.optionalField("id"))
                id->reject(ErrorCode::UnknownName,
                           "there is no selector '" + arm.selector + "'; known are " + listIds(demonstrationSelectors())
                               + ".");
            return;
        }
        arm.selectorParameters = readParameters(entry->parameters, selector);
        selector.rejectUnknownFields();
    };
    field.write = [](const Arm& arm) {
        nlohmann::json object = driftscope::toJson(arm.selectorParameters);
        object["id"] = arm.selector;
        return object;
    };
    return field;
}

/// Does not count for the hash: the same run goes on, and compares with others, whatever it is set to.
ExperimentField unhashedField(ExperimentField field)
{
    field.description.isHashed = false;
    return field;
}

/// Came after experiments were run: those keep their hash as long as it has its default.
template<typename Field>
Field laterField(Field field)
{
    field.description.isLater = true;
    return field;
}

ExperimentField checkpointPathField()
{
    const auto make = [](Need need) {
        return textField<E>(
            "checkpoint.path",
            "Model folder or GGUF file: absolute, relative to this file, or in the user's data folder. Needed if an "
            "arm "
            "asks the model.",
            need, [](auto& e) -> auto& { return e.checkpoint.path; });
    };
    return neededByModel<E>(make(Optional), make(Required), [](const E& e) { return e.needsModel(); });
}

std::vector<ExperimentField> sourceFields()
{
    return {
        textField<E>(
            "name", "Name of the experiment, shown in tables and plots.", Required,
            [](auto& e) -> auto& { return e.name; }),
        textField<E>(
            "description", "What the experiment is about, for people.", Optional,
            [](auto& e) -> auto& { return e.description; }),
        integerField<E>(
            "seed", "Seed of every random choice; the same seed gives the same run.", 0, largestSeed,
            [](auto& e) -> auto& { return e.seed; }),
        textField<E>(
            "dataset.path", "Dataset file or folder: absolute, relative to this file, or in the user's data folder.",
            Required, [](auto& e) -> auto& { return e.dataset.path; }),
        textField<E>(
            "dataset.format", "Id of the dataset reader; empty = recognised.", Optional,
            [](auto& e) -> auto& { return e.dataset.format; }, checkReader),
        textField<E>(
            "dataset.label", "What counts as liked: rating>=N, user-mean or implicit; empty = the default of the data.",
            Optional, [](auto& e) -> auto& { return e.dataset.label; }, checkLabelRule),
        choiceField<E, data::TiePolicy>(
            "dataset.ties",
            "Interactions at the query's own second: exclude them all, or row-order = admit earlier rows.",
            {{"exclude", data::TiePolicy::Exclude}, {"row-order", data::TiePolicy::RowOrder}},
            [](auto& e) -> auto& { return e.dataset.ties; }),
        checkpointPathField(),
        textListField<E>(
            "checkpoint.adapters",
            "Folders of PEFT adapters (LoRA, DoRA, prompt tuning) to put on the model, found as its path is.",
            [](auto& e) -> auto& { return e.checkpoint.adapters; }, {}, MayBeEmpty),
        choiceOfTexts<E>(
            "checkpoint.precision", "Number format of the computation.", {"fp32", "bf16"},
            [](auto& e) -> auto& { return e.checkpoint.precision; }),
        choiceOfTexts<E>(
            "checkpoint.device", "Where the model runs; auto = a GPU if there is one.", {"auto", "cpu", "cuda"},
            [](auto& e) -> auto& { return e.checkpoint.device; }),
        integerField<E>(
            "checkpoint.batchTokens",
            "Tokens in one batch, by estimate; 0 = chosen for the device and written to the run.", 0, 1e9,
            [](auto& e) -> auto& { return e.checkpoint.batchTokens; }),
        unhashedField(integerField<E>(
            "checkpoint.cacheMegabytes",
            "Memory for what the model computed for earlier prompts, so that a prompt that begins like one of them is "
            "not "
            "computed from its beginning; 0 = none. It changes what a run costs, not what it says.",
            0, 1e6, [](auto& e) -> auto& { return e.checkpoint.cacheMegabytes; })),
    };
}

/// Names of a table's columns; came after experiments were run.
std::vector<ExperimentField> columnFields()
{
    const auto column = [](const char* path, const char* help, std::string data::ColumnMap::*part) {
        return laterField(textField<E>(
            path, help, Optional, [part](auto& e) -> auto& { return e.dataset.columns.*part; }));
    };
    using Map = data::ColumnMap;
    return {
        column("dataset.columns.user", "Name of a table's column of users; empty = found by its name.", &Map::user),
        column("dataset.columns.item", "Name of the column of items; empty = found by its name.", &Map::item),
        column("dataset.columns.rating", "Name of the column of ratings; empty = found by its name.", &Map::rating),
        column("dataset.columns.time", "Name of the column of times; empty = found by its name.", &Map::time),
        column("dataset.columns.title", "Name of the column of titles; empty = found by its name.", &Map::title),
        column("dataset.columns.genres", "Name of the column of genres; empty = found by its name.", &Map::genres),
        column("dataset.columns.separator",
               "Character between the columns of a CSV file; empty = as its first line shows it.", &Map::separator),
        laterField(booleanField<E>(
            "dataset.columns.hasHeader",
            "Whether the first line of a CSV file names the columns; if not, they are called 'column 1', 'column 2', "
            "...",
            [](auto& e) -> auto& { return e.dataset.columns.hasHeader; })),
    };
}

/// A window around shifts: "kind", "from" and "to" below `path`. @param help  of the kind, the last sentence left out.
template<typename Access>
std::vector<ExperimentField> shiftWindowFields(const std::string& path, const std::string& help, Access access)
{
    const std::string helpOfKind = help + " (planted data); abrupt = with the swaps.";
    return {
        choiceField<E, E::ShiftFilter>((path + ".kind").c_str(), helpOfKind.c_str(),
                                       {{"none", E::ShiftFilter::None},
                                        {"any", E::ShiftFilter::Any},
                                        {"abrupt", E::ShiftFilter::Abrupt},
                                        {"gradual", E::ShiftFilter::Gradual},
                                        {"recurring", E::ShiftFilter::Recurring},
                                        {"swap", E::ShiftFilter::Swap}},
                                       [access](auto& e) -> auto& { return access(e).kind; }),
        integerField<E>(
            (path + ".from").c_str(),
            "First of these moments, in events after the shift: 0 = the first event under the new taste, -1 = the one "
            "before.",
            -1e6, 1e6, [access](auto& e) -> auto& { return access(e).from; }),
        integerField<E>((path + ".to").c_str(), "Last of these moments, in events after the shift.", -1e6,
                        1e6, [access](auto& e) -> auto& { return access(e).to; }),
    };
}

std::vector<ExperimentField> shiftFields()
{
    std::vector<ExperimentField> fields = shiftWindowFields(
        "replay.aroundShift", "Keeps to moments near known shifts of this kind; none = all moments",
        [](auto& e) -> auto& { return e.replay.aroundShift; });
    for (auto&& field : shiftWindowFields(
             "replay.alwaysAroundShift",
             "Asks about all moments near known shifts of this kind, beside those that are spread over the life; none "
             "= no more than those",
             [](auto& e) -> auto& { return e.replay.alwaysAroundShift; }))
        fields.push_back(laterField(std::move(field)));
    for (auto&& field : shiftWindowFields(
             "metrics.aroundShift",
             "The table is of moments near known shifts of this kind alone, while curves show all; none = of all",
             [](auto& e) -> auto& { return e.metrics.aroundShift; }))
        fields.push_back(unhashedField(std::move(field)));
    return fields;
}

std::vector<ExperimentField> replayFields()
{
    return {
        textListField<E>(
            "replay.users", "Ids of the users that are asked about; empty = sampled from all.",
            [](auto& e) -> auto& { return e.replay.users; }, {}, MayBeEmpty),
        integerField<E>(
            "replay.maxUsers", "Users sampled from those that have a moment to ask about; 0 = all.", 0, unlimited,
            [](auto& e) -> auto& { return e.replay.maxUsers; }),
        integerField<E>(
            "replay.queriesPerUser", "Moments of each user, spread evenly over the eligible ones; 0 = all.", 0,
            unlimited, [](auto& e) -> auto& { return e.replay.queriesPerUser; }),
        booleanField<E>(
            "replay.consecutive",
            "Each user's moments follow one another, from a random one on, instead of being spread evenly.",
            [](auto& e) -> auto& { return e.replay.consecutive; }),
        integerField<E>(
            "replay.maxQueries", "Moments altogether, spread evenly over the replay; 0 = all.", 0, unlimited,
            [](auto& e) -> auto& { return e.replay.maxQueries; }),
        integerField<E>(
            "replay.minHistory", "Interactions that a user must have before a moment.", 0, unlimited,
            [](auto& e) -> auto& { return e.replay.minHistory; }),
        textField<E>(
            "replay.from", "First time asked about: 1997-12-04, 1997-12-04 15:55:49 or Unix seconds.", Optional,
            [](auto& e) -> auto& { return e.replay.from; }, checkTime),
        textField<E>(
            "replay.to", "Last time asked about, in the same forms.", Optional,
            [](auto& e) -> auto& { return e.replay.to; }, checkTime),
        booleanField<E>(
            "replay.pointwise",
            "Also ask about disliked interactions, scored alone, for AUC and the other label metrics.",
            [](auto& e) -> auto& { return e.replay.pointwise; }),
        integerField<E>(
            "candidates.count", "Length of the list to rank, the true next item included.", 2, 1e6,
            [](auto& e) -> auto& { return e.candidates.count; }),
        choiceOfTexts<E>(
            "candidates.kind",
            "How the others are drawn: uniform = evenly from the items that exist at the moment and that "
            "the user has not met.",
            {"uniform"}, [](auto& e) -> auto& { return e.candidates.kind; }),
    };
}

std::vector<ExperimentField> measureFields()
{
    return {
        textListField<E>(
            "metrics.ids", "Metrics of the table: hr@K, recall@K, ndcg@K, mrr, auc, uauc, gauc, ...",
            [](auto& e) -> auto& { return e.metrics.ids; }, checkMetric, MustHaveOne),
        choiceOfTexts<E>(
            "metrics.windowBy", "Time axis of the curves: the user's own event index, or the dataset's calendar.",
            {"event-index", "calendar"}, [](auto& e) -> auto& { return e.metrics.windowBy; }),
        choiceOfTexts<E>(
            "metrics.windowShape",
            "What a point of a curve looks at: windows side by side, overlapping ones, or all from the beginning on.",
            {"apart", "rolling", "cumulative"}, [](auto& e) -> auto& { return e.metrics.windowShape; }),
        integerField<E>(
            "metrics.windowSize", "Width of a window: events, or days.", 1, unlimited,
            [](auto& e) -> auto& { return e.metrics.windowSize; }),
        integerField<E>(
            "metrics.minimumPerPoint", "Fewest queries that make a point of a curve.", 1, unlimited,
            [](auto& e) -> auto& { return e.metrics.minimumPerPoint; }),
        integerField<E>(
            "metrics.resamples", "Bootstrap resamples of users behind every interval.", 10, 1e6,
            [](auto& e) -> auto& { return e.metrics.resamples; }),
        integerField<E>(
            "prompt.budgetTokens", "Longest prompt; 0 = what the checkpoint's context allows.", 0, 1e9,
            [](auto& e) -> auto& { return e.prompt.budgetTokens; }),
        booleanField<E>(
            "prompt.blockLeaks", "Refuse to score a prompt that shows something of the future.",
            [](auto& e) -> auto& { return e.prompt.blockLeaks; }),
    };
}

} // namespace

std::vector<ExperimentField> experimentFieldTable()
{
    std::vector<ExperimentField> table = sourceFields();
    for (auto&& part : {replayFields(), measureFields(), shiftFields(), columnFields()})
        table.insert(table.end(), part.begin(), part.end());
    return table;
}

std::vector<ArmField> armFieldTable(const std::filesystem::path& base)
{
    const auto checkTemplate = [base](const std::string& idOrPath) -> Result<> {
        DRIFTSCOPE_TRY([[maybe_unused]] const auto wording, prompt::findTemplate(idOrPath, base));
        return {};
    };
    const auto makeTemplate = [checkTemplate](Need need) {
        return textField<Arm>(
            "template",
            "Wording: id of a built-in template or of one of your own, or a template file. Needed if the arm asks the "
            "model.",
            need, [](auto& arm) -> auto& { return arm.wording; }, checkTemplate);
    };
    return {
        textField<Arm>(
            "name", "Name of the arm in tables and plots; no two arms may share it.", Required,
            [](auto& arm) -> auto& { return arm.name; }),
        scorerField(),
        selectorField(),
        choiceField<Arm, DemonstrationLag>(
            "demonstrations.lag.unit",
            "Unit of the demonstrations' own lag; as-history = they are as stale as the history.",
            {{"as-history", DemonstrationLag::AsHistory},
             {"events", DemonstrationLag::Events},
             {"days", DemonstrationLag::Days},
             {"shifts", DemonstrationLag::Shifts}},
            [](auto& arm) -> auto& { return arm.demonstrations.lagUnit; }),
        integerField<Arm>(
            "demonstrations.lag.amount", "How stale the demonstrations are, where the unit is their own.", 0, 1e6,
            [](auto& arm) -> auto& { return arm.demonstrations.lagAmount; }),
        choiceField<Arm, bool>(
            "demonstrations.labels", "Labels of the demonstrations: true = as they are, flipped = the opposite.",
            {{"true", false}, {"flipped", true}},
            [](auto& arm) -> auto& { return arm.demonstrations.areLabelsFlipped; }),
        laterField(choiceField<Arm, bool>(
            "demonstrations.negatives", "Disliked demonstrations: left-out = those chosen less the disliked ones.",
            {{"shown", false}, {"left-out", true}},
            [](auto& arm) -> auto& { return arm.demonstrations.areNegativesLeftOut; })),
        choiceField<Arm, ContextOf>(
            "context",
            "Whose history and demonstrations are shown: the user's, or another user's of the same time; "
            "other-user-demonstrations = the user's own history with the other's demonstrations.",
            {{"self", ContextOf::Self},
             {"other-user", ContextOf::OtherUser},
             {"other-user-demonstrations", ContextOf::OtherUsersDemonstrations}},
            [](auto& arm) -> auto& { return arm.context; }),
        laterField(choiceField<Arm, ContextFor>(
            "contextFor",
            "What demonstrations and history are chosen for, where similarity chooses them: query = one choice for all "
            "candidates, whose common prompt is computed once; candidate = one for each candidate alone, which costs "
            "as many contexts.",
            {{"query", ContextFor::Query}, {"candidate", ContextFor::Candidate}},
            [](auto& arm) -> auto& { return arm.contextFor; })),
        integerField<Arm>(
            "history.maxItems", "Last liked items that the query and each demonstration show.", 0, 1e6,
            [](auto& arm) -> auto& { return arm.history.maxItems; }),
        choiceField<Arm, data::Lag::Unit>(
            "history.lag.unit", "Unit of the lag.",
            {{"events", data::Lag::Unit::Events}, {"days", data::Lag::Unit::Days}, {"shifts", data::Lag::Unit::Shifts}},
            [](auto& arm) -> auto& { return arm.history.lag.unit; }),
        integerField<Arm>(
            "history.lag.amount",
            "How stale the context is: frozen so many events or days before the query, or just before the last (2 = "
            "the "
            "last but one, ...) known shift.",
            0, 1e6, [](auto& arm) -> auto& { return arm.history.lag.amount; }),
        laterField(choiceField<Arm, demonstrations::HistoryChoice>(
            "history.by",
            "Which liked items stand there: the most recent, or those most similar to what is asked about by the words "
            "of the titles or by the model's embeddings of them.",
            {{"recency", demonstrations::HistoryChoice::Recent},
             {"title-similarity", demonstrations::HistoryChoice::SimilarTitles},
             {"model-similarity", demonstrations::HistoryChoice::SimilarModel}},
            [](auto& arm) -> auto& { return arm.history.choice; })),
        laterField(choiceField<Arm, bool>(
            "history.order", "Order of the items: oldest first, or drawn by the seed.",
            {{"time", false}, {"shuffled", true}}, [](auto& arm) -> auto& { return arm.historyControls.isShuffled; })),
        laterField(choiceField<Arm, bool>(
            "history.items",
            "The items themselves: own = the user's, fake = as many that others had liked before, drawn by the seed.",
            {{"own", false}, {"fake", true}}, [](auto& arm) -> auto& { return arm.historyControls.isFake; })),
        laterField(choiceField<Arm, bool>(
            "titles", "Titles in histories and demonstrations: shown, or masked, with the target's alone in sight.",
            {{"shown", false}, {"masked", true}}, [](auto& arm) -> auto& { return arm.areTitlesMasked; })),
        neededByModel<Arm>(makeTemplate(Optional), makeTemplate(Required),
                           [](const Arm& arm) { return arm.isModel(); }),
        choiceField<Arm, ScoreKind>(
            "score", "log-odds = logit(positive) - logit(negative); positive-logit = logit(positive) alone.",
            {{"log-odds", ScoreKind::LogOdds}, {"positive-logit", ScoreKind::PositiveLogit}},
            [](auto& arm) -> auto& { return arm.score; }),
        laterField(choiceField<Arm, Calibration>(
            "calibration",
            "What is taken off each score: contextual = the score of the same prompt about 'N/A', prior = the log-odds "
            "of the labels that the demonstrations show. Rankings change with contextFor = candidate alone, AUC and "
            "log loss always.",
            {{"none", Calibration::None}, {"contextual", Calibration::Contextual}, {"prior", Calibration::Prior}},
            [](auto& arm) -> auto& { return arm.calibration; })),
        laterField(textField<Arm>(
            "checkpoint", "Another model than the experiment's, found as its path is; empty = the experiment's.",
            Optional, [](auto& arm) -> auto& { return arm.checkpoint; })),
        textListField<Arm>(
            "adapters",
            "Those of checkpoint.adapters that the arm is scored with, as they are written there; all = every one, "
            "empty = none.",
            [](auto& arm) -> auto& { return arm.adapters; }, {}, MayBeEmpty),
    };
}

} // namespace driftscope::simulate
