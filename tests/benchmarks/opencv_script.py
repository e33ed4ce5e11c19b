"""The peer of the live window: what twenty lines of OpenCV show of a film, as fast as they can.

    python -m tests.benchmarks.opencv_script FILM FILTERS colour|grey WIDTHxHEIGHT SECONDS

Each frame is filtered n times to 32-bit floats ("colour" sums over the colours, "grey" filters the grey picture), the
maps are scaled to 8 bits and tiled in one window of the size. It prints JSON: frames a second, and processor
milliseconds a frame.
"""

import json
import math
import os
import sys
import time
from collections.abc import Callable

import cv2
import numpy as np

WARM_UP_S = 0.5


def filtered(frame: np.ndarray, kernels: np.ndarray, tile: tuple[int, int], is_colour: bool) -> list[np.ndarray]:
    """Return the maps of a frame in 8 bits, each (tile height, tile width)."""
    if not is_colour:
        frame = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    tiles = []
    for kernel in kernels:
        result = cv2.filter2D(frame, cv2.CV_32F, kernel)
        if is_colour:
            result = cv2.transform(result, np.ones((1, 3), np.float32))
        grey = cv2.normalize(result, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_8U)
        tiles.append(cv2.resize(grey, tile[::-1], interpolation=cv2.INTER_AREA))
    return tiles


def run(film: str, count: int, is_colour: bool, size: tuple[int, int], seconds: float) -> dict[str, float]:
    """Show the film again and again; return the rate and the cost of a frame."""
    kernels = np.random.default_rng(0).normal(size=(count, 3, 3)).astype(np.float32)
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    capture, show = cv2.VideoCapture(film), window(size)
    canvas = np.zeros(size, np.uint8)
    shown, began_s, began_cpu_s = 0, time.perf_counter(), time.process_time()
    end_s, is_warm = began_s + WARM_UP_S, False
    while True:
        is_read, frame = capture.read()
        if not is_read:
            capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            continue
        scale = min(size[0] / rows / frame.shape[0], size[1] / columns / frame.shape[1])
        height, width = (int(n * scale) for n in frame.shape[:2])
        for i, tile in enumerate(filtered(frame, kernels, (height, width), is_colour)):
            top, left = i // columns * height, i % columns * width
            canvas[top : top + height, left : left + width] = tile
        show(canvas)
        shown += 1
        if time.perf_counter() >= end_s:
            if is_warm:
                break
            is_warm = True
            shown, began_s, began_cpu_s = 0, time.perf_counter(), time.process_time()
            end_s = began_s + seconds
    elapsed = time.perf_counter() - began_s
    return {"rate_hz": shown / elapsed, "frame_ms": (time.process_time() - began_cpu_s) / shown * 1e3}


def window(size: tuple[int, int]) -> Callable[[np.ndarray], None]:
    """Return what shows a grey picture: OpenCV's own window; without a screen or without its GUI a label of Qt."""
    has_gui = "GUI:                           NONE" not in cv2.getBuildInformation()
    if has_gui and os.environ.get("DISPLAY") and os.environ.get("QT_QPA_PLATFORM", "xcb") == "xcb":

        def show(canvas: np.ndarray) -> None:
            cv2.imshow("maps", canvas)
            cv2.waitKey(1)

        return show
    from PySide6.QtGui import QImage, QPixmap
    from PySide6.QtWidgets import QApplication, QLabel

    app = QApplication([])
    label = QLabel()
    label.resize(size[1], size[0])
    label.show()

    def show_in_qt(canvas: np.ndarray) -> None:
        height, width = canvas.shape
        label.setPixmap(QPixmap.fromImage(QImage(canvas.data, width, height, width, QImage.Format.Format_Grayscale8)))
        app.processEvents()

    return show_in_qt


if __name__ == "__main__":
    film, count, kind, size, seconds = sys.argv[1:]
    width, height = map(int, size.split("x"))
    print(json.dumps(run(film, int(count), kind == "colour", (height, width), float(seconds))))
