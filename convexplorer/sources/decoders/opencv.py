"""Decoding by OpenCV, for bit depths that Pillow does not support; every failure becomes None."""

from pathlib import Path

import numpy as np

from convexplorer._cv import cv2
from convexplorer.sources.limits import check_bytes


def read_bytes(path: Path) -> np.ndarray:
    """Read a file into memory, because OpenCV on Windows cannot open paths with some characters."""
    check_bytes(path.name, path.stat().st_size)
    return np.fromfile(path, np.uint8)


def decode(data: np.ndarray, page: int = 0) -> np.ndarray | None:
    """Decode one page with its full bit depth, channels in R, G, B(, A) order; None if OpenCV fails."""
    try:
        if page:
            is_read, pages = cv2.imdecodemulti(data, cv2.IMREAD_UNCHANGED, None, (page, page + 1))
            pixels = pages[0] if is_read and pages else None
        else:
            pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if pixels is None or pixels.ndim == 2:
        return pixels
    return pixels[:, :, [2, 1, 0, *range(3, pixels.shape[2])]]
