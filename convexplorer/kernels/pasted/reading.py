"""The one way in: a text becomes a kernel or a bank, whatever notation it is in."""

import re
from collections.abc import Callable

import numpy as np

from convexplorer.kernels.filter import KernelSizeError
from convexplorer.kernels.matrix import MAX_CHARACTERS, parse_weights
from convexplorer.kernels.pasted.code import checked, language_of, of_numbers, read_code, told
from convexplorer.kernels.pasted.commands import read_ffmpeg, read_gmic, read_imagej, read_letters, read_magick
from convexplorer.kernels.pasted.markup import read_drawn, read_markdown, read_svg
from convexplorer.kernels.pasted.tables import read_bank, read_mask
from convexplorer.kernels.pasted.tokens import MAX_CHARACTERS as MOST_CODE
from convexplorer.kernels.pasted.value import Pasted

#: Readers of forms that a word or a sign in them gives away; each returns None for a text of another form.
FORMS: tuple[Callable[[str], Pasted | None], ...] = (
    read_svg,
    read_imagej,
    read_gmic,
    read_ffmpeg,
    read_magick,
    read_letters,
    read_bank,
    read_mask,
    read_markdown,
    read_drawn,
)
_COMMENT = re.compile(r"^[ \t]*%[^\n]*\n", re.M)  # of LaTeX
_DASHES = str.maketrans({"−": "-", "–": "-", "－": "-", "\u00a0": " ", "\u202f": " ", "\ufeff": " "})


def read_pasted(text: str) -> Pasted:
    """Return the kernel or the bank in a text of any form that is known: numbers, code, commands, markup, tables.

    Nothing is run: a text is words, numbers and brackets, and the calls in it are those of a fixed table.

    Raises
    ------
    ValueError : there is no kernel in the text; the message is a sentence for the user.
    KernelSizeError : it is larger than a kernel.

    Examples
    --------
    >>> read_pasted("cv2.filter2D(img, -1, np.ones((3, 3)) / 9, delta=10)").sentence
    'Read as OpenCV: 3 × 3, border reflect, bias 10 of 255.'
    >>> [one.label for one in read_pasted("1 2 1 2 4 2 1 2 1").alternatives]
    ['3 × 3, row by row', 'one row of 9']
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"this is no kernel: the text has {len(text)} characters")
    clean = text.translate(_DASHES).replace("\r\n", "\n").replace("\r", "\n")
    if len(clean) <= MOST_CODE:
        for read in FORMS:
            found = read(clean)
            if found is not None:
                return checked(found)
    return _numbers_or_code(clean)


def _numbers_or_code(text: str) -> Pasted:
    """Read plain numbers, or else code; of the two refusals, the one that fits the text."""
    numbers = _COMMENT.sub("", text) if "\\begin" in text else text
    try:
        array, axes = parse_weights(numbers)
    except KernelSizeError:
        raise
    except ValueError as error:
        try:
            return read_code(text)
        except ValueError as other:
            raise (other if str(other) else error) from None
    if not axes or array.ndim > 2:
        return told(text, checked(Pasted(language_of(text), array, axes)))
    is_spread = "\t" in text  # cells of a spreadsheet, whose row is a row
    form = language_of(text)
    form = "numbers" if form == "code" and not any(letter.isalpha() for letter in text) else form
    return Pasted(form, array) if is_spread else _declared(text, of_numbers(form, np.asarray(array)))


def _declared(text: str, read: Pasted) -> Pasted:
    """Return flat numbers with the size of their C declaration, if there is one: float k[3][3] = {…}."""
    if not read.alternatives or "=" not in text:
        return read
    try:
        return read_code(text)
    except ValueError:
        return read
