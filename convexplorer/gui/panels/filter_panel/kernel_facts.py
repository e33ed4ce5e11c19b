"""What a kernel is, in a line and in a few sentences: words only, no widgets."""

from collections.abc import Sequence

import numpy as np

from convexplorer.gui.canvas.number_text import full_number, short_number
from convexplorer.gui.tile_views import number
from convexplorer.model.presets import presets
from convexplorer.model.project import ConvLayer, Filter

HAND_MADE = "Edited by hand."


def facts(chosen: Filter, channel_count: int, plane: int | None, cell: tuple[int, int] | None) -> str:
    """Return the value of a cell, or without one sum and norm of what is applied: "Σ 0 · |k| 2.828".

    One plane that serves several channels counts once for each: "Σ 1 × 3".
    """
    planes = chosen.planes if plane is None or len(chosen.planes) == 1 else chosen.planes[plane : plane + 1]
    if cell is not None:
        values = planes[:, *cell]
        text = number(float(values[0])) if (values == values[0]).all() else "differs"
        return f"cell ({cell[0]}, {cell[1]}) = {text}"
    times = f" × {channel_count}" if len(planes) == 1 and channel_count > 1 and plane is None else ""
    return f"Σ {short_number(exact_sum(planes), 6)}{times} · |k| {short_number(norm(planes), 5)}"


def facts_tip(chosen: Filter, names: Sequence[str], cell: tuple[int, int] | None) -> str:
    """Return what the line means, with the cell in full precision."""
    planes = chosen.planes
    lines = [
        f"Σ = {full_number(exact_sum(planes))}, |k| = {full_number(norm(planes))}",
        "Σ: sum of the weights, what a flat area is multiplied by",
        "× n: one plane is applied to each of n channels, and the results are added",
        "|k|: Euclidean norm of the weights",
    ]
    if not_finite := not_finite_sentence(planes):
        lines.insert(0, not_finite)
    if cell is not None:
        values = [full_number(float(value)) for value in chosen.planes[:, *cell]]
        if len(values) == len(names) > 1:
            values = [f"{name} {value}" for name, value in zip(names, values, strict=True)]
        lines.append(f"row {cell[0]}, column {cell[1]}: {', '.join(values)}")
    return "\n".join(lines)


def exact_sum(planes: np.ndarray) -> float:
    """Return the sum, 0 where only rounding is left of it; with infinity among the weights it is not finite."""
    with np.errstate(all="ignore"):
        total = float(planes.sum())
    if not np.isfinite(total):
        return total
    rounding = float(np.abs(planes).sum()) * planes.size * np.finfo(np.float64).eps
    return 0.0 if abs(total) <= rounding else total


def norm(planes: np.ndarray) -> float:
    """Return the Euclidean norm."""
    with np.errstate(all="ignore"):  # a kernel may hold infinity
        return float(np.sqrt(np.square(planes).sum()))


def not_finite_sentence(planes: np.ndarray) -> str:
    """Return what infinity or NaN among the weights leads to, "" when all are finite."""
    if np.isfinite(planes).all():
        return ""
    if np.isnan(planes).any():
        return "The kernel holds NaN, so its map has no number anywhere that cell reaches."
    return "The kernel holds infinity, so its map is infinite, or no number where infinity meets 0."


def explanation(chosen: Filter, layer: ConvLayer, channel_count: int) -> str:
    """Return the preset's sentence, and before it what a person would not expect of the input at hand."""
    sentences = [not_finite_sentence(chosen.planes)] if not np.isfinite(chosen.planes).all() else []
    if len(chosen.planes) > 1 and channel_count == 1:
        sentences.append(f"The input has one channel: the {len(chosen.planes)} planes are summed.")
    if layer.is_flipped:
        sentences.append("Applied turned by 180° (true convolution).")
    preset = presets().get(chosen.preset or "")
    sentences.append(preset.explanation if preset is not None else HAND_MADE)
    return " ".join(sentences)
