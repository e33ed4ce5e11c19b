from pathlib import Path

import numpy as np
import pytest

from convexplorer.export import EXPORTS
from convexplorer.export.files import ExportError
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
