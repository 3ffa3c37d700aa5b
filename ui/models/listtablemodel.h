// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include <functional>
#include <vector>

namespace driftscope::ui {

/// A column of a ListTableModel: how it is called and what it shows of a row.
template<typename Row>
struct TableColumn {
    QString title;
    std::function<QVariant(const Row&)> text; ///< Qt::DisplayRole
    std::function<QVariant(const Row&)> value {}; ///< for sorting; empty = the text
    bool isNumber = false; ///< right-aligned
    QString help {}; ///< tool tip of the header: what it is and in which unit
    std::function<QVariant(const Row&, int role)> decorate {}; ///< other roles: colours, fonts, tool tips
};

/// A table over a vector of plain rows: one described column after the other. Rows are replaced as a whole.
template<typename Row>
class ListTableModel : public QAbstractTableModel
{
public:
    enum Role { SortRole = Qt::UserRole };

    explicit ListTableModel(std::vector<TableColumn<Row>> columns, QObject* parent = nullptr)
        : QAbstractTableModel(parent)
        , m_columns(std::move(columns))
    {
    }

    void setRows(std::vector<Row> rows)
    {
        if (rows.size() == m_rows.size()) { // the usual case while something runs: selection and scrolling stay
            m_rows = std::move(rows);
            if (!m_rows.empty())
                emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
            return;
        }
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }
    [[nodiscard]] const Row& row(int at) const { return m_rows[static_cast<std::size_t>(at)]; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override
    {
        if (!index.isValid() || !checkIndex(index)) // Ctrl+C in a view asks for no index
            return {};
        const TableColumn<Row>& column = m_columns[static_cast<std::size_t>(index.column())];
        const Row& item = row(index.row());
        if (role == Qt::DisplayRole)
            return column.text(item);
        if (role == SortRole)
            return column.value ? column.value(item) : column.text(item);
        if (role == Qt::TextAlignmentRole)
            return int(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft));
        return column.decorate ? column.decorate(item, role) : QVariant();
    }
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation == Qt::Vertical)
            return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
        if (section >= columnCount())
            return {};
        const TableColumn<Row>& column = m_columns[static_cast<std::size_t>(section)];
        if (role == Qt::DisplayRole)
            return column.title;
        if (role == Qt::ToolTipRole && !column.help.isEmpty())
            return column.help;
        if (role == Qt::TextAlignmentRole)
            return int(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft));
        return {};
    }

private:
    std::vector<TableColumn<Row>> m_columns;
    std::vector<Row> m_rows;
};

} // namespace driftscope::ui
