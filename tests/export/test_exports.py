import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import plan_of
from convexplorer.export.table import EXPORTS
from convexplorer.kernels.filter import Filter
from tests.model.examples import conv_layer

RGB = np.zeros((16, 16, 3), np.uint8)
ARGUMENTS = {
    "map": (RGB,),
    "grid": ([("f", RGB)], 1),
    "maps": (np.zeros((1, 4, 4), np.float32), ["f"]),
    "bank": (conv_layer((Filter("f", np.ones((1, 3, 3))),)),),
    "frames": (25.0,),
    "latex": ("x",),
    "plane": (np.ones((3, 3)),),
    "network": (plan_of([conv_layer((Filter("f", np.ones((1, 3, 3))),), id="conv")], (3, 9, 9)),),
}


@pytest.mark.parametrize(
    ("name", "suffix"), [(name, suffix) for name, row in EXPORTS.items() for suffix in row.formats]
)
def test_every_row_writes_every_suffix_it_names(tmp_path: Path, name: str, suffix: str):
    path = tmp_path / f"out{suffix}"
    export = EXPORTS[name]
    recorder = export.function(path, *ARGUMENTS[export.takes])
    if export.takes == "frames":
        recorder.write(RGB)
        recorder.close()

    assert path.stat().st_size > 0


@pytest.mark.parametrize("name", EXPORTS)
def test_every_row_refuses_another_suffix(tmp_path: Path, name: str):
    export = EXPORTS[name]

    with pytest.raises(ExportError, match="must end with"):
        export.function(tmp_path / "out.xyz", *ARGUMENTS[export.takes])


@pytest.mark.parametrize("name", EXPORTS)
def test_the_dialog_of_every_row_offers_every_suffix(name: str):
    offered = EXPORTS[name].filters

    assert all(f"*{suffix}" in offered for suffix in EXPORTS[name].formats)
    assert EXPORTS[name].title


FULL = """
import os, resource, sys, numpy as np
from convexplorer.export.table import EXPORTS
from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import plan_of
from convexplorer.kernels.filter import Filter
from tests.model.examples import conv_layer
random = np.random.default_rng(0)
rgb = random.integers(0, 256, (64, 64, 3), np.uint8)
arguments = {
    "map": (rgb,), "grid": ([("f", rgb)], 1), "maps": (random.random((2, 64, 64), np.float32), ["f", "g"]),
    "bank": (conv_layer((Filter("f", random.random((1, 31, 31))),)),), "frames": (25.0,), "latex": ("x" * 5000,),
    "plane": (random.random((3, 3)),),
    "network": (plan_of([conv_layer((Filter("f", random.random((1, 31, 31))),), id="conv")], (3, 64, 64)),),
}
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
os.chdir(sys.argv[1])
for name, export in EXPORTS.items():
    for suffix in export.formats:
        try:
            recorder = export.function(f"{name}{suffix}", *arguments[export.takes])
            if export.takes == "frames":
                with recorder:
                    recorder.write(rgb)
            print(f"{name}{suffix} was written")
        except ExportError as error:
            print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of files exist on POSIX")
def test_every_row_says_that_the_disk_is_full_and_leaves_nothing(tmp_path: Path):
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout

    sentences = said.splitlines()
    assert len(sentences) == sum(len(export.formats) for export in EXPORTS.values())
    assert [one for one in sentences if "could not be written: the disk is full" not in one] == []
    assert os.listdir(tmp_path) == []
