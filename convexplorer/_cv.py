"""The one module that imports OpenCV, and undoes its side effects.

`import cv2` sets two environment variables to a Qt plugin folder of its own. PySide6 finds its plugins anyway, but
child processes and Qt's error messages would be misled; both variables are restored.
"""

import os

_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_before = {name: os.environ.get(name) for name in _QT_VARIABLES}

# Read at import or first use; a missing camera or a broken file otherwise prints half a dozen lines.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
# A webcam that was unplugged would otherwise hold its reader for ten seconds.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")
# WORKAROUND(OpenCV 4.5…): a webcam on Windows opens after 10 to 60 s, https://github.com/opencv/opencv/issues/17687
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")

import cv2  # noqa: E402

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

# On few cores OpenCV is both faster and smoother beside a window when it leaves one core alone.
cv2.setNumThreads(max(1, (os.cpu_count() or 2) - 1))

__all__ = ["cv2"]
