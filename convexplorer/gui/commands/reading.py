"""Files of networks are asked for, and read beside the window: to be opened, or to be compared with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from convexplorer.formats.errors import NetworkFileError
from convexplorer.gui.commands.shell import Shell

if TYPE_CHECKING:
    from convexplorer.gui.session.network_reading import NetworkReading
    from convexplorer.gui.session.reference_reading import ReferenceReading

    Reading = NetworkReading | ReferenceReading

Errors = tuple[type[Exception], ...]
_SAID: Errors = (NetworkFileError, OSError)


def ask_for_network(window: Shell, title: str, what: str, *further: str) -> Path | None:
    """Ask for the file of a network; None if none was chosen.

    Parameters
    ----------
    what : can be chosen, in words.
    further : endings of names that can be chosen as well.
    """
    from convexplorer.model.opening.recognise import SHARED_SUFFIXES, SUFFIXES

    known = " ".join(f"*{suffix}" for suffix in (*SUFFIXES, *SHARED_SUFFIXES, *further))
    filters = f"{what} ({known});;All files (*)"
    text, _ = QFileDialog.getOpenFileName(window, title, window.settings.last_folder, filters)
    return Path(text) if text else None


def read_beside(window: Shell, reading: Reading, take: Callable[[], None], *, said: Errors = _SAID) -> None:
    """Read a file, and then take what is in it.

    Reading can be cancelled; what is read meanwhile takes the place of what was being read.

    Parameters
    ----------
    said : errors that are sentences for the user.
    """
    cancel(window)
    window.network_reading = reading
    window.say(reading.sentence, actions=(("Cancel", partial(cancel, window)),))

    def tell(error: Exception | None) -> None:
        if not reading.is_cancelled:
            window.network_reading = None
            take_read(window, reading, error, take, said=said)

    window.errands.run(reading.read, tell)


def take_read(
    window: Shell, reading: Reading, error: Exception | None, take: Callable[[], None], *, said: Errors = _SAID
) -> None:
    """Say why a file could not be read, or remember its folder and take what is in it."""
    if isinstance(error, said):
        window.say(str(error), kind="error", replaces=reading.sentence)
    elif error is not None:
        window.say(f"{reading.name} could not be read.", kind="error", replaces=reading.sentence)
        raise error  # a fault of the program, which is told as such
    else:
        window.settings.remember_folder(reading.path)
        take()


def cancel(window: Shell) -> None:
    """Give up what is being read; nothing changes."""
    if window.network_reading is not None:
        window.network_reading.is_cancelled = True
        window.network_reading = None
