"""What can be done with the chosen line, by its zones and by keys alike."""

from PySide6.QtCore import QObject, Slot

from pos_app.domain.basket import Line
from pos_app.domain.catalog import Unit
from pos_app.domain.money import ONE
from pos_app.services.till import Till
from pos_app.ui.delegates.line_delegate import Zone
from pos_app.ui.selling.attempt import Attempts
from pos_app.ui.selling.discount_mode import Mode
from pos_app.ui.selling.line_list import LineList
from pos_app.ui.selling.questions import Questions
from pos_app.ui.widgets.explain import say


class LineActions(QObject):
    """Undo instead of asking: a removed line comes back by one tap."""

    def __init__(
        self, lines: LineList, till: Till, attempts: Attempts, questions: Questions
    ) -> None:
        super().__init__(lines)
        self._lines, self._till = lines, till
        self._attempts, self._questions = attempts, questions
        lines.zone_tapped.connect(self._press)

    def step(self, by: int) -> None:
        """The line above or below becomes the chosen one."""
        last = len(self._till.basket.lines) - 1
        if last >= 0:
            self._lines.choose(max(0, min(self._lines.chosen + by, last)))

    def one_more(self) -> None:
        self._change(ONE)

    def one_less(self) -> None:
        self._change(-ONE)

    def remove(self) -> None:
        """Take the line out, with a way back."""
        line, row = self._line(), self._lines.chosen
        if line is None or not self._attempts.run(lambda: self._till.remove_line(row)):
            return
        say(
            self._lines,
            self.tr("Removed: {name}").format(name=line.name),
            icon="trash",
            action=self.tr("Undo"),
            on_action=lambda: self._attempts.run(self._till.undo_remove),
        )

    def key_quantity(self) -> None:
        """* after digits is how other tills say "of the next"; after nothing, of the chosen line."""
        if self._till.pending_qty is not None:
            return
        self._questions.ask_quantity(self._lines.chosen)

    @Slot(int, str)
    def _press(self, row: int, zone: str) -> None:
        match Zone(zone):
            case Zone.LESS:
                self.one_less()
            case Zone.MORE:
                self.one_more()
            case Zone.PRICE:
                self._questions.ask_line_discount(row, Mode.PRICE)
            case Zone.OPTIONS:
                self._questions.ask_options(row)
            case Zone.REMOVE:
                self.remove()

    def _change(self, by: int) -> None:
        line, row = self._line(), self._lines.chosen
        if line is None:
            return
        if line.unit is Unit.KG:
            # a weight is keyed anew: plus one kilogram is never what was meant
            self._questions.ask_quantity(row)
        elif line.qty + by >= ONE:
            self._attempts.run(lambda: self._till.change_qty(row, line.qty + by))
        elif self._lines.compact:
            self.remove()
        else:
            self._attempts.refuse(self.tr("One is the least. Remove takes the line out."))

    def _line(self) -> Line | None:
        lines, row = self._till.basket.lines, self._lines.chosen
        return lines[row] if 0 <= row < len(lines) else None
