"""What leaves the program is computed by the fixed plan: the same bytes, whatever has raced on this machine."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer import cli
from convexplorer.core.convolution.records import Record, Records, using
from convexplorer.gui.session.settings import cache_folder
from convexplorer.live import winners
from tests.core.convolution.test_records import Ticks

SIZE = (130, 150)


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONVEXPLORER_FIXED_PLANS")
    pixels = np.random.default_rng(2).integers(0, 256, (*SIZE, 3), np.uint8)
    Image.fromarray(pixels).save("photo.png")
    return Path("photo.png")


def won_by_another(noted: Records) -> Records:
    """Return records in which another algorithm than the fixed plan's is a hundred times as fast, for all noted."""
    records = Records()
    for work, entry in noted.waiting.items():
        winner = "rows" if entry.rule == "planes" else "planes"
        records.add(work, Record.of(entry.rule, {entry.rule: 1.0, winner: 0.01}))
    return records


def test_apply_gives_the_same_bytes_whatever_is_remembered(photo: Path):
    words = ("apply", str(photo), "--kernel", "sobel-x", "--kernel", "laplacian", "--kernel", "gaussian")
    noted = Records(clock=Ticks(1.0))
    with using(noted):
        assert cli.main((*words, "-o", "before.npy")) == 0
    records = won_by_another(noted)
    assert winners.write(winners.path_in(cache_folder()), dict(records.known))

    assert cli.main((*words, "-o", "after.npy")) == 0

    before = Path("before.npy").read_bytes()
    assert Path("after.npy").read_bytes() == before
    with using(records):  # as a window's engine does
        assert cli.main((*words, "-o", "raced.npy")) == 0
    assert Path("raced.npy").read_bytes() != before
    np.testing.assert_allclose(np.load("raced.npy"), np.load("before.npy"), atol=1e-5)
