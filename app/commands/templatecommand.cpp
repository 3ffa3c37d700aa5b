// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/templatecommand.h"

#include "core/base/textfile.h"
#include "core/prompt/templatefolder.h"
#include "core/prompt/templateimport.h"

#include <algorithm>
#include <iostream>

namespace driftscope::app {

namespace {

using nlohmann::json;
using prompt::TemplateField;

struct TemplateOptions {
    std::string source; ///< id or path
    std::string id;
    std::string title;
    std::string out;
    std::string lineBreaks = "literal";
    bool isJson = false;
};

Result<> listTemplates(const TemplateOptions& options)
{
    json list = json::array();
    for (const auto& entry : prompt::knownTemplates())
        list.push_back({{"id", entry.id},
                        {"title", entry.title},
                        {"builtIn", entry.isBuiltIn},
                        {"usable", entry.isUsable},
                        {"draft", entry.hasDraft}});
    if (options.isJson) {
        printJson(list);
        return {};
    }
    for (const auto& entry : list) {
        std::cout << entry["id"].get<std::string>() << "  " << entry["title"].get<std::string>()
                  << (entry["builtIn"].get<bool>() ? "  (built in)" : "");
        if (entry["draft"].get<bool>())
            std::cout << (entry["usable"].get<bool>() ? "  (newer draft with problems)" : "  (draft with problems)");
        std::cout << "\n";
    }
    std::cout << "Your own are in " << prompt::TemplateFolder().path().string() << std::endl;
    return {};
}

Result<> showTemplate(const TemplateOptions& options)
{
    DRIFTSCOPE_TRY(const auto wording, prompt::findTemplate(options.source, std::filesystem::current_path()));
    std::cout << wording.source << (wording.source.ends_with('\n') ? "" : "\n") << std::flush;
    return {};
}

std::size_t lineOf(const std::string& text, std::size_t byte)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(byte), '\n'))
        + 1;
}

/// All problems of a file, where parsing stops at the first.
Result<> checkFile(const TemplateOptions& options)
{
    DRIFTSCOPE_TRY(const auto text, prompt::TemplateText::load(options.source));
    const auto checked = prompt::checkTemplate(text);
    json problems = json::array();
    for (const auto& problem : checked.problems) {
        json row {{"field", prompt::templateFieldPath(problem.field)}, {"problem", problem.message}};
        if (problem.where) {
            row["line"] = lineOf(text[problem.field], problem.where->start);
            row["character"] = prompt::characterNumber(text[problem.field], problem.where->start);
        }
        problems.push_back(std::move(row));
    }
    if (options.isJson)
        printJson({{"valid", problems.empty()}, {"problems", problems}});
    else
        for (const auto& row : problems)
            std::cout << row["field"].get<std::string>()
                      << (row.contains("line")
                              ? ", line " + row["line"].dump() + ", character " + row["character"].dump()
                              : std::string())
                      << ": " << row["problem"].get<std::string>() << "\n";
    if (!problems.empty())
        return fail(ErrorCode::BadValue,
                    options.source + ": " + std::to_string(problems.size())
                        + " problem(s); see resources/templates/README.md for the form.");
    DRIFTSCOPE_TRY([[maybe_unused]] const auto wording, prompt::PromptTemplate::load(options.source));
    if (!options.isJson)
        std::cout << "The template is valid: " << text[TemplateField::Id] << "." << std::endl;
    return {};
}

Result<> importFile(const TemplateOptions& options)
{
    const auto lineBreaks = options.lineBreaks == "real" ? prompt::LineBreaks::Real : prompt::LineBreaks::Literal;
    DRIFTSCOPE_TRY(auto imported, prompt::importTemplate(options.source, lineBreaks));
    const prompt::TemplateFolder own;
    auto& text = imported.text;
    if (!options.title.empty())
        text[TemplateField::Title] = options.title;
    std::string path = options.out;
    if (!options.id.empty())
        text[TemplateField::Id] = options.id;
    if (path.empty()) {
        if (options.id.empty())
            text[TemplateField::Id] = own.freeId(text[TemplateField::Id]);
        DRIFTSCOPE_CHECK(own.checkNewId(text[TemplateField::Id]));
        DRIFTSCOPE_CHECK(own.save(text));
        path = own.fileOf(text[TemplateField::Id]).string();
    } else {
        DRIFTSCOPE_TRY([[maybe_unused]] const auto sound, prompt::PromptTemplate::parse(text.json(), options.source));
        DRIFTSCOPE_CHECK(writeFile(path, text.json()));
    }
    for (const auto& said : imported.notes)
        note(said);
    if (options.isJson)
        printJson(
            {{"id", text[TemplateField::Id]}, {"file", path}, {"format", imported.format}, {"notes", imported.notes}});
    else
        std::cout << "Imported (" << imported.format << ") as " << text[TemplateField::Id] << ": " << path << std::endl;
    return {};
}

} // namespace

void addTemplateCommand(CommandLine& line)
{
    CLI::App* command =
        line.parser.add_subcommand("template", "List, show, check and import the wordings that experiments name");
    command->require_subcommand(1);
    auto options = std::make_shared<TemplateOptions>();
    using Call = Result<> (*)(const TemplateOptions&);
    const auto add = [&](const char* name, const char* help, const char* example, Call call) {
        CLI::App* sub = command->add_subcommand(name, help);
        sub->footer(std::string("Example:\n  driftscope-cli template ") + example);
        sub->callback(
            [&line, options, call] { line.chosen = [options, call](const JobContext&) { return call(*options); }; });
        return sub;
    };
    CLI::App* list = add("list", "List the built-in templates and your own", "list", listTemplates);
    list->add_flag("--json", options->isJson, "print JSON");
    CLI::App* show = add("show", "Print a template as its JSON file", "show movies", showTemplate);
    show->add_option("template", options->source, "id, or a template file")->required();
    CLI::App* check = add("check", "Say everything that is wrong with a template file",
                          "check resources/templates/movies.json", checkFile);
    check->add_option("file", options->source, "template file (JSON)")->required();
    check->add_flag("--json", options->isJson, "print JSON");
    CLI::App* import = add("import", "Make a template of a RecICL or TALLRec prompt file",
                           "import tests/data/prompts/recicl.txt --line-breaks real --out films.json", importFile);
    import->add_option("file", options->source, "RecICL or TALLRec file, or a template file")->required();
    import
        ->add_option("--line-breaks", options->lineBreaks,
                     "what the two characters \\n of the file become: literal (they stay, as the reference models saw "
                     "them) or real")
        ->check(CLI::IsMember({"literal", "real"}));
    import->add_option("--id", options->id, "id of the template; default: made of the file's name");
    import->add_option("--title", options->title, "title of the template");
    import->add_option("--out", options->out, "file to write; default: among your own templates, found by id");
    import->add_flag("--json", options->isJson, "print JSON");
}

} // namespace driftscope::app
