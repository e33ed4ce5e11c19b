"""The spectra of the picture and of its map, beside the response; renewed a few times a second."""

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convexplorer.gui.canvas.studio.response_plot import SpectrumPlot
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.results.picture import Picture
from convexplorer.results.spectrum import spectrum

PAUSE_MS = 250  # between two renewals, however quickly pictures come
_NOT_FINITE = "It holds NaN or infinity."


class Spectra(QWidget):
    """Two planes of frequencies, which are computed only while they are seen.

    Signals
    -------
    wave_set, pointed : as those of a `FrequencyPlot`.
    """

    wave_set = Signal(float, float)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self.plots = {name: SpectrumPlot(name, self) for name in ("picture", "map")}
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.renew)
        self._build()

    def show_picture(self, picture: Picture) -> None:
        """Take the newest result; it is shown at once after a pause, else at its end."""
        self._picture = picture
        if self.isVisible() and not self._pause.isActive():
            self.renew()

    def set_wave(self, length: float, angle: float) -> None:
        """Mark a wave in both."""
        for plot in self.plots.values():
            plot.set_wave(length, angle)

    def set_unit(self, key: str) -> None:
        """Write frequencies in a unit."""
        for plot in self.plots.values():
            plot.set_unit(key)

    def showEvent(self, event: QShowEvent) -> None:
        """Show the spectra of what came meanwhile."""
        super().showEvent(event)
        self.renew()

    @Slot()
    def renew(self) -> None:
        """Compute the spectra of the newest result, and then pause."""
        picture, self._picture = self._picture, None
        if picture is None:
            return
        if not self.isVisible():
            self._picture = picture
            return
        self._show("picture", picture.input.mean(axis=0, dtype=np.float32) if picture.input.ndim == 3 else None)
        self._show("map", _map_of(picture))
        self._pause.start()

    def _show(self, name: str, values: np.ndarray | None) -> None:
        plot = self.plots[name]
        if values is None or values.ndim != 2:
            plot.set_spectrum(None, f"There is no {name} of rows and columns.")
        else:
            plot.set_spectrum(spectrum(values), _NOT_FINITE)

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        tips = {
            "picture": "Spectrum of the input, the mean of its channels, in decibels below the strongest.",
            "map": "Spectrum of the selected map: that of the input times the squared response, without an activation.",
        }
        for name, plot in self.plots.items():
            title = ElidedLabel(f"{name.capitalize()}, dB", self, tip=tips[name])
            theme.set_role(title, "small")
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(title)
            column.addWidget(plot, 1)
            layout.addLayout(column, 1)
            plot.wave_set.connect(self.wave_set)
            plot.pointed.connect(self.pointed)


def _map_of(picture: Picture) -> np.ndarray | None:
    """Return the values of the selected map; None if it is not there."""
    found = (tile for tile in picture.tiles if tile.role == "map" and tile.filter == picture.view.filter)
    tile = next(found, None)
    return None if tile is None or tile.shade is not None else tile.values
