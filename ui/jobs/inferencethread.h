// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/inference/scorer.h"

#include <QObject>

#include <functional>
#include <memory>

namespace driftscope::ui {

/// The one thread that builds and scores prompts for the Probe; it owns the scorer.
///
/// Of the requests that come while one is at work, only the newest is kept, and the one at work is asked to stop: the
/// window shows the answer to the last question and to no other. Answers reach the GUI thread through `post`, which
/// drops them once a newer request has come.
class InferenceThread : public QObject
{
    Q_OBJECT

public:
    /// Brings a call to the GUI thread.
    using Post = std::function<void(std::function<void()>)>;
    /// @param scorer  null while no model is loaded.
    using Request = std::function<void(inference::Scorer* scorer, const JobContext& context, const Post& post)>;

    explicit InferenceThread(QObject* parent = nullptr);
    ~InferenceThread() override;

    /// The scorer of all requests from now on; null takes it away.
    void setScorer(std::unique_ptr<inference::Scorer> scorer);
    void submit(Request request);
    /// Asks what is at work to stop and forgets what waits.
    void stop();
    [[nodiscard]] bool isBusy() const { return m_isBusy; }

signals:
    void busyChanged(bool isBusy);

private:
    struct Worker;
    void setBusy(bool isBusy);

    bool m_isBusy = false;
    quint64 m_generation = 0;
    std::unique_ptr<Worker> m_worker;
};

} // namespace driftscope::ui
