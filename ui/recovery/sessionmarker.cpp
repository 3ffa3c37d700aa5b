// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/sessionmarker.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace driftscope::ui {

namespace {

const QString suffix = QStringLiteral(".running");

QStringList markersIn(const std::filesystem::path& folder)
{
    return QDir(QString::fromStdString(folder.string()))
        .entryList({QLatin1Char('*') + suffix}, QDir::Files, QDir::Name);
}

QString sessionOf(const QString& marker)
{
    return marker.left(marker.size() - suffix.size());
}

std::filesystem::path markerOf(const std::filesystem::path& folder, const QString& session)
{
    return folder / (session + suffix).toStdString();
}

/// Opens a marker; the lock tells whether its session is alive.
class OpenMarker
{
public:
    explicit OpenMarker(const std::filesystem::path& path)
        : m_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
        , m_isLocked(m_file >= 0 && ::flock(m_file, LOCK_EX | LOCK_NB) != 0)
    {
    }
    ~OpenMarker()
    {
        if (m_file >= 0)
            ::close(m_file);
    }
    OpenMarker(const OpenMarker&) = delete;
    OpenMarker& operator=(const OpenMarker&) = delete;

    [[nodiscard]] bool isOpen() const { return m_file >= 0; }
    [[nodiscard]] bool isAlive() const { return m_isLocked; }
    [[nodiscard]] QString text() const
    {
        QByteArray bytes(4096, '\0');
        const auto count = ::read(m_file, bytes.data(), static_cast<std::size_t>(bytes.size()));
        return QString::fromUtf8(bytes.left(std::max<qsizetype>(0, count)));
    }

private:
    int m_file;
    bool m_isLocked;
};

} // namespace

SessionMarker::SessionMarker(std::filesystem::path folder)
    : m_folder(std::move(folder))
    , m_session(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz-"))
                + QString::number(QCoreApplication::applicationPid()))
{
    std::error_code ignored;
    std::filesystem::create_directories(m_folder, ignored);
    readOthers();
    m_file = ::open(markerOf(m_folder, m_session).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_file >= 0)
        ::flock(m_file, LOCK_EX | LOCK_NB);
}

SessionMarker::~SessionMarker()
{
    if (m_file < 0)
        return;
    ::unlink(markerOf(m_folder, m_session).c_str());
    ::close(m_file);
}

void SessionMarker::readOthers()
{
    for (const QString& name : markersIn(m_folder)) {
        const std::filesystem::path path = markerOf(m_folder, sessionOf(name));
        const OpenMarker marker(path);
        if (!marker.isOpen() || marker.isAlive())
            continue;
        m_lastEnd.wasUnclean = true;
        if (const QString model = marker.text(); !model.isEmpty())
            m_lastEnd.model = model;
        ::unlink(path.c_str());
    }
}

void SessionMarker::setModel(const QString& checkpoint)
{
    if (m_file < 0)
        return;
    // No fsync: what ends a program leaves the system's cache as it is.
    const QByteArray bytes = checkpoint.toUtf8();
    if (::ftruncate(m_file, 0) == 0) [[maybe_unused]]
        const auto written = ::pwrite(m_file, bytes.constData(), static_cast<std::size_t>(bytes.size()), 0);
}

QStringList SessionMarker::livingSessions(const std::filesystem::path& folder)
{
    QStringList living;
    for (const QString& name : markersIn(folder))
        if (const OpenMarker marker(markerOf(folder, sessionOf(name))); marker.isAlive())
            living << sessionOf(name);
    return living;
}

} // namespace driftscope::ui
