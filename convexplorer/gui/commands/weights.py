"""Weights from files and texts into the layer: one way for all, which asks for the axes where they are ambiguous."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convexplorer.export.files import ExportError
from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.commands.shell import Shell
from convexplorer.model import edits
from convexplorer.words import as_sentence, times

if TYPE_CHECKING:
    from convexplorer.export.weight_arrays import AmbiguousAxesError, AxesQuestion, Bank
    from convexplorer.gui.widgets.reading_choice import ReadingRow
    from convexplorer.kernels.weight_axes import Reading


def load(window: Shell, read: Callable[[AxesQuestion], Bank], take: Callable[[Bank], None]) -> None:
    """Read weights for the selected layer, and take them; ambiguous ones only when the user has answered.

    Parameters
    ----------
    read : raises `AmbiguousAxesError`, or ValueError and OSError with a sentence.
    take : commits the filters.
    """
    from convexplorer.export.weight_arrays import AmbiguousAxesError  # here, as below: no start reads weights

    try:
        bank = read(_question(window))
    except AmbiguousAxesError as error:
        _ask(window, error, lambda found: _take(window, found, take))
    except (ValueError, OSError) as error:
        # What concerns a file is a sentence that begins with its name.
        window.say(str(error) if isinstance(error, ExportError | OSError) else as_sentence(str(error)), kind="error")
    else:
        _take(window, bank, take)


def add(window: Shell, bank: Bank) -> None:
    """Add filters to the end of the selected layer."""
    chosen = window.choice()
    if chosen is None:
        return
    state = window.store.state
    for one in bank.filters:
        state = edits.add_filter(state, chosen.layer_index, one)
    window.store.commit(state)


def put(window: Shell, bank: Bank) -> None:
    """Put filters in place of those of the selected layer."""
    chosen = window.choice()
    if chosen is not None:
        window.store.commit(edits.set_filters(window.store.state, chosen.layer_index, bank.filters))
        window.selection.select(layer=chosen.layer.id, filter=0)


def channels_of_choice(window: Shell) -> int | None:
    """Return the number of planes that meet the input of the selected filter, or None if it is not known."""
    return _channels(window)


def _take(window: Shell, bank: Bank, take: Callable[[Bank], None]) -> None:
    try:
        take(bank)
    except ValueError as error:
        window.say(as_sentence(str(error)), kind="error")
        return
    if bank.note:
        window.say(bank.note)


def _question(window: Shell) -> AxesQuestion:
    from convexplorer.export.weight_arrays import AxesQuestion, question_for

    chosen = window.choice()
    if chosen is None:
        return AxesQuestion()
    return question_for(chosen.layer.kind, _channels(window))


def _channels(window: Shell) -> int | None:
    """Return the number of planes that meet the input of the selected filter, or None if it is not known."""
    chosen, picture = window.choice(), window.bridge.picture
    report = picture.report_of(chosen.layer.id) if chosen is not None and picture is not None else None
    if chosen is None or report is None or not report.input_shape:
        return None
    return chosen.layer.row.planes(chosen.layer.settings, report.input_shape[0])


def _ask(window: Shell, error: AmbiguousAxesError, take: Callable[[Bank], None]) -> None:
    """Ask which reading is meant; the first row fits the input, if any does."""
    from convexplorer.gui.widgets.reading_choice import ReadingChoice

    channels = _channels(window)
    meets = "" if channels is None else f" The filters meet {channels} channel{'s' if channels > 1 else ''} here."
    rows = [_row(error, reading, channels) for reading in error.readings]
    question = (
        f"{error.name} has the shape {times(error.array.shape)}, and nothing in it says what its axes are.{meets}"
    )
    choice = ReadingChoice(question, rows, window)
    choice.chosen.connect(lambda i: take(error.bank_as(error.readings[i])))
    choice.open()


def _row(error: AmbiguousAxesError, reading: Reading, channels: int | None) -> ReadingRow:
    from convexplorer.gui.widgets.reading_choice import MOST_SHOWN, ReadingRow

    fits = "" if channels is None else " · fits the input" if reading.fits else " · does not fit the input"
    origin = f", {reading.origin}" if reading.origin else ""
    images = [filter_image(one) for one in error.bank_as(reading).filters[:MOST_SHOWN]]
    return ReadingRow(f"{reading.result}{fits}", f"{reading.order}{origin}", images)
