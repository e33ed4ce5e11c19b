"""`convexplorer response`: the figures of a kernel on the terminal, and its response as a file."""

import json

import numpy as np
import pytest

from convexplorer.cli.dispatch import main
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.response.frequency import Axis, response


def test_the_figures_of_a_preset_are_printed(capsys):
    assert main(["response", "sobel-x"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "sobel-x"
    assert "  Peak wave     4 px, at 0°" in lines
    assert "  Rank          1 of 3" in lines


def test_the_response_is_written_beside_them(tmp_path, capsys):
    path = tmp_path / "r.npy"

    assert main(["response", "gaussian:sigma=2,size=9", "-o", str(path), "--count", "17"]) == 0

    plane = make_filter("gaussian", sigma=2, size=9).planes[0]
    np.testing.assert_array_equal(np.load(path), response(plane, Axis(count=17), Axis(count=17)))
    assert "Noise gain" in capsys.readouterr().out


def test_programs_get_numbers(capsys):
    assert main(["response", "box:size=3", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["gain"] == pytest.approx(1)
    assert found["noise_gain"] == pytest.approx(1 / 3)
    assert found["wavelength"] is None  # infinite
    assert found["band"]["low"] == 0
    assert found["singular_values"] == pytest.approx([1 / 3, 0, 0], abs=1e-12)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["no-such-kernel"], "no-such-kernel"),
        (["bank.npy"], "a response is that of one kernel; bank.npy has 2"),
        (["nan.csv"], "NaN or infinity"),
        (["sobel-x", "-o", "r.txt"], "must end with"),
    ],
)
def test_what_has_no_response_is_refused_in_words(words, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    np.save("bank.npy", np.ones((2, 1, 3, 3)))
    (tmp_path / "nan.csv").write_text("nan,1\n1,1\n")

    assert main(["response", *words]) == 2

    assert sentence in capsys.readouterr().err
