"""A hostile file is refused by its header, before memory is taken; a process of its own measures how much was."""

import subprocess
import sys
from pathlib import Path

import pytest

_MOST_MB = 300.0  # the program itself takes 100

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process's peak of memory")


def test_every_attack_is_refused_before_it_takes_memory(tmp_path):
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.sources.attacks", str(tmp_path)],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=300,
    )

    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(lines) > 30
    for name, peak_mb, said in lines:
        assert said.startswith(f"{name} is ") or name == "long.hdr", said
        assert float(peak_mb) < _MOST_MB, f"{name} takes {peak_mb} MB"
    assert done.stderr == ""
