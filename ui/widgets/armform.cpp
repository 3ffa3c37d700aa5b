// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/armform.h"

#include "core/baselines/baselineregistry.h"
#include "core/demonstrations/selectorregistry.h"
#include "core/prompt/templatefolder.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <utility>

namespace driftscope::ui {

namespace {

int bounded(double value)
{
    return static_cast<int>(std::clamp(value, -1e9, 1e9));
}

void chooseData(QComboBox& box, const QString& data)
{
    if (box.findData(data) < 0)
        box.addItem(data, data);
    box.setCurrentIndex(box.findData(data));
}

/// A template that is no built-in one (a file, an own one) is shown as well: it must not be lost. It may be its own
/// text: that is one entry, whatever it says.
void chooseWording(QComboBox& box, const QString& wording)
{
    const bool isText = wording.startsWith(QLatin1Char('{'));
    for (int i = box.count() - 1; i >= 0; --i)
        if (box.itemData(i).toString().startsWith(QLatin1Char('{')))
            box.removeItem(i);
    if (isText)
        box.addItem(ArmForm::tr("edited text"), wording);
    else if (box.findData(wording) < 0)
        box.addItem(wording.section(QLatin1Char('/'), -1), wording);
    chooseData(box, wording);
}

/// A combo box may be narrower than its longest entry: the page's columns are.
void letShrink(QComboBox& box)
{
    box.setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box.setMinimumContentsLength(8);
}

/// Fields of an arm that are chosen from a few words, in the order shown.
const std::initializer_list<std::pair<const char*, const char*>> controls {
    {"context", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "Context of")},
    {"contextFor", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "Context for each")},
    {"history.by", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "History by")},
    {"history.order", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "History order")},
    {"history.items", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "History of")},
    {"demonstrations.labels", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "Labels shown")},
    {"demonstrations.negatives", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "Disliked")},
    {"titles", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "Titles")},
    {"calibration", QT_TRANSLATE_NOOP("driftscope::ui::ArmForm", "Calibration")}};

/// Where the field stands in an arm's JSON.
nlohmann::json::json_pointer pointerTo(std::string path)
{
    std::ranges::replace(path, '.', '/');
    return nlohmann::json::json_pointer("/" + path);
}

} // namespace

ArmForm::ArmForm(QWidget* parent)
    : QWidget(parent)
    , m_form(new QFormLayout(this))
    , m_name(new QLineEdit(this))
    , m_scorer(new QComboBox(this))
    , m_selector(new QComboBox(this))
    , m_parameterBox(new QWidget(this))
    , m_scorerBox(new QWidget(this))
    , m_adapters(new QComboBox(this))
    , m_history(new QSpinBox(this))
    , m_lag(new QSpinBox(this))
    , m_lagUnit(new QComboBox(this))
    , m_wording(new QComboBox(this))
    , m_score(new QComboBox(this))
    , m_controlsToggle(new QToolButton(this))
    , m_controlsBox(new QWidget(this))
{
    m_form->setContentsMargins({});
    for (QWidget* box : {m_scorerBox, m_parameterBox}) {
        auto* form = new QFormLayout(box);
        form->setContentsMargins({});
    }
    createFields();
    createControls();
    connect(m_name, &QLineEdit::textEdited, this, &ArmForm::report);
    connect(m_scorer, &QComboBox::currentIndexChanged, this, [this] {
        if (m_isFilling)
            return;
        setScorer(m_scorer->currentData().toString().toStdString());
        rebuildParameters();
        report();
    });
    connect(m_selector, &QComboBox::currentIndexChanged, this, [this] {
        if (m_isFilling)
            return;
        m_arm.selector = m_selector->currentData().toString().toStdString();
        rebuildParameters();
        report();
    });
    for (QSpinBox* box : {m_history, m_lag})
        connect(box, &QSpinBox::valueChanged, this, &ArmForm::report);
    for (QComboBox* box : {m_lagUnit, m_wording, m_score})
        connect(box, &QComboBox::currentIndexChanged, this, &ArmForm::report);
}

