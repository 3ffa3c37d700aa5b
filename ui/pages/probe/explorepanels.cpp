// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/explorepanels.h"

#include "ui/pages/probe/probeanalyses.h"
#include "ui/views/tableviews.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

namespace driftscope::ui {

namespace {

constexpr int usualOrders = 24; // all of four demonstrations
constexpr int mostOrders = 720; // all of six

/// A table with a line of buttons above and a text below.
void lay(QWidget& panel, std::initializer_list<QWidget*> line, QTableView& table, QLabel& text)
{
    auto* layout = new QVBoxLayout(&panel);
    layout->setContentsMargins({});
    auto* buttons = new QHBoxLayout;
    for (QWidget* one : line)
        buttons->addWidget(one);
    buttons->addStretch(1);
    text.setWordWrap(true);
    layout->addLayout(buttons);
    layout->addWidget(&table, 1);
    layout->addWidget(&text);
}

QString whatIsMissing(const ProbeAnalyses& analyses, const QString& ready)
{
    if (!analyses.problem().isEmpty())
        return analyses.problem();
    return analyses.isPossible() ? ready : VariantPanel::tr("This needs a ranking by a loaded model.");
}

} // namespace

VariantPanel::VariantPanel(ProbePresenter& presenter, ProbeAnalyses& analyses, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
    , m_analyses(analyses)
    , m_model(makeVariantModel())
    , m_help(new QLabel(this))
    , m_try(new QPushButton(tr("Try all controls"), this))
    , m_take(new QPushButton(tr("Look through this one"), this))
    , m_table(new QTableView(this))
{
    dressTable(*m_table, *m_model, 0);
    m_table->setObjectName(QStringLiteral("variants"));
    m_table->setAccessibleName(tr("The moment under controls"));
    m_table->setWordWrap(true); // what the controls are called is long
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_try->setToolTip(tr("Ranks this moment under each control (F8)"));
    m_take->setToolTip(tr("Makes the arm on this page the chosen variant; Undo takes it back"));
    lay(*this, {m_try, m_take}, *m_table, *m_help);
    connect(m_try, &QPushButton::clicked, &m_analyses, &ProbeAnalyses::tryVariants);
    connect(m_take, &QPushButton::clicked, this, &VariantPanel::takeVariant);
    connect(m_table, &QTableView::doubleClicked, this, &VariantPanel::takeVariant);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &VariantPanel::showAnswer);
}

void VariantPanel::takeVariant()
{
    const int row = m_table->currentIndex().row();
    if (row < 0 || row >= static_cast<int>(m_analyses.variants().size()))
        return;
    const auto variant = m_analyses.variants()[static_cast<std::size_t>(row)];
    m_presenter.setArm(variant.arm, tr("control: %1").arg(QString::fromStdString(variant.title)), false);
}

void VariantPanel::showAnswer()
{
    m_model->setRows(m_analyses.variantRows());
    m_try->setEnabled(m_analyses.isPossible() && !m_analyses.job().isRunning());
    m_take->setEnabled(m_table->currentIndex().isValid() && m_table->currentIndex().row() > 0);
    m_help->setText(whatIsMissing(
        m_analyses,
        m_analyses.variantRows().empty()
            ? tr("Ranks this moment once with each control, and with stale or fresh history and without or with fresh "
                 "demonstrations: what moves ★ is what the model uses.")
            : tr("One moment of one user: add variants as arms to Simulate to see whether it holds for many.")));
}

OrderPanel::OrderPanel(ProbePresenter& presenter, ProbeAnalyses& analyses, QWidget* parent)
    : QWidget(parent)
    , m_analyses(analyses)
    , m_editor(presenter)
    , m_model(makeOrderModel())
    , m_orders(new QSpinBox(this))
    , m_try(new QPushButton(tr("Try other orders"), this))
    , m_take(new QPushButton(tr("Take this order"), this))
    , m_table(new QTableView(this))
    , m_text(new QLabel(this))
{
    dressTable(*m_table, *m_model, 0);
    m_table->setObjectName(QStringLiteral("orders"));
    m_table->setAccessibleName(tr("The moment under other orders of the demonstrations"));
    m_try->setToolTip(tr("Ranks this moment with its demonstrations in other orders (F9)"));
    m_take->setToolTip(tr("Puts the demonstrations into the chosen order; Undo takes it back"));
    m_orders->setRange(2, mostOrders);
    m_orders->setValue(usualOrders);
    m_orders->setAccessibleName(tr("Orders to try"));
    m_orders->setToolTip(tr("All orders if there are no more than this; otherwise so many, drawn by the seed"));
    lay(*this, {m_try, m_orders, m_take}, *m_table, *m_text);
    connect(m_try, &QPushButton::clicked, this, &OrderPanel::tryOrders);
    connect(m_take, &QPushButton::clicked, this, [this] {
        const int row = m_table->currentIndex().row();
        if (m_analyses.spread() && row >= 0 && row < static_cast<int>(m_analyses.spread()->outcomes.size()))
            m_editor.reorder(std::vector(m_analyses.spread()->outcomes[static_cast<std::size_t>(row)].order));
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &OrderPanel::showAnswer);
}

void OrderPanel::tryOrders()
{
    if (m_try->isEnabled())
        m_analyses.tryOrders(static_cast<std::size_t>(m_orders->value()));
}

void OrderPanel::showAnswer()
{
    m_model->setRows(m_analyses.orderRows());
    m_try->setEnabled(m_analyses.isPossible() && !m_analyses.job().isRunning() && m_editor.count() > 1);
    m_take->setEnabled(m_table->currentIndex().isValid() && m_table->currentIndex().row() > 0);
    const QString ready = m_editor.count() > 1
        ? tr("Ranks this moment with the same demonstrations in other orders: how much does the order matter?")
        : tr("There are not two demonstrations to put in another order.");
    m_text->setText(m_analyses.spread() ? m_analyses.spreadText() : whatIsMissing(m_analyses, ready));
}

} // namespace driftscope::ui
