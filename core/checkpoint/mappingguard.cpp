// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/mappingguard_p.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>

namespace driftscope::checkpoint {

namespace {

/// One guarded range. Read by the signal handler, which may use nothing but lock-free atomics.
struct Slot {
    std::atomic<std::uintptr_t> begin {0}; ///< 0 = free
    std::atomic<std::uintptr_t> end {0};
    std::atomic<bool> isTorn {false};
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

std::array<Slot, 512> slots; // the largest checkpoints come in less than 200 files
std::mutex slotsMutex; // for those who take and give back slots
std::uintptr_t pageSize = 4096;
struct sigaction previousAction = {};

/// Puts a page of zeros in place of the one that cannot be read any more.
bool replacePage(std::uintptr_t address)
{
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the system gives the address as a number
    void* page = reinterpret_cast<void*>(address / pageSize * pageSize);
    return ::mmap(page, pageSize, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page;
}

void passOn(int signal, siginfo_t* info, void* context)
{
    if ((previousAction.sa_flags & SA_SIGINFO) != 0 && previousAction.sa_sigaction != nullptr)
        previousAction.sa_sigaction(signal, info, context);
    else if (previousAction.sa_handler != SIG_DFL && previousAction.sa_handler != SIG_IGN)
        previousAction.sa_handler(signal);
    else
        ::sigaction(signal, &previousAction, nullptr); // the read is repeated and ends the program as it would have
}

void onBusError(int signal, siginfo_t* info, void* context)
{
    const int savedErrno = errno;
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    for (Slot& slot : slots) {
        const std::uintptr_t begin = slot.begin.load(std::memory_order_acquire);
        if (begin == 0 || address < begin || address >= slot.end.load(std::memory_order_acquire))
            continue;
        if (!replacePage(address))
            break;
        slot.isTorn.store(true, std::memory_order_release);
        errno = savedErrno;
        return;
    }
    passOn(signal, info, context);
    errno = savedErrno;
}

bool installHandler()
{
    pageSize = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = onBusError;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    return ::sigaction(SIGBUS, &action, &previousAction) == 0;
}

} // namespace

MappingGuard::MappingGuard(const std::byte* begin, std::size_t size)
{
    static const bool isInstalled = installHandler();
    const std::scoped_lock lock(slotsMutex);
    for (std::size_t i = 0; isInstalled && i < slots.size() && !isWatching(); ++i) {
        if (slots[i].begin.load(std::memory_order_relaxed) != 0)
            continue;
        const auto address = reinterpret_cast<std::uintptr_t>(begin);
        slots[i].isTorn.store(false, std::memory_order_relaxed);
        slots[i].end.store(address + (size + pageSize - 1) / pageSize * pageSize, std::memory_order_relaxed);
        slots[i].begin.store(address, std::memory_order_release);
        m_slot = i;
    }
}

MappingGuard::~MappingGuard()
{
    const std::scoped_lock lock(slotsMutex);
    if (isWatching())
        slots[m_slot].begin.store(0, std::memory_order_release);
}

bool MappingGuard::isTorn() const
{
    return isWatching() && slots[m_slot].isTorn.load(std::memory_order_acquire);
}

} // namespace driftscope::checkpoint
