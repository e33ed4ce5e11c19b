"""Whether OpenCV converts the frames of a video at all.

WORKAROUND(OpenCV 4.13–5.0): of interlaced frames libswscale refuses the conversion; OpenCV does not look, and hands out
whatever was in memory, the same for every frame. Only a video whose first frames are all equal can be of that kind.
"""

from pathlib import Path

import numpy as np

from convexplorer._cv import cv2
from convexplorer.sources.capture import Capture
from convexplorer.sources.pixel_format import pixel_format

_FRAMES = 12  # so many must be equal
_FAR = 4.0  # levels of 255 between stored and converted numbers, on average; rounding makes 2
_ALIKE = 0.9  # their correlation; rounding leaves 0.99
_BLACK = 12.0  # mean luma below that of black in the limited range, which is 16
_WITHOUT_LUMA = ("G", "B", "R")  # tags of colours that are stored as they are shown
_PLANAR = ("I420", "YV12", "422P", "444P", "411P", "Y41B", "Y42B", "Y800", "NV12")
_LUMA_AT = {"YUY2": 0, "YUYV": 0, "UYVY": 1}  # packed in pairs: where luma stands


def is_memory(path: Path, tag: str, first: np.ndarray) -> bool:
    """Return True if frames are not converted, so that they hold arbitrary memory.

    Parameters
    ----------
    tag : the pixel format, as `Capture.pixel_tag` gives it.
    first : (H, W, C) uint8 in B, G, R, or (H, W), the first frame, to which the second is equal.
    """
    stored = _stored_frames(path)
    if not stored or any(not np.array_equal(stored[0], frame) for frame in stored[1:]):
        return False
    pair = _pair(stored[0], tag, first)
    if pair is None:
        return False
    if _are_alike(*pair):
        return False
    if _distance(*pair) > _FAR:
        return True
    # Memory never used before is 0; the luma of a film is so low only if it is black in the full range.
    is_empty = tag[:1] not in _WITHOUT_LUMA and pair[0].mean() < _BLACK
    return is_empty and _tells_of_detail(path, first.shape[0] * first.shape[1])


def _stored_frames(path: Path) -> list[np.ndarray]:
    """Return the first frames as they are stored; OpenCV shows planes as one grey picture."""
    capture = Capture(str(path), cv2.CAP_FFMPEG)
    capture.keep_format()
    frames: list[np.ndarray] = []
    while len(frames) < _FRAMES and (pixels := capture.read()) is not None:
        frames.append(pixels)
    capture.close()
    return frames


def _pair(stored: np.ndarray, tag: str, first: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return stored numbers and the converted ones to which they belong, in levels; None for a format unknown here.

    Of packed and deep pixels, only the left columns fit into the grey picture.
    """
    height, width = stored.shape[:2]
    bits = pixel_format(tag).bits
    if stored.ndim == 3 or first.ndim == 2:  # handed out as they are
        channels = 3 if stored.ndim == 3 else 1
        left, right = np.atleast_3d(stored)[..., :channels], np.atleast_3d(first)[..., :channels]
        return left.astype(np.float32), right.astype(np.float32)
    bgr = first[..., :3].astype(np.float32)
    luma = bgr @ np.array((0.114, 0.587, 0.299), np.float32)
    if tag in _PLANAR:
        return stored.astype(np.float32), luma
    if tag in _LUMA_AT:
        return stored[:, _LUMA_AT[tag] :: 2].astype(np.float32), luma[:, : len(range(_LUMA_AT[tag], width, 2))]
    if tag[:3] in ("BGR", "RGB") and tag[3:] in ("\0", "\x18"):
        size = 4 if tag[3:] == "\0" else 3
        columns = width // size
        packed = stored[:, : columns * size].reshape(height, columns, size)[..., :3]
        return (packed if tag[0] == "B" else packed[..., ::-1]).astype(np.float32), bgr[:, :columns]
    if tag[:1] in ("Y", "G") and tag[1:2] in ("1", "2", "3", "4"):
        plane = np.ascontiguousarray(stored[:, : width // 2 * 2]).view("<u2") / 2 ** (bits - 8) if bits > 8 else stored
        converted = luma if tag[0] == "Y" else bgr[..., 1]
        return plane.astype(np.float32), converted[:, : plane.shape[1]]
    return None


def _distance(stored: np.ndarray, converted: np.ndarray) -> float:
    """Return the mean difference, in the full or the limited range, whichever fits better."""
    return float(min(np.abs(converted - stored).mean(), np.abs(16 + converted * (219 / 255) - stored).mean()))


def _are_alike(stored: np.ndarray, converted: np.ndarray) -> bool:
    """Return True if two arrays differ only in range or in the weights of the colours."""
    if not (stored.std() and converted.std()):
        return False
    return float(np.corrcoef(stored.ravel(), converted.ravel())[0, 1]) >= _ALIKE


def _tells_of_detail(path: Path, pixels: int) -> bool:
    """Return True if packets differ, and the first holds more than it takes to code a plain frame."""
    capture = Capture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_FORMAT, -1])
    packets: list[bytes] = []
    is_intra = True  # each frame coded by itself, as in Motion JPEG, which takes more for a plain one
    while len(packets) < _FRAMES and capture.skip():
        packets.append(capture.packet().tobytes())
        is_intra = is_intra and capture.is_key
    capture.close()
    most = 1500 + pixels // (16 if is_intra else 256)
    return len(set(packets)) > 1 and len(packets[0]) > most
