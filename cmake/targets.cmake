# SPDX-License-Identifier: GPL-3.0-or-later
# One static target per folder, one executable per test. The link graph is the include graph.

add_library(driftscope_warnings INTERFACE)
# At -O3, GCC 12 reports these two for std::string's own operator+ and append (GCC bug 105651).
target_compile_options(driftscope_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow
                       "$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow>"
                       $<$<BOOL:${DRIFTSCOPE_WERROR}>:-Werror>)
add_library(driftscope_core_warnings INTERFACE)
target_link_libraries(driftscope_core_warnings INTERFACE driftscope_warnings)
target_compile_options(driftscope_core_warnings INTERFACE -Wconversion)

# driftscope_library(NAME SOURCES .. HEADERS .. PUBLIC targets PRIVATE targets): core folder NAME as driftscope::NAME
function(driftscope_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  add_library(driftscope_${name} STATIC)
  add_library(driftscope::${name} ALIAS driftscope_${name})
  target_sources(driftscope_${name} PRIVATE ${arg_SOURCES}
                 PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
  set_target_properties(driftscope_${name} PROPERTIES LINKER_LANGUAGE CXX POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(driftscope_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE} driftscope_core_warnings)
endfunction()

# driftscope_embed_json(FUNCTION HEADER files): the core library of this folder gets the files compiled in; FUNCTION,
# which HEADER of this folder declares, gives them in that order.
function(driftscope_embed_json function header)
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/resources/ OUTPUT_VARIABLE files)
  list(JOIN files "," file_list)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embedjson.cmake)
  set(table ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  add_custom_command(
    OUTPUT ${table}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${table} -DFILES=${file_list} -DNAMESPACE=driftscope::${folder}
            -DFUNCTION=${function} -DHEADER=core/${folder}/${header} -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding JSON files for ${folder}"
    VERBATIM)
  target_sources(driftscope_${folder} PRIVATE ${header} ${table})
endfunction()

# What nearly every test of core includes is parsed once.
if(TARGET Qt6::Test)
  # Qt tells each test its folders through macros, which would make each need a precompiled header of its own.
  set_target_properties(Qt6::Test PROPERTIES INTERFACE_COMPILE_DEFINITIONS QT_TESTLIB_LIB)
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/testcommonheaders.cpp CONTENT "")
  add_library(driftscope_test_headers STATIC ${PROJECT_BINARY_DIR}/testcommonheaders.cpp)
  target_link_libraries(driftscope_test_headers PRIVATE Qt6::Test driftscope_warnings)
  target_compile_options(driftscope_test_headers PRIVATE -O0)
  target_precompile_headers(driftscope_test_headers PRIVATE <QTest> <QFile> <QTemporaryDir> <algorithm> <filesystem> <map>
                            <nlohmann/json.hpp> <set> <string> <vector>)
endif()

# driftscope_test(tst_auc.cpp LIBS targets [LABELS ..] [TIMEOUT s] [GUI]): ctest name = path with dots, core.metrics.auc
function(driftscope_test source)
  cmake_parse_arguments(arg "GUI" "TIMEOUT" "LIBS;LABELS" ${ARGN})
  if(NOT TARGET Qt6::Test)
    return()
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/tests OUTPUT_VARIABLE folder)
  string(REGEX REPLACE "^tst_(.*)\\.cpp$" "\\1" name ${source})
  string(REPLACE "/" "." folder ${folder})
  set(target tst_${folder}.${name})
  string(REPLACE "." "_" target ${target})
  add_executable(${target} ${source})
  set_target_properties(${target} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/bin)
  target_link_libraries(${target} PRIVATE ${arg_LIBS} Qt6::Test driftscope_test_support driftscope_warnings)
  if(folder MATCHES "^core" AND NOT arg_LIBS MATCHES "inference|network|tuning|sequences")
    target_precompile_headers(${target} REUSE_FROM driftscope_test_headers)
  endif()
  target_compile_options(${target} PRIVATE -O0) # what is tested is optimised; the test itself should compile fast
  add_test(NAME ${folder}.${name} COMMAND ${target})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  set_tests_properties(${folder}.${name} PROPERTIES ENVIRONMENT "QT_QPA_PLATFORM=offscreen" LABELS "${arg_LABELS}"
                       TIMEOUT ${arg_TIMEOUT})
endfunction()
