"""Tables of numbers from the clipboard and from drops: they go to the kernel or to the input, where the hand is."""

from __future__ import annotations

from functools import partial

from convexplorer.gui.commands import pasting
from convexplorer.gui.commands.shell import Hand, Shell
from convexplorer.kernels.matrix import parse_weights
from convexplorer.model import edits
from convexplorer.sources import SourceError
from convexplorer.sources.numbers import grid_of
from convexplorer.words import times

KERNEL_FORMAT = "application/x-convexplorer-kernel"  # marks a kernel that this program has copied


def take(window: Shell, text: str, hand: Hand) -> None:
    """Make a table the kernel or the input; ask if the hand is at neither and both are possible."""
    if hand == "input":
        to_input(window, text)
    elif hand == "kernel" or not _is_grid(text):
        pasting.to_kernel(window, text)
    elif not _is_kernel(text) or window.choice() is None:
        to_input(window, text)
    else:
        kernel = ("Kernel", partial(pasting.to_kernel, window, text))
        picture = ("Input", partial(to_input, window, text))
        question = f"Are these {_size_of(text)} numbers the kernel or the input?"
        window.say(question, actions=(kernel, picture))


def to_input(window: Shell, text: str) -> None:
    """Make a table the source and say so, or say why it cannot be."""
    try:
        grid = grid_of(text)
    except SourceError as error:
        window.say(str(error), kind="warning")
        return
    if window.context.commit(edits.set_grid, grid):
        channels, *size = grid.shape
        window.say(f"Pasted {times((*size, channels) if channels > 1 else size)} numbers as the input.")


def _is_grid(text: str) -> bool:
    try:
        grid_of(text)
    except SourceError:
        return False
    return True


def _is_kernel(text: str) -> bool:
    try:
        parse_weights(text)
    except ValueError:
        return False
    return True


def _size_of(text: str) -> str:
    """Return the size of a table in words: "3 × 3", or "2 × 3 × 3" with several planes."""
    return times(parse_weights(text)[0].shape)