void ArmForm::createFields()
{
    m_scorer->setObjectName(QStringLiteral("scorer"));
    m_selector->setObjectName(QStringLiteral("selector"));
    m_scorer->addItem(tr("The model"), QString::fromLatin1(simulate::Arm::modelScorer));
    for (const auto& entry : baselines::baselines()) {
        m_scorer->addItem(QString::fromStdString(entry.title), QString::fromStdString(entry.id));
        m_scorer->setItemData(m_scorer->count() - 1, QString::fromStdString(entry.help), Qt::ToolTipRole);
    }
    for (const auto& entry : demonstrations::demonstrationSelectors()) {
        m_selector->addItem(QString::fromStdString(entry.title), QString::fromStdString(entry.id));
        m_selector->setItemData(m_selector->count() - 1, QString::fromStdString(entry.help), Qt::ToolTipRole);
    }
    refreshTemplates();
    m_history->setRange(0, 1000);
    m_history->setToolTip(tr("How many of the last liked titles stand in the query and in each demonstration."));
    m_lag->setRange(0, 100'000);
    m_lag->setToolTip(tr("How stale the context is: what the user did in the last events or days is hidden."));
    m_lagUnit->addItem(tr("events"), QStringLiteral("events"));
    m_lagUnit->addItem(tr("days"), QStringLiteral("days"));
    m_lagUnit->addItem(tr("shifts"), QStringLiteral("shifts"));
    m_score->addItem(tr("Yes − No (log-odds)"), QStringLiteral("log-odds"));
    m_score->addItem(tr("Yes alone (logit)"), QStringLiteral("positive-logit"));
    for (QComboBox* box : {m_scorer, m_selector, m_wording, m_score, m_adapters})
        letShrink(*box);
    auto* lag = new QHBoxLayout;
    lag->addWidget(m_lag, 1);
    lag->addWidget(m_lagUnit);
    m_form->addRow(tr("&Name"), m_name);
    m_form->addRow(tr("Ranked &by"), m_scorer);
    m_form->addRow(m_scorerBox);
    m_form->addRow(tr("Se&lector"), m_selector);
    m_form->addRow(m_parameterBox);
    m_form->addRow(tr("&History items"), m_history);
    auto* lagText = new QLabel(tr("&Lag"), this);
    lagText->setBuddy(m_lag);
    m_form->addRow(lagText, lag);
    auto* wordingText = new QLabel(tr("&Template"), this);
    wordingText->setBuddy(m_wording);
    m_form->addRow(wordingText, wordingRow());
    m_form->addRow(tr("S&core"), m_score);
    m_form->addRow(tr("A&dapters"), m_adapters);
    m_adapters->setToolTip(tr("Which of the experiment's adapters the arm is scored with."));
    connect(m_adapters, &QComboBox::currentIndexChanged, this, [this] {
        if (m_isFilling)
            return;
        const QString name = m_adapters->currentData().toString();
        m_arm.adapters.clear();
        if (!name.isEmpty())
            m_arm.adapters.push_back(name.toStdString());
        report();
    });
    setAdapters({});
    m_lag->setAccessibleName(tr("Lag"));
    m_lagUnit->setAccessibleName(tr("Unit of the lag"));
}

QLayout* ArmForm::wordingRow()
{
    auto* row = new QHBoxLayout;
    auto* look = new QToolButton(this);
    look->setObjectName(QStringLiteral("editTemplate"));
    look->setText(tr("Edit…"));
    look->setToolTip(tr("Opens the template editor on this template."));
    look->setAccessibleName(tr("Edit the template"));
    connect(look, &QToolButton::clicked, this, [this] { emit templateWanted(m_wording->currentData().toString()); });
    row->addWidget(m_wording, 1);
    row->addWidget(look);
    return row;
}

void ArmForm::refreshTemplates()
{
    const QSignalBlocker blocker(m_wording);
    const QString chosen = m_wording->currentData().toString();
    m_wording->clear();
    for (const auto& entry : prompt::knownTemplates()) {
        if (!entry.isUsable)
            continue; // a draft that no experiment finds yet
        const QString id = QString::fromStdString(entry.id);
        m_wording->addItem(id, id);
        m_wording->setItemData(m_wording->count() - 1, QString::fromStdString(entry.title), Qt::ToolTipRole);
    }
    if (!chosen.isEmpty())
        chooseData(*m_wording, chosen);
}

void ArmForm::createControls()
{
    m_controlsToggle->setObjectName(QStringLiteral("controlsToggle"));
    m_controlsToggle->setText(tr("Controls"));
    m_controlsToggle->setToolTip(tr("What is done to the context on purpose, to see whether it matters."));
    m_controlsToggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_controlsToggle->setArrowType(Qt::RightArrow);
    m_controlsToggle->setAutoRaise(true);
    m_controlsToggle->setCheckable(true);
    connect(m_controlsToggle, &QToolButton::toggled, this, [this](bool isOpen) {
        m_controlsToggle->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
        m_controlsBox->setVisible(isOpen);
    });
    m_controlsBox->setLayout(new QFormLayout);
    m_controlsBox->layout()->setContentsMargins({});
    const auto fields = simulate::experimentFields();
    for (const auto& [path, title] : controls) {
        const auto field = std::ranges::find(fields, std::string("arms[].") + path, &simulate::FieldDescription::path);
        if (field != fields.end())
            addControl(path, tr(title), *field);
    }
    m_form->addRow(m_controlsToggle);
    m_form->addRow(m_controlsBox);
    m_controlsBox->hide();
}

void ArmForm::addControl(const std::string& path, const QString& title, const simulate::FieldDescription& field)
{
    auto* box = new QComboBox(m_controlsBox);
    letShrink(*box);
    box->setObjectName(QString::fromStdString(path));
    box->setToolTip(QString::fromStdString(field.help));
    for (const auto& choice : field.choices)
        box->addItem(QString::fromStdString(choice), QString::fromStdString(choice));
    connect(box, &QComboBox::currentIndexChanged, this, [this, box, path] {
        if (!m_isFilling)
            setControl(path, box->currentData().toString().toStdString());
    });
    m_controls[path] = box;
    static_cast<QFormLayout*>(m_controlsBox->layout())->addRow(title, box);
}

void ArmForm::fillControls()
{
    const auto shown = simulate::writeArm(m_arm);
    const auto usual = simulate::writeArm({});
    bool isUsual = true;
    for (const auto& [path, box] : m_controls) {
        const auto choice = shown.at(pointerTo(path));
        chooseData(*box, QString::fromStdString(choice.get<std::string>()));
        isUsual = isUsual && choice == usual.at(pointerTo(path));
    }
    if (!isUsual)
        m_controlsToggle->setChecked(true);
}

void ArmForm::setControl(const std::string& path, const std::string& choice)
{
    auto json = simulate::writeArm(m_arm);
    json[pointerTo(path)] = choice;
    JsonField object(json, "arm");
    // Its status says nothing here: a template file is not looked for, and a name may be empty while it is typed.
    m_arm = simulate::readArm(object, {});
    report();
}

void ArmForm::setNameVisible(bool isVisible)
{
    m_name->setVisible(isVisible);
    m_form->labelForField(m_name)->setVisible(isVisible);
}

void ArmForm::setAdapters(const std::vector<std::string>& names)
{
    const bool wasFilling = std::exchange(m_isFilling, true);
    m_adapters->clear();
    m_adapters->addItem(tr("all of the experiment"), QString::fromLatin1(simulate::Arm::allAdapters));
    m_adapters->addItem(tr("none"), QString());
    for (const std::string& name : names)
        m_adapters->addItem(QString::fromStdString(name), QString::fromStdString(name));
    m_form->setRowVisible(m_adapters, !names.empty());
    m_isFilling = wasFilling;
}

void ArmForm::showWording()
{
    if (!m_arm.wording.empty())
        chooseWording(*m_wording, QString::fromStdString(m_arm.wording));
}

void ArmForm::setArm(const simulate::Arm& arm)
{
    m_isFilling = true;
    m_arm = arm;
    m_name->setText(QString::fromStdString(arm.name));
    chooseData(*m_scorer, QString::fromStdString(arm.scorer));
    chooseData(*m_selector, QString::fromStdString(arm.selector));
    rebuildParameters();
    m_history->setValue(bounded(static_cast<double>(arm.history.maxItems)));
    m_lag->setValue(bounded(static_cast<double>(arm.history.lag.amount)));
    m_lagUnit->setCurrentIndex(static_cast<int>(arm.history.lag.unit)); // in the order of the enumeration
    showWording();
    if (arm.adapters.size() <= 1) // several by name stay as they are, until another choice is made
        chooseData(*m_adapters, arm.adapters.empty() ? QString() : QString::fromStdString(arm.adapters.front()));
    m_score->setCurrentIndex(arm.score == simulate::ScoreKind::LogOdds ? 0 : 1);
    fillControls();
    enableFields();
    m_isFilling = false;
}

void ArmForm::setScorer(const std::string& id)
{
    m_arm.scorer = id;
    m_arm.scorerParameters.clear();
    enableFields();
}

void ArmForm::enableFields()
{
    // A baseline has no prompt to choose anything for.
    const std::initializer_list<QWidget*> ofPrompt {m_selector, m_parameterBox, m_history, m_wording,
                                                    m_score,    m_controlsBox,  m_adapters};
    for (QWidget* widget : ofPrompt)
        widget->setEnabled(m_arm.isModel());
}

simulate::Arm ArmForm::arm() const
{
    return m_arm;
}

void ArmForm::rebuildParameters()
{
    const auto* selector = findEntry(demonstrations::demonstrationSelectors(), m_arm.selector);
    const auto* baseline = findEntry(baselines::baselines(), m_arm.scorer);
    addParameters(*m_parameterBox, selector ? std::span(selector->parameters) : std::span<const Parameter>(),
                  &simulate::Arm::selectorParameters);
    addParameters(*m_scorerBox, baseline ? std::span(baseline->parameters) : std::span<const Parameter>(),
                  &simulate::Arm::scorerParameters);
}

void ArmForm::addParameters(QWidget& box, std::span<const Parameter> parameters, ParameterValues simulate::Arm::*values)
{
    auto& form = *static_cast<QFormLayout*>(box.layout());
    while (form.rowCount() > 0)
        form.removeRow(0);
    ParameterValues known;
    for (const Parameter& parameter : parameters) {
        const auto given = (m_arm.*values).find(parameter.id);
        known[parameter.id] = given == (m_arm.*values).end() ? parameter.fallback : given->second;
    }
    m_arm.*values = std::move(known);
    for (const Parameter& parameter : parameters)
        addParameter(form, parameter, values);
    box.setVisible(!parameters.empty());
}

void ArmForm::addParameter(QFormLayout& form, const Parameter& parameter, ParameterValues simulate::Arm::*values)
{
    const ParameterValue value = (m_arm.*values)[parameter.id];
    QWidget* field = nullptr;
    const auto take = [this, values, id = parameter.id](ParameterValue changed) {
        (m_arm.*values)[id] = std::move(changed);
        report();
    };
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        auto* box = new QSpinBox(this);
        box->setRange(bounded(parameter.minimum), bounded(parameter.maximum));
        box->setValue(bounded(static_cast<double>(*integer)));
        connect(box, &QSpinBox::valueChanged, this, [take](int changed) { take(std::int64_t {changed}); });
        field = box;
    } else if (const auto* real = std::get_if<double>(&value)) {
        auto* box = new QDoubleSpinBox(this);
        box->setRange(parameter.minimum, parameter.maximum);
        box->setValue(*real);
        connect(box, &QDoubleSpinBox::valueChanged, this, [take](double changed) { take(changed); });
        field = box;
    } else if (const auto* truth = std::get_if<bool>(&value)) {
        auto* box = new QCheckBox(this);
        box->setChecked(*truth);
        connect(box, &QCheckBox::toggled, this, [take](bool changed) { take(changed); });
        field = box;
    } else if (!parameter.choices.empty()) {
        auto* box = new QComboBox(this);
        letShrink(*box);
        for (const auto& choice : parameter.choices)
            box->addItem(QString::fromStdString(choice), QString::fromStdString(choice));
        chooseData(*box, QString::fromStdString(std::get<std::string>(value)));
        connect(box, &QComboBox::currentTextChanged, this,
                [take](const QString& changed) { take(changed.toStdString()); });
        field = box;
    } else {
        auto* edit = new QLineEdit(QString::fromStdString(std::get<std::string>(value)), this);
        connect(edit, &QLineEdit::editingFinished, this, [take, edit] { take(edit->text().toStdString()); });
        field = edit;
    }
    field->setObjectName(QString::fromStdString(parameter.id));
    field->setToolTip(QString::fromStdString(parameter.help));
    form.addRow(QString::fromStdString(parameter.title), field);
}

void ArmForm::report()
{
    if (m_isFilling)
        return;
    m_arm.name = m_name->text().toStdString();
    m_arm.history.maxItems = m_history->value();
    m_arm.history.lag.amount = m_lag->value();
    m_arm.history.lag.unit = static_cast<data::Lag::Unit>(m_lagUnit->currentIndex());
    m_arm.wording = m_wording->currentData().toString().toStdString();
    m_arm.score = m_score->currentIndex() == 0 ? simulate::ScoreKind::LogOdds : simulate::ScoreKind::PositiveLogit;
    emit edited();
}

} // namespace driftscope::ui
