"""Commands of ImageMagick, ffmpeg, G'MIC, ImageJ and GEGL with a kernel in them."""

import re
from dataclasses import replace

import numpy as np

from convexplorer.kernels.numbers import parse_number, quoted
from convexplorer.kernels.pasted.magick_kernels import named_kernel
from convexplorer.kernels.pasted.value import Pasted, asked, turned

_BY_EDGE = {"background": "zeros", "black": "zeros", "edge": "edge", "mirror": "symmetric", "tile": "wrap"}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_GEOMETRY = re.compile(r"\s*(\d+)(?:x(\d+))?((?:[+-]\d+)*)[@<>^]*\s*:\s*")
_MAGICK_METHOD = re.compile(r"-morphology\s+(Convolve|Correlate)(?::\S+)?\s+(.+)|-(convolve)\s+(.+)", re.I | re.S)
_MAGICK_NAMED = re.compile(r"[A-Za-z]+(?::[-\d.,x@<>^]*)?$")
_FFMPEG = re.compile(r"\bconvolution\s*=\s*(?P<options>[^;\[\]]+)")
_GMIC = re.compile(r"\b(convolve|correlate)(?:\.{1,3}|\[[^\]]*\])?[\s\"']+(?:\(([^()]*)\)|\[?-?\d+\]?)(?:\s*,\s*(\d))?")
_GMIC_MATRIX = re.compile(r"[\"']?\(([-+\d.,;eE\s/naif]*)\)[\"']?")
_IMAGEJ = re.compile(r"text1\s*=\s*(?:\[([^\]]*)\]|(\S+))(.*)", re.S)
_LETTER = re.compile(rf"\b([a-e])([1-5])\s*[=:]\s*({_NUMBER})")
_OPTION = re.compile(r"\b(divisor|scale|offset|normalize|border)\s*[=:]\s*([\w.+-]+)")


def read_magick(text: str) -> Pasted | None:
    """Read a kernel of ImageMagick: `3x3: 0,-1,0 …`, `Sobel:90`, or a command with one; None for other texts.

    Without a method both are possible: Convolve turns the kernel by 180°, Correlate and -convolve do not.
    """
    method = _MAGICK_METHOD.search(text)
    kernel = _argument(method[2] or method[4]) if method else _argument(text.strip())
    if method is None and not _GEOMETRY.match(kernel) and not (_MAGICK_NAMED.match(kernel) and ":" in kernel):
        return None
    if method and method[3]:
        kernel = _with_geometry(kernel)
    planes = [_magick_kernel(part) for part in kernel.split(";") if part.strip()]
    if method is None and any(plane is None for plane in planes):
        return None
    arrays = [plane for plane in planes if plane is not None]
    if len(arrays) < len(planes) or not arrays:
        raise ValueError(f"{quoted(kernel)} is no kernel of ImageMagick that is known here")
    if len({one.shape for one in arrays}) > 1:
        raise ValueError("the kernels of the list have different sizes")
    array, axes = (arrays[0], "HW") if len(arrays) == 1 else (np.stack(arrays), "OHW")
    read = Pasted("ImageMagick", array, axes)
    name = (method[1] or method[3]).lower() if method else ""
    if name:
        read = _magick_options(read, text, is_old=name == "convolve" and bool(method and method[3]))
    half_turned = replace(read, array=turned(array, axes), is_flipped=True)
    if method is None:
        return asked(
            replace(read, label="as written: -morphology Correlate"),
            replace(half_turned, label="turned by 180°: -morphology Convolve"),
        )
    return half_turned if method[1] and name == "convolve" else read


def read_ffmpeg(text: str) -> Pasted | None:
    """Read ffmpeg's filter `convolution=…`: four planes of 9, 25 or 49 whole numbers; None for other texts."""
    found = _FFMPEG.search(text)
    if found is None:
        return None
    fields = _ffmpeg_fields(_unquoted(text, found))
    planes = [i for i in range(4) if f"{i}m" in fields]
    if not planes:
        raise ValueError("convolution= has no matrix 0m")
    return _ffmpeg_pasted(fields, planes, is_rgb="gbrp" in text)


