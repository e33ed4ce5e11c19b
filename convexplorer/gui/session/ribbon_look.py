"""How the window shows the cards of the layers: no part of the project, and nothing is computed because of it."""

from PySide6.QtCore import QObject, Signal


class RibbonLook(QObject):
    """What the user has chosen of the ribbon's look, shared by the ribbon and the commands.

    Attributes
    ----------
    bars : what the bars on the cards measure, a key of `results.layer_shares.MEASURES`; "" for no bars.

    Signals
    -------
    changed : something else is to be shown.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bars = ""

    def set_bars(self, measure: str) -> None:
        """Let the bars on the cards measure something else; "" takes them away."""
        if measure != self.bars:
            self.bars = measure
            self.changed.emit()

    def reset(self) -> None:
        """Show the cards as a new window does."""
        self.set_bars("")
