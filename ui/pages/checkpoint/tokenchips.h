// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/checkpoint/scratchsession.h"

#include <QAbstractListModel>
#include <QListView>
#include <QStyledItemDelegate>

namespace driftscope::ui {

/// Tokens one after another, for a list view.
class TokenModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { IdRole = Qt::UserRole, SpecialRole };

    using QAbstractListModel::QAbstractListModel;
    void setTokens(std::vector<TokenChip> tokens);
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    std::vector<TokenChip> m_tokens;
};

/// A token as a coloured chip: its text, and its id below in small; special ones with a frame.
class TokenDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The tokens of a text as chips that wrap like words.
class TokenChips : public QListView
{
    Q_OBJECT

public:
    explicit TokenChips(QWidget* parent = nullptr);
    void setTokens(std::vector<TokenChip> tokens);

private:
    TokenModel m_tokens;
};

} // namespace driftscope::ui
