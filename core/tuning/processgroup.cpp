// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/torchguard.h"
#include "core/tuning/processgroup_p.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>

namespace driftscope::tuning {

namespace {

constexpr auto patience = std::chrono::minutes(30); ///< for a process that is slower than the others
constexpr auto farewell = std::chrono::seconds(20);
constexpr std::size_t largestValue = 4U << 20U; ///< bytes under one key; the store takes 8 MB at most

using Bytes = std::vector<std::uint8_t>;

std::optional<std::string> variable(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

Result<std::int64_t> numberIn(const char* name, std::int64_t fallback, std::int64_t most)
{
    const auto text = variable(name);
    if (!text)
        return fallback;
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size() || value < 0 || value > most)
        return fail(ErrorCode::BadValue,
                    std::string("The environment variable ") + name + " is '" + *text + "', not a number from 0 to "
                        + std::to_string(most) + "; correct it, or unset it to run alone.");
    return value;
}

/// Values as they go over the network: numbers, then tensors.
Bytes packed(const at::Tensor& values, std::span<const double> numbers)
{
    Bytes bytes(numbers.size_bytes() + values.nbytes());
    std::memcpy(bytes.data(), numbers.data(), numbers.size_bytes());
    std::memcpy(bytes.data() + numbers.size_bytes(), values.const_data_ptr(), values.nbytes());
    return bytes;
}

void unpack(const Bytes& bytes, at::Tensor& values, std::span<double> numbers)
{
    std::memcpy(numbers.data(), bytes.data(), numbers.size_bytes());
    std::memcpy(values.data_ptr(), bytes.data() + numbers.size_bytes(), values.nbytes());
}

} // namespace

/// Values of any length in the store, cut into pieces.
class ProcessGroup::Store
{
public:
    Store(const ProcessPlace& place)
        : m_place(place)
    {
        c10d::TCPStoreOptions options;
        options.port = place.port;
        options.isServer = place.rank == 0 && !place.launcherHoldsStore;
        options.waitWorkers = false;
        options.timeout = patience;
        m_store =
            c10::make_intrusive<c10d::PrefixStore>("driftscope/" + variable("TORCHELASTIC_RESTART_COUNT").value_or("0"),
                                                   c10::make_intrusive<c10d::TCPStore>(place.address, options));
    }

    void put(const std::string& key, const Bytes& bytes)
    {
        for (std::size_t begin = 0; begin < bytes.size(); begin += largestValue) {
            const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto size = std::min(largestValue, bytes.size() - begin);
            m_store->set(piece(key, begin), Bytes(from, from + static_cast<std::ptrdiff_t>(size)));
        }
    }

    /// Waits until the value is there.
    Bytes take(const std::string& key, std::size_t size)
    {
        Bytes bytes;
        while (bytes.size() < size) {
            const Bytes part = m_store->get(piece(key, bytes.size()));
            bytes.insert(bytes.end(), part.begin(), part.end());
        }
        return bytes;
    }

    void drop(const std::string& key, std::size_t size)
    {
        for (std::size_t begin = 0; begin < size; begin += largestValue)
            m_store->deleteKey(piece(key, begin));
    }

    void leave()
    {
        if (m_place.rank > 0) {
            m_store->set("left/" + std::to_string(m_place.rank), Bytes {1});
            return;
        }
        std::vector<std::string> keys;
        for (std::int64_t rank = 1; rank < m_place.count; ++rank)
            keys.push_back("left/" + std::to_string(rank));
        m_store->wait(keys, farewell);
    }

    /// Names the values of one sum; each process counts for itself.
    std::string nextSum() { return "sum/" + std::to_string(m_sums++); }

    std::string lastSum; ///< published by rank 0 and read by all once they come with the next
    std::size_t lastSize = 0;

private:
    static std::string piece(const std::string& key, std::size_t begin)
    {
        return key + "/" + std::to_string(begin / largestValue);
    }

