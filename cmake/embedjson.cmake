# SPDX-License-Identifier: GPL-3.0-or-later
# Writes OUTPUT, a C++ file that holds the JSON files FILES (separated by ',') as string literals: the function FUNCTION
# of NAMESPACE, which HEADER declares, gives a span of them as EmbeddedJson.
string(REPLACE "," ";" files "${FILES}")
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(id "${file}" NAME_WE)
  file(READ "${file}" json)
  string(APPEND entries "    EmbeddedJson {\"${id}\", R\"json(${json})json\"},\n")
endforeach()
list(LENGTH files count)
file(WRITE "${OUTPUT}" "// SPDX-License-Identifier: GPL-3.0-or-later
// Written by embedjson.cmake from files of resources/; edit those.
#include \"${HEADER}\"

#include <array>

namespace ${NAMESPACE} {

std::span<const EmbeddedJson> ${FUNCTION}()
{
    static constexpr std::array<EmbeddedJson, ${count}> files {
${entries}    };
    return files;
}

} // namespace ${NAMESPACE}
")
