"""Commands that send the live pictures to other programs, and the choice of what is recorded and sent."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from convexplorer.gui.commands.live_drawing import CONTENTS
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.sending import Sending

CAMERA, STREAM = "virtual camera", "stream"

_KEY = "sent"


def content(window: Shell) -> str:
    """Return what is recorded and sent, a key of `CONTENTS`."""
    chosen: str = window.settings.read(_KEY, "beside")
    return chosen if chosen in CONTENTS else "beside"


def choose(name: str) -> Callable[[Shell], None]:
    """Return the command that chooses what is recorded and sent, from the present picture on."""

    def run(window: Shell) -> None:
        window.settings.write(_KEY, name)
        window.hand_out()

    return run


def is_chosen(name: str) -> Callable[[Shell], bool]:
    """Return the function that tells whether this is recorded and sent."""
    return lambda window: content(window) == name


def toggle_virtual_camera(window: Shell) -> None:
    """Begin or end to send to a virtual camera."""
    if CAMERA in window.sendings:
        window.stop_sending(CAMERA)
        return
    if window.is_opening_camera:
        return
    from convexplorer.live.virtual_camera import REPEAT_S, SIZE, VirtualCamera

    opened: list[VirtualCamera] = []

    def tell(error: Exception | None) -> None:
        window.is_opening_camera = False
        if error is not None:
            _tell_missing(window, str(error))
            return
        window.start_sending(CAMERA, Sending(opened[0], SIZE, REPEAT_S))
        window.say(
            f"Sending {CONTENTS[content(window)]} to the camera {opened[0].name}: choose it in the program for calls.",
            actions=(("Stop", lambda: window.stop_sending(CAMERA)),),
            is_offer=True,
        )

    window.is_opening_camera = True
    window.errands.run(lambda: opened.append(VirtualCamera()), tell)


def is_virtual_camera(window: Shell) -> bool:
    """Return True while pictures go to a virtual camera."""
    return CAMERA in window.sendings


def toggle_stream(window: Shell) -> None:
    """Begin or end to serve a stream on the loopback."""
    if STREAM in window.sendings:
        window.stop_sending(STREAM)
        return
    from convexplorer.live.stream_server import StreamServer

    try:
        server = StreamServer()
    except OSError as error:
        window.say(f"A stream cannot be offered: {error.strerror or error}.", kind="error")
        return
    sending = Sending(server)
    server.on_reader = sending.wake
    window.start_sending(STREAM, sending, server.address)
    window.say(
        f"The stream of {CONTENTS[content(window)]} is at {server.address}, for programs of this computer.",
        actions=(
            ("Copy the address", lambda: copy_address(window)),
            ("Stop", lambda: window.stop_sending(STREAM)),
        ),
        is_offer=True,
    )


def is_streaming(window: Shell) -> bool:
    """Return True while a stream is served."""
    return STREAM in window.sendings


def copy_address(window: Shell) -> None:
    """Copy the address of the stream."""
    if window.stream_address:
        QGuiApplication.clipboard().setText(window.stream_address)
        window.say(f"Copied {window.stream_address}", kind="good")


def why_no_address(window: Shell) -> str:
    """Return the reason why there is no stream, or ""."""
    return "" if window.stream_address else "There is no stream: begin one first."


def _tell_missing(window: Shell, sentence: str) -> None:
    """Say what to install for a virtual camera; its command can be copied."""
    from convexplorer.live.virtual_camera import INSTALL, LINUX_DEVICE

    command = next((text for text in (INSTALL, LINUX_DEVICE) if text in sentence), "")
    copy = ("Copy the command", lambda: QGuiApplication.clipboard().setText(command))
    window.say(sentence, kind="warning", actions=(copy,) if command else ())
