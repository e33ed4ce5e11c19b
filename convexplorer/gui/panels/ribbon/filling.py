"""Fills the cards of layers and folds from project and reports: only those about which something else is known now."""

from collections.abc import Callable, Mapping, Sequence

from convexplorer.gui.panels.ribbon import wording
from convexplorer.gui.panels.ribbon.folding import fill_fold
from convexplorer.gui.panels.ribbon.station import Station
from convexplorer.model.folds import Part
from convexplorer.model.project import Project, positions_of_inputs
from convexplorer.results.picture import LayerReport


class Filling:
    """Remembers what each card was filled from: of hundreds of layers an edit changes one, a picture none."""

    def __init__(self) -> None:
        self._layers: list[object] = []  # what is told of each layer
        self._shown: dict[Station, object] = {}

    def fill(
        self,
        project: Project,
        reports: Mapping[str, LayerReport],
        parts: Sequence[Part],
        station_of: Callable[[Part], Station],
    ) -> bool:
        """Fill the cards of some parts; return True if words on one of them have changed."""
        has_branches = any(layer.inputs for layer in project.layers)
        read = positions_of_inputs(project.layers)
        known, shown = self._layers, self._shown
        self._layers = [
            (i, layer, read[i], has_branches, wording.lasting(reports.get(layer.id)))
            for i, layer in enumerate(project.layers)
        ]
        for i, told in enumerate(self._layers[: len(known)]):
            if known[i] == told:
                self._layers[i] = known[i]  # the same object, so that it can be known by that
        self._shown, has_changed = {}, False
        for part in parts:
            station = station_of(part)
            told = (part, *map(id, self._layers[part.first : part.last + 1]))
            self._shown[station] = told
            if shown.get(station) != told:
                has_changed = True
                self._fill(station, project, reports, part, read, has_branches)
        return has_changed

    def _fill(
        self,
        station: Station,
        project: Project,
        reports: Mapping[str, LayerReport],
        part: Part,
        read: Sequence[tuple[int, ...]],
        has_branches: bool,
    ) -> None:
        if part.fold is not None:
            fill_fold(station, project, part.fold, reports, read, is_open=part.is_open)
            return
        layer, i = project.layers[part.first], part.first
        station.fill(
            layer,
            reports.get(layer.id),
            wording.title_of(layer, i + 1, has_branches=has_branches),
            wording.reads_text(project, i, read[i]),
        )
