// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/manifestdifference.h"

namespace driftscope::simulate {

namespace {

using nlohmann::json;

/// Plain values by their path; empty objects and lists count as values.
json flat(json manifest)
{
    if (manifest.is_object() && manifest.contains("shifts"))
        manifest["shifts"] = manifest["shifts"].size();
    return manifest.is_structured() ? manifest.flatten() : json::object();
}

} // namespace

std::vector<ManifestDifference> manifestDifferences(const json& a, const json& b)
{
    const json flatA = flat(a);
    const json flatB = flat(b);
    json all = flatA;
    all.update(flatB);
    std::vector<ManifestDifference> differences;
    for (const auto& [path, ignored] : all.items()) {
        const json ofA = flatA.value(path, json());
        const json ofB = flatB.value(path, json());
        if (ofA != ofB)
            differences.push_back({path.substr(1), ofA, ofB});
    }
    return differences;
}

} // namespace driftscope::simulate
