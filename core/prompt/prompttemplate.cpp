// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/prompttemplate.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/prompt/templatepieces_p.h"

#include <algorithm>
#include <array>
#include <optional>

namespace driftscope::prompt {

namespace {

using Pieces = std::vector<TemplatePiece>;

constexpr std::array<std::string_view, 4> reservedNames {"history", "target", "answer", "title"};
constexpr std::array<std::string_view, 2> commonAttributes {"year", "genres"};
constexpr std::string_view blanks = " \t\r\n";
constexpr std::uintmax_t maxTemplateBytes = 1U << 20U;

bool isName(std::string_view text, std::string_view alsoAllowed)
{
    const auto isAllowed = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || alsoAllowed.find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), isAllowed);
}

const TemplatePiece* findPlaceholder(const Pieces& pieces, std::string_view name)
{
    const auto found = std::find_if(pieces.begin(), pieces.end(), [&](const TemplatePiece& piece) {
        return piece.isPlaceholder && piece.text == name;
    });
    return found == pieces.end() ? nullptr : &*found;
}

/// Reads the fields of a template one by one; errors are kept in the JSON reader.
class TemplateReader
{
public:
    explicit TemplateReader(JsonField& fields)
        : m_fields(fields)
    {
    }

    PromptTemplate read()
    {
        PromptTemplate wording;
        readVersion();
        readNames(wording);
        readAttributes();
        wording.header = readBlock("header", {});
        wording.demonstration = readBlock("demonstration", withAttributes({"history", "target", "answer"}));
        wording.query = readBlock("query", withAttributes({"history", "target"}));
        wording.historyItem = readBlock("historyItem", withAttributes({"title"}));
        wording.historySeparator = m_fields.text("historySeparator");
        wording.emptyHistory = m_fields.text("emptyHistory");
        readAnswers(wording);
        m_fields.rejectUnknownFields();
        checkDemonstration(wording);
        checkQuery(wording);
        checkOnce("historyItem", wording.historyItem, "title");
        return wording;
    }

private:
    void readVersion()
    {
        const auto version = m_fields.integer("version");
        if (m_fields.has("version") && version != PromptTemplate::formatVersion)
            rejectAt("version",
                     "this program reads template version " + std::to_string(PromptTemplate::formatVersion) + ", not "
                         + std::to_string(version) + "; update the program or the file.",
                     ErrorCode::UnsupportedVersion);
    }

    void readNames(PromptTemplate& wording)
    {
        wording.id = m_fields.text("id");
        if (!isName(wording.id, "-_."))
            rejectAt("id", "an id has letters, digits, '-', '_' and '.' only, and at least one of them.");
        wording.title = m_fields.text("title");
        wording.help = m_fields.text("help", "");
    }

    void readAttributes()
    {
        m_attributes.assign(commonAttributes.begin(), commonAttributes.end());
        for (auto& element : m_fields.array("attributes", false)) {
            const auto name = element.asText();
            const bool isReserved = std::find(reservedNames.begin(), reservedNames.end(), name) != reservedNames.end();
            if (isReserved || !isName(name, "-_ "))
                element.reject(ErrorCode::BadValue,
                               "'" + name
                                   + "' cannot name an item attribute: it must have letters, digits, '-', '_' and "
                                     "blanks only and not be history, target, answer or title.");
            if (std::find(m_attributes.begin(), m_attributes.end(), name) == m_attributes.end())
                m_attributes.push_back(name);
        }
    }

    void readAnswers(PromptTemplate& wording)
    {
        auto answers = m_fields.object("answers");
        wording.positiveAnswer = readAnswer(answers, "positive");
        wording.negativeAnswer = readAnswer(answers, "negative");
        answers.rejectUnknownFields();
        if (wording.positiveAnswer == wording.negativeAnswer)
            answers.reject(ErrorCode::BadValue, "the positive and the negative answer are the same; word them apart.");
    }

