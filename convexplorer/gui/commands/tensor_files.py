"""Files that hold weights without layers: what fits the present layers is offered, or one kernel as filters."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convexplorer.gui.commands import weights
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.widgets.weights_sheet import WeightsRow, WeightsSheet
from convexplorer.model.opening.opened import without_layers
from convexplorer.model.opening.weight_axes import channel_count
from convexplorer.model.opening.weights import Assignment, assign, fitting
from convexplorer.words import plain, times

if TYPE_CHECKING:
    from convexplorer.export.weight_arrays import AxesQuestion, Bank
    from convexplorer.formats.tensor_file import TensorFile, Writer

_AXES: dict[Writer, str] = {"torch": "OIHW", "keras": "HWIO", "": ""}
_MOST_SENTENCES = 4


def offer(window: Shell, path: Path, file: TensorFile, *, replaces: str = "") -> None:
    """Show the arrays of a file, and let the user give them to the layers, or take one kernel."""
    if not file.tensors:
        window.say(f"{plain(path.name)} holds no weights.", kind="warning", replaces=replaces)
        return
    window.say(f"{without_layers(path.name)} {file.note}".strip(), replaces=replaces)
    picture = window.bridge.picture
    found = fitting(window.store.state, file, None if picture is None else picture.input.shape)
    chosen = window.choice()
    sheet = WeightsSheet(
        plain(path.name),
        rows_of(window, file, found),
        told_of(found),
        window,
        taken=sum(len(fit.paths) for fit in found.fits),
        layer="" if chosen is None else plain(chosen.layer.title),
        channels=weights.channels_of_choice(window),
    )
    sheet.given.connect(partial(give, window, found))
    sheet.picked.connect(partial(pick, window, file))
    sheet.open()


def give(window: Shell, found: Assignment) -> None:
    """Give the layers the weights that fit, in one step."""
    if window.context.commit(assign, found):
        count = len(found.fits)
        missing = ", ".join(plain(name) for name in found.missing)
        kept = f" Without: {missing}." if missing else ""
        took = f"{count} layer{'s have' if count > 1 else ' has'} the weights of the file.{kept}"
        window.say(" ".join((took, *found.notes)), kind="warning" if missing else "good")


def pick(window: Shell, file: TensorFile, row: int, channel: int) -> None:
    """Put one kernel of a file in place of the filters of the selected layer; −1 takes all of its channels."""
    name = list(file.tensors)[row]
    array = file.tensors[name]

    def read(question: AxesQuestion) -> Bank:
        from convexplorer.export.weight_arrays import bank_of

        # The channels of the layer tell the axes only if all of the kernel's are taken.
        known = question if channel < 0 else replace(question, channels=None)
        bank = bank_of(name, array, replace(known, axes=_AXES[file.writer]))
        return bank if channel < 0 else _of_channel(bank, channel)

    weights.load(window, read, partial(weights.put, window))


def rows_of(window: Shell, file: TensorFile, found: Assignment) -> list[WeightsRow]:
    """Return each array of a file as it is listed."""
    titles = {layer.id: layer.title for layer in window.store.state.layers}
    targets = {path: f"{fit.layer} · {titles[fit.layer]}" for fit in found.fits for path in fit.paths}
    rows = []
    for name, array in file.tensors.items():
        # A filter is read as rows and columns: kernels of volumes and signals are none here.
        channels = channel_count(array, found.writer) if 2 < array.ndim <= 4 else int(array.ndim == 2)
        text = _described(array, found.writer, channels)
        rows.append(WeightsRow(name, times(array.shape) or "1", text, targets.get(name, ""), channels))
    return rows


def told_of(found: Assignment) -> tuple[str, ...]:
    """Return in a few lines what fits the present layers."""
    if not found.fits:
        return ("None of these arrays fits a layer of this project. A kernel can be used as filters.",)
    told = [f"{plain(name)} finds no weights that fit, and keeps its own." for name in found.missing]
    more = [f"{len(told) - _MOST_SENTENCES} more layers find none."] if len(told) > _MOST_SENTENCES else []
    head = "What fits by its name, its shape and its order stands beside each array."
    return (head, *told[:_MOST_SENTENCES], *more, *found.notes)


def _described(array: np.ndarray, writer: Writer, channels: int) -> str:
    """Return what an array can be, by its axes alone."""
    if array.ndim == 4 and channels:
        rows, columns = array.shape[:2] if writer == "keras" else array.shape[2:]
        count = array.size // (rows * columns * channels)
        return f"{count} filters {rows} × {columns} on {channels} channel{'s' if channels > 1 else ''}"
    if array.ndim == 2:
        units, inputs = array.shape[::-1] if writer == "keras" else array.shape
        return f"{units} units on {inputs} values"
    return f"{array.size} number{'s' if array.size != 1 else ''}"


def _of_channel(bank: Bank, channel: int) -> Bank:
    """Return the filters with the planes of one channel."""
    filters = tuple(
        replace(one, planes=one.planes[channel : channel + 1] if len(one.planes) > 1 else one.planes)
        for one in bank.filters
    )
    return replace(bank, filters=filters)
