"""Frames of a running source at a part of their size, so that more of them can be computed with."""

from dataclasses import replace

from convexplorer._cv import cv2
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame


def smaller(frame: Frame, factor: int) -> Frame:
    """Return a frame with means of `factor`×`factor` pixels as its pixels, and a note that says so.

    Only a frame that came as bytes, as those of a video, a stream or a camera, is made smaller; typed numbers and the
    pictures of files are not. Pixels left over at the right and lower edge are cut off.
    """
    pixels = frame.pixels
    if factor == 1 or pixels is None or min(pixels.shape[:2]) < factor:
        return frame
    height, width = (n // factor for n in pixels.shape[:2])
    kept = pixels[: height * factor, : width * factor]
    reduced = cv2.resize(kept, (width, height), interpolation=cv2.INTER_AREA)
    note = f"Frames at 1/{factor} size."
    return replace(frame, content=ByteImage(reduced), note=f"{frame.note} {note}".strip())
