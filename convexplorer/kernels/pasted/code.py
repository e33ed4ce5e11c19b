"""Code of any language as kernels: what it ends with, or what it calls to filter a picture."""

import re
from dataclasses import replace

import numpy as np

from convexplorer.kernels.matrix import CHANNELS_FIRST, FILTERS_FIRST
from convexplorer.kernels.pasted.meaning import Meaning
from convexplorer.kernels.pasted.value import Pasted, asked, check_size
from convexplorer.words import times

_LANGUAGES = [
    (name, re.compile(words))
    for name, words in (
        ("PyTorch", r"\btorch\b|Parameter containing|^\s*tensor\("),
        ("Keras", r"\bkeras\b|\btf\.|\bset_weights\b"),
        ("OpenCV", r"\bcv2?\.|\bcv::|\bMat_<"),
        ("NumPy", r"\bnp\.|\bnumpy\b|^\s*array\("),
        ("GLSL", r"\b(?:vec|mat)[234]\b|\bfloat\[\d*\]\("),
        ("LaTeX", r"\\begin\b|\\frac\b"),
        ("Rust", r"\bvec!|\bf(?:32|64)\b"),
        ("Go", r":=\s*\["),
        ("Kotlin", r"\b(?:float|double|int)?[aA]rrayOf\("),
        ("JavaScript", r"\b(?:const|let|var)\s+\w+\s*=|\bFloat(?:32|64)Array\b"),
        ("Swift", r"\blet\s+\w+\s*:"),
        ("R", r"\bmatrix\(|<-|\bc\("),
        ("MATLAB", r"\bfspecial\(|\d'|\]'|\[[^\[\],]*;[^\[\]]*\]"),
        ("C", r"\b(?:float|double|int)\b[\s\w]*\[\d*\]"),
        ("Mathematica", r"\bImage(?:Convolve|Correlate)\["),
    )
]
_SIZE = re.compile(r"\b(\d{1,3}) ?[×x] ?(\d{1,3})\b")
_LARGEST_SQUARE = 63  # of flat numbers that may be a square kernel


def read_code(text: str) -> Pasted:
    """Return the kernel, or the bank, in code; it is parsed, and nothing in it is run.

    Raises
    ------
    ValueError : there is none, or it is made in a way that is not known here; "" if nothing tells more.
    """
    meaning = Meaning(text)
    if meaning.found:
        return _together([checked(one) for one in meaning.found])
    arrays = meaning.kernels()
    if not arrays:
        raise ValueError(_reason(meaning))
    form = language_of(text)
    size = _size_said(text)
    return _together([told(text, of_numbers(form, _of_size(array, size), name)) for name, array in arrays])


def language_of(text: str) -> str:
    """Return the name of what the text is written in, as far as a word in it tells."""
    return next((name for name, words in _LANGUAGES if words.search(text)), "code")


def told(text: str, read: Pasted) -> Pasted:
    """Return numbers with the order of their axes, if a comment tells it as this program does."""
    axes = {4: ("OIHW", FILTERS_FIRST), 3: ("IHW", CHANNELS_FIRST)}.get(read.array.ndim)
    return replace(read, axes=axes[0]) if axes and axes[1] in text and not read.axes else read


def of_numbers(form: str, array: np.ndarray, name: str = "") -> Pasted:
    """Return numbers without a tool around them; flat ones of a square are asked about.

    Parameters
    ----------
    array : 1 to 4 axes, or more of which those in front have length 1.
    name : of the variable in the text, or "".
    """
    while array.ndim > 4 and array.shape[0] == 1:
        array = array[0]
    rows = np.atleast_2d(array)
    names = (name,) if name else ()
    one = checked(Pasted(form, rows, "HW" if rows.ndim == 2 else "", names=names, label=f"{times(rows.shape)}"))
    side = round(float(rows.size) ** 0.5)
    is_flat = rows.ndim == 2 and rows.shape[0] == 1
    if is_flat and side % 2 and 3 <= side <= _LARGEST_SQUARE and side * side == rows.size:
        square = replace(one, array=rows.reshape(side, side), label=f"{side} × {side}, row by row")
        return asked(square, replace(one, label=f"one row of {rows.size}"))
    return one


def _size_said(text: str) -> tuple[int, int] | None:
    """Return the only size in a text, in words: "3 × 3"; None if there is none, or several."""
    found = {(int(rows), int(columns)) for rows, columns in _SIZE.findall(text)}
    return found.pop() if len(found) == 1 else None


def _of_size(array: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    return array.reshape(size) if size and array.ndim == 1 and size[0] * size[1] == array.size else array


def checked(pasted: Pasted) -> Pasted:
    """Return what was read; ValueError if its size is not that of weights."""
    check_size(pasted.array)
    return pasted


def _together(found: list[Pasted]) -> Pasted:
    """Return one reading of several kernels: a bank if they are of one size and kind, else the choice among them."""
    different = {id(one): one for one in found}
    ones = list(different.values())
    if len(ones) == 1:
        return ones[0]
    kinds = {(one.array.shape, one.axes, one.border, one.bias_unit, one.is_flipped) for one in ones}
    if len(kinds) == 1 and ones[0].axes == "HW" and not any(one.alternatives for one in ones):
        names = tuple(one.names[0] if one.names else "" for one in ones)
        biases = tuple(one.biases[0] if one.biases else 0.0 for one in ones)
        bank = np.stack([one.array for one in ones])
        return replace(
            ones[0],
            array=bank,
            axes="OHW",
            names=names if all(names) else (),
            biases=biases if any(biases) else (),
            label="",
        )
    return asked(*(replace(one, label=f"{one.names[0]}, {one.size}" if one.names else one.size) for one in ones))


def _reason(meaning: Meaning) -> str:
    """Return why there is no kernel in code; "" if nothing in it says so."""
    if meaning.errors:
        return meaning.errors[-1]
    return next((reason for reason in meaning.reasons if "shortened" in reason), "")
