"""The widgets of one layer on the ribbon: an arrow and a card, and the same of the activation that it ends in."""

from PySide6.QtWidgets import QLabel, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.core.operators.activations import describe
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.ribbon import wording
from convexplorer.gui.widgets.step_card import StepCard
from convexplorer.model.layer import Layer
from convexplorer.results.fold_words import detail_of, shape_of
from convexplorer.results.picture import LayerReport


@dataclass(frozen=True, eq=False)
class Station:
    """An arrow and the card of a layer, and, if it ends in an activation, the same of that."""

    arrow: QLabel
    card: StepCard
    second_arrow: QLabel | None = None
    activation: StepCard | None = None

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """All of them from left to right."""
        found = (self.arrow, self.card, self.second_arrow, self.activation)
        return tuple(widget for widget in found if widget is not None)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, from left to right."""
        found = (self.card, self.card.eye, self.card.opener, self.activation)
        return tuple(widget for widget in found if widget is not None)

    @property
    def cards(self) -> tuple[StepCard, ...]:
        """The cards from left to right."""
        return (self.card,) if self.activation is None else (self.card, self.activation)

    def fill(self, layer: Layer, report: LayerReport | None, title: str, reads: tuple[str, str]) -> None:
        """Show a layer and, as far as it is known, what it gave; `reads` is the text of the arrow, and its tip."""
        self.card.set_on(layer.is_enabled)
        self.card.set_text(
            title,
            detail_of(layer, report),
            error=report.error if report is not None and layer.is_enabled else "",
            tip=wording.tip_of(layer, report),
        )
        text, tip = reads
        self.arrow.setText(text)
        set_tip(self.arrow, tip)
        if self.activation is not None:
            _fill_activation(self.activation, layer, report)


def arrow(parent: QWidget) -> QLabel:
    """Return a new arrow from one card to the next."""
    label = QLabel("→", parent)
    theme.set_role(label, "muted")
    return label


def has_activation_card(layer: Layer) -> bool:
    """Whether a layer's activation is a step of its own; of an activation layer it is the layer itself."""
    return layer.row.has("activation") and layer.row.shown != "activation"


def _fill_activation(card: StepCard, layer: Layer, report: LayerReport | None) -> None:
    info = describe(layer.activation.name)
    card.set_ghost(layer.activation.name == "linear")
    card.set_on(layer.is_enabled)
    shape = shape_of(report)
    card.set_text(
        info.label,
        shape if layer.is_enabled else f"off · {shape}",
        tip=f"Activation: {info.formula}\nClick to choose another one",
    )
