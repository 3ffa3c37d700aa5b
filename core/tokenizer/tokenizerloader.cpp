// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tokenizerloader.h"

#include "core/base/textfile.h"
#include "core/tokenizer/tokenizergguf_p.h"
#include "core/tokenizer/tokenizerjson_p.h"

#include <algorithm>
#include <system_error>
#include <vector>

namespace driftscope::tokenizer {

namespace {

namespace fs = std::filesystem;

/// tokenizer.json of a folder, or its only GGUF file.
Result<fs::path> findInFolder(const fs::path& folder)
{
    std::error_code error;
    if (fs::exists(folder / "tokenizer.json", error))
        return folder / "tokenizer.json";
    std::vector<fs::path> ggufFiles;
    for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error))
        if (entry->path().extension() == ".gguf")
            ggufFiles.push_back(entry->path());
    if (error)
        return fail(ErrorCode::NotReadable, folder.string() + ": the folder cannot be read; check its permissions.");
    if (ggufFiles.size() == 1)
        return ggufFiles.front();
    if (ggufFiles.empty())
        return fail(ErrorCode::NotFound,
                    folder.string() + ": there is no tokenizer.json and no .gguf file in this folder.");
    return fail(ErrorCode::NotFound,
                folder.string() + ": there is no tokenizer.json and more than one .gguf file; name the one to use.");
}

Result<std::shared_ptr<const Tokenizer>> loadUnguarded(const fs::path& path)
{
    std::error_code error;
    if (!fs::exists(path, error))
        return fail(ErrorCode::NotFound, path.string() + ": there is no such file or folder.");
    fs::path file = path;
    if (fs::is_directory(path, error)) {
        DRIFTSCOPE_TRY(file, findInFolder(path));
    }
    if (file.extension() == ".gguf")
        return readTokenizerGguf(file);
    DRIFTSCOPE_TRY(const std::string text, readFile(file));
    if (text.starts_with("GGUF"))
        return readTokenizerGguf(file);
    return readTokenizerJson(text, file.string());
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const fs::path& path)
{
    try {
        return loadUnguarded(path);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, path.string() + ": there is not enough memory for this tokenizer.");
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Internal, path.string() + ": " + exception.what());
    }
}

} // namespace driftscope::tokenizer
