"""Facts about a kernel, as one line and as a few sentences: text only, no widgets."""

from collections.abc import Sequence

import numpy as np

from convexplorer.kernels.analysis import analyze, exact_sum, norm
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import preset_named
from convexplorer.kernels.sentences import OF_PICTURES, describe_flip, describe_kernel
from convexplorer.model.build import effective_planes
from convexplorer.model.layer import Layer
from convexplorer.words import cell_words, full_number, number, short_number

OWN_WEIGHTS = "No preset: weights of its own."
FLIPPED = "Flipped by 180°: convolution as in mathematics."


def facts(
    chosen: Filter, channel_count: int, plane: int | None, cell: tuple[int, int] | None, characters: int = 6
) -> str:
    """Return the value of a cell, or without a cell the sum and norm of the applied weights: "Σ 0 · |k| 2.828".

    A plane shared by several channels counts once per channel: "Σ 1 × 3".

    Parameters
    ----------
    characters : of the sum, at most; the norm has one less, and both have 4 or more.
    """
    planes = chosen.planes if plane is None or len(chosen.planes) == 1 else chosen.planes[plane : plane + 1]
    if cell is not None:
        values = planes[:, *cell]
        text = number(float(values[0])) if (values == values[0]).all() else "differs"
        return f"{cell_words(cell)} = {text}"
    times = f" × {channel_count}" if len(planes) == 1 and channel_count > 1 and plane is None else ""
    return f"Σ {short_number(exact_sum(planes), characters)}{times} · |k| {short_number(norm(planes), characters - 1)}"


def facts_tip(chosen: Filter, names: Sequence[str], cell: tuple[int, int] | None) -> str:
    """Return an explanation of the line of `facts`, with the cell's value in full precision."""
    planes = chosen.planes
    lines = [
        f"Σ = {full_number(exact_sum(planes))}, |k| = {full_number(norm(planes))}",
        "Σ: sum of the weights, what a flat area is multiplied by",
        "× n: one plane is applied to each of n channels, and the results are added",
        "|k|: Euclidean norm of the weights",
        "A click says all that follows from the weights",
    ]
    if not_finite := not_finite_sentence(planes):
        lines.insert(0, not_finite)
    if cell is not None:
        values = [full_number(float(value)) for value in chosen.planes[:, *cell]]
        if len(values) == len(names) > 1:
            values = [f"{name} {value}" for name, value in zip(names, values, strict=True)]
        lines.append(f"{cell_words(cell)}: {', '.join(values)}")
    return "\n".join(lines)


def not_finite_sentence(planes: np.ndarray) -> str:
    """Return a sentence on the effect of infinite or NaN weights, or "" if all weights are finite."""
    if np.isfinite(planes).all():
        return ""
    if np.isnan(planes).any():
        return "The kernel holds NaN, so its map has no number anywhere that cell reaches."
    return "The kernel holds infinity, so its map is infinite, or no number where infinity meets 0."


def explanation(chosen: Filter, layer: Layer, channel_count: int) -> str:
    """Return the preset's sentence, preceded by anything the user would not expect with the present input.

    The preset's sentence describes the kernel as drawn; the effect of a flip is the last sentence of `derived`.
    """
    sentences = [not_finite_sentence(chosen.planes)] if not np.isfinite(chosen.planes).all() else []
    if len(chosen.planes) > 1 and channel_count == 1:
        sentences.append(f"The input has one channel: the {len(chosen.planes)} planes are summed.")
    if layer["is_flipped"]:
        sentences.append(FLIPPED)
    if not layer["is_flipped"] or is_same_after_half_a_turn(chosen.planes):
        sentences.append(_own_words(chosen))
    return " ".join(sentences)


def derived(chosen: Filter, layer: Layer, channel_count: int, *, reads_picture: bool = True) -> tuple[str, ...]:
    """Return sentences that follow from the weights applied to `channel_count` channels.

    Of a kernel on the maps of another layer those are left out that speak of brightness, grey and pictures.

    Empty if a weight is not finite, and for layers that do not sum all weights of a window: a transposed convolution,
    which spreads values, and a depthwise one, whose planes each read one channel.
    """
    if layer.is_transposed or (layer.has_map_per_channel and len(chosen.planes) > 1):
        return ()
    planes = _met(chosen, 1 if layer.has_map_per_channel else channel_count)
    if not np.isfinite(planes).all():
        return ()
    kernel = analyze(planes)
    if not reads_picture:
        return describe_kernel(kernel, without=OF_PICTURES)
    flip = describe_flip(kernel)
    if layer["is_flipped"] and not is_same_after_half_a_turn(planes):
        return (flip, *describe_kernel(analyze(planes[:, ::-1, ::-1])), f"Before the flip: {_own_words(chosen)}")
    preset = preset_named(chosen.preset or "")
    return (*describe_kernel(kernel, without=() if preset is None else preset.says), flip)


def is_same_after_half_a_turn(planes: np.ndarray) -> bool:
    """Return True if the planes equal themselves rotated by 180°, so that convolution equals correlation."""
    return np.array_equal(planes, planes[:, ::-1, ::-1], equal_nan=True)


def likeness_words(chosen: Filter) -> str:
    """Return a sentence on the preset to which a filter of its own weights is nearest, or "" if there is none."""
    if chosen.preset is not None:
        return ""
    from convexplorer.model.nearest import nearest_preset, nearest_words  # here: no start compares kernels

    found = nearest_preset(chosen)
    return "" if found is None else f"The nearest is {nearest_words(found)}."


def _own_words(chosen: Filter) -> str:
    preset = preset_named(chosen.preset or "")
    return preset.explanation if preset is not None else f"{OWN_WEIGHTS} {likeness_words(chosen)}".strip()


def _met(chosen: Filter, channel_count: int) -> np.ndarray:
    """Return the planes applied to the channels; all planes if their number does not match the channels."""
    if len(chosen.planes) in (1, channel_count) or channel_count == 1:
        return effective_planes(chosen, channel_count)
    return chosen.planes
