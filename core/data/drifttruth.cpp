// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/drifttruth.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace driftscope::data {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<ShiftKind, std::string_view>, 3> kindNames {
    {{ShiftKind::Abrupt, "abrupt"}, {ShiftKind::Gradual, "gradual"}, {ShiftKind::Recurring, "recurring"}}};

double share(const Taste& taste, GenreIndex genre)
{
    return taste.likes(genre) ? 1 : 0;
}

} // namespace

std::string_view shiftName(ShiftKind kind)
{
    return std::find_if(kindNames.begin(), kindNames.end(), [kind](const auto& known) { return known.first == kind; })
        ->second;
}

bool Taste::likes(GenreIndex genre) const
{
    return std::find(liked.begin(), liked.end(), genre) != liked.end();
}

const Taste& UserTaste::before(std::size_t shift) const
{
    return shift == 0 ? first : shifts[shift - 1].after;
}

std::size_t UserTaste::shiftsUpTo(std::size_t event) const
{
    const auto later = std::find_if(shifts.begin(), shifts.end(), [event](const auto& s) { return s.event > event; });
    return static_cast<std::size_t>(later - shifts.begin());
}

std::size_t UserTaste::shiftsUpTo(SimTime time) const
{
    const auto later = std::find_if(shifts.begin(), shifts.end(), [time](const auto& s) { return s.time > time; });
    return static_cast<std::size_t>(later - shifts.begin());
}

double DriftTruth::likeShare(UserIndex user, ItemIndex item, std::size_t event) const
{
    const UserTaste& tastes = users[user];
    const GenreIndex genre = genreOfItem[item];
    const std::size_t begun = tastes.shiftsUpTo(event);
    const double now = share(tastes.before(begun), genre);
    if (begun == 0)
        return now;
    const TasteShift& latest = tastes.shifts[begun - 1];
    const std::size_t since = event - latest.event;
    if (since >= latest.length)
        return now;
    const double arrived = static_cast<double>(since + 1) / static_cast<double>(latest.length + 1);
    return arrived * now + (1 - arrived) * share(tastes.before(begun - 1), genre);
}

double DriftTruth::staleLikeShare(UserIndex user, ItemIndex item, std::size_t event) const
{
    const UserTaste& tastes = users[user];
    const std::size_t begun = tastes.shiftsUpTo(event);
    return share(tastes.before(begun == 0 ? 0 : begun - 1), genreOfItem[item]);
}

namespace {

json toJson(const TasteShift& shift)
{
    return {{"kind", shiftName(shift.kind)},   {"swap", shift.isSwap},   {"event", shift.event},
            {"time", toUnix(shift.time)},      {"length", shift.length}, {"liked", shift.after.liked},
            {"disliked", shift.after.disliked}};
}

json toJson(const UserTaste& user, const std::string& id)
{
    json shifts = json::array();
    for (const TasteShift& shift : user.shifts)
        shifts.push_back(toJson(shift));
    return {{"id", id}, {"liked", user.first.liked}, {"disliked", user.first.disliked}, {"shifts", std::move(shifts)}};
}

/// `rows` as a JSON array with a line each: readable, and small in a comparison of versions.
std::string lines(const std::vector<json>& rows)
{
    std::string text = "[";
    for (std::size_t i = 0; i < rows.size(); ++i)
        text += (i == 0 ? "\n" : ",\n") + rows[i].dump();
    return text + "\n]";
}

} // namespace

std::string driftTruthText(const DriftTruth& truth, std::span<const std::string> userIds, const Catalog& items)
{
    std::vector<json> itemRows;
    for (ItemIndex item = 0; item < truth.genreOfItem.size(); ++item)
        itemRows.push_back({{"id", items.id(item)},
                            {"genre", truth.genreOfItem[item]},
                            {"released", toUnix(truth.releaseOfItem[item])}});
    std::vector<json> userRows;
    for (std::size_t user = 0; user < truth.users.size(); ++user)
        userRows.push_back(toJson(truth.users[user], userIds[user]));
    return "{\"format\": " + json(DriftTruth::formatName).dump()
        + ",\n\"version\": " + std::to_string(DriftTruth::formatVersion) + ",\n\"plan\": " + truth.plan
        + ",\n\"labelNoise\": " + json(truth.labelNoise).dump() + ",\n\"genres\": " + json(truth.genres).dump()
        + ",\n\"items\": " + lines(itemRows) + ",\n\"users\": " + lines(userRows) + "}\n";
}

namespace {

constexpr double largestCount = 1e15;

/// Reads the parts of truth.json; errors are kept in the fields.
class TruthFile
{
public:
    explicit TruthFile(JsonField& root)
        : m_root(root)
    {
    }

    /// By source id.
    struct Item {
        GenreIndex genre = 0;
        SimTime release;
    };
    std::vector<std::string> genres;
    std::unordered_map<std::string, Item> items;
    std::unordered_map<std::string, UserTaste> users;

