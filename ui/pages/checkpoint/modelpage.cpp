// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checkpoint/modelpage.h"

#include "ui/focus/shippedfiles.h"
#include "ui/pages/checkpoint/adapterview.h"
#include "ui/pages/checkpoint/memoryview.h"
#include "ui/pages/checkpoint/scratchview.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/pathfield.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

void add(std::vector<CardRow>& rows, const char* name, const std::optional<std::int64_t>& value, const char* help)
{
    if (value)
        rows.push_back({ModelPage::tr(name), QLocale().toString(qlonglong(*value)), ModelPage::tr(help)});
}

void add(std::vector<CardRow>& rows, const char* name, const std::optional<std::string>& value, const char* help)
{
    if (value)
        rows.push_back({ModelPage::tr(name), QString::fromStdString(*value), ModelPage::tr(help)});
}

} // namespace

std::vector<CardRow> checkpointRows(const checkpoint::CheckpointCard& card)
{
    std::vector<CardRow> rows;
    const QString format = card.format == "gguf" ? QStringLiteral("GGUF") : QStringLiteral("Hugging Face");
    rows.push_back({ModelPage::tr("Format"), format, {}});
    add(rows, "Architecture", card.architecture, "Family of the network.");
    add(rows, "Parameters", card.parameters, "Tied embeddings count once.");
    add(rows, "Stored as", card.dtype, "Number format in the file.");
    if (card.bytes)
        rows.push_back(
            {ModelPage::tr("Size of the files"), QLocale().formattedDataSize(static_cast<qint64>(*card.bytes)), {}});
    add(rows, "Context length", card.contextLength, "Longest prompt in tokens, answer included.");
    add(rows, "Vocabulary", card.vocabularySize, "Tokens.");
    add(rows, "Layers", card.layers, "");
    add(rows, "Hidden size", card.hiddenSize, "");
    add(rows, "Attention heads", card.heads, "");
    add(rows, "Key and value heads", card.keyValueHeads, "");
    return rows;
}

std::vector<CardRow> answerRows(const checkpoint::CheckpointCard& card)
{
    std::vector<CardRow> rows;
    for (const auto& [text, ids] : card.answerTokens) {
        QStringList list;
        for (const auto id : ids)
            list << QString::number(id);
        const QString count = ids.size() == 1 ? ModelPage::tr("one token") : ModelPage::tr("%1 tokens").arg(ids.size());
        rows.push_back(
            {QStringLiteral("“%1”").arg(QString::fromStdString(text)),
             ModelPage::tr("%1: %2").arg(count, list.join(QStringLiteral(", "))),
             ModelPage::tr("An answer of one token is scored by its logit, a longer one by its likelihood.")});
    }
    for (const std::string& warning : checkpoint::answerWarnings(card))
        rows.push_back({ModelPage::tr("Note"), QString::fromStdString(warning), {}});
    return rows;
}

ModelPage::ModelPage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_adapters(workspace)
    , m_memory(workspace)
    , m_scratch(workspace)
{
    auto* layout = new QVBoxLayout(this);
    m_path = new PathField(QStringLiteral("checkpoint"), tr("Models (*.gguf *.safetensors config.json);;All files (*)"),
                           this);
    m_path->setPlaceholder(tr("Model folder (config.json, .safetensors) or GGUF file; drop it here"));
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(createCards());
    split->addWidget(createTrial());
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setSizes({420, 580});
    layout->addWidget(m_path);
    layout->addWidget(createOptions());
    layout->addWidget(split, 1);
    connectAll();
    showCheckpoint();
    showState();
}

QWidget* ModelPage::createCards()
{
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget(area);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins({});
    m_card = new CardView(tr("Checkpoint"), body);
    m_card->setEmptyText(
        tr("Open a checkpoint: what it is and what it needs is read from its headers, before loading."));
    m_tokens = new CardView(tr("Answer tokens"), body);
    m_tokens->setEmptyText(tr("Whether Yes and No are one token each, and so scored by one number, is said here."));
    column->addWidget(m_card);
    m_bundled = new QPushButton(tr("Open the bundled model"), body);
    m_bundled->setToolTip(tr("drift-tiny, small enough to answer at once; it was taught to read examples"));
    column->addWidget(m_bundled, 0, Qt::AlignLeft);
    connect(m_bundled, &QPushButton::clicked, this,
            [this] { open(shippedPath(QStringLiteral("datasets/models/drift-tiny"))); });
    column->addWidget(new MemoryView(m_memory, body));
    column->addWidget(m_tokens);
    column->addStretch(1);
    area->setWidget(body);
    return area;
}

QWidget* ModelPage::createTrial()
{
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    m_adapterView = new AdapterView(m_adapters, split);
    split->addWidget(m_adapterView);
    split->addWidget(new ScratchView(m_scratch, split));
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 3);
    split->setSizes({130, 400});
    return split;
}

