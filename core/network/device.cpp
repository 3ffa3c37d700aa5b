// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/device.h"

#include "core/network/torchguard.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <algorithm>
#include <array>
#include <dlfcn.h>
#include <fstream>
#include <limits>
#include <mutex>
#include <string>
#include <unistd.h>

namespace driftscope::network {

namespace {

/// The folder of libtorch_cpu.so as it is mapped now.
std::string torchFolder()
{
    Dl_info found {};
    // Any symbol of libtorch_cpu will do; this one is exported in every version.
    if (dladdr(reinterpret_cast<void*>(&at::get_num_threads), &found) == 0 || found.dli_fname == nullptr)
        return {};
    const std::string file = found.dli_fname;
    return file.substr(0, file.rfind('/'));
}

/// Opens libtorch_cuda.so, which registers its kernels; the text says why not, empty = done.
std::string openCuda()
{
    static const std::string problem = [] {
        const std::string path = torchFolder() + "/libtorch_cuda.so";
        if (access(path.c_str(), R_OK) != 0)
            return "there is no " + path;
        if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr)
            return std::string();
        const char* reason = dlerror();
        return std::string(reason != nullptr ? reason : "libtorch_cuda.so cannot be opened");
    }();
    return problem;
}

void setThreadsOnce()
{
    static std::once_flag once;
    // torch starts from the number of cores (or OMP_NUM_THREADS); asking for it fixes it before the first parallel
    // region.
    std::call_once(once, [] { at::set_num_threads(at::get_num_threads()); });
}

bool cpuHasFastBf16()
{
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return false;
#endif
}

Device cpuDevice()
{
    setThreadsOnce();
    const int threads = at::get_num_threads();
    return {at::kCPU, "cpu, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"), cpuHasFastBf16()};
}

/// A function of NVIDIA's driver, or null; the program itself is not linked with it.
template<typename Function>
Function driverFunction(const char* name)
{
    static void* const driver = dlopen("libcuda.so.1", RTLD_LAZY);
    return driver == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(driver, name));
}

std::string cudaName()
{
    std::array<char, 128> name {};
    const auto getName = driverFunction<int (*)(char*, int, int)>("cuDeviceGetName");
    if (getName == nullptr || getName(name.data(), static_cast<int>(name.size()), 0) != 0)
        return "cuda";
    return std::string("cuda: ") + name.data();
}

std::int64_t freeCudaBytes()
{
    std::size_t free = 0;
    std::size_t total = 0;
    const auto getMemory = driverFunction<int (*)(std::size_t*, std::size_t*)>("cuMemGetInfo_v2");
    if (getMemory == nullptr || getMemory(&free, &total) != 0)
        return std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(free);
}

Result<Device> cudaDevice()
{
    setThreadsOnce();
    const std::string problem = openCuda();
    if (!problem.empty())
        return fail(ErrorCode::NotFound, "CUDA cannot be used: " + problem + ".");
    return guarded("Starting CUDA", [&]() -> Result<Device> {
        if (!at::globalContext().hasCUDA() || at::detail::getCUDAHooks().getNumGPUs() == 0)
            return fail(ErrorCode::NotFound, "CUDA cannot be used: no GPU was found; use the device cpu.");
        const at::Device device(at::kCUDA, 0);
        const at::Tensor probe = at::zeros({1}, at::TensorOptions(device)); // fails where the driver is too old
        probe.add_(1);
        return Device {device, cudaName(), true};
    });
}

std::int64_t availableSystemBytes()
{
    std::ifstream memory("/proc/meminfo");
    std::string key;
    std::int64_t kilobytes = 0;
    std::string unit;
    while (memory >> key >> kilobytes && std::getline(memory, unit)) {
        if (key == "MemAvailable:")
            return kilobytes * 1024;
    }
    return std::numeric_limits<std::int64_t>::max();
}

} // namespace

std::int64_t Device::freeBytes() const
{
    return isCuda() ? freeCudaBytes() : availableSystemBytes();
}

Result<Device> chooseDevice(DeviceKind kind)
{
    if (kind == DeviceKind::Cpu)
        return cpuDevice();
    Result<Device> cuda = cudaDevice();
    if (cuda || kind == DeviceKind::Cuda)
        return cuda;
    return cpuDevice();
}

at::Tensor onDevice(std::span<const std::int64_t> values, at::Device device)
{
    const auto options = at::TensorOptions(at::kLong).pinned_memory(device.is_cuda());
    const at::Tensor host = at::empty({static_cast<std::int64_t>(values.size())}, options);
    std::ranges::copy(values, host.data_ptr<std::int64_t>());
    return host.to(device, at::kLong, true);
}

} // namespace driftscope::network
