import subprocess
import sys

HEAVY = (
    "scipy",
    "PIL.ImageDraw",
    "pyqtgraph",
    "imagecodecs",
    "tifffile",
    "onnx",
    "onnxruntime",
    "av",
    "h5py",
    "matplotlib",
    "PySide6.QtMultimedia",
    "PySide6.QtOpenGL",
)


def _loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def test_the_window_starts_without_heavy_modules():
    loaded = _loaded_after("import convexplorer.gui.window.app")

    assert not loaded & set(HEAVY)


def test_the_command_line_starts_without_qt():
    loaded = _loaded_after("import convexplorer.cli")

    assert not any(name.startswith("PySide6") for name in loaded)


def test_core_is_free_of_files_and_windows():
    loaded = _loaded_after("from convexplorer import core")

    assert not {"PIL", "PySide6", "convexplorer.sources", "convexplorer.model"} & loaded
