"""A running recording: the newest pictures are written to a video file, each at its own time."""

import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.export.container import count_pictures
from convexplorer.export.files import ExportError, free_path
from convexplorer.export.interrupted import Journal
from convexplorer.export.video import Recorder
from convexplorer.gui.session.settings import state_folder
from convexplorer.live.worker import Worker
from convexplorer.words import bytes_text

logger = logging.getLogger(__name__)

RATE_HZ = 30.0  # the usual rate; each picture has its own time
BEAT_S = 1.0  # while nothing changes, the last picture is written again as often
RESERVE_BYTES = 64_000_000  # room that a recording leaves on the disk: for its own end, and for the system

Draw = Callable[[], np.ndarray]


@dataclass(frozen=True)
class Progress:
    """The state of a running recording.

    Attributes
    ----------
    seconds : recorded so far.
    dropped : pictures that came while the encoder was busy, and were left out.
    missed : frames of the source that no picture was computed of in this time.
    free_bytes : on the disk; None as long as it is unknown.
    """

    seconds: float
    dropped: int
    free_bytes: int | None
    missed: int = 0


class Recording:
    """A writer of pictures to a video that plays in real time, whatever the pace of pictures and encoder.

    A picture is written with the time at which it came. One that comes while another is encoded is left out, so the
    video never lags. The file is complete enough to be played at every moment; a note in the journal lets the next
    start finish it, should the program be killed.

    Parameters
    ----------
    path : the video file; its suffix chooses the format.
    clock : seconds from any origin; a parameter, so that tests control the time.
    journal : by default, no note is made.
    """

    def __init__(
        self, path: Path, clock: Callable[[], float] = time.monotonic, *, journal: Journal | None = None
    ) -> None:
        self.path = path
        self._clock = clock
        self._journal = journal
        self._recorder = Recorder(path, RATE_HZ, mark="recording")
        self._note: Path | None = None
        self._free_bytes: int | None = None
        self._checked_s: float | None = None
        self._began_s: float | None = None
        self._end_s: float | None = None
        self._shown: np.ndarray | None = None
        self._written_s = 0.0
        self._missed_before: int | None = None  # the count of the engine when the recording began
        self._missed = 0
        self._kept = 0  # pictures in the finished file
        self._trouble = ""  # of the end, beside a failure of the recording itself
        try:
            self._check_disk(clock())
        except ExportError:
            self._recorder.discard()
            raise
        if journal is not None:
            try:
                self._note = journal.begin(path, self._recorder.part.path)
            except ExportError as error:  # a full home folder is no reason not to record to another disk
                logger.warning("%s", error)
        self._worker: Worker[tuple[float, Draw | None]] = Worker(self._write, self._finish)

    def put(self, draw: Draw, dropped_frames: int = 0) -> None:
        """Record the next picture; `draw` returns it as (H, W, 3) uint8 and is called in the worker's thread.

        Parameters
        ----------
        dropped_frames : how many frames the engine has dropped so far, as the picture says.
        """
        if self._missed_before is None:
            self._missed_before = dropped_frames
        self._missed = max(dropped_frames - self._missed_before, 0)
        now_s = self._clock()
        if self._began_s is None:
            self._began_s = now_s
        self._worker.put((now_s, draw))

    def beat(self) -> None:
        """Check the disk, and repeat the last picture if it is old; to be called about once a second."""
        self._worker.put_if_idle((self._clock(), None))

    @property
    def progress(self) -> Progress:
        """Time, dropped pictures and room on the disk."""
        return Progress(self._elapsed_s(), self._worker.skipped, self._free_bytes, self._missed)

    @property
    def failure(self) -> Exception | None:
        """The exception that ended the recording, or None."""
        return self._worker.failure

    def stop(self) -> None:
        """End the recording now, without waiting until the file is finished."""
        if self._end_s is None:
            self._end_s = self._clock()
        self._worker.end()

    def close(self) -> str:
        """End the recording, wait until the file is finished, and return a sentence about the result."""
        self.stop()
        self._worker.close()
        if self._trouble:
            return self._trouble
        if self._kept == 0:
            return f"{self.path.name} was not recorded: {self.failure or 'there was no picture'}"
        if self.failure is not None:
            reason = str(self.failure).rstrip(".")
            return f"The recording ended early: {reason}. {self._written_s:.1f} s are kept in {self.path}"
        return f"Recorded {self._written_s:.1f} s to {self.path}{self._gaps}"

    @property
    def _gaps(self) -> str:
        """What the video lacks of what the source has sent, and why."""
        left_out, missed = self._worker.skipped, self._missed
        pictures = "1 picture" if left_out == 1 else f"{left_out} pictures"
        frames = "1 frame" if missed == 1 else f"{missed} frames"
        dropped = f"; left out {pictures} of the window, because they came faster than they could be written"
        behind = f"; {frames} of the source came faster than they could be computed"
        return (dropped if left_out else "") + (behind if missed else "")

    def _write(self, value: tuple[float, Draw | None]) -> None:
        """Write a picture, or the last one again; called in the worker's thread."""
        now_s, draw = value
        self._check_disk(now_s)
        if self._began_s is None:
            return
        time_s = now_s - self._began_s
        if draw is not None and self._recorder.has_room(time_s):
            self._shown = draw()
            self._recorder.write(self._shown, time_s)
        elif draw is None and self._shown is not None and time_s - self._written_s >= BEAT_S / 2:
            self._recorder.write(self._shown, time_s)
        else:
            return
        self._written_s = time_s

    def _check_disk(self, now_s: float) -> None:
        """Raise `ExportError` if the disk is nearly full or gone; at most once a second."""
        if self._checked_s is not None and now_s - self._checked_s < BEAT_S:
            return
        self._checked_s = now_s
        if not self._recorder.is_in_place:
            raise ExportError(f"its file was removed from {self.path.absolute().parent}")
        try:
            self._free_bytes = shutil.disk_usage(self._recorder.part.path.parent).free
        except OSError as error:
            logger.info("free space is unknown: %s", error)
            return
        if self._free_bytes < RESERVE_BYTES:
            free, kept = bytes_text(self._free_bytes), bytes_text(RESERVE_BYTES)
            raise ExportError(f"the disk is full: a recording leaves {kept} of it free, and there are {free}")

    def _finish(self) -> None:
        """Finish the file after the last picture or a failure; called in the worker's thread."""
        if not self._recorder.is_in_place:
            self._save_elsewhere()
            return
        try:
            if self._shown is not None:
                if self.failure is None:
                    self._written_s = max(self._elapsed_s(), 1 / RATE_HZ)
                self._recorder.complete(self._written_s)  # also after a failure: there may be room for the end
        finally:
            self._give_name()

    def _give_name(self) -> None:
        try:
            self._kept = self._recorder.rescue()
        except ExportError as error:
            # The folder may have become read-only: the note stays, so the next start offers the file again.
            self._trouble = f"{str(error).rstrip('.')}. What was recorded is offered at the next start"
            if self._journal and self._note:
                self._journal.leave(self._note)
            return
        self._end_note()

    def _save_elsewhere(self) -> None:
        """Keep the pictures of a file that was removed, as far as they can still be read; raises `ExportError`."""
        folder, self.path = self.path.absolute().parent, free_path(Path.home() / self.path.name)
        try:
            self._recorder.copy_to(self.path)
            self._kept = count_pictures(self.path)
        finally:
            if not self._kept:
                self.path.unlink(missing_ok=True)
            self._recorder.discard()
            self._end_note()
        raise ExportError(f"its file was removed from {folder}")

    def _end_note(self) -> None:
        if self._journal and self._note:
            self._journal.end(self._note)

    def _elapsed_s(self) -> float:
        if self._began_s is None:
            return 0.0
        return (self._clock() if self._end_s is None else self._end_s) - self._began_s


def open_journal() -> Journal | None:
    """Return the journal of recordings, or None if its folder is not writable."""
    try:
        return Journal(state_folder() / "recordings")
    except OSError as error:
        logger.warning("recordings cannot be noted: %s", error)
        return None
