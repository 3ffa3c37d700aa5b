// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/llmscorer.h"
#include "core/inference/textmodel.h"

#include <memory>

namespace driftscope::inference {

/// Makes a text model that runs a loaded model. Its scores of next tokens use the options as a scorer does, with the
/// cache of beginnings; generating and embedding keep nothing from call to call.
///
/// Threads   it is used by one thread; several may share one model.
[[nodiscard]] std::unique_ptr<TextModel> makeTextModel(std::shared_ptr<const LoadedModel> model,
                                                       SessionOptions options = {});

} // namespace driftscope::inference
