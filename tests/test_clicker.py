"""A random clicker survives garbage collections at any moment in any thread, and nobody complains."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATIENCE_S = 300
CLICKS = 120  # two windows


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clicks_while_garbage_is_collected_in_every_thread(seed: int, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.clicker", str(seed), str(CLICKS)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{CLICKS} clicks\n", "")
