"""The export of a film: the main thread draws one picture per timer tick, and a second thread encodes the pictures."""

import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convexplorer.export.animation import film_writer
from convexplorer.gui.film.scene import FilmScene
from convexplorer.gui.session.errands import Errands

# Maximum number of pictures that wait for the encoder: drawing must not run far ahead.
_WAITING = 4
_RETRY_MS = 15


class FilmExport(QObject):
    """One running export, started on construction.

    Parameters
    ----------
    places : positions in the scene's region, one per picture.
    then : called once at the end with the exception or None; not called after `cancel`.

    Attributes
    ----------
    progress_text : the last sentence on the progress, "" before the first picture.

    Signals
    -------
    progressed : (last sentence on the progress, the new one).
    """

    progressed = Signal(str, str)

    def __init__(
        self,
        path: Path,
        scene: FilmScene,
        places: Sequence[int],
        *,
        width_px: int,
        rate_hz: float,
        errands: Errands,
        then: Callable[[Exception | None], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.progress_text = ""
        self._scene = scene
        self._places = places
        self._width_px = width_px
        self._then = then
        self._drawn = 0
        self._is_over = False
        self._is_cancelled = False
        self._is_finished = False  # the file has its name, or is given it right now
        self._decision = threading.Lock()  # held while one of these two is decided: never both
        self._pictures: queue.Queue[np.ndarray | None] = queue.Queue()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._writer = film_writer(path, rate_hz, len(places))
        errands.run(self._write, self._on_written)
        self._timer.start(0)

    @property
    def is_over(self) -> bool:
        """True if the export is finished, failed or cancelled."""
        return self._is_over

    def cancel(self) -> bool:
        """Cancel the export and leave no file behind; return False if it is too late for that."""
        with self._decision:
            if self._is_over or self._is_finished:
                return False
            self._is_cancelled = True
        self._end()
        return True

    @Slot()
    def _on_tick(self) -> None:
        """Draw the next picture unless the encoder has fallen behind."""
        if self._pictures.qsize() >= _WAITING:
            self._timer.setInterval(_RETRY_MS)
            return
        self._timer.setInterval(0)
        self._pictures.put(self._scene.frame(self._places[self._drawn], self._width_px))
        self._drawn += 1
        before, self.progress_text = self.progress_text, self._progress()
        if not self._is_over:
            self.progressed.emit(before, self.progress_text)
        if self._drawn == len(self._places):
            self._end()

    def _progress(self) -> str:
        """Return in words how far the export is."""
        name, count = self.path.name, len(self._places)
        return f"Writing {name}: {self._drawn} of {count} pictures" if self._drawn < count else f"Encoding {name} …"

    def _end(self) -> None:
        """Stop drawing and send the end mark to the encoder."""
        self._timer.stop()
        self._pictures.put(None)

    def _write(self) -> None:
        """Encode the pictures from the queue; runs in the encoder's thread."""
        try:
            while (rgb := self._pictures.get()) is not None:
                self._writer.write(rgb)
            if self._is_cancelled:
                return
            self._writer.complete()  # which takes long for animations
            with self._decision:
                self._is_finished = not self._is_cancelled
            if self._is_finished:
                self._writer.part.finish()
        finally:
            self._writer.discard()

    def _on_written(self, error: Exception | None) -> None:
        self._timer.stop()
        self._is_over = True
        if not self._is_cancelled:
            self._then(error)
