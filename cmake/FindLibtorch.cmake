# SPDX-License-Identifier: GPL-3.0-or-later
# Finds libtorch without TorchConfig.cmake, which asks for a CUDA toolkit when libtorch was built with CUDA.
# Gives the target Libtorch::Libtorch (torch_cpu and c10). libtorch_cuda.so is opened at run time where there is one.
#
# LIBTORCH_DIR  folder with include/ and lib/; default: where packaging/setup.sh unpacks the PyPI wheel.
set(driftscope_cache "$ENV{XDG_CACHE_HOME}")
if(NOT driftscope_cache)
  set(driftscope_cache "$ENV{HOME}/.cache")
endif()
set(LIBTORCH_DIR "${driftscope_cache}/driftscope/libtorch-2.11.0/torch" CACHE PATH "libtorch: folder with include/ and lib/")

find_path(Libtorch_INCLUDE_DIR ATen/ATen.h PATHS ${LIBTORCH_DIR}/include NO_DEFAULT_PATH)
find_path(Libtorch_API_INCLUDE_DIR torch/torch.h PATHS ${LIBTORCH_DIR}/include/torch/csrc/api/include NO_DEFAULT_PATH)
find_library(Libtorch_CPU_LIBRARY torch_cpu PATHS ${LIBTORCH_DIR}/lib NO_DEFAULT_PATH)
find_library(Libtorch_C10_LIBRARY c10 PATHS ${LIBTORCH_DIR}/lib NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libtorch
  REQUIRED_VARS Libtorch_CPU_LIBRARY Libtorch_C10_LIBRARY Libtorch_INCLUDE_DIR Libtorch_API_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Run packaging/setup.sh, or give -DLIBTORCH_DIR=FOLDER (the folder that holds include/ and lib/).")

if(Libtorch_FOUND AND NOT TARGET Libtorch::Libtorch)
  get_filename_component(libtorch_lib ${Libtorch_CPU_LIBRARY} DIRECTORY)
  add_library(Libtorch::Libtorch INTERFACE IMPORTED)
  target_include_directories(Libtorch::Libtorch SYSTEM INTERFACE ${Libtorch_INCLUDE_DIR} ${Libtorch_API_INCLUDE_DIR})
  target_link_libraries(Libtorch::Libtorch INTERFACE ${Libtorch_CPU_LIBRARY} ${Libtorch_C10_LIBRARY})
  # torch_cpu itself needs the CUDA runtime, which it finds through its own RPATH; the linker need not look for it.
  target_link_options(Libtorch::Libtorch INTERFACE "LINKER:--allow-shlib-undefined" "LINKER:-rpath,${libtorch_lib}"
                      "LINKER:-rpath-link,${libtorch_lib}" "LINKER:-rpath-link,${libtorch_lib}/../../nvidia/cu13/lib")
endif()
