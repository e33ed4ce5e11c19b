"""The response of a kernel, and the spectrum of a picture, on the plane of frequencies."""

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from convexplorer.core.display.coloring import Levels
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.canvas.studio.frequency_plot import HANDS, FrequencyPlot
from convexplorer.results.effects import Effects
from convexplorer.results.figure_words import value_text
from convexplorer.results.response_image import Kind, colored, draw_response
from convexplorer.results.spectrum import SIDE, Spectrum
from convexplorer.words import number

_SPECTRUM_DB = 80.0


class ResponsePlot(FrequencyPlot):
    """Magnitude, decibels or phase of a kernel's response; a zoomed one is computed finer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Response of the kernel", parent)
        self.setToolTip(HANDS)
        self._effects: Effects | None = None
        self._kind: Kind = "magnitude"

    @property
    def kind(self) -> Kind:
        """What of the response is shown."""
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        """Show magnitude, decibels or phase."""
        self._kind = kind
        self.redraw()

    def set_effects(self, effects: Effects | None) -> None:
        """Show the response of another plane."""
        before, self._effects = self.hint, effects
        if before or self.hint:
            self.redraw()
        else:
            self.redraw_inside()

    @property
    def hint(self) -> str:
        """The reason why the kernel has no response, or ""."""
        return "No kernel is selected." if self._effects is None else self._effects.why_not

    def draw(self) -> QImage:
        """Return the picture of the response."""
        if self._effects is None:
            return QImage()
        values = self._effects.response(*self.axes)
        return to_qimage(draw_response(values, self._kind, self._effects.peak).rgb)

    def reading_of(self, row: float, column: float) -> str:
        """Return magnitude, decibels and phase at a frequency."""
        effects = self._effects
        if effects is None or effects.why_not:
            return ""
        return value_text(effects.at(row, column), effects.scale)


class SpectrumPlot(FrequencyPlot):
    """How strong the waves in a picture are, in decibels below the strongest one.

    Parameters
    ----------
    title : of what is shown, written above it.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(f"Spectrum: {title}", parent)
        self.setToolTip(HANDS)
        self._spectrum: Spectrum | None = None
        self._hint = "No picture yet."

    @property
    def spectrum(self) -> Spectrum | None:
        """What is shown."""
        return self._spectrum

    def set_spectrum(self, spectrum: Spectrum | None, hint: str = "") -> None:
        """Show another spectrum, or why there is none."""
        self._spectrum, self._hint = spectrum, hint
        self.redraw()

    @property
    def hint(self) -> str:
        """The reason why there is no spectrum, or ""."""
        return self._hint if self._spectrum is None else ""

    def draw(self) -> QImage:
        """Return the samples in sight, resized by those between."""
        if self._spectrum is None:
            return QImage()
        values = self._spectrum.decibels
        at = [np.clip(np.rint((axis.values + 0.5) * SIDE), 0, SIDE).astype(int) for axis in self.axes]
        return to_qimage(colored(values[np.ix_(*at)], Levels(-_SPECTRUM_DB, 0.0)))

    def reading_of(self, row: float, column: float) -> str:
        """Return the decibels at a frequency."""
        return "" if self._spectrum is None else f"{number(self._spectrum.at(row, column), 3)} dB"