    void read()
    {
        for (JsonField& genre : m_root.array("genres"))
            genres.push_back(genre.asText());
        for (JsonField& field : m_root.array("items")) {
            const std::string id = field.text("id");
            Item item;
            item.genre = static_cast<GenreIndex>(field.integer("genre", genreRange()));
            item.release = fromUnix(field.integer("released", timeRange));
            items.emplace(id, item);
            field.rejectUnknownFields();
        }
        for (JsonField& field : m_root.array("users")) {
            std::string id = field.text("id"); // before readUser(), which refuses what nobody asked for
            users.emplace(std::move(id), readUser(field));
        }
    }

private:
    static constexpr JsonRange timeRange {-1e12, 1e12};

    JsonRange genreRange() const { return {0, static_cast<double>(std::max<std::size_t>(genres.size(), 1) - 1)}; }

    std::vector<GenreIndex> readGenres(JsonField& owner, std::string_view key)
    {
        std::vector<GenreIndex> list;
        for (JsonField& element : owner.array(key))
            list.push_back(static_cast<GenreIndex>(element.asInteger(genreRange())));
        return list;
    }

    Taste readTaste(JsonField& owner)
    {
        Taste taste;
        taste.liked = readGenres(owner, "liked");
        taste.disliked = readGenres(owner, "disliked");
        return taste;
    }

    UserTaste readUser(JsonField& field)
    {
        UserTaste user;
        user.first = readTaste(field);
        for (JsonField& shift : field.array("shifts")) {
            user.shifts.push_back(readShift(shift));
            if (user.shifts.size() > 1 && user.shifts.back().event <= user.shifts[user.shifts.size() - 2].event)
                shift.reject(ErrorCode::BadValue, "shifts must be in the order of their events.");
        }
        field.rejectUnknownFields();
        return user;
    }

    TasteShift readShift(JsonField& field)
    {
        TasteShift shift;
        const std::string kind = field.text("kind");
        const auto named = std::find_if(kindNames.begin(), kindNames.end(),
                                        [&kind](const auto& known) { return known.second == kind; });
        if (named == kindNames.end())
            field.reject(ErrorCode::BadValue, "kind must be abrupt, gradual or recurring, not '" + kind + "'.");
        else
            shift.kind = named->first;
        shift.isSwap = field.boolean("swap");
        shift.event = static_cast<std::size_t>(field.integer("event", JsonRange {0, largestCount}));
        shift.time = fromUnix(field.integer("time", timeRange));
        shift.length = static_cast<std::size_t>(field.integer("length", JsonRange {0, largestCount}));
        shift.after = readTaste(field);
        field.rejectUnknownFields();
        return shift;
    }

    JsonField& m_root;
};

tl::unexpected<Error> isMissing(const std::filesystem::path& file, std::string_view what, const std::string& id)
{
    return fail(ErrorCode::Inconsistent,
                file.string() + " does not know the " + std::string(what) + " '" + id
                    + "' of the data; put back the file that belongs to them, or remove it.");
}

Result<std::shared_ptr<const DriftTruth>> bind(TruthFile& read, DriftTruth truth, const std::filesystem::path& file,
                                               std::span<const std::string> userIds, const Catalog& items)
{
    truth.genres = std::move(read.genres);
    for (ItemIndex item = 0; item < items.size(); ++item) {
        const auto known = read.items.find(items.id(item));
        if (known == read.items.end())
            return isMissing(file, "item", items.id(item));
        truth.genreOfItem.push_back(known->second.genre);
        truth.releaseOfItem.push_back(known->second.release);
    }
    for (const std::string& id : userIds) {
        const auto known = read.users.find(id);
        if (known == read.users.end())
            return isMissing(file, "user", id);
        truth.users.push_back(known->second);
    }
    return std::make_shared<const DriftTruth>(std::move(truth));
}

} // namespace

Result<std::shared_ptr<const DriftTruth>> readDriftTruth(const std::filesystem::path& file,
                                                         std::span<const std::string> userIds, const Catalog& items)
{
    DRIFTSCOPE_TRY(const std::string text, readFile(file));
    DRIFTSCOPE_TRY(const json document, parseJson(text, file.string()));
    if (!document.is_object() || document.value("format", json()) != DriftTruth::formatName)
        return nullptr;
    JsonField root(document, file.string());
    static_cast<void>(root.text("format"));
    const std::int64_t version = root.integer("version");
    if (auto field = root.optionalField("version"); field && version != DriftTruth::formatVersion)
        field->reject(ErrorCode::UnsupportedVersion,
                      "the file has version " + std::to_string(version) + ", this program reads version "
                          + std::to_string(DriftTruth::formatVersion) + "; use a newer program.");
    DriftTruth truth;
    if (const auto plan = root.optionalField("plan"))
        truth.plan = plan->value().dump();
    truth.labelNoise = root.number("labelNoise", JsonRange {0, 1});
    TruthFile parts(root);
    parts.read();
    root.rejectUnknownFields();
    DRIFTSCOPE_CHECK(root.status());
    return bind(parts, std::move(truth), file, userIds, items);
}

} // namespace driftscope::data
