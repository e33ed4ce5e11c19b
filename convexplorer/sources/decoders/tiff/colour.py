"""What the numbers of a TIFF page mean: colours, alpha, white, palettes, inks, orientation.

tifffile returns numbers as they are stored. Their meaning follows TIFF 6.0 and libtiff; where Pillow and OpenCV give
other values, `docs/decisions/035-tiff-pages.md` says so.
"""

from collections.abc import Callable

import numpy as np
from tifffile import TiffPage

from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.pixels import (
    WIDE_INTEGER_NOTE,
    channel_names,
    from_pixels,
    is_wide_integer,
    samples_of,
    turned,
)
from convexplorer.sources.decoders.tiff.layout import PICTURES
from convexplorer.sources.frame import Samples, SourceError

_MIN_IS_WHITE, _RGB, _PALETTE, _INKS, _YCBCR, _CIELAB, _ICCLAB, _MOSAIC = 0, 2, 3, 5, 6, 8, 9, 32803
_COLOURS = {_RGB: 3, _INKS: 4, _YCBCR: 3, _CIELAB: 3, _ICCLAB: 3}  # channels of the colour itself; 1 of all others
_MULTIPLIED, _ALPHAS = 1, (1, 2)  # ExtraSamples
_APERIO_YCBCR = 33003
_ROWS = 256  # at once, so that a conversion takes little memory beside the picture

# CIE XYZ of the white D50, which Lab in TIFF refers to, and the way to linear sRGB, adapted to D65 after Bradford:
# http://www.brucelindbloom.com/index.html?Eqn_RGB_XYZ_Matrix.html
_D50 = np.array([0.96422, 1.0, 0.82521], np.float32)
_XYZ_TO_SRGB = np.array(
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]],
    np.float32,
)


def to_page(page: TiffPage, pixels: np.ndarray) -> Page:
    """Return the picture that the numbers of a page mean, upright.

    Parameters
    ----------
    pixels : the stored numbers, (H, W), (H, W, C) or, channel by channel, (C, H, W).
    """
    pixels = np.moveaxis(pixels, 0, -1) if page.axes.startswith("S") else np.atleast_3d(pixels)
    kind = int(page.photometric)
    if kind == _PALETTE:
        image, samples = _looked_up(page, pixels)
        colours, note = len(image) - pixels.shape[2] + 1, ""
    else:
        image, samples = _scaled(page, pixels)
        image.flags.writeable = True  # it is new, and converted in place
        colours, note = _COLOURS.get(kind, 1), ""
        if len(image) < colours:  # a broken file; its numbers are still numbers
            colours = 1
        elif kind in _CONVERSIONS:
            image, note = _CONVERSIONS[kind](page, image)
            colours = len(image) - (pixels.shape[2] - colours)
    names, multiplied = _names(page, colours, len(image))
    notes = [note, WIDE_INTEGER_NOTE if is_wide_integer(pixels.dtype) else ""]
    if multiplied:
        _divide_by_alpha(image, names.index("A"), is_clipped=pixels.dtype.kind in "iu")
        notes.append("Its colours were stored multiplied by alpha, and were divided by it.")
    image.flags.writeable = False
    return Page(turned(image, int(page.tags.valueof(274, 1) or 1)), names, " ".join(filter(None, notes)), samples)


def _scaled(page: TiffPage, pixels: np.ndarray) -> tuple[np.ndarray, Samples]:
    """Return the image of the stored numbers, with 0 as black, and their description."""
    bits = page.bitspersample if isinstance(page.bitspersample, int) else 8  # of 5, 6, 5 bits tifffile makes 8
    full_scale = float(2**bits - 1) if pixels.dtype.kind == "u" and 1 < bits < 16 and bits != 8 else None
    if page.photometric == _MIN_IS_WHITE and pixels.dtype.kind in "ub" and not is_wide_integer(pixels.dtype):
        pixels = ~pixels if full_scale is None else pixels.dtype.type(full_scale) - pixels
    bits = pixels.dtype.itemsize * 8 if pixels.dtype.kind == "f" else bits
    return from_pixels(pixels, full_scale=full_scale), samples_of(pixels.dtype, bits=bits, full_scale=full_scale)


