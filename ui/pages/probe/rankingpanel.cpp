// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/rankingpanel.h"

#include "ui/views/emptytext.h"
#include "ui/views/staleveil.h"
#include "ui/views/tableviews.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

RankingPanel::RankingPanel(ProbePresenter& presenter, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
    , m_model(makeRankingModel())
    , m_table(new QTableView(this))
    , m_change(new QLabel(this))
{
    dressTable(*m_table, *m_model, CandidateColumn);
    m_table->setItemDelegateForColumn(CandidateColumn, new RankingDelegate(m_table));
    m_table->setObjectName(QStringLiteral("ranking"));
    m_table->setAccessibleName(tr("Ranking of the candidates"));
    new EmptyText(*m_table, tr("The true next item ★ among items that the user never had, ranked by the model."));
    m_change->setWordWrap(true);
    m_change->setObjectName(QStringLiteral("change"));
    m_change->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(createTop());
    layout->addWidget(m_table, 1);
    layout->addWidget(m_change);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) { choose(now.row()); });
}

QWidget* RankingPanel::createTop()
{
    auto* top = new QWidget(this);
    auto* layout = new QHBoxLayout(top);
    layout->setContentsMargins({});
    m_score = new QComboBox(top);
    m_score->setObjectName(QStringLiteral("rankBy"));
    m_score->addItem(tr("Yes − No (log-odds)"), int(simulate::ScoreKind::LogOdds));
    m_score->addItem(tr("Yes alone (logit)"), int(simulate::ScoreKind::PositiveLogit));
    m_score->setToolTip(tr("Orders the same answers by another score; the model is not asked again"));
    auto* label = new QLabel(tr("Scor&e"), top);
    label->setBuddy(m_score);
    m_copy = new QPushButton(tr("Copy"), top);
    m_copy->setToolTip(tr("The ranking for a spreadsheet or a text (Ctrl+Alt+R)"));
    auto* menu = new QMenu(m_copy);
    menu->addAction(tr("As a table (tab-separated)"), this, [this] { copyTable(TableFormat::TabSeparated); });
    menu->addAction(tr("As Markdown"), this, [this] { copyTable(TableFormat::Markdown); });
    m_copy->setMenu(menu);
    layout->addWidget(label);
    layout->addWidget(m_score);
    layout->addStretch(1);
    layout->addWidget(m_copy);
    connect(m_score, &QComboBox::activated, this,
            [this] { m_presenter.setScore(static_cast<simulate::ScoreKind>(m_score->currentData().toInt())); });
    return top;
}

void RankingPanel::choose(int row)
{
    const auto& answer = m_presenter.answer();
    if (m_isFilling || !answer)
        return;
    const auto order = rankingOrder(*answer);
    m_chosen = row >= 0 && row < static_cast<int>(order.size())
        ? std::optional(answer->candidates.items[order[static_cast<std::size_t>(row)]])
        : std::nullopt;
    emit candidateChanged();
}

std::size_t RankingPanel::candidate() const
{
    const auto& answer = m_presenter.answer();
    if (!answer)
        return 0;
    const auto& items = answer->candidates.items;
    const auto at = m_chosen ? std::ranges::find(items, *m_chosen) : items.end();
    return at != items.end() ? static_cast<std::size_t>(at - items.begin()) : answer->candidates.target;
}

void RankingPanel::keepChoice()
{
    const auto& answer = m_presenter.answer();
    if (!m_chosen || !answer)
        return;
    const auto order = rankingOrder(*answer);
    const auto isChosen = [&](std::size_t candidate) { return answer->candidates.items[candidate] == *m_chosen; };
    const auto row = static_cast<int>(std::ranges::find_if(order, isChosen) - order.begin());
    m_isFilling = true;
    m_table->setCurrentIndex(row < m_model->rowCount() ? m_model->index(row, CandidateColumn) : QModelIndex());
    m_isFilling = false;
}

void RankingPanel::copyTable(TableFormat format) const
{
    QGuiApplication::clipboard()->setText(rankingTable(m_model->rows(), format));
}

void RankingPanel::showAnswer()
{
    const ProbeAnswer* answer = m_presenter.answer().get();
    const ProbeAnswer* compared = m_presenter.compared().get();
    const data::Dataset* dataset = m_presenter.dataset();
    const bool hasAnswer = answer && dataset;
    m_isFilling = true; // rows that come and go are no choice
    m_model->setRows(hasAnswer ? rankingRows(*answer, m_presenter.previous().get(), compared, *dataset)
                               : std::vector<RankingRow> {});
    m_isFilling = false;
    keepChoice();
    const bool hasScores = hasAnswer && answer->isScored();
    const bool hasAnswers = hasScores && !answer->answers.empty();
    m_table->setColumnHidden(ScoreColumn, !hasScores || (hasAnswers && compared != nullptr)); // as P(No) below
    m_table->setColumnHidden(YesColumn, !hasAnswers);
    m_table->setColumnHidden(NoColumn, !hasAnswers || compared != nullptr); // room for the other arm's
    m_table->setColumnHidden(ChangeColumn, !hasScores);
    m_table->setColumnHidden(OtherRankColumn, !compared || !compared->isScored());
    m_table->setColumnHidden(OtherYesColumn, !compared || compared->answers.empty());
    const QString text = !hasAnswer ? QString()
        : compared                  ? comparisonText(*answer, *compared)
                                    : changeText(*answer, m_presenter.previous().get(), *dataset);
    m_change->setText(text);
    m_change->setVisible(!text.isEmpty());
    m_copy->setEnabled(hasScores);
    const QSignalBlocker blocker(m_score);
    m_score->setCurrentIndex(m_score->findData(int(m_presenter.arm().score)));
    m_score->setEnabled(m_presenter.arm().isModel());
    setGreyed(*m_table, m_presenter.isStale() || m_presenter.isWaitingForScores());
}

} // namespace driftscope::ui
