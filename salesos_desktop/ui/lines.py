"""Lines of products as a grid of fields: product, quantity, price, discount, and what each comes to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from ..domain.products import Line, lines_total
from ..domain.text import fold
from ..errors import InvalidInput
from ..i18n import amount_for_edit, decimal, money, parse_amount, parse_decimal, tr
from ..services.products import Product
from .boxes import ComboBox
from .icons import icon
from .parts import button, label, on_theme, restyle

_STRETCH = (5, 2, 3, 2, 3, 0)
_NARROW_STRETCH = (2, 3, 2, 3, 0, 0)
_NARROW = 450
"""Below this width, in px, the product of a line stands above its numbers."""
_NARROWEST = 340
"""What those need, in px."""


class LinesEditor(QWidget):
    """The lines of a deal in one currency; an empty last line is no line.

    Signals:
        edited(): a field was left with another value, or a line came or went.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._catalogue: list[Product] = []
        self._currency = "USD"
        self.rows: list[LineRow] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        texts = (tr("Product"), tr("Quantity"), tr("Price"), tr("Discount %"), tr("Total"), "")
        self._captions = [label(text, "small", parent=self) for text in texts]
        self._captions[4].setAlignment(Qt.AlignmentFlag.AlignRight)
        self._narrow: bool | None = None
        self._lay_out(narrow=False)
        self._sum = label("", "heading")
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        foot = QHBoxLayout()
        foot.addWidget(button(tr("+ Add line"), self._add, "link"))
        foot.addStretch(1)
        foot.addWidget(self._sum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._grid)
        layout.addWidget(self._problem)
        layout.addLayout(foot)

    def _lay_out(self, *, narrow: bool) -> None:
        """Every line on one row of the grid or, where that is too narrow, the product above its numbers."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        for caption in (self._captions[0], self._captions[-1]):
            caption.setVisible(not narrow)
        for place, widgets in enumerate((self._captions, *(row.widgets for row in self.rows))):
            self._place(widgets, 2 * place)
        for column, stretch in enumerate(_NARROW_STRETCH if narrow else _STRETCH):
            self._grid.setColumnStretch(column, stretch)

    def _place(self, widgets: Sequence[QWidget], line: int) -> None:
        product, *numbers, last = widgets
        if self._narrow:
            places = [(line, 0, 1, 4), *((line + 1, column, 1, 1) for column in range(4)), (line, 4, 1, 1)]
        else:
            places = [(line, column, 1, 1) for column in range(6)]
        for widget, place in zip((product, *numbers, last), places, strict=True):
            self._grid.removeWidget(widget)
            self._grid.addWidget(widget, *place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the lines into another width."""
        self._lay_out(narrow=event.size().width() < _NARROW)
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """What the lines need at their narrowest."""
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def set_catalogue(self, products: Sequence[Product], currency: str) -> None:
        """The products to choose from; prices are those of ``currency``."""
        self._catalogue, self._currency = list(products), currency
        for row in self.rows:
            row.offer(self._catalogue)
        self._total_up()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Shows these lines in place of what was there."""
        while self.rows:
            self._take(self.rows[-1])
        for line in lines:
            self.add_row(focus=False).show_line(line, self._currency, self._catalogue)
        self._total_up()

    def lines(self) -> list[Line]:
        """What the fields say. Raises InvalidInput on ``lines.<place>.<field>``, with the field marked."""
        self.show_problem(None)
        found = []
        for place, row in enumerate(row for row in self.rows if not row.blank):
            try:
                found.append(row.line(self._currency, self._catalogue))
            except InvalidInput as error:
                raise InvalidInput(f"lines.{place}.{error.field}", error.title, error.message) from error
        return found

    def show_problem(self, error: InvalidInput | None) -> None:
        """Says what is wrong and marks the field; None takes the mark off."""
        for row in self.rows:
            row.mark("")
        self._problem.setVisible(error is not None)
        if error is not None:
            self._problem.setText(f"{error.title} {error.message}".strip())
            _, place, field = [*error.field.split("."), "", ""][:3]
            shown = [row for row in self.rows if not row.blank]
            if place.isdecimal() and int(place) < len(shown):
                shown[int(place)].mark(field)

    def add_row(self, *, focus: bool = True) -> LineRow:
        """An empty line at the end, ready to be typed in with ``focus``."""
        row = LineRow(self._catalogue)
        self._place(row.widgets, self._grid.rowCount())
        row.changed.connect(self._on_changed)
        row.typed.connect(self._total_up)
        row.chosen.connect(lambda: self._on_chosen(row))
        row.removed.connect(lambda: self._on_removed(row))
        self.rows.append(row)
        if focus:
            row.product.setFocus()
        return row

    def _add(self) -> None:
        self.add_row()

    def _on_chosen(self, row: LineRow) -> None:
        product = row.named(self._catalogue)
        price = None if product is None else product.price_in(self._currency)
        if price is not None:
            row.price.setText(amount_for_edit(price, self._currency))
        self._on_changed()

    def _on_changed(self) -> None:
        self._total_up()
        self.edited.emit()

    def _on_removed(self, row: LineRow) -> None:
        self._take(row)
        self._on_changed()

    def _take(self, row: LineRow) -> None:
        self.rows.remove(row)
        # A field that has the focus is left by being hidden: nobody has changed anything.
        row.blockSignals(True)
        for widget in row.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        row.deleteLater()

    def _total_up(self) -> None:
        found = []
        for row in self.rows:
            try:
                line = None if row.blank else row.line(self._currency, self._catalogue)
            except InvalidInput:
                line = None
            row.total.setText("" if line is None else money(line.total, self._currency))
            if line is not None:
                found.append(line)
        self._sum.setText(tr("Total {amount}").format(amount=money(lines_total(found), self._currency)))


class ProductBox(ComboBox):
    """A product by its name: typing is completed, and an arrow takes what it was completed to before it goes further."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        self._typing = False
        line = self.lineEdit()
        assert line is not None
        line.textEdited.connect(lambda _: self._begin())
        self.activated.connect(lambda _: self._end())

    def _begin(self) -> None:
        self._typing = True

    def _end(self) -> None:
        self._typing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up or Down after typing."""
        place = self.findText(self.currentText(), Qt.MatchFlag.MatchFixedString) if self._typing else -1
        arrow = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if arrow and place >= 0 and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.setCurrentIndex(place)
            self.activated.emit(place)
        else:
            super().keyPressEvent(event)


class LineRow(QObject):
    """One line's fields, which their editor places in its grid.

    Signals:
        typed(): a number is being typed. changed(): a field was left. chosen(): a product was chosen. removed(): the line is
        to go.
    """

    typed = Signal()
    changed = Signal()
    chosen = Signal()
    removed = Signal()

    def __init__(self, catalogue: Sequence[Product]) -> None:
        super().__init__()
        self.product = ProductBox()
        self.quantity, self.price, self.discount = (QLineEdit() for _ in range(3))
        self.total = QLabel()
        self.total.setTextFormat(Qt.TextFormat.PlainText)
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        remove = QToolButton()
        remove.setAccessibleName(tr("Remove the line"))
        remove.setToolTip(tr("Remove the line"))
        remove.clicked.connect(self.removed)
        on_theme(remove, lambda: remove.setIcon(icon("close")))
        self.widgets: list[QWidget] = [self.product, self.quantity, self.price, self.discount, self.total, remove]
        for widget, name in zip(
            self.widgets, (tr("Product"), tr("Quantity"), tr("Price"), tr("Discount %")), strict=False
        ):
            widget.setAccessibleName(name)
        for edit in (self.quantity, self.price, self.discount):
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.textEdited.connect(lambda _: self.typed.emit())
            edit.editingFinished.connect(self.changed)
        self.quantity.setText("1")
        self.offer(catalogue)
        # Leaving the box chooses the entry whose text stands in it, changed or not.
        self.product.activated.connect(lambda _: self._on_typed())
        line = self.product.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._on_typed)
        self._typed = ""

    def offer(self, catalogue: Sequence[Product]) -> None:
        """Lists the products; the text stays."""
        text = self.product.currentText()
        self.product.clear()
        self.product.addItems([product.name for product in catalogue if product.active])
        self.product.setCurrentIndex(-1)
        self.product.setEditText(text)

    @property
    def blank(self) -> bool:
        """Whether nothing was entered."""
        return not self.product.currentText().strip() and not self.price.text().strip()

    def named(self, catalogue: Sequence[Product]) -> Product | None:
        """The product whose name or code is written."""
        text = fold(self.product.currentText())
        return next((p for p in catalogue if text and text in (fold(p.name), fold(p.code))), None)

    def show_line(self, line: Line, currency: str, catalogue: Sequence[Product]) -> None:
        """Shows a line that is there."""
        name = next((product.name for product in catalogue if product.id == line.product_id), line.description)
        self.product.setEditText(name)
        self._typed = name
        self.quantity.setText(decimal(Decimal(line.quantity) / 1000))
        self.price.setText(amount_for_edit(line.unit_price, currency))
        self.discount.setText(decimal(Decimal(line.discount) / 100) if line.discount else "")

    def line(self, currency: str, catalogue: Sequence[Product]) -> Line:
        """What the fields say. Raises InvalidInput."""
        product, text = self.named(catalogue), " ".join(self.product.currentText().split())
        try:
            price = parse_amount(self.price.text(), currency)
        except InvalidInput as error:
            raise InvalidInput("unit_price", error.title, error.message) from error
        return Line(
            None if product is None else product.id, "" if product is not None else text,
            _scaled(self.quantity.text(), 1000, "quantity"), price or 0, _scaled(self.discount.text(), 100, "discount"),
        )  # fmt: skip

    def mark(self, field: str) -> None:
        """Marks the field that is wrong, or none."""
        names = {
            "quantity": self.quantity,
            "unit_price": self.price,
            "discount": self.discount,
            "product": self.product,
        }
        for name, widget in names.items():
            wrong = "true" if name == field else "false"
            if widget.property("wrong") != wrong:
                widget.setProperty("wrong", wrong)
                restyle(widget)

    def _on_typed(self) -> None:
        if self.product.currentText() != self._typed:
            self._typed = self.product.currentText()
            self.chosen.emit()


def _scaled(text: str, scale: int, field: str) -> int:
    """A decimal number as a whole number of its parts; nothing is 0."""
    try:
        found = (parse_decimal(text.replace("%", "")) or Decimal(0)) * scale
    except ValueError as error:
        raise InvalidInput(field, tr("“{text}” is not a number.").format(text=text[:40]), tr("Correct it.")) from error
    if found != found.to_integral_value() or abs(found) > 10**12:
        raise InvalidInput(field, tr("“{text}” has too many decimals.").format(text=text[:40]), tr("Correct it."))
    return int(found)
