"""What leaves the window while it is on screen: the running recording, and what is sent to other programs."""

from PySide6.QtCore import QObject, Signal, Slot

from convexplorer.gui.commands.live_drawing import LiveDrawing
from convexplorer.gui.commands.sending import STREAM, content
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.session.sending import Draw, Sending
from convexplorer.gui.window.recording_note import RecordingNote
from convexplorer.gui.window.sending_note import SendingNote
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture

_RECORDING = "recording"


class Outgoing(QObject):
    """Gives every new picture to the window's recording and sendings, and finishes them in the background.

    Signals
    -------
    changed : a recording or a sending has begun or ended.
    """

    changed = Signal()

    def __init__(self, window: Shell, recording_note: RecordingNote, sending_note: SendingNote) -> None:
        super().__init__(window)
        self._window = window
        self._recording_note, self._sending_note = recording_note, sending_note
        self._drawings: dict[str, LiveDrawing] = {}  # one for each thread that draws what leaves the window
        self._finishing = 0  # what has ended, and whose files are not finished yet
        recording_note.failed.connect(self.stop_recording)
        sending_note.failed.connect(self.stop_sending)

    @property
    def is_finishing(self) -> bool:
        """True while an ended recording or sending is finished in the background."""
        return self._finishing > 0

    def start_recording(self, recording: Recording) -> None:
        """Start recording every new picture."""
        self._window.recording = recording
        self._recording_note.follow(recording)
        self.hand_out()
        self.changed.emit()
        self._window.say(_recording_text(recording), actions=(("Stop", self.stop_recording),), is_offer=True)

    @Slot()
    def stop_recording(self) -> None:
        """End the recording, finish its file in the background, and then show where the file is."""
        window = self._window
        recording, window.recording = window.recording, None
        if recording is None:
            return
        self._recording_note.follow(None)
        self._drawings.pop(_RECORDING, None)
        recording.stop()
        self.changed.emit()
        window.say(f"Finishing {recording.path.name} …", replaces=_recording_text(recording))
        sentences: list[str] = []

        def tell(error: Exception | None) -> None:
            self._finishing -= 1
            failed = error or recording.failure
            window.say(sentences[0] if sentences else str(error), kind="error" if failed else "good")

        self._finishing += 1
        window.errands.run(lambda: sentences.append(recording.close()), tell)

    def start_sending(self, name: str, sending: Sending, address: str = "") -> None:
        """Send every new picture, at an address if it has one."""
        window = self._window
        window.sendings[name] = sending
        window.stream_address = address or window.stream_address
        self._sending_note.follow(window.sendings, window.stream_address)
        self.hand_out()
        self.changed.emit()

    @Slot(str)
    def stop_sending(self, name: str) -> None:
        """End a sending in the background, if there is one, and say so."""
        window = self._window
        sending = window.sendings.pop(name, None)
        if sending is None:
            return
        if name == STREAM:
            window.stream_address = ""
        self._sending_note.follow(window.sendings, window.stream_address)
        self._drawings.pop(name, None)
        self.changed.emit()

        def tell(error: Exception | None) -> None:
            self._finishing -= 1
            failed = error or sending.failure
            if failed is not None:
                window.say(f"The {name} has ended: {failed}", kind="error")
            else:
                window.say(f"The {name} has ended: {sending.summary}", kind="good")

        self._finishing += 1
        window.errands.run(sending.close, tell)

    def stop(self) -> None:
        """End the recording and all sendings."""
        self.stop_recording()
        for name in tuple(self._window.sendings):
            self.stop_sending(name)

    def hand_out(self) -> None:
        """Record and send what is on screen now."""
        window = self._window
        shown = window.bridge.glance or window.bridge.picture
        if shown is None:
            return
        if window.recording is not None and window.recording.failure is not None:
            self.stop_recording()
        elif window.recording is not None and (draw := self._draw_of(_RECORDING, shown)):
            window.recording.put(draw, shown.dropped_frames)
        for name, sending in window.sendings.items():
            if draw := self._draw_of(name, shown):
                sending.put(draw)

    def _draw_of(self, name: str, shown: Picture | Glance) -> Draw | None:
        """Return the function that draws for a recording or a sending, in its own thread; None to leave this out."""
        drawing = self._drawings.setdefault(name, LiveDrawing())
        if not drawing.takes(shown):
            return None
        return drawing.of(shown, content(self._window), self._window.selection.view.filter, is_dark=theme.is_dark())


def _recording_text(recording: Recording) -> str:
    """Return the sentence that stands while a recording runs, and that its end replaces."""
    return f"Recording to {recording.path.name}."
