// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/recbolewriter.h"

#include "core/base/textfile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <system_error>

namespace driftscope::data {

namespace {

constexpr std::string_view breaksRow = "\t\r\n";

Result<> checkId(std::string_view id, std::string_view what)
{
    if (id.find_first_of(breaksRow) == std::string_view::npos)
        return {};
    return fail(ErrorCode::BadValue,
                "The " + std::string(what) + " id '" + std::string(id)
                    + "' holds a tab or a line end, which a RecBole file cannot hold; rename it in the source.");
}

std::string inOneCell(std::string_view text)
{
    std::string cell(text);
    std::replace_if(
        cell.begin(), cell.end(), [](char c) { return breaksRow.find(c) != std::string_view::npos; }, ' ');
    return cell;
}

void appendNumber(std::string& text, auto number)
{
    std::array<char, 40> digits {};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    text.append(digits.data(), written.ptr);
}

Result<std::string> interactionRows(const Dataset& dataset)
{
    for (UserIndex user = 0; user < dataset.userCount(); ++user)
        DRIFTSCOPE_CHECK(checkId(dataset.userId(user), "user"));
    const RatingKind kind = dataset.ratingKind();
    std::string text = "user_id:token\titem_id:token\t";
    text += kind == RatingKind::Rating ? "rating:float\t" : kind == RatingKind::Label ? "label:float\t" : "";
    text += "timestamp:float\n";
    for (InteractionIndex i = 0; i < dataset.size(); ++i) {
        text.append(dataset.userId(dataset.user(i)))
            .append("\t")
            .append(dataset.catalog().id(dataset.item(i)))
            .append("\t");
        if (kind != RatingKind::None) {
            appendNumber(text, dataset.rating(i));
            text += '\t';
        }
        appendNumber(text, toUnix(dataset.time(i)));
        text += '\n';
    }
    return text;
}

Result<std::string> itemRows(const Catalog& catalog)
{
    std::string text = "item_id:token\ttitle:token_seq";
    // Not token_seq: the reader takes the cell as it stands.
    for (const std::string& name : catalog.attributeNames())
        text += '\t' + inOneCell(name) + ":token";
    text += '\n';
    for (ItemIndex item = 0; item < catalog.size(); ++item) {
        DRIFTSCOPE_CHECK(checkId(catalog.id(item), "item"));
        text += catalog.id(item) + '\t' + inOneCell(catalog.title(item));
        for (const std::string& name : catalog.attributeNames())
            text += '\t' + inOneCell(catalog.attribute(item, name));
        text += '\n';
    }
    return text;
}

} // namespace

Result<> writeRecBole(const Dataset& dataset, const std::filesystem::path& folder)
{
    std::error_code problem;
    const std::filesystem::path target = std::filesystem::weakly_canonical(folder, problem);
    if (!problem)
        std::filesystem::create_directories(target, problem);
    if (problem)
        return fail(ErrorCode::NotWritable,
                    folder.string() + " cannot be made (" + problem.message() + "); choose another folder.");
    const std::string name = target.filename().empty() ? "dataset" : target.filename().string();
    DRIFTSCOPE_TRY(const auto interactions, interactionRows(dataset));
    DRIFTSCOPE_TRY(const auto items, itemRows(dataset.catalog()));
    DRIFTSCOPE_CHECK(writeFile(target / (name + ".inter"), interactions));
    return writeFile(target / (name + ".item"), items);
}

} // namespace driftscope::data
