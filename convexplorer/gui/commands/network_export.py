"""The network as a file in another program's form, and as a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.gui.commands import exporting
from convexplorer.gui.commands.shell import Shell
from convexplorer.words import as_sentence

if TYPE_CHECKING:
    from convexplorer.core.layers import Shape
    from convexplorer.export.network.plan import Plan
    from convexplorer.export.network_file import NetworkForm
    from convexplorer.results.summary import Summary

NO_LAYER = "There is no layer: the network is its picture."


def why_no_network(window: Shell) -> str:
    """Return the reason why there is no network to export, or ""."""
    if not window.store.state.layers:
        return NO_LAYER
    return exporting.NO_MAP if _shape(window) is None else ""


def export_network(window: Shell) -> None:
    """Save the network as ONNX, as code of a framework, or its weights; the chosen format decides."""
    from convexplorer.export.files import ExportError
    from convexplorer.export.network_file import AmbiguousCodeError, form_for, network_filters

    asked = exporting.ask_file(window, "Export the network", "network.onnx", network_filters())
    if asked is None:
        return
    path, offered = asked
    try:
        plan = _plan(window)
        form = form_for(path, offered=offered)
    except AmbiguousCodeError:
        _ask_framework(window, path)
    except ExportError as error:
        window.say(str(error), kind="error")
    else:
        _save(window, path, form, plan)


def why_no_summary(window: Shell) -> str:
    """Return the reason why there is no summary of the layers, or ""."""
    return exporting.NO_MAP if _shape(window) is None else ""


def show_summary(window: Shell) -> None:
    """Show the table of all layers over the window."""
    from convexplorer.gui.widgets.summary_card import SummaryCard

    summary = _summary(window)
    if summary is not None:
        SummaryCard(summary, window).open()


def copy_summary(window: Shell) -> None:
    """Copy the table of all layers as text."""
    from PySide6.QtGui import QGuiApplication

    from convexplorer.results.summary_text import as_text

    summary = _summary(window)
    if summary is not None:
        QGuiApplication.clipboard().setText(as_text(summary))
        count = len(summary.rows)
        window.say(f"Copied the summary of {count} layer{'' if count == 1 else 's'}.", kind="info")


def _ask_framework(window: Shell, path: Path) -> None:
    """Ask whose code is meant, where neither the name nor the dialog's format tells."""
    from convexplorer.export.network_file import FRAMEWORKS

    answers = [(name, partial(_save_code, window, path, key)) for key, name in FRAMEWORKS.items()]
    window.say(f"Is {path.name} code of {' or of '.join(FRAMEWORKS.values())}?", actions=answers)


def _save_code(window: Shell, path: Path, framework: str) -> None:
    from convexplorer.export.files import ExportError
    from convexplorer.export.network_file import form_for

    try:
        _save(window, path, form_for(path, framework=framework), _plan(window))
    except ExportError as error:
        window.say(str(error), kind="error")


def _save(window: Shell, path: Path, form: NetworkForm, plan: Plan) -> None:
    from convexplorer.export.network_file import written_files

    save: Callable[[], None] = partial(form.save, path, plan)
    weights = sum(step.layer.parameter_count for step in plan.steps)
    beside = [one.name for one in written_files(path)[1:]]
    exporting.save_and_tell(window, path, save, weights, beside=beside)


def _plan(window: Shell) -> Plan:
    from convexplorer.export.files import ExportError
    from convexplorer.export.network.picture import picture_code, picture_metadata, picture_notes
    from convexplorer.export.network.plan import plan_of

    state, shape = window.store.state, _shape(window)
    if shape is None:
        raise ExportError(as_sentence(exporting.NO_MAP))
    facts = (shape, state.channels, state.numbers, state.preprocessing)
    metadata = picture_metadata(*facts, state.class_names)
    return plan_of(state.layers, shape, picture_notes(*facts), picture_code(*facts), metadata)


def _summary(window: Shell) -> Summary | None:
    from convexplorer.results.summary import summarize

    shape = _shape(window)
    return None if shape is None else summarize(window.store.state.layers, shape)


def _shape(window: Shell) -> Shape | None:
    """Return the shape of the first layer's input, also where the window computes a smaller preview."""
    picture = window.bridge.picture
    if picture is None or picture.evaluation is None:
        return None
    shape = picture.evaluation.image.shape
    return shape if picture.factor == 1 else (shape[0], *picture.frame.spatial)
