// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/templateexample.h"
#include "core/simulate/preparedexperiment.h"

#include <QString>

#include <memory>
#include <optional>

namespace driftscope::ui {

/// What a template is shown on, copied so that the worker never looks at the window.
struct PreviewRequest {
    prompt::TemplateText text;
    prompt::CheckedTemplate checked; ///< without problems
    std::shared_ptr<const data::UserHistory> history; ///< null = a made-up example
    data::InteractionIndex moment = 0;
    simulate::Experiment experiment;
    simulate::Arm arm; ///< asks the model
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer; ///< null = tokens are not counted
    std::int64_t contextLength = 0;
};

/// A template's words at a moment.
struct TemplatePreview {
    prompt::Prompt prompt; ///< about the true next item
    QString caption; ///< whose moment it is
    QString note; ///< on the answers, on what was dropped, on another selector; may be empty
    bool isExample = false;
    std::size_t tokens = 0; ///< of the whole prompt; 0 = not counted
    std::size_t budgetTokens = 0; ///< 0 = unknown
    std::vector<prompt::BlockCost> costs; ///< empty = not counted
};

/// Renders the prompt as the Probe and a run would; any thread.
///
/// Errors of simulate::PreparedArm::prepare() and build().
[[nodiscard]] Result<TemplatePreview> renderTemplate(const PreviewRequest& request, const JobContext& context);

} // namespace driftscope::ui
