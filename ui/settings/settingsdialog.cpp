// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settingsdialog.h"

#include "ui/settings/settings.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QThread>

namespace driftscope::ui {

SettingsDialog::SettingsDialog(QWidget* parent)
    : QDialog(parent)
    , m_theme(new QComboBox(this))
    , m_type(new QSpinBox(this))
    , m_threads(new QSpinBox(this))
    , m_start(new QComboBox(this))
{
    setWindowTitle(tr("Settings"));
    createFields();
    refresh();
    connectAll();
}

void SettingsDialog::createFields()
{
    m_theme->addItem(tr("As the system has them"), int(Theme::System));
    m_theme->addItem(tr("Light"), int(Theme::Light));
    m_theme->addItem(tr("Dark"), int(Theme::Dark));
    m_type->setRange(Settings::smallestType, Settings::largestType);
    m_type->setSingleStep(10);
    m_type->setSuffix(tr(" %"));
    m_type->setKeyboardTracking(false); // 1 on the way to 120 is no size
    m_threads->setRange(0, 4 * QThread::idealThreadCount());
    m_threads->setSpecialValueText(tr("one a core (%1)").arg(QThread::idealThreadCount()));
    m_start->addItem(tr("The start page"), int(StartWith::StartPage));
    m_start->addItem(tr("What was open last"), int(StartWith::LastOpened));
    m_start->addItem(tr("What was open last, with its model loaded"), int(StartWith::LastOpenedAndLoaded));
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Colours"), m_theme);
    form->addRow(tr("&Size of type"), m_type);
    form->addRow(tr("&Threads on the CPU"), m_threads);
    auto* threads = new QLabel(tr("Counts from the next start of the program on."), this);
    threads->setEnabled(false);
    form->addRow(QString(), threads);
    form->addRow(tr("&At the start, show"), m_start);
    auto* crash = new QLabel(tr("After a session that did not end properly, no model is loaded by itself."), this);
    crash->setEnabled(false);
    form->addRow(QString(), crash);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
}

void SettingsDialog::refresh()
{
    const Settings settings;
    const QSignalBlocker noTheme(m_theme);
    const QSignalBlocker noType(m_type);
    m_theme->setCurrentIndex(m_theme->findData(int(settings.theme())));
    m_type->setValue(settings.typePercent());
    m_threads->setValue(settings.threads());
    m_start->setCurrentIndex(m_start->findData(int(settings.startWith())));
}

void SettingsDialog::connectAll()
{
    connect(m_theme, &QComboBox::currentIndexChanged, this, [this] {
        Settings().setTheme(static_cast<Theme>(m_theme->currentData().toInt()));
        emit appearanceChanged();
    });
    connect(m_type, &QSpinBox::valueChanged, this, [this](int percent) {
        Settings().setTypePercent(percent);
        emit appearanceChanged();
    });
    connect(m_threads, &QSpinBox::valueChanged, this, [](int threads) { Settings().setThreads(threads); });
    connect(m_start, &QComboBox::currentIndexChanged, this,
            [this] { Settings().setStartWith(static_cast<StartWith>(m_start->currentData().toInt())); });
}

} // namespace driftscope::ui
