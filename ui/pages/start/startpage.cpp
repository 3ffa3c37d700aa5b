// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/start/startpage.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr int shownRecent = 5; // of each kind; the menu has more
constexpr int widestPage = 1180;
const QString setupCommand = QStringLiteral("packaging/setup.sh");

QLabel* title(const QString& text, QWidget* parent)
{
    // Sized in HTML, so that it follows the type of the window.
    auto* label = new QLabel(QStringLiteral("<big><b>%1</b></big>").arg(text.toHtmlEscaped()), parent);
    label->setWordWrap(true);
    return label;
}

/// Text for a button, in which & would be a shortcut's mark.
QString escaped(QString text)
{
    return text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

/// The name of a path, with its folder where another path of the list has the same.
QString namedApart(const QString& path, const QStringList& paths)
{
    const QString name = shortPath(path);
    const auto count = std::ranges::count_if(paths, [&](const QString& other) { return shortPath(other) == name; });
    const QString folder = shortPath(QFileInfo(path).path());
    return count > 1 ? QStringLiteral("%1 (%2)").arg(name, folder) : name;
}

/// A framed text with its buttons below.
QFrame* card(QLabel* heading, QLabel* body, const QList<QPushButton*>& buttons)
{
    auto* frame = new QFrame;
    frame->setFrameShape(QFrame::StyledPanel);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(18, 18, 18, 18);
    body->setWordWrap(true);
    layout->addWidget(heading);
    layout->addWidget(body, 1, Qt::AlignTop);
    for (QPushButton* button : buttons) {
        layout->addWidget(button);
        button->setAccessibleDescription(body->text());
    }
    return frame;
}

} // namespace