QWidget* ModelPage::createOptions()
{
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins({});
    m_precision = new QComboBox(box);
    m_precision->addItem(tr("fp32 (exact)"), QStringLiteral("fp32"));
    m_precision->addItem(tr("bf16 (half the memory)"), QStringLiteral("bf16"));
    m_device = new QComboBox(box);
    m_device->addItem(tr("GPU if there is one"), QStringLiteral("auto"));
    m_device->addItem(tr("CPU"), QStringLiteral("cpu"));
    m_device->addItem(tr("CUDA GPU"), QStringLiteral("cuda"));
    m_load = new QPushButton(tr("Load"), box);
    m_unload = new QPushButton(tr("Unload"), box);
    m_job = new JobStrip(box);
    m_state = new QLabel(box);
    m_state->setWordWrap(true);
    auto* precisionText = new QLabel(tr("&Precision"), box);
    precisionText->setBuddy(m_precision);
    auto* deviceText = new QLabel(tr("&Device"), box);
    deviceText->setBuddy(m_device);
    for (QWidget* widget :
         std::initializer_list<QWidget*> {precisionText, m_precision, deviceText, m_device, m_load, m_unload})
        layout->addWidget(widget);
    layout->addSpacing(12);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_job);
    return box;
}

void ModelPage::connectAll()
{
    m_job->watch(m_workspace.checkpointJob());
    m_job->watch(m_workspace.modelJob(), true);
    connect(m_path, &PathField::opened, this, [this](const QString& path) { m_workspace.openCheckpoint(path); });
    connect(m_load, &QPushButton::clicked, this, &ModelPage::load);
    connect(m_precision, &QComboBox::currentIndexChanged, &m_memory,
            [this] { m_memory.setPrecision(options().precision); });
    connect(m_unload, &QPushButton::clicked, &m_workspace, &Workspace::unloadModel);
    connect(&m_workspace.focus(), &Focus::checkpointChanged, this, &ModelPage::showCheckpoint);
    connect(&m_workspace.focus(), &Focus::engineChanged, this, &ModelPage::showState);
    connect(&m_workspace.modelJob(), &JobRunner::started, this, &ModelPage::showState);
    connect(&m_workspace.modelJob(), &JobRunner::ended, this, [this](Outcome outcome) {
        showState();
        if (outcome == Outcome::Cancelled)
            m_state->setText(tr("Loading was stopped; nothing stays in memory."));
    });
}

inference::LoadOptions ModelPage::options() const
{
    inference::LoadOptions chosen;
    chosen.precision = inference::precisionNamed(m_precision->currentData().toString().toStdString());
    chosen.device = inference::deviceNamed(m_device->currentData().toString().toStdString());
    return chosen;
}

void ModelPage::open(const QString& path)
{
    m_path->open(path);
}

void ModelPage::chooseFolder()
{
    m_path->chooseFolder();
}

void ModelPage::chooseFile()
{
    m_path->chooseFile();
}

void ModelPage::chooseAdapter()
{
    m_adapterView->chooseFolder();
}

void ModelPage::load()
{
    if (m_workspace.focus().checkpoint())
        m_workspace.loadModel(options());
}

void ModelPage::showCheckpoint()
{
    const auto& open = m_workspace.focus().checkpoint();
    m_bundled->setVisible(!open);
    if (open)
        m_path->setPath(open->path);
    const auto& card = m_workspace.checkpointCard();
    if (card) {
        m_card->setRows(checkpointRows(*card));
        m_tokens->setRows(answerRows(*card));
    } else if (open) {
        m_card->setRows({{tr("Model"), open->path, {}},
                         {tr("Context length"), QLocale().toString(qlonglong(open->contextLength)), {}}});
        m_card->setToolTip(tr("A stand-in without weights, for trying out the window: its scores mean nothing."));
    }
    showState();
}

void ModelPage::showState()
{
    const Focus& focus = m_workspace.focus();
    const bool isLoading = m_workspace.modelJob().isRunning();
    m_load->setEnabled(focus.checkpoint() && !isLoading);
    m_load->setText(focus.engine() ? tr("Load again") : tr("Load"));
    m_unload->setEnabled(focus.engine() && !isLoading);
    m_precision->setEnabled(!isLoading);
    m_device->setEnabled(!isLoading);
    if (focus.engine())
        m_state->setText(
            tr("Loaded: %1, %2.")
                .arg(QString::fromStdString(focus.engine()->device), QString::fromStdString(focus.engine()->precision))
            + (focus.engine()->activeAdapters.empty()
                   ? QString()
                   : tr(" Adapters on: %1.").arg(focus.engine()->activeAdapters.size())));
    else
        m_state->setText(focus.checkpoint() ? tr("Not loaded: prompts can be seen, not scored.") : QString());
}

} // namespace driftscope::ui
