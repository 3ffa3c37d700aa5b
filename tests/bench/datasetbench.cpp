// SPDX-License-Identifier: GPL-3.0-or-later
// How long a million ratings take to open: writes a seeded file of each form to a temporary folder and opens it.
#include "core/base/random.h"
#include "core/data/healthcard.h"
#include "core/data/readerregistry.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace driftscope;

namespace {

constexpr std::size_t userCount = 6'040;
constexpr std::size_t itemCount = 3'706;

struct Form {
    const char* name;
    const char* file;
    const char* header;
    const char* separator;
    const char* quote;
};
constexpr Form forms[] {
    {"MovieLens 1M", "ratings.dat", "", "::", ""},
    {"RecBole", "bench.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n", "\t", ""},
    {"CSV", "bench.csv", "userId,movieId,rating,timestamp\n", ",", ""},
    {"CSV, ids quoted", "quoted.csv", "userId,movieId,rating,timestamp\n", ",", "\""},
};

void writeRatings(const std::filesystem::path& file, const Form& form, std::size_t rows)
{
    RandomStream random(1, "datasetbench");
    std::ofstream out(file, std::ios::binary);
    out << form.header;
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t user = 1 + i * userCount / rows;
        out << form.quote << user << form.quote << form.separator << form.quote << 1 + random.index(itemCount)
            << form.quote << form.separator << 1 + random.index(5) << form.separator
            << 956'703'932 + random.index(90'000'000) << '\n';
    }
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int measure(const std::filesystem::path& folder, const Form& form, std::size_t rows)
{
    const std::filesystem::path file = folder / form.file;
    writeRatings(file, form, rows);
    const std::clock_t startedCpu = std::clock();
    const auto started = std::chrono::steady_clock::now();
    const auto dataset = data::openDataset(file);
    const double opening = secondsSince(started);
    const double openingCpu = static_cast<double>(std::clock() - startedCpu) / CLOCKS_PER_SEC;
    if (!dataset) {
        std::fprintf(stderr, "%s\n", dataset.error().message.c_str());
        return EXIT_FAILURE;
    }
    const auto read = std::chrono::steady_clock::now();
    const auto card = data::healthCardOf(**dataset, data::LabelRule::defaultFor(data::RatingKind::Rating));
    std::printf("%-16s %zu rows, %llu kept: opened in %.2f s (%.2f s of CPU), health card in %.2f s\n", form.name, rows,
                static_cast<unsigned long long>(card.interactions), opening, openingCpu, secondsSince(read));
    return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const auto folder =
        std::filesystem::temp_directory_path() / ("driftscope-datasetbench-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    int status = EXIT_SUCCESS;
    for (const Form& form : forms)
        status |= measure(folder, form, rows);
    std::filesystem::remove_all(folder);
    return status;
}
