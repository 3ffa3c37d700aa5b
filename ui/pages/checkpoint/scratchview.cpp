// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checkpoint/scratchview.h"

#include "ui/models/tables.h"
#include "ui/pages/checkpoint/tokenchips.h"
#include "ui/views/emptytext.h"
#include "ui/views/staleveil.h"
#include "ui/views/tableviews.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QTableView>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

QString percentText(double share)
{
    return ScratchView::tr("%1 %").arg(QLocale().toString(100 * share, 'f', share < 0.1 ? 2 : 1));
}

std::unique_ptr<ListTableModel<NextRow>> makeModel()
{
    return std::make_unique<ListTableModel<NextRow>>(std::vector<TableColumn<NextRow>> {
        {.title = ScratchView::tr("Next token"),
         .text = [](const NextRow& row) { return row.token.text.isEmpty() ? QStringLiteral("·") : row.token.text; },
         .help = ScratchView::tr("␣ is a blank, ⏎ a line end"),
         .decorate =
             [](const NextRow& row, int role) { // the bar of RankingDelegate
                 return role == ShareRole ? QVariant(row.probability) : QVariant();
             }},
        {.title = ScratchView::tr("Id"),
         .text = [](const NextRow& row) { return QString::number(row.token.id); },
         .isNumber = true},
        {.title = ScratchView::tr("Chance"),
         .text = [](const NextRow& row) { return percentText(row.probability); },
         .isNumber = true,
         .help = ScratchView::tr("Among the whole vocabulary")},
    });
}

QString answersText(const ScratchAnswer& answer)
{
    return ScratchView::tr("P(“%1”) = %3 · P(“%2”) = %4 of everything that could follow; between the two, “%1” %5.")
        .arg(visibleToken(answer.positive.toStdString()), visibleToken(answer.negative.toStdString()),
             percentText(answer.answers[0]), percentText(answer.answers[1]), percentText(answer.firstOfTwo));
}

} // namespace

ScratchView::ScratchView(ScratchSession& session, QWidget* parent)
    : QFrame(parent)
    , m_session(session)
    , m_next(makeModel())
    , m_text(new QPlainTextEdit(this))
    , m_special(new QCheckBox(tr("Read special tokens"), this))
    , m_count(new QLabel(this))
    , m_chips(new TokenChips(this))
    , m_nextTable(new QTableView(this))
    , m_answers(new QLabel(this))
    , m_state(new QLabel(this))
{
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Scratch prompt"));
    auto* heading = new QLabel(tr("Scratch prompt"), this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    m_text->setPlaceholderText(tr("Type a prompt: its tokens and what the model would say next appear at once."));
    m_text->setAccessibleName(tr("Scratch prompt"));
    m_text->setTabChangesFocus(true);
    m_special->setChecked(true);
    m_special->setToolTip(tr("On: <|im_start|> in the text is that token. Off: it is plain text, as data are read."));
    for (QLabel* label : {m_answers, m_state})
        label->setWordWrap(true);
    dressTable(*m_nextTable, *m_next, 0);
    m_nextTable->setItemDelegateForColumn(0, new RankingDelegate(m_nextTable));
    m_nextTable->setAccessibleName(tr("Next tokens"));
    new EmptyText(*m_nextTable, tr("What would come next stands here once there is a prompt and the model is loaded."));
    auto* line = new QHBoxLayout;
    line->addWidget(heading, 1);
    line->addWidget(m_special);
    line->addWidget(m_count);
    auto* left = new QVBoxLayout;
    left->addWidget(m_text, 2);
    left->addWidget(m_chips, 3);
    auto* body = new QHBoxLayout;
    body->addLayout(left, 3);
    body->addWidget(m_nextTable, 2);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(line);
    layout->addLayout(body, 1);
    layout->addWidget(m_answers);
    layout->addWidget(m_state);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { m_session.setText(m_text->toPlainText()); });
    connect(m_special, &QCheckBox::toggled, &session, &ScratchSession::setParsesSpecial);
    connect(&session, &ScratchSession::changed, this, &ScratchView::showAnswer);
    showAnswer();
}

void ScratchView::showAnswer()
{
    const ScratchAnswer& answer = m_session.answer();
    setGreyed(*m_nextTable, m_session.isStale());
    setGreyed(*m_chips, m_session.isStale());
    setGreyed(*m_answers, m_session.isStale());
    if (m_session.isStale())
        return; // what is shown stays, greyed, until the new answer comes
    m_count->setText(answer.tokens.empty() ? QString()
                                           : tr("%n tokens", nullptr, static_cast<int>(answer.tokens.size())));
    m_chips->setTokens(answer.tokens);
    m_next->setRows(answer.next);
    m_answers->setVisible(answer.answers.size() == 2);
    if (answer.answers.size() == 2)
        m_answers->setText(answersText(answer));
    QString state = m_session.problem();
    if (state.isEmpty() && !answer.tokens.empty())
        state = m_session.hasModel() ? tr("%1 ms").arg(QLocale().toString(answer.milliseconds, 'f', 1))
                                     : tr("Load the model to see what would come next.");
    if (m_session.problem().isEmpty() && !answer.warning.isEmpty())
        state += QLatin1Char(' ') + answer.warning;
    m_state->setText(state);
    m_state->setVisible(!state.isEmpty());
}

} // namespace driftscope::ui
