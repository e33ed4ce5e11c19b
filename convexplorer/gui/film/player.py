"""The timer-driven player of the sliding window's film; no timer runs while the film is paused."""

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convexplorer.core.geometry.places import Cell, Region
from convexplorer.results.film import RATES_HZ, Film

# The window is redrawn at most this often per second: a faster film skips outputs.
_SHORTEST_MS, _LONGEST_MS = 16, 100
_GHOST_MS = 50


class FilmPlayer(QObject):
    """The player of the film, and of the pale sweep while the window is idle.

    Signals
    -------
    moved : (row, column) of the film's current output.
    changed : after a change of playing, rate, looping or region.
    drifted : elapsed seconds of the idle sweep.
    """

    moved = Signal(object)
    changed = Signal()
    drifted = Signal(float)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._film = Film()
        self._is_shown = False
        self._shown_position = -1
        self._drifts_since: float | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)

    @property
    def film(self) -> Film:
        """The current state of the film."""
        return self._film

    @property
    def is_playing(self) -> bool:
        """True while the film is playing."""
        return self._film.is_playing

    @property
    def is_shown(self) -> bool:
        """True if the explained value is the film's current output; False once the user points elsewhere."""
        return self._is_shown

    @property
    def is_timed(self) -> bool:
        """True while a timer is running."""
        return self._timer.isActive()

    @property
    def position(self) -> int:
        """The current position in the region, in raster order; matches the last `moved`."""
        return self._shown_position if self._shown_position >= 0 else self._film.position(self._clock())

    @property
    def cell(self) -> Cell:
        """The current output, as in the last `moved`."""
        return self._film.region.cell(self.position)

    def set_region(self, region: Region) -> None:
        """Set the outputs that the film visits."""
        if region != self._film.region:
            self._shown_position = -1
            self._set(self._film.in_region(region, self._clock()))

    def toggle(self, start: Cell | None = None) -> None:
        """Pause if playing; otherwise play, from the output `start` if given."""
        now = self._clock()
        film = self._film
        if film.is_playing:
            self._set(film.paused(now))
            return
        if start is not None:
            film = film.sought(film.region.position(start), now)
        self._show(film.played(now))

    def step(self, by: int) -> None:
        """Pause and move `by` outputs on (negative: back). The first step only shows the current output."""
        now = self._clock()
        self._show(self._film.stepped(by, now) if self._is_shown else self._film.paused(now))

    def stand_at(self, cell: Cell) -> None:
        """Pause on an output."""
        now = self._clock()
        self._show(self._film.paused(now).sought(self._film.region.position(cell), now))

    def seek(self, position: int) -> None:
        """Go to a position; a playing film continues from there."""
        self._show(self._film.sought(position, self._clock()))

    def set_rate(self, rate_hz: float) -> None:
        """Set the rate in outputs per second."""
        self._set(self._film.with_rate(rate_hz, self._clock()))

    def change_rate(self, steps: int) -> None:
        """Change the rate by some steps in the list of offered rates."""
        nearest = min(range(len(RATES_HZ)), key=lambda i: abs(RATES_HZ[i] - self._film.rate_hz))
        self.set_rate(RATES_HZ[min(max(nearest + steps, 0), len(RATES_HZ) - 1)])

    def set_loop(self, is_looping: bool) -> None:
        """Switch looping on or off."""
        self._set(self._film.with_loop(is_looping, self._clock()))

    def let_go(self) -> None:
        """Pause at the current position, and let the mouse choose the explained value again."""
        if self._is_shown:
            self._is_shown = False
            self._set(self._film.paused(self._clock()))

    def set_drifting(self, is_drifting: bool) -> None:
        """Start or stop the sweep of the idle window."""
        if is_drifting != (self._drifts_since is not None):
            self._drifts_since = self._clock() if is_drifting else None
            self._arrange_timer()

    @Slot()
    def _on_tick(self) -> None:
        if self._drifts_since is not None:
            self.drifted.emit(self._clock() - self._drifts_since)
        if self._film.is_playing:
            self._tell_place()
            if self._film.is_over(self._clock()):
                self._set(self._film.paused(self._clock()))

    def _show(self, film: Film) -> None:
        self._is_shown = True
        self._shown_position = -1
        self._set(film)

    def _set(self, film: Film) -> None:
        has_changed = replace(film, start=0) != replace(self._film, start=0)
        self._film = film
        self._arrange_timer()
        self._tell_place()
        if has_changed or not self._is_shown:
            self.changed.emit()

    def _tell_place(self) -> None:
        position = self._film.position(self._clock())
        if self._is_shown and position != self._shown_position:
            self._shown_position = position
            self.moved.emit(self._film.region.cell(position))

    def _arrange_timer(self) -> None:
        if self._film.is_playing:
            interval = round(1000 / self._film.rate_hz)
            self._timer.start(min(max(interval, _SHORTEST_MS), _LONGEST_MS))
        elif self._drifts_since is not None:
            self._timer.start(_GHOST_MS)
        else:
            self._timer.stop()