StartPage::StartPage(Workspace& workspace, RecentPaths& recent, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_recent(recent)
    , m_presenter(workspace, dataFolder())
{
    m_heading = new QLabel(tr("How does a recommender follow a changing taste without being trained again?"), this);
    m_heading->setAlignment(Qt::AlignCenter);
    m_heading->setWordWrap(true);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(16);
    for (QWidget* one : {createDriftCard(), createRealCard(), createOwnCard()})
        cards->addWidget(one, 1);
    auto* middle = new QWidget(this);
    middle->setMaximumWidth(widestPage);
    auto* layout = new QVBoxLayout(middle);
    layout->addStretch(2);
    layout->addWidget(m_heading);
    layout->addSpacing(20);
    layout->addLayout(cards);
    layout->addSpacing(20);
    layout->addWidget(createRecent());
    layout->addStretch(3);
    auto* sides = new QHBoxLayout(this);
    sides->addStretch(1);
    sides->addWidget(middle, 100);
    sides->addStretch(1);
    setFocusProxy(m_drift);
    scaleHeading();
    showPrepared();
    showRecent();
    showState();
    connect(&m_recent, &RecentPaths::changed, this, &StartPage::showRecent);
    for (JobRunner* job : {&workspace.datasetJob(), &workspace.checkpointJob()}) {
        connect(job, &JobRunner::started, this, &StartPage::showState);
        connect(job, &JobRunner::ended, this, &StartPage::showState);
    }
}

QWidget* StartPage::createDriftCard()
{
    m_drift = new QPushButton(tr("&See drift happen"), this);
    m_drift->setDefault(true);
    m_compare = new QPushButton(tr("&Compare arms on it"), this);
    m_compare->setToolTip(tr("Opens the experiment on the page Simulate, ready to run"));
    connect(m_drift, &QPushButton::clicked, &m_presenter, &StartPresenter::seeDrift);
    connect(m_compare, &QPushButton::clicked, &m_presenter, &StartPresenter::compareDrift);
    auto* text = new QLabel(m_presenter.driftExperiment().isEmpty()
                                ? tr("The bundled data and model are not beside the program; install it again.")
                                : tr("A user whose taste turns into its opposite, and a tiny model that reads the "
                                     "latest likes and dislikes. "
                                     "Step on and watch the ranking follow. Data and model come with the program."),
                            this);
    return card(title(tr("See drift happen"), this), text, {m_drift, m_compare});
}

QWidget* StartPage::createRealCard()
{
    m_probe = new QPushButton(tr("&Probe SmolLM2 on MovieLens"), this);
    m_copy = new QPushButton(tr("Copy the co&mmand"), this);
    m_realText = new QLabel(this);
    m_realText->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    connect(m_probe, &QPushButton::clicked, &m_presenter, &StartPresenter::probeReal);
    connect(m_copy, &QPushButton::clicked, this, [] { QApplication::clipboard()->setText(setupCommand); });
    return card(title(tr("Probe a real model"), this), m_realText, {m_probe, m_copy});
}

QWidget* StartPage::createOwnCard()
{
    auto* dataset = new QPushButton(tr("Open a &dataset…"), this);
    auto* model = new QPushButton(tr("Open a chec&kpoint…"), this);
    auto* experiment = new QPushButton(tr("Open an e&xperiment…"), this);
    connect(dataset, &QPushButton::clicked, this, &StartPage::datasetWanted);
    connect(model, &QPushButton::clicked, this, &StartPage::modelWanted);
    connect(experiment, &QPushButton::clicked, this, &StartPage::experimentWanted);
    auto* text = new QLabel(tr("Interactions as MovieLens, RecBole or CSV files; a model as a Hugging Face folder or a "
                               "GGUF file. Or drop a file or folder anywhere on the window."),
                            this);
    return card(title(tr("Open your own"), this), text, {dataset, model, experiment});
}

QWidget* StartPage::createRecent()
{
    m_recentBox = new QWidget(this);
    m_recentColumns = new QHBoxLayout(m_recentBox);
    m_recentColumns->setContentsMargins({});
    m_recentColumns->setSpacing(16);
    return m_recentBox;
}

QWidget* StartPage::createColumn(RecentKind kind, const QString& text, const QStringList& paths)
{
    auto* column = new QWidget(m_recentBox);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(4, 0, 4, 0);
    layout->setSpacing(2);
    auto* heading = new QLabel(QStringLiteral("<b>%1</b>").arg(text.toHtmlEscaped()), column);
    layout->addWidget(heading);
    for (const QString& path : paths.mid(0, shownRecent)) {
        auto* link = new QToolButton(column);
        link->setText(escaped(namedApart(path, paths)));
        link->setAutoRaise(true);
        link->setFocusPolicy(Qt::StrongFocus);
        link->setCursor(Qt::PointingHandCursor);
        link->setToolTip(path);
        link->setAccessibleName(tr("%1: %2").arg(text, path));
        connect(link, &QToolButton::clicked, this, [this, kind, path] { emit recentWanted(kind, path); });
        layout->addWidget(link, 0, Qt::AlignLeft);
    }
    if (paths.isEmpty()) {
        auto* none = new QLabel(tr("none yet"), column);
        none->setEnabled(false);
        layout->addWidget(none);
    }
    layout->addStretch(1);
    return column;
}

void StartPage::showRecent()
{
    while (QLayoutItem* item = m_recentColumns->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // not at once: a click in it may have led here
        delete item;
    }
    m_recentBox->setVisible(!m_recent.isEmpty());
    if (m_recent.isEmpty())
        return;
    m_recentColumns->addWidget(
        createColumn(RecentKind::Dataset, tr("Recent datasets"), m_recent.paths(RecentKind::Dataset)), 1);
    m_recentColumns->addWidget(
        createColumn(RecentKind::Checkpoint, tr("Recent checkpoints"), m_recent.paths(RecentKind::Checkpoint)), 1);
    m_recentColumns->addWidget(
        createColumn(RecentKind::Experiment, tr("Recent experiments"), m_recent.paths(RecentKind::Experiment)), 1);
}

void StartPage::showPrepared()
{
    const bool isComplete = m_presenter.prepared().isComplete();
    m_probe->setVisible(isComplete);
    m_copy->setVisible(!isComplete);
    m_realText->setText(
        isComplete ? tr("SmolLM2-135M ranks the next film of MovieLens users. Step through a user's time and see which "
                        "past ratings it is shown, the exact prompt, and the ranking.")
                   : tr("SmolLM2-135M on MovieLens-100K is not set up yet. In the folder of the source, run<br><br>"
                        "<code>%1</code>")
                         .arg(setupCommand));
}

void StartPage::showState()
{
    const bool isOpening = m_workspace.datasetJob().isRunning() || m_workspace.checkpointJob().isRunning();
    const bool isThere = !m_presenter.driftExperiment().isEmpty();
    m_drift->setEnabled(isThere && !isOpening);
    m_compare->setEnabled(isThere && !isOpening);
    m_probe->setEnabled(!isOpening);
}

void StartPage::scaleHeading()
{
    QFont font = QApplication::font();
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * 1.4);
    m_heading->setFont(font);
}

void StartPage::showEvent(QShowEvent* event)
{
    showPrepared(); // it may have been set up meanwhile
    QWidget::showEvent(event);
}

void StartPage::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        scaleHeading();
    QWidget::changeEvent(event);
}

} // namespace driftscope::ui
