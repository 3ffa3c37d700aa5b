// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>
#include <QTest>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

/// What the tests of the checkpoint folder share: files made by hand and expected kinds of errors.
namespace driftscope::testing {

inline std::string dataPath(const std::string& relative)
{
    return std::string(DRIFTSCOPE_TEST_DATA) + "/" + relative;
}

inline std::string readAll(const std::string& path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

inline void writeAll(const std::filesystem::path& path, std::string_view content)
{
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content.data(), static_cast<qint64>(content.size())), static_cast<qint64>(content.size()));
}

/// "ok" or the kind of the error.
template<typename T>
std::string kindOf(const Result<T>& result)
{
    return result ? "ok" : std::string(errorName(result.error().code));
}

/// Adds a row for each file of tests/data/<folder>/expected.json: its name, verdict and kind.
inline void addExpectedRows(const std::string& folder)
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("kind");
    const auto expected = nlohmann::json::parse(readAll(dataPath(folder + "/expected.json")));
    for (const auto& [name, row] : expected.items()) {
        const std::string kind = row["error"].is_null() ? "ok" : row["error"].get<std::string>();
        QTest::newRow(name.c_str()) << QString::fromStdString(name)
                                    << QString::fromStdString(row["verdict"].get<std::string>())
                                    << QString::fromStdString(kind);
    }
}

/// True if the outcome of reading a file is what expected.json asks for.
inline bool isAsExpected(const QString& verdict, const QString& kind, const std::string& outcome)
{
    return outcome == kind.toStdString() || (verdict == QStringLiteral("either") && outcome == "ok");
}

/// A little-endian file, value by value.
class Bytes
{
public:
    template<typename T>
    Bytes& add(T value)
    {
        std::string raw(sizeof value, '\0');
        std::memcpy(raw.data(), &value, sizeof value);
        m_content += raw;
        return *this;
    }
    Bytes& addText(std::string_view text) { return add<std::uint64_t>(text.size()).addRaw(text); }
    Bytes& addRaw(std::string_view text)
    {
        m_content += text;
        return *this;
    }
    Bytes& align(std::size_t alignment)
    {
        m_content.resize((m_content.size() + alignment - 1) / alignment * alignment, '\0');
        return *this;
    }
    const std::string& content() const { return m_content; }

private:
    std::string m_content;
};

/// The head of a GGUF file.
inline Bytes ggufHead(std::uint64_t tensors, std::uint64_t entries, std::uint32_t version = 3)
{
    Bytes bytes;
    bytes.addRaw("GGUF").add(version).add(tensors).add(entries);
    return bytes;
}

/// A safetensors file of this header (padded as real files are) and data.
inline std::string safetensors(std::string header, std::string_view data)
{
    header.resize((header.size() + 7) / 8 * 8, ' ');
    return Bytes().add<std::uint64_t>(header.size()).addRaw(header).addRaw(data).content();
}

} // namespace driftscope::testing