def read_gmic(text: str) -> Pasted | None:
    """Read G'MIC's `convolve (…;…),1` or `'(…;…)' correlate[0] [1],0`; None for other texts."""
    command = _GMIC.search(text)
    if command is None:
        return None
    matrix = command[2] or next((one[1] for one in _GMIC_MATRIX.finditer(text) if ";" in one[1] or "," in one[1]), "")
    if not matrix:
        return None
    rows = [[parse_number(cell) for cell in row.split(",") if cell.strip()] for row in matrix.split(";")]
    array = _rows(rows)
    border = ("zeros", "edge", "wrap", "symmetric")[min(int(command[3] or 1), 3)]
    is_flipped = command[1] == "convolve"
    return Pasted("G'MIC", turned(array) if is_flipped else array, border=border, is_flipped=is_flipped)


def read_imagej(text: str) -> Pasted | None:
    """Read ImageJ's `run("Convolve...", "text1=[…] normalize")`; None for other texts."""
    found = _IMAGEJ.search(text) if "Convolve..." in text else None
    if found is None:
        return None
    lines = (found[1] or found[2] or "").replace("\\n", "\n").split("\n")
    array = _rows(
        [[parse_number(cell) for cell in re.split(r"[\s,]+", line.strip())] for line in lines if line.strip()]
    )
    by = float(array.sum()) or 1.0
    is_normalized = "normalize" in found[3]
    return Pasted("ImageJ", array / by if is_normalized else array, border="edge", divisor=by if is_normalized else 1.0)


def read_letters(text: str) -> Pasted | None:
    """Read GEGL's and GIMP's convolution matrix: the letters are columns, a1 b1 c1 d1 e1 is the first row."""
    cells = _LETTER.findall(text)
    if len(cells) < 2 or ("convolution-matrix" not in text and len(cells) < 4):
        return None
    array = np.zeros((5, 5))
    array[2, 2] = 1.0 if "convolution-matrix" in text else 0.0  # GEGL's default
    for letter, row, value in cells:
        array[int(row) - 1, "abcde".index(letter)] = float(value)
    options: dict[str, str] = dict(_OPTION.findall(text))
    divisor = _number(options.get("divisor") or options.get("scale") or "1") or 1.0
    if options.get("normalize", "false").lower() in ("true", "1", "yes"):
        divisor = float(array.sum()) or 1.0
    offset = _number(options.get("offset", "0"))
    note = ("GIMP computes it in linear light; here the numbers are as they are in the picture.",)
    return Pasted(
        "GIMP",
        array / divisor,
        biases=(offset,) if offset else (),
        bias_unit="full",
        border="edge",
        divisor=divisor,
        notes=note,
    )


