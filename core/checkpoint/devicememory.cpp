// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/devicememory.h"

#include <array>
#include <dlfcn.h>
#include <fstream>

namespace driftscope::checkpoint {

namespace {

DeviceMemory cpuMemory()
{
    DeviceMemory cpu {.name = "CPU"};
    std::ifstream memory("/proc/meminfo");
    std::string key;
    std::uint64_t kilobytes = 0;
    std::string unit;
    while (memory >> key >> kilobytes && std::getline(memory, unit)) {
        if (key == "MemTotal:")
            cpu.totalBytes = kilobytes * 1024;
        if (key == "MemAvailable:")
            cpu.freeBytes = kilobytes * 1024;
    }
    return cpu;
}

/// NVIDIA's management library, which comes with the driver; the program is not linked with it. Its functions give 0
/// when they could do what was asked. Source: NVML API reference.
class DriverLibrary
{
public:
    DriverLibrary()
        : m_library(dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL))
    {
        const auto init = find<int (*)()>("nvmlInit_v2");
        m_isReady = init != nullptr && init() == 0;
    }
    ~DriverLibrary()
    {
        if (const auto shutdown = find<int (*)()>("nvmlShutdown"); m_isReady && shutdown != nullptr)
            shutdown();
    }
    DriverLibrary(const DriverLibrary&) = delete;
    DriverLibrary& operator=(const DriverLibrary&) = delete;

    [[nodiscard]] bool isThere() const { return m_library != nullptr; }
    [[nodiscard]] bool isReady() const { return m_isReady; }

    [[nodiscard]] unsigned deviceCount() const
    {
        unsigned count = 0;
        const auto get = find<int (*)(unsigned*)>("nvmlDeviceGetCount_v2");
        return get != nullptr && get(&count) == 0 ? count : 0;
    }

    [[nodiscard]] DeviceMemory device(unsigned index) const
    {
        struct {
            unsigned long long total = 0;
            unsigned long long free = 0;
            unsigned long long used = 0;
        } memory;
        std::array<char, 96> name {"NVIDIA GPU"};
        void* handle = nullptr;
        const auto open = find<int (*)(unsigned, void**)>("nvmlDeviceGetHandleByIndex_v2");
        const auto getName = find<int (*)(void*, char*, unsigned)>("nvmlDeviceGetName");
        const auto getMemory = find<int (*)(void*, void*)>("nvmlDeviceGetMemoryInfo");
        if (open != nullptr && open(index, &handle) == 0) {
            if (getName != nullptr)
                getName(handle, name.data(), static_cast<unsigned>(name.size()));
            if (getMemory != nullptr)
                getMemory(handle, &memory);
        }
        return {"GPU " + std::to_string(index) + ": " + name.data(), true, memory.total, memory.free};
    }

private:
    template<typename Function>
    [[nodiscard]] Function find(const char* name) const
    {
        return m_library == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(m_library, name));
    }

    void* m_library; ///< stays open: the driver does not like to be unloaded
    bool m_isReady = false;
};

} // namespace

bool DeviceMemory::holds(const MemoryEstimate& estimate) const
{
    return estimate.peakBytes + MemoryEstimate::libraryBytes <= freeBytes;
}

MachineMemory readMachineMemory()
{
    MachineMemory machine;
    machine.devices.push_back(cpuMemory());
    const DriverLibrary driver;
    const unsigned gpus = driver.isReady() ? driver.deviceCount() : 0;
    for (unsigned index = 0; index < gpus; ++index)
        machine.devices.push_back(driver.device(index));
    if (!driver.isThere())
        machine.whyNoGpu = "No NVIDIA driver is installed; models run on the CPU.";
    else if (!driver.isReady())
        machine.whyNoGpu = "The NVIDIA driver does not answer; models run on the CPU.";
    else if (gpus == 0)
        machine.whyNoGpu = "The NVIDIA driver finds no GPU; models run on the CPU.";
    return machine;
}

} // namespace driftscope::checkpoint
