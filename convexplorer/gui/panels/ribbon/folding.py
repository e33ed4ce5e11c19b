"""The card of a fold: what its layers do together while it is closed, and a narrow one before them while it is open."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QWidget

from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.ribbon import wording
from convexplorer.gui.panels.ribbon.station import Station, arrow
from convexplorer.gui.widgets.step_card import StepCard
from convexplorer.model.folds import Fold
from convexplorer.model.project import Project
from convexplorer.results.fold_words import fold_detail, fold_title
from convexplorer.results.picture import LayerReport

Reports = Mapping[str, LayerReport]


def make_fold(parent: QWidget, toggle: Callable[[], None]) -> Station:
    """Return the arrow and the card of a fold; `toggle` opens or closes it."""
    card = StepCard(parent)
    card.add_opener()
    card.opened.connect(toggle)
    return Station(arrow(parent), card)


def fill_fold(
    station: Station,
    project: Project,
    fold: Fold,
    reports: Reports,
    read: Sequence[tuple[int, ...]],
    *,
    is_open: bool,
) -> None:
    """Show what the layers of a fold do together; `read` says what each layer of the project reads."""
    layers = [project.layers[i] for i in fold.layers]
    known = [reports[layer.id] for layer in layers if layer.id in reports]
    title = fold_title(project, fold)
    failed = next((one for one in known if one.error and project.layers[project.position(one.id)].is_enabled), None)
    if is_open:
        count = f"{len(layers)} layer{'s' if len(layers) > 1 else ''}" if fold.name else ""
        station.card.set_text(fold.name, count, tip=f"{title}\nClick to fold these layers into one card")
    else:
        station.card.set_on(any(layer.is_enabled for layer in layers))
        station.card.set_text(
            title,
            fold_detail(layers, known, is_group=bool(fold.name)),
            error="" if failed is None else failed.error,
            tip=wording.fold_tip(project, fold, reports),
        )
    station.card.set_open(is_open, title)  # which takes only as much room as the text
    text, tip = wording.fold_reads(project, fold, read)
    station.arrow.setText(text)
    set_tip(station.arrow, tip)
