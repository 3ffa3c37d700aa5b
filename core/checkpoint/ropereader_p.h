// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/jsonfield.h"
#include "core/checkpoint/family_p.h"
#include "core/checkpoint/modelconfig.h"

namespace driftscope::checkpoint {

/// Reads the rotary embedding of a config.json in either spelling (rope_theta and rope_scaling, or rope_parameters with
/// or without one entry per layer type) into rope, localRope and rotaryDim.
///
/// contextLength and headDim are known; stretching that config.json does not count raises contextLength. Errors stay in
/// the JsonField.
void readRope(JsonField& root, const Family& family, ModelConfig& config);

} // namespace driftscope::checkpoint
