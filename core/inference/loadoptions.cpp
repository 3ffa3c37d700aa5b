// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/loadoptions.h"

namespace driftscope::inference {

std::string nameOf(Precision precision)
{
    switch (precision) {
    case Precision::Bf16:
        return "bf16";
    case Precision::Fp16:
        return "fp16";
    default:
        return "fp32";
    }
}

Precision precisionNamed(std::string_view name)
{
    for (const Precision precision : {Precision::Bf16, Precision::Fp16})
        if (name == nameOf(precision))
            return precision;
    return Precision::Fp32;
}

DeviceChoice deviceNamed(std::string_view name)
{
    if (name == "cpu")
        return DeviceChoice::Cpu;
    return name == "cuda" ? DeviceChoice::Cuda : DeviceChoice::Auto;
}

} // namespace driftscope::inference
