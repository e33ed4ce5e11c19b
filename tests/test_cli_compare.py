"""`convexplorer compare` on files as other programs write them."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convexplorer.model.project import Project
from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.model.storage.files import save_project
from tests.test_cli import Printed, run

DIGITS = "network:digits"
CAT = "sample:cat"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def edited(step: float = 0.5) -> Project:
    """Return the digit reader with another weight in its first layer."""
    project = ready_project(find_ready("digits"))
    first = project.layers[0]
    planes = first.filters[0].planes.copy()
    planes[0, 3, 3] += step
    changed = replace(first, filters=(replace(first.filters[0], planes=planes), *first.filters[1:]))
    return replace(project, layers=(changed, *project.layers[1:]))


def test_an_edited_project_differs_from_the_network_it_was(capsys: Printed):
    save_project("edited.json", edited())

    assert run("compare", "edited.json", DIGITS, CAT) == 1

    printed = capsys.readouterr().out
    assert "1 of 400, at most 0.5" in printed
    assert "the first in conv1." in printed
    assert "Reference: 3 " in printed


def test_a_network_is_the_same_as_itself(capsys: Printed):
    assert run("compare", DIGITS, DIGITS, CAT, "--tolerance", "0") == 0

    assert "All values that can be compared are the same." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["digits.onnx", "digits.safetensors"])
def test_an_export_comes_back_but_for_rounding(name: str, capsys: Printed):
    assert run("export", DIGITS, "-o", name, *(() if name.endswith("onnx") else ("--framework", "torch"))) == 0
    capsys.readouterr()

    for pair in ((DIGITS, name), (name, DIGITS)):
        assert run("compare", *pair, CAT, "--json") == 0
        layers = json.loads(capsys.readouterr().out)["layers"]
        assert {one["verdict"] for one in layers} <= {"the same", "rounding"}
        assert {one["weights_differing"] for one in layers} == {0}


def test_two_files_of_weights_are_compared_with_the_layers_of_a_network(capsys: Printed):
    save_project("edited.json", edited())
    for network, file in ((DIGITS, "before.safetensors"), ("edited.json", "after.safetensors")):
        run("export", network, "-o", file, "--framework", "torch")
    capsys.readouterr()

    assert run("compare", "after.safetensors", DIGITS, CAT, "--csv") == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    assert (rows[0]["weights_differing"], float(rows[0]["weights_largest"])) == ("1", pytest.approx(0.5))
    assert run("compare", "before.safetensors", "after.safetensors", CAT) == 2
    assert "--network NET puts them into its layers" in capsys.readouterr().err
    assert run("compare", "after.safetensors", "before.safetensors", CAT, "--network", DIGITS, "--csv") == 1
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == rows


def test_weights_that_fit_nothing_are_a_sentence(capsys: Printed):
    arrays = {"stem.weight": np.zeros((5, 7, 3, 3), np.float32), "stem.bias": np.zeros(5, np.float32)}
    np.savez("other.npz", **arrays)

    assert run("compare", DIGITS, "other.npz", CAT) == 2

    assert "none of them fit the layers of the network" in capsys.readouterr().err


def test_the_picture_is_that_of_the_first_network_unless_another_is_named(capsys: Printed):
    save_project("edited.json", replace(edited(), source=ready_project(find_ready("lenet-5")).source))

    assert run("compare", "edited.json", DIGITS) == 1

    assert capsys.readouterr().out.startswith("Layer ")


def test_a_tolerance_decides_the_status(capsys: Printed):
    save_project("edited.json", edited(1e-3))

    assert run("compare", "edited.json", DIGITS, CAT, "--tolerance", "1") == 0
    assert run("compare", "edited.json", DIGITS, CAT, "--tolerance", "1e-6") == 1
    assert run("compare", "edited.json", DIGITS, CAT, "--tolerance", "-1") == 2
    assert "must be a number of at least 0, as in 1e-5; got '-1'" in capsys.readouterr().err


def test_another_end_cannot_be_within_any_tolerance():
    save_project("short.json", replace(edited(), layers=edited().layers[:-1]))

    assert run("compare", "short.json", DIGITS, CAT, "--tolerance", "inf") == 1


@pytest.mark.parametrize("words", [("nothing.onnx", DIGITS), (DIGITS, DIGITS, "nothing.png")])
def test_what_is_not_there_is_a_sentence(words: tuple[str, ...], capsys: Printed):
    assert run("compare", *words) == 2

    assert "nothing" in capsys.readouterr().err


def test_two_files_of_weights_are_compared_by_the_names_of_their_arrays(capsys: Printed):
    first = {
        "a.weight": np.zeros((2, 3), np.float32),
        "b.weight": np.ones(4, np.float32),
        "c.weight": np.ones((2, 2), np.float32),
    }
    second = {
        "b.weight": first["b.weight"] + [0, 0, 0.25, 0],
        "a.weight": first["a.weight"],
        "c.weight": np.ones(4, np.float32),
        "d.weight": np.ones(1),
    }
    np.savez("first.npz", **first)
    np.savez("second.npz", **second)

    assert run("compare", "first.npz", "second.npz") == 1
    printed = capsys.readouterr().out
    assert "1 of 10 numbers differ, by at most 0.25 in b.weight at [2]." in printed
    assert "2 arrays have nothing to be compared with." in printed
    run("compare", "first.npz", "second.npz", "--json")
    arrays = {one["array"]: one for one in json.loads(capsys.readouterr().out)["arrays"]}
    assert {name: one["verdict"] for name, one in arrays.items()} == {
        "a.weight": "the same",
        "b.weight": "differs",
        "c.weight": "two shapes: 2 × 2 against 4",
        "d.weight": "only in the reference",
    }
    assert (arrays["b.weight"]["place"], arrays["b.weight"]["largest"], arrays["b.weight"]["differing"]) == (
        [2],
        0.25,
        1,
    )


@pytest.mark.parametrize("form", ["--csv", "--markdown", "--json", "--tolerance=0"])
def test_a_file_of_weights_is_the_same_as_itself(form: str, capsys: Printed):
    np.savez("one.npz", weight=np.array([1.0, np.nan, np.inf]), bias=np.ones(3), gamma=np.ones((2, 4)))

    assert run("compare", "one.npz", "one.npz", form) == 0

    assert capsys.readouterr().out.count("the same") >= 3


def test_a_tolerance_allows_weights_to_differ_by_so_much():
    np.savez("one.npz", weight=np.array([1.0, 2.0]), bias=np.ones(1))
    np.savez("other.npz", weight=np.array([1.0, 2.5]), bias=np.ones(1))

    assert run("compare", "one.npz", "other.npz", "--tolerance", "0.5") == 0
    assert run("compare", "one.npz", "other.npz", "--tolerance", "0.4") == 1


@pytest.mark.parametrize(("network", "reason"), [(DIGITS, "have layers"), ("one.npz", "holds weights alone")])
def test_a_network_for_weights_must_have_layers_and_weights_to_take(network: str, reason: str, capsys: Printed):
    np.savez("one.npz", weight=np.ones(3), bias=np.ones(1))
    both = (DIGITS, DIGITS) if network == DIGITS else ("one.npz", "one.npz")

    assert run("compare", *both, CAT, "--network", network) == 2

    assert reason in capsys.readouterr().err
