# SPDX-License-Identifier: GPL-3.0-or-later
# Writes OUTPUT, a C++ file that holds the template files FILES (separated by ',') as string literals.
string(REPLACE "," ";" files "${FILES}")
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(id "${file}" NAME_WE)
  file(READ "${file}" json)
  string(APPEND entries "    BuiltInTemplate {\"${id}\", R\"template(${json})template\"},\n")
endforeach()
list(LENGTH files count)
file(WRITE "${OUTPUT}" "// SPDX-License-Identifier: GPL-3.0-or-later
// Written by embedtemplates.cmake from resources/templates; edit those files.
#include \"core/prompt/builtintemplates_p.h\"

#include <array>

namespace driftscope::prompt {

std::span<const BuiltInTemplate> builtInTemplates()
{
    static constexpr std::array<BuiltInTemplate, ${count}> templates {
${entries}    };
    return templates;
}

} // namespace driftscope::prompt
")
