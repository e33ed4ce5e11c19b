"""Unrequested messages: a failing source, frames that cannot be kept, what a crash left behind, the first hint."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from convexplorer.export.interrupted import Interrupted
from convexplorer.gui.commands import sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session import pasted
from convexplorer.gui.session.recording import open_journal
from convexplorer.gui.session.safety_copy import SafetyCopy
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.keeping_up import KeepingUp
from convexplorer.gui.window.qactions import shortcut_text
from convexplorer.gui.window.too_large import TooLarge
from convexplorer.live.player import PlayerStatus
from convexplorer.model.default import FIRST_SOURCE
from convexplorer.model.storage.recovery import Recovery
from convexplorer.model.store import Document
from convexplorer.sources import Source, describe_source
from convexplorer.sources.passwords import is_missing


class Announcer(QObject):
    """Shows a message on events that the user did not cause, with buttons for possible actions.

    Parameters
    ----------
    messages : the window's message bar, whose current text is read.
    """

    def __init__(self, window: Shell, messages: MessageBar, safety_copy: SafetyCopy) -> None:
        super().__init__(window)
        self._window = window
        self._messages = messages
        self._safety_copy = safety_copy
        self._failure = 0  # number of the last failure that was told
        self._failed_source: Source | None = None
        self._is_waiting = False  # True if that failure was followed by a retry
        self._source_sentence = ""  # the last message about a source
        self._shown_source: Source | None = None  # the last source that delivered a picture
        self._offers: list[Callable[[], None]] = []  # questions about what a crash left behind, not shown yet
        self._asking: Callable[[], None] | None = None  # the newest of them that was shown
        self._asked = ""  # its sentence
        self._journal = open_journal()
        self._keeping_up = KeepingUp(window, messages)
        self._too_large = TooLarge(window, messages)
        messages.closed.connect(self._offer_next)
        safety_copy.failed.connect(self._on_copy_failed)

    @Slot()
    def greet(self) -> None:
        """Offer what a crash left behind, one after the other; otherwise show the hint of the first start, once.

        Pasted pictures that nobody needs are removed beside it.
        """
        if not self._window.isVisible():
            return  # closed before it could greet
        self._window.settings.forget_passwords()
        recent = self._window.settings.recent
        self._window.errands.run(lambda: pasted.clean_up(recent), lambda _error: None)
        self._queue_unsaved_work()
        recordings = self._journal.find() if self._journal else []
        self._offers += [partial(self._offer_recording, one) for one in recordings]
        if self._offers:
            self._offer_next()
        else:
            self._hint_once()

    def close(self) -> None:
        """Leave the recordings that were neither kept nor discarded to the next start."""
        self._offers.clear()
        if self._journal:
            self._journal.close()

    def show_status(self, status: PlayerStatus) -> None:
        """Show the reason for each failure of a source, and remove the message when a source works again."""
        # A camera that falters says so below its picture; a source that has shown nothing yet has no other place.
        is_new = self._window.bridge.picture is None or status.source != self._shown_source
        is_told = status.state == "failed" or (status.state == "waiting" and is_new)
        if status.state == "playing" or (status.state == "paused" and status.info is not None):
            self._shown_source = status.source
        if is_told and status.failure != self._failure:
            # A retry of the same source continues its sentence; another failure is another message.
            is_retry = self._is_waiting and status.source == self._failed_source
            self._offer_way_out(status, replaces=self._source_sentence if is_retry else "")
            self._failure, self._failed_source = status.failure, status.source
            self._is_waiting = status.state == "waiting"
        elif status.state in ("playing", "paused"):
            self._messages.retire(self._source_sentence)  # a source works, so the message is outdated

    def _queue_unsaved_work(self) -> None:
        """Ask next about the newest unsaved work left behind; older work is found when this is answered."""
        found = self._safety_copy.find()
        if found is not None:
            self._offers.insert(0, partial(self._offer, found))

    def _offer(self, found: Recovery) -> None:
        def restore() -> None:
            document = Document(found.origin, None, found.stamp)
            self._window.store.open(found.project, document)  # a step: undo restores the previous project and its file
            self._safety_copy.write()  # before the old copy is deleted, so that a copy always exists
            discard()

        def discard() -> None:
            self._safety_copy.discard(found)
            self._queue_unsaved_work()
            self._offer_next()

        when = f"{found.saved_at.astimezone():%d %B, %H:%M}"
        self._window.say(
            f"Unsaved work of {when} was kept.",
            actions=(("Restore it", restore), ("Discard it", discard)),
        )

    @Slot()
    def _offer_next(self) -> None:
        """Show the next question, unless one is still open."""
        if self._offers and not self._messages.has_question:
            self._asking = self._offers.pop(0)
            self._asking()
            self._asked = self._messages.text

    def _offer_recording(self, found: Interrupted) -> None:
        window, journal = self._window, self._journal
        assert journal is not None
        kept: list[Path] = []

        def tell(error: Exception | None) -> None:
            if error is None:
                window.say(f"Kept the recording as {kept[0]}", kind="good")
            else:
                window.say(str(error), kind="error")

        def keep() -> None:
            window.say(f"Finishing {found.target.name} …")
            window.errands.run(lambda: kept.append(journal.keep(found)), tell)

        when = f"{found.began_at.astimezone():%d %B, %H:%M}"
        window.say(
            f"The recording {found.target.name} of {when} was interrupted.",
            actions=(("Keep it", keep), ("Discard it", lambda: journal.discard(found))),
        )

    def _hint_once(self) -> None:
        settings = self._window.settings
        if not settings.read("hint_seen", False) and not self._messages.text:
            settings.write("hint_seen", True)
            keys = shortcut_text(ACTIONS["palette"])
            self._window.say(f"Paint on the kernel; click a map to see how a value is computed; {keys} finds the rest.")

    def _offer_way_out(self, status: PlayerStatus, *, replaces: str) -> None:
        """Show the reason for the source's failure, with buttons for alternatives; the last picture stays."""
        window, shown, failed = self._window, self._shown_source, status.source or self._window.store.state.source
        actions: list[tuple[str, Callable[[], None]]] = [("Try again", lambda: sourcing.open_source(window, failed))]
        if failed.kind == "stream" and is_missing(failed.address):
            actions.append(("Type the password…", lambda: sourcing.ask_password(window, failed)))
        if shown is None:
            actions.append(("Look at a sample", lambda: sourcing.open_source(window, FIRST_SOURCE)))
        elif shown != failed:
            back = f"Back to {describe_source(shown)}"
            actions.append((back, lambda: sourcing.open_source(window, shown)))
        self._source_sentence = status.message
        if self._asking is not None and self._messages.text == self._asked:
            self._offers.insert(0, self._asking)  # replaced before it was answered; it returns afterwards
        window.say(status.message, kind="warning", actions=tuple(actions), replaces=replaces)

    @Slot(str)
    def _on_copy_failed(self, sentence: str) -> None:
        self._window.say(sentence, kind="warning")
