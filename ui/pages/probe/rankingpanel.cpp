// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/rankingpanel.h"

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
    m_change->setWordWrap(true);
    m_change->setObjectName(QStringLiteral("change"));
    m_change->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(createTop());
    layout->addWidget(m_table, 1);
    layout->addWidget(m_change);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &RankingPanel::candidateChanged);
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

std::size_t RankingPanel::candidate() const
{
    const auto& answer = m_presenter.answer();
    if (!answer)
        return 0;
    const auto order = rankingOrder(*answer);
    const int row = m_table->currentIndex().isValid() ? m_table->currentIndex().row() : -1;
    return row >= 0 && row < static_cast<int>(order.size()) ? order[static_cast<std::size_t>(row)]
                                                            : answer->candidates.target;
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
    m_model->setRows(hasAnswer ? rankingRows(*answer, m_presenter.previous().get(), compared, *dataset)
                               : std::vector<RankingRow> {});
    const bool hasScores = hasAnswer && answer->isScored();
    const bool hasAnswers = hasScores && !answer->answers.empty();
    m_table->setColumnHidden(ScoreColumn, !hasScores);
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