def _argument(text: str) -> str:
    """Return the first argument of a command: what is in quotation marks, or else up to the next option."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        return text[1 : end if end > 0 else len(text)].strip()
    rest = re.split(r"\s+(?=-[a-z]|\S+\.(?:png|jpe?g|tiff?|gif|bmp|webp)\b)", text)[0]
    return rest.strip()


def _with_geometry(kernel: str) -> str:
    """Return the numbers of the old -convolve with the size that the new form has; they make a square."""
    count = len([cell for cell in re.split(r"[\s,]+", kernel) if cell])
    side = round(count**0.5)
    return kernel if ":" in kernel else f"{side}x{side}: {kernel}"


def _magick_kernel(text: str) -> np.ndarray | None:
    """Return one kernel of ImageMagick's list; None if it is none."""
    geometry = _GEOMETRY.match(text)
    if geometry is None:
        return named_kernel(text)
    cells = [cell for cell in re.split(r"[\s,]+", text[geometry.end() :].strip()) if cell]
    numbers = [0.0 if cell.lower() in ("nan", "-") else parse_number(cell) for cell in cells]
    columns = int(geometry[1])
    rows = int(geometry[2] or columns)
    if rows * columns != len(numbers):
        raise ValueError(
            f"{len(numbers)} numbers do not make {columns}x{rows}, that is {columns} columns and {rows} rows"
        )
    if geometry[3]:
        x, y = (int(n) for n in (*re.findall(r"[+-]\d+", geometry[3]), "0")[:2])
        if (x, y) != ((columns - 1) // 2, (rows - 1) // 2):
            raise ValueError("its origin is not the middle, and a kernel here has it in the middle")
    return np.array(numbers).reshape(rows, columns)


def _magick_options(read: Pasted, text: str, *, is_old: bool) -> Pasted:
    """Return a kernel with the scale, the bias and the border of its command; the old -convolve divides by the sum."""
    scale = re.search(rf"convolve:scale=({_NUMBER})?(!)?", text)
    bias = re.search(rf"(?:-bias\s+|convolve:bias=)({_NUMBER})(%?)", text)
    pixels = re.search(r"-virtual-pixel\s+(\w+)", text)
    total = float(read.array.sum()) or 1.0
    by = total if is_old or (scale and scale[2]) else 1.0
    by /= float(scale[1]) if scale and scale[1] and float(scale[1]) else 1.0
    biases = (float(bias[1]) / (100 if bias[2] else 65535),) if bias else ()
    border = _BY_EDGE.get(pixels[1].lower(), "edge") if pixels else "edge"
    return replace(read, array=read.array / by, divisor=by, biases=biases, bias_unit="full", border=border)


def _unquoted(text: str, found: re.Match[str]) -> str:
    """Return the options of a filter, up to the quotation mark that closes its chain of filters."""
    options = found["options"].replace("\\", "")
    opened = re.findall(r"[\"']", text[: found.start()])
    closing = opened[-1] if len(opened) % 2 else '"'
    return options.partition(closing)[0].partition(",")[0].strip()


def _ffmpeg_fields(options: str) -> dict[str, str]:
    """Return the options by their names; those without are 0m, 1m, 2m, 3m, 0rdiv, … in order."""
    order = [f"{i}{name}" for name in ("m", "rdiv", "bias", "mode") for i in range(4)]
    fields: dict[str, str] = {}
    for place, part in enumerate(options.split(":")):
        name, equals, value = part.partition("=")
        if equals:
            fields[name.strip()] = value.strip().strip("\"'")
        elif place < len(order):
            fields[order[place]] = part.strip().strip("\"'")
    return fields


def _ffmpeg_pasted(fields: dict[str, str], planes: list[int], *, is_rgb: bool) -> Pasted:
    arrays = [_ffmpeg_plane(fields, i) for i in planes]
    biases = [_number(fields.get(f"{i}bias", "0")) for i in planes]
    divisors = [by for _, by in arrays]
    numbers = [array for array, _ in arrays]
    are_same = all(np.array_equal(one, numbers[0]) for one in numbers)
    notes = []
    if any("." in fields[f"{i}m"] for i in planes):
        notes.append("ffmpeg cuts weights to whole numbers: it never worked with the decimals in this text.")
    if not are_same and is_rgb and planes[:3] == [0, 1, 2] and len({one.shape for one in numbers[:3]}) == 1:
        array, axes = np.stack([numbers[2], numbers[0], numbers[1]]), "OHW"  # gbrp is green, blue, red
        names = ("red", "green", "blue")
        notes.append("ffmpeg filters each colour with its own kernel; here they are three filters.")
        return Pasted(
            "ffmpeg",
            array,
            axes,
            tuple(biases[i] for i in (2, 0, 1)) if any(biases) else (),
            "bytes",
            "reflect",
            names=names,
            notes=tuple(notes),
        )
    if not are_same:
        notes.append("Only the first of its planes was taken; the others differ.")
    bias = (biases[0],) if biases[0] else ()
    return Pasted("ffmpeg", numbers[0], "HW", bias, "bytes", "reflect", divisor=divisors[0], notes=tuple(notes))


def _ffmpeg_plane(fields: dict[str, str], i: int) -> tuple[np.ndarray, float]:
    numbers = [parse_number(cell) for cell in fields[f"{i}m"].split()]
    mode = fields.get(f"{i}mode", "square")
    side = round(len(numbers) ** 0.5)
    if mode == "square" and (side * side != len(numbers) or side not in (3, 5, 7)):
        raise ValueError(f"a matrix of ffmpeg has 9, 25 or 49 numbers; {i}m has {len(numbers)}")
    shape = {"row": (1, -1), "column": (-1, 1)}.get(mode, (side, side))
    array = np.array(numbers).reshape(shape)
    factor = _number(fields.get(f"{i}rdiv", "0")) or 1 / (float(array.sum()) or 1.0)
    return array * factor if factor != 1 else array, 1 / factor


def _rows(rows: list[list[float]]) -> np.ndarray:
    for i, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise ValueError(f"row {i} has {len(row)} numbers, row 1 has {len(rows[0])}")
    if not rows or not rows[0]:
        raise ValueError("there are no numbers in it")
    return np.array(rows)


def _number(text: str) -> float:
    """Return the number of an option; what is none, or not finite, is 0."""
    try:
        value = parse_number(text)
    except ValueError:
        return 0.0
    return value if np.isfinite(value) else 0.0
