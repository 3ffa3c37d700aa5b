// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checkpoint/scratchsession.h"

#include "core/prompt/answerset.h"
#include "core/prompt/prompttemplate.h"
#include "core/tokenizer/specialtoken.h"

#include <chrono>
#include <map>
#include <utility>

namespace driftscope::ui {

namespace {

/// Everything that an answer depends on.
struct ScratchRequest {
    std::string text;
    bool parsesSpecial = true;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::string wording; ///< of the arm in focus, whose answers are asked for
    std::filesystem::path baseFolder;
};

/// Makes chips, each token's text looked up once.
class ChipMaker
{
public:
    explicit ChipMaker(const tokenizer::Tokenizer& tokenizer)
        : m_tokenizer(tokenizer)
    {
    }

    TokenChip operator()(std::int32_t id)
    {
        const auto known = m_known.find(id);
        if (known != m_known.end())
            return known->second;
        TokenChip chip {id, visibleToken(m_tokenizer.tokenText(id)), tokenizer::isSpecialToken(m_tokenizer, id)};
        return m_known.emplace(id, std::move(chip)).first->second;
    }

private:
    const tokenizer::Tokenizer& m_tokenizer;
    std::map<std::int32_t, TokenChip> m_known;
};

/// The text as the model gets it.
struct ReadText {
    ScratchAnswer answer; ///< tokens and answers' texts
    inference::TokenizedPrompt prompt;
};

Result<ReadText> readText(const ScratchRequest& request)
{
    const auto& tokenizer = *request.tokenizer;
    ReadText read;
    read.prompt.tokens = tokenizer.encode(request.text, {true, request.parsesSpecial});
    ChipMaker chipOf(tokenizer);
    for (const auto id : read.prompt.tokens)
        read.answer.tokens.push_back(chipOf(id));
    DRIFTSCOPE_TRY(const auto wording, prompt::findTemplate(request.wording, request.baseFolder));
    read.answer.positive = QString::fromStdString(wording.positiveAnswer);
    read.answer.negative = QString::fromStdString(wording.negativeAnswer);
    const prompt::PlainEncoder encode = [&](std::string_view text) {
        return tokenizer.encode(text, {false, request.parsesSpecial});
    };
    DRIFTSCOPE_TRY(auto answers,
                   prompt::resolveAnswers(request.text, {wording.positiveAnswer, wording.negativeAnswer}, encode));
    read.answer.warning = QString::fromStdString(answers.warning);
    read.prompt.answers =
        std::make_shared<const inference::AnswerTokens>(inference::AnswerTokens {std::move(answers.answers)});
    return read;
}

Result<ScratchAnswer> askModel(ReadText read, const tokenizer::Tokenizer& tokenizer, inference::Scorer& scorer,
                               const JobContext& context)
{
    const auto started = std::chrono::steady_clock::now();
    DRIFTSCOPE_TRY(const auto reading, inference::readPrompt(scorer, read.prompt, ScratchSession::nextShown, context));
    ScratchAnswer answer = std::move(read.answer);
    answer.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
    ChipMaker chipOf(tokenizer);
    for (const inference::NextToken& token : reading.next)
        answer.next.push_back({chipOf(token.id), token.probability});
    answer.answers = reading.answers;
    answer.firstOfTwo = reading.firstOfTwo;
    return answer;
}

} // namespace

QString visibleToken(const std::string& bytes)
{
    const QString text = QString::fromStdString(bytes);
    if (text.contains(QChar::ReplacementCharacter)) { // a part of a character
        QString hex;
        for (const char byte : bytes)
            hex += QStringLiteral("\\x%1").arg(static_cast<unsigned char>(byte), 2, 16, QLatin1Char('0')).toUpper();
        return hex.replace(QLatin1String("\\X"), QLatin1String("\\x"));
    }
    QString shown = text;
    shown.replace(QLatin1Char(' '), QStringLiteral("␣"));
    shown.replace(QLatin1Char('\n'), QStringLiteral("⏎"));
    shown.replace(QLatin1Char('\t'), QStringLiteral("⇥"));
    shown.replace(QLatin1Char('\r'), QStringLiteral("␍"));
    return shown;
}

ScratchSession::ScratchSession(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    Focus& focus = workspace.focus();
    connect(&focus, &Focus::engineChanged, this, [this, &focus] {
        m_thread.setScorer(focus.engine() ? focus.engine()->makeScorer({}) : nullptr);
        ask();
    });
    connect(&focus, &Focus::checkpointChanged, this, &ScratchSession::ask);
    connect(&focus, &Focus::armChanged, this, &ScratchSession::ask);
    if (focus.engine())
        m_thread.setScorer(focus.engine()->makeScorer({}));
}

void ScratchSession::setText(const QString& text)
{
    if (std::exchange(m_text, text) != text)
        ask();
}

void ScratchSession::setParsesSpecial(bool parses)
{
    if (std::exchange(m_parsesSpecial, parses) != parses)
        ask();
}

void ScratchSession::ask()
{
    const Focus& focus = m_workspace.focus();
    if (m_text.isEmpty() || !focus.checkpoint() || focus.experiment().arms.empty()) {
        m_thread.stop();
        m_answer = {};
        m_problem.clear();
        m_isStale = false;
        emit changed();
        return;
    }
    m_isStale = true;
    const simulate::Experiment& experiment = focus.experiment();
    const simulate::Arm& arm = experiment.arms[focus.arm()];
    const ScratchRequest request {m_text.toStdString(), m_parsesSpecial, focus.checkpoint()->tokenizer,
                                  arm.wording.empty() ? "movies" : arm.wording, experiment.baseFolder};
    m_thread.submit(
        [this, request](inference::Scorer* scorer, const JobContext& context, const InferenceThread::Post& post) {
            const auto tell = [&](Result<ScratchAnswer> answer) {
                post([this, shown = std::move(answer)] {
                    m_isStale = false;
                    m_problem = shown ? QString() : QString::fromStdString(shown.error().message);
                    if (shown)
                        m_answer = *shown;
                    else
                        m_answer.next.clear();
                    emit changed();
                });
            };
            auto read = readText(request);
            if (!read)
                return tell(failFrom(read));
            if (!scorer)
                return tell(std::move(read->answer));
            auto answer = askModel(std::move(*read), *request.tokenizer, *scorer, context);
            if (answer || answer.error().code != ErrorCode::Cancelled)
                tell(std::move(answer));
        });
    emit changed();
}

} // namespace driftscope::ui
