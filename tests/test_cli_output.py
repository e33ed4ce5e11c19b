"""The command line with files and outputs that are not as usual."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import ROOT, Printed, make_film, make_photo, run


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def photo() -> str:
    return make_photo("photo.png")


def console(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    command = [sys.executable, "-m", "convexplorer", *words]
    return subprocess.run(command, env=environment, text=True, stderr=subprocess.PIPE, check=False, **options)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no disk that is always full")
@pytest.mark.parametrize("words", [["kernels"], ["layers"], ["kernels", "--json"], ["--version"]])
def test_a_full_disk_behind_the_output_is_said(words: list[str]):
    with open("/dev/full", "w") as full:
        done = console(*words, stdout=full)

    assert done.returncode == 1
    assert done.stderr == "convexplorer: the output could not be written: the disk is full\n"


def test_a_reader_that_has_seen_enough_is_no_failure_to_talk_about():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = console("kernels", stdout=pipe)

    assert done.returncode == 1
    assert done.stderr == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_pipes_are_refused_and_nothing_hangs(photo: str, capsys: Printed):
    for name in ("pipe.json", "pipe.png", "pipe.npy", "pipe.mp4"):
        os.mkfifo(name)

    assert run("apply", photo, "-o", "out.png", "--project", "pipe.json") == 2
    assert run("apply", photo, "-o", "out.png", "--kernel", "pipe.npy") == 2
    assert run("apply", "pipe.png", "-o", "out.png", "--kernel", "sobel-x") == 1
    assert run("apply", "pipe.mp4", "-o", "out.png", "--kernel", "sobel-x") == 1
    assert run("apply", photo, "-o", "pipe.png", "--kernel", "sobel-x") == 1
    assert run("apply", make_film("film.avi"), "-o", "pipe.mp4", "--kernel", "sobel-x") == 1

    assert capsys.readouterr().err.count("no ordinary file but a pipe") == 6
    assert not os.path.exists("out.png")


def test_a_name_of_300_letters_is_a_sentence(photo: str, capsys: Printed):
    name = "n" * 300

    assert run("apply", photo, "-o", f"{name}.png", "--kernel", "sobel-x") == 1
    assert run("apply", photo, "-o", "out.png", "--kernel", f"{name}.npy") == 2
    assert run("apply", photo, "-o", "out.png", "--project", f"{name}.json") == 2

    assert capsys.readouterr().err.count("the name is too long") == 3


def test_a_damaged_kernel_is_a_sentence(photo: str, capsys: Printed):
    damaged = ROOT / "tests" / "cases" / "kernels" / "damaged.npy"

    assert run("apply", photo, "-o", "out.png", "--kernel", str(damaged)) == 2

    assert "damaged.npy could not be read as kernels: it is damaged" in capsys.readouterr().err
