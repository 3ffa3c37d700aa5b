// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/start/startpage.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <system_error>

namespace driftscope::ui {

namespace {

QString existing(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? QString::fromStdString(path.string()) : QString();
}

/// A framed text with a button; the button is what a test or a screen reader finds.
QFrame* card(const QString& title, const QString& text, QPushButton* button, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setFrameShape(QFrame::StyledPanel);
    frame->setMinimumWidth(240);
    frame->setMaximumWidth(360);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(18, 18, 18, 18);
    auto* heading = new QLabel(title, frame);
    QFont font = heading->font();
    font.setBold(true);
    font.setPointSizeF(font.pointSizeF() * 1.2);
    heading->setFont(font);
    heading->setWordWrap(true);
    auto* body = new QLabel(text, frame);
    body->setWordWrap(true);
    body->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(heading);
    layout->addWidget(body, 1, Qt::AlignTop);
    layout->addWidget(button);
    button->setAccessibleDescription(title);
    return frame;
}

} // namespace

PreparedData PreparedData::find(const std::filesystem::path& dataFolder)
{
    return {existing(dataFolder / "datasets" / "ml-100k"), existing(dataFolder / "models" / "smollm2-135m-instruct")};
}

StartPage::StartPage(const PreparedData& prepared, QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->addStretch(1);
    auto* heading = new QLabel(tr("How does a recommender follow a changing taste without being trained again?"), this);
    QFont font = heading->font();
    font.setPointSizeF(font.pointSizeF() * 1.4);
    heading->setFont(font);
    heading->setAlignment(Qt::AlignCenter);
    heading->setWordWrap(true);
    layout->addWidget(heading);
    layout->addSpacing(24);

    auto* probe = new QPushButton(tr("Open MovieLens-100K and SmolLM2"), this);
    probe->setEnabled(prepared.isComplete());
    auto* dataset = new QPushButton(tr("Open a dataset"), this);
    auto* model = new QPushButton(tr("Open a checkpoint"), this);
    auto* cards = new QHBoxLayout;
    cards->addStretch(1);
    cards->addWidget(
        card(tr("Probe a real model"),
             prepared.isComplete()
                 ? tr("SmolLM2-135M ranks the next film of MovieLens users. Step through a user's time and "
                      "see which past ratings it is shown, the exact prompt, and the ranking.")
                 : tr("The model and the data are not set up yet. In the folder of the source, run\n\n"
                      "packaging/setup.sh\n\nand start the program again."),
             probe, this));
    cards->addWidget(
        card(tr("Your own data"),
             tr("A folder or file of interactions: MovieLens, RecBole atomic files, or a CSV file with user, "
                "item, rating and time."),
             dataset, this));
    cards->addWidget(card(tr("Your own model"),
                          tr("A Hugging Face folder or a GGUF file of the Llama family. You see what it is and what it "
                             "needs before it is loaded."),
                          model, this));
    cards->addStretch(1);
    layout->addLayout(cards);
    layout->addStretch(2);
    connect(probe, &QPushButton::clicked, this, &StartPage::preparedWanted);
    connect(dataset, &QPushButton::clicked, this, &StartPage::datasetWanted);
    connect(model, &QPushButton::clicked, this, &StartPage::modelWanted);
}

} // namespace driftscope::ui
