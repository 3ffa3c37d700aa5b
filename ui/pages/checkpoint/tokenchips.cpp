// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checkpoint/tokenchips.h"

#include "ui/plots/armcolors.h"
#include "ui/widgets/labelcolors.h"

#include <QPainter>

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr int padding = 5;
constexpr std::size_t chipHues = 4; ///< neighbours differ

QFont smallFont(const QFont& font)
{
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.75);
    return small;
}

/// The ground of a chip: a hue mixed with the view's, so that its text stays readable.
QColor groundOf(int row, const QPalette& palette)
{
    const bool isDark = isDarkPalette(palette);
    const QColor hue = armColor(static_cast<std::size_t>(row) % chipHues, isDark);
    const QColor base = palette.color(QPalette::Base);
    const float share = isDark ? 0.40F : 0.25F;
    return QColor::fromRgbF(base.redF() + (hue.redF() - base.redF()) * share,
                            base.greenF() + (hue.greenF() - base.greenF()) * share,
                            base.blueF() + (hue.blueF() - base.blueF()) * share);
}

} // namespace

void TokenModel::setTokens(std::vector<TokenChip> tokens)
{
    beginResetModel();
    m_tokens = std::move(tokens);
    endResetModel();
}

int TokenModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_tokens.size());
}

QVariant TokenModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !checkIndex(index)) // Ctrl+C in a view asks for no index
        return {};
    const TokenChip& token = m_tokens[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return token.text.isEmpty() ? QStringLiteral("·") : token.text;
    case IdRole:
        return token.id;
    case SpecialRole:
        return token.isSpecial;
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: {
        const QString kind = token.isSpecial ? tr("special token") : tr("token");
        return tr("%1 %2, number %3 of the text: “%4”").arg(kind).arg(token.id).arg(index.row() + 1).arg(token.text);
    }
    default:
        return {};
    }
}

void TokenDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF chip = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5);
    const bool isSpecial = index.data(TokenModel::SpecialRole).toBool();
    const bool isChosen = option.state.testFlag(QStyle::State_Selected);
    const QColor text = option.palette.color(QPalette::Text);
    painter->setBrush(groundOf(index.row(), option.palette));
    painter->setPen(isSpecial || isChosen ? QPen(text, isChosen ? 2 : 1.4, isSpecial ? Qt::DashLine : Qt::SolidLine)
                                          : QPen(Qt::NoPen));
    painter->drawRoundedRect(chip, 4, 4);
    painter->setPen(text);
    painter->setFont(option.font);
    const QFont small = smallFont(option.font);
    const qreal idHeight = QFontMetricsF(small).height();
    painter->drawText(chip.adjusted(0, 1, 0, -idHeight), Qt::AlignCenter, index.data().toString());
    painter->setFont(small);
    QColor faint = text;
    faint.setAlphaF(0.7F); // still readable on every hue
    painter->setPen(faint);
    painter->drawText(QRectF(chip.left(), chip.bottom() - idHeight, chip.width(), idHeight), Qt::AlignCenter,
                      QString::number(index.data(TokenModel::IdRole).toInt()));
    painter->restore();
}

QSize TokenDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFontMetrics metrics(option.font);
    const QFontMetrics small(smallFont(option.font));
    const int text = metrics.horizontalAdvance(index.data().toString());
    const int id = small.horizontalAdvance(QString::number(index.data(TokenModel::IdRole).toInt()));
    return {std::max(text, id) + 2 * padding, metrics.height() + small.height() + 5};
}

TokenChips::TokenChips(QWidget* parent)
    : QListView(parent)
{
    setModel(&m_tokens);
    setItemDelegate(new TokenDelegate(this));
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setLayoutMode(QListView::Batched);
    setSpacing(0);
    setUniformItemSizes(false);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Tokens of the text"));
}

void TokenChips::setTokens(std::vector<TokenChip> tokens)
{
    m_tokens.setTokens(std::move(tokens));
}

} // namespace driftscope::ui
