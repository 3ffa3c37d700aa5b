# SPDX-License-Identifier: GPL-3.0-or-later
# All that the program is built from, in one place. Reasons stand in CONTRIBUTING.md.
include(FeatureSummary)
find_package(PkgConfig REQUIRED)

find_package(tl-expected CONFIG REQUIRED)
set_package_properties(tl-expected PROPERTIES PURPOSE "results that may be errors")
find_package(nlohmann_json CONFIG REQUIRED)
set_package_properties(nlohmann_json PROPERTIES PURPOSE "JSON documents")
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
if(DRIFTSCOPE_FUZZ) # the readers need no more
  return()
endif()

find_package(SQLiteCpp CONFIG REQUIRED)
set_package_properties(SQLiteCpp PROPERTIES PURPOSE "the run store")
find_package(CLI11 CONFIG REQUIRED)
set_package_properties(CLI11 PROPERTIES PURPOSE "driftscope-cli")
find_package(Threads REQUIRED)
find_package(Libtorch REQUIRED)
set_package_properties(Libtorch PROPERTIES PURPOSE "tensors (-DLIBTORCH_DIR=FOLDER, or packaging/setup.sh)")
find_path(LIBCSV_INCLUDE_DIR csv.h REQUIRED)
find_library(LIBCSV_LIBRARY csv REQUIRED)
add_library(driftscope_libcsv INTERFACE)
target_include_directories(driftscope_libcsv SYSTEM INTERFACE ${LIBCSV_INCLUDE_DIR})
target_link_libraries(driftscope_libcsv INTERFACE ${LIBCSV_LIBRARY})

if(DRIFTSCOPE_GUI)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets PrintSupport Svg SvgWidgets)
  find_package(QCustomPlotQt6 CONFIG REQUIRED)
endif()
if(BUILD_TESTING)
  # Without Qt Test the core still builds and runs; its tests are left out.
  find_package(Qt6 6.4 COMPONENTS Test QUIET)
  set_package_properties(Qt6 PROPERTIES PURPOSE "window and tests")
endif()
feature_summary(WHAT REQUIRED_PACKAGES_NOT_FOUND FATAL_ON_MISSING_REQUIRED_PACKAGES)