    static std::string readAnswer(JsonField& answers, std::string_view key)
    {
        auto answer = answers.text(key);
        auto field = answers.optionalField(key);
        if (field && answer.find_first_not_of(blanks) == std::string::npos)
            field->reject(ErrorCode::BadValue, "the answer is empty; write a word such as \" Yes\".");
        return answer;
    }

    Pieces readBlock(std::string_view key, const std::vector<std::string>& known)
    {
        auto pieces = splitTemplate(m_fields.text(key), known);
        if (pieces)
            return std::move(*pieces);
        rejectAt(key, pieces.error().message + ".", pieces.error().code);
        return {};
    }

    void checkDemonstration(const PromptTemplate& wording)
    {
        checkOnce("demonstration", wording.demonstration, "target");
        checkOnce("demonstration", wording.demonstration, "answer");
        checkAtMostOnce("demonstration", wording.demonstration, "history");
    }

    void checkQuery(const PromptTemplate& wording)
    {
        checkOnce("query", wording.query, "target");
        checkAtMostOnce("query", wording.query, "history");
        checkSharedPrefix(wording.query);
        const auto* last = wording.query.empty() ? nullptr : &wording.query.back();
        const bool hasCue = last && !last->isPlaceholder && last->group == 0
            && last->text.find_first_not_of(blanks) != std::string::npos;
        if (!hasCue)
            rejectAt("query", "the block must end with the cue that the answer follows, such as \"Answer:\".");
    }

    /// All candidates of a query share their prompt up to the target's title, which is computed once.
    void checkSharedPrefix(const Pieces& query)
    {
        bool isAfterTarget = false;
        for (const auto& piece : query) {
            isAfterTarget = isAfterTarget || (piece.isPlaceholder && piece.text == "target");
            if (piece.isPlaceholder && piece.text != "history" && !isAfterTarget)
                rejectAt("query",
                         "{" + piece.text
                             + "} stands before {target}; the text before the target must be the same "
                               "for all candidates, so put it after.");
        }
    }

    void checkOnce(std::string_view key, const Pieces& pieces, std::string_view name)
    {
        const auto count = countPlaceholder(pieces, name);
        if (count != 1)
            rejectAt(key,
                     "the block must contain {" + std::string(name) + "} once, not " + std::to_string(count)
                         + " times.");
        else if (findPlaceholder(pieces, name)->group != 0)
            rejectAt(key, "{" + std::string(name) + "} stands in an optional group; take it out, it is always needed.");
    }

    void checkAtMostOnce(std::string_view key, const Pieces& pieces, std::string_view name)
    {
        if (countPlaceholder(pieces, name) > 1)
            rejectAt(key, "the block contains {" + std::string(name) + "} more than once; keep one.");
    }

    std::vector<std::string> withAttributes(std::vector<std::string> names) const
    {
        names.insert(names.end(), m_attributes.begin(), m_attributes.end());
        return names;
    }

    void rejectAt(std::string_view key, const std::string& problem, ErrorCode code = ErrorCode::BadValue)
    {
        if (auto field = m_fields.optionalField(key))
            field->reject(code, problem);
        else
            m_fields.reject(ErrorCode::MissingField, "the field " + std::string(key) + " is missing.");
    }

    JsonField& m_fields;
    std::vector<std::string> m_attributes;
};

} // namespace

Result<PromptTemplate> PromptTemplate::parse(std::string_view json, std::string_view origin)
{
    DRIFTSCOPE_TRY(const auto document, parseJson(json, origin, {.maxDepth = 8, .rejectDuplicateKeys = true}));
    JsonField fields(document, origin);
    auto wording = TemplateReader(fields).read();
    DRIFTSCOPE_CHECK(fields.status());
    wording.source = json;
    return wording;
}

Result<PromptTemplate> PromptTemplate::load(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const auto text, readFile(path, maxTemplateBytes));
    return parse(text, path.string());
}

} // namespace driftscope::prompt