    ProcessPlace m_place;
    c10::intrusive_ptr<c10d::Store> m_store;
    std::int64_t m_sums = 0;
};

Result<ProcessPlace> placeInEnvironment()
{
    constexpr std::int64_t most = 1 << 20;
    const bool isSlurm = !variable("WORLD_SIZE") && variable("SLURM_PROCID") && variable("SLURM_NTASKS");
    ProcessPlace place;
    DRIFTSCOPE_TRY(place.count, numberIn(isSlurm ? "SLURM_NTASKS" : "WORLD_SIZE", 1, most));
    DRIFTSCOPE_TRY(place.rank, numberIn(isSlurm ? "SLURM_PROCID" : "RANK", 0, most));
    DRIFTSCOPE_TRY(place.localRank, numberIn(isSlurm ? "SLURM_LOCALID" : "LOCAL_RANK", 0, most));
    DRIFTSCOPE_TRY(const std::int64_t port, numberIn("MASTER_PORT", 0, 65'535));
    place.port = static_cast<std::uint16_t>(port);
    place.address = variable("MASTER_ADDR").value_or("");
    place.launcherHoldsStore = variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
    if (place.count <= 1)
        return ProcessPlace {};
    if (place.rank >= place.count)
        return fail(ErrorCode::BadValue,
                    "The environment makes this process number " + std::to_string(place.rank) + " of "
                        + std::to_string(place.count) + " (counted from 0); correct it, or unset it to run alone.");
    if (place.address.empty() || place.port == 0)
        return fail(ErrorCode::BadValue,
                    "The environment asks for " + std::to_string(place.count)
                        + " processes, but MASTER_ADDR and MASTER_PORT do not say where they meet; set both for all, "
                          "or unset WORLD_SIZE and SLURM_NTASKS to run alone.");
    return place;
}

void chooseOwnGpu(const ProcessPlace& place)
{
    if (place.count <= 1)
        return;
    std::string rest = variable("CUDA_VISIBLE_DEVICES").value_or("");
    std::vector<std::string> visible;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        visible.push_back(rest.substr(0, comma));
        rest.erase(0, comma + 1);
    }
    const auto own = static_cast<std::size_t>(place.localRank);
    if (visible.empty())
        ::setenv("CUDA_VISIBLE_DEVICES", std::to_string(own).c_str(), 1);
    else if (visible.size() > 1) // a launcher that shows one GPU to each process has chosen already
        ::setenv("CUDA_VISIBLE_DEVICES", visible[own % visible.size()].c_str(), 1);
}

ProcessGroup::ProcessGroup() = default;
ProcessGroup::ProcessGroup(ProcessGroup&&) noexcept = default;
ProcessGroup& ProcessGroup::operator=(ProcessGroup&&) noexcept = default;

Result<ProcessGroup> ProcessGroup::join(const ProcessPlace& place)
{
    ProcessGroup group;
    if (place.count <= 1)
        return group;
    const std::string what = "Meeting the other processes at " + place.address + ":" + std::to_string(place.port);
    return network::guarded(what, [&]() -> Result<ProcessGroup> {
        group.m_place = place;
        group.m_store = std::make_unique<Store>(place);
        group.meet();
        return std::move(group);
    });
}

ProcessGroup::~ProcessGroup()
{
    if (!m_store)
        return;
    try {
        m_store->leave();
    } catch (const std::exception&) {
        return; // the others are gone already
    }
}

void ProcessGroup::sum(const std::vector<at::Tensor>& tensors, std::span<double> numbers)
{
    if (!m_store)
        return;
    const at::NoGradGuard noGradients;
    std::vector<at::Tensor> parts {at::empty({0}, at::kFloat)};
    for (const at::Tensor& tensor : tensors)
        parts.push_back(tensor.detach().to(at::kCPU).reshape({-1}));
    at::Tensor total = at::cat(parts);
    const std::string key = m_store->nextSum();
    const std::size_t size = numbers.size_bytes() + total.nbytes();
    if (isFirst()) {
        at::Tensor theirs = at::empty_like(total);
        std::vector<double> theirNumbers(numbers.size());
        for (std::int64_t other = 1; other < count(); ++other) {
            const std::string from = key + "/from/" + std::to_string(other);
            unpack(m_store->take(from, size), theirs, theirNumbers);
            m_store->drop(from, size);
            total.add_(theirs);
            for (std::size_t i = 0; i < numbers.size(); ++i)
                numbers[i] += theirNumbers[i];
        }
        m_store->drop(m_store->lastSum, m_store->lastSize);
        m_store->put(key, packed(total, numbers));
        m_store->lastSum = key;
        m_store->lastSize = size;
    } else {
        m_store->put(key + "/from/" + std::to_string(rank()), packed(total, numbers));
        unpack(m_store->take(key, size), total, numbers);
    }
    std::int64_t begin = 0;
    for (at::Tensor tensor : tensors) {
        tensor.copy_(total.narrow(0, begin, tensor.numel()).view(tensor.sizes()));
        begin += tensor.numel();
    }
}

void ProcessGroup::meet()
{
    std::array<double, 1> presence {1};
    sum({}, presence);
}

} // namespace driftscope::tuning
