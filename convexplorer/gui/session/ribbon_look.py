"""How the window shows the cards of the layers: no part of the project, and nothing is computed because of it."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from convexplorer.model.folds import Fold
from convexplorer.model.layer import Layer

MANY = 12  # layers; a network that comes with more is folded at first


class RibbonLook(QObject):
    """What the user has chosen of the ribbon's look, shared by the ribbon and the commands.

    Attributes
    ----------
    bars : what the bars on the cards measure, a key of `results.layer_shares.MEASURES`; "" for no bars.
    is_folded : True if folds are closed unless they were opened; False if they are open unless they were closed.
    marked : ids of neighbouring layers that were marked together, () for none: they can become a group.

    Signals
    -------
    changed : something else is to be shown.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bars = ""
        self.is_folded = False
        self.marked: tuple[str, ...] = ()
        self._others: set[str] = set()  # keys of the folds for which it is the other way round

    def set_bars(self, measure: str) -> None:
        """Let the bars on the cards measure something else; "" takes them away."""
        if measure != self.bars:
            self.bars = measure
            self.changed.emit()

    def meet(self, new: Sequence[Layer], old: Sequence[Layer]) -> None:
        """Decide how a network that has come is shown; a network that was edited stays as it is shown."""
        if not {id(layer) for layer in new} & {id(layer) for layer in old}:
            self.is_folded = len(new) > MANY
            self._others.clear()
        self.marked = tuple(one for one in self.marked if one in {layer.id for layer in new})

    def is_open(self, fold: Fold) -> bool:
        """Return True if the layers of a fold have cards of their own."""
        return (fold.key in self._others) is self.is_folded

    def toggle(self, fold: Fold) -> None:
        """Open a closed fold, or close an open one."""
        self._others ^= {fold.key}
        self.changed.emit()

    def has_head(self, fold: Fold) -> bool:
        """Return True if a fold has a card while it is open: a group always, a bundle where it can be missed."""
        return bool(fold.name) or self.is_folded

    def mark(self, ids: Sequence[str]) -> None:
        """Mark neighbouring layers; () for none."""
        if tuple(ids) != self.marked:
            self.marked = tuple(ids)
            self.changed.emit()

    def set_folded(self, is_folded: bool) -> None:
        """Close all folds, or open all."""
        self.is_folded = is_folded
        self._others.clear()
        self.changed.emit()

    def reset(self) -> None:
        """Show the cards as a new window shows those of a few layers."""
        self.set_bars("")
        self.mark(())
        self.set_folded(False)