def _looked_up(page: TiffPage, pixels: np.ndarray) -> tuple[np.ndarray, Samples]:
    """Return the colours that the first channel's numbers stand for, in one channel if all are grey."""
    table = page.colormap
    if table is None or pixels.dtype.kind not in "ub":
        raise SourceError(f"{page.parent.filename} is damaged: its palette is missing.")
    if (table < 256).all() or not (table & 255).any():  # written with 8 bits, or with 8 bits shifted by 8
        table = (table if (table < 256).all() else table >> 8).astype(np.uint8)
    elif not (table % 257).any():
        table = (table // 257).astype(np.uint8)
    if (table == table[0]).all():
        table = table[:1]
    colours = table[:, np.minimum(pixels[:, :, 0].astype(np.uint16), table.shape[1] - 1)]
    image = from_pixels(np.moveaxis(colours, 0, -1))
    if pixels.shape[2] > 1:
        image = np.concatenate([image, from_pixels(pixels[:, :, 1:])])
    image.flags.writeable = True
    return image, samples_of(table.dtype)


def _from_inks(page: TiffPage, image: np.ndarray) -> tuple[np.ndarray, str]:
    if page.tags.valueof(332, 1) != 1:  # InkSet
        return image, "Its inks are none of cyan, magenta, yellow and black; they are shown as channels."
    np.subtract(1, image[:4], out=image[:4])
    image[:3] *= image[3]
    return np.delete(image, 3, axis=0), "Its CMYK inks were converted to red, green and blue."


def _from_ycbcr(page: TiffPage, image: np.ndarray) -> tuple[np.ndarray, str]:
    """Convert brightness and two differences of colour as TIFF 6.0 defines; a picture's own decoder has done so."""
    if page.compression in PICTURES and page.compression != _APERIO_YCBCR:
        return image, ""
    red, green, blue = _ratios(page, 529, 3) or (0.299, 0.587, 0.114)  # YCbCrCoefficients
    ends = _ratios(page, 532, 6) or (0, 255, 128, 255, 128, 255)  # ReferenceBlackWhite
    full = 2.0**page.bitspersample - 1
    spans = (1, (full - 1) / 2 / full, (full - 1) / 2 / full)  # TIFF 6.0's coding ranges: 255, 127, 127
    y, cb, cr = (
        (image[i] * full - ends[2 * i]) * (span / (ends[2 * i + 1] - ends[2 * i])) for i, span in enumerate(spans)
    )
    r, b = y + (2 - 2 * red) * cr, y + (2 - 2 * blue) * cb
    for channel, values in enumerate((r, (y - red * r - blue * b) / green, b)):
        np.clip(values, 0, 1, out=image[channel])
    return image, ""


def _from_lab(page: TiffPage, image: np.ndarray) -> tuple[np.ndarray, str]:
    """Convert L*, a*, b* to sRGB; integers are coded as libtiff decodes them."""
    is_float = page.dtype is not None and page.dtype.kind == "f"
    if not is_float and page.bitspersample not in (8, 16):
        return image, "Its CIELab numbers are shown as they are stored."
    for top in range(0, image.shape[1], _ROWS):
        block = image[:3, top : top + _ROWS]
        block[...] = _srgb(block if is_float else _lab(page, block))
    return image, "Its CIELab colours were converted to red, green and blue."


def _lab(page: TiffPage, stored: np.ndarray) -> np.ndarray:
    """Return L* in 0…100, a* and b* in −128…128 from integers that have been scaled to 0…1."""
    is_deep = page.bitspersample == 16
    full, step = (65535, 256) if is_deep else (255, 1)
    lab = stored * np.float32(full)
    if page.photometric == _CIELAB:  # a* and b* are signed
        lab[1:] -= np.where(lab[1:] > full // 2, np.float32(full + 1), np.float32(0))
        lab[0] *= 100 / full
    else:
        lab[1:] -= (full + 1) // 2
        lab[0] *= 100 / (65280 if is_deep else 255)
    lab[1:] /= step
    return lab


def _srgb(lab: np.ndarray) -> np.ndarray:
    """Convert L*, a*, b* for D50, (3, H, W), to sRGB in 0…1; colours outside are clipped."""
    y = (lab[0] + 16) / 116
    f = np.stack([y + lab[1] / 500, y, y - lab[2] / 200])
    xyz = np.where(f > 6 / 29, f**3, (f - 4 / 29) * (3 * (6 / 29) ** 2)) * _D50[:, None, None]
    linear = np.clip(np.tensordot(_XYZ_TO_SRGB, xyz, axes=1), 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _from_mosaic(_page: TiffPage, image: np.ndarray) -> tuple[np.ndarray, str]:
    return image, "A raw photograph: each pixel has the one colour of its filter, and no colours were computed."


_CONVERSIONS: dict[int, Callable[[TiffPage, np.ndarray], tuple[np.ndarray, str]]] = {
    _INKS: _from_inks,
    _YCBCR: _from_ycbcr,
    _CIELAB: _from_lab,
    _ICCLAB: _from_lab,
    _MOSAIC: _from_mosaic,
}


def _names(page: TiffPage, colours: int, channels: int) -> tuple[tuple[str, ...], bool]:
    """Return the channels' names, and True if the colours are stored multiplied by alpha.

    A further channel is alpha only if ExtraSamples says so (1 or 2), and else named by its number: R, G, B, 3.
    """
    extras = channels - colours
    kinds = [int(kind) for kind in (*page.extrasamples, *[0] * max(0, extras))][: max(0, extras)]
    alpha = next((colours + i for i, kind in enumerate(kinds) if kind in _ALPHAS), None)
    usual = {1: "Y", 3: "RGB"}.get(colours, "")
    if alpha is None and colours == 1:
        return channel_names(channels), False
    if colours == 1 and channels > 2:
        usual = ""  # several bands: none is the brightness
    names = [*usual, *map(str, range(len(usual), channels))]
    if alpha is not None:
        names[alpha] = "A"
    return tuple(names), alpha is not None and kinds[alpha - colours] == _MULTIPLIED


def _divide_by_alpha(image: np.ndarray, alpha: int, *, is_clipped: bool) -> None:
    """Divide all channels before alpha by it, in place; where it is 0, there is no colour."""
    for channel in image[:alpha]:
        np.divide(channel, image[alpha], out=channel, where=image[alpha] > 0)
        if is_clipped:  # rounding, or a writer that had not multiplied
            np.minimum(channel, 1, out=channel)


def _ratios(page: TiffPage, tag: int, count: int) -> tuple[float, ...] | None:
    """Return the values of a tag of RATIONALs, or None if they are missing or make no sense."""
    value = page.tags.valueof(tag)
    if not isinstance(value, tuple) or len(value) != 2 * count or 0 in value[1::2]:
        return None
    return tuple(a / b for a, b in zip(value[::2], value[1::2], strict=True))
