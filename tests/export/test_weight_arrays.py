from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.export.files import ExportError
from convexplorer.export.kernels import read_bank, save_bank
from convexplorer.export.weight_arrays import AmbiguousAxesError, AxesQuestion, bank_of, question_for
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.matrix import format_matrix
from tests.model.examples import conv_layer

BANK = np.random.default_rng(5).normal(size=(8, 3, 5, 5))  # filters, channels, rows, columns


def planes_of(bank) -> np.ndarray:
    return np.stack([one.planes for one in bank.filters])


def test_weights_in_the_order_of_keras_are_the_same_filters_and_said_so(tmp_path: Path):
    np.save(tmp_path / "keras.npy", BANK.transpose(2, 3, 1, 0))
    np.save(tmp_path / "torch.npy", BANK)

    keras, torch = (read_bank(tmp_path / f"{name}.npy", question_for("conv", 3)) for name in ("keras", "torch"))

    np.testing.assert_array_equal(planes_of(keras), BANK)
    np.testing.assert_array_equal(planes_of(torch), BANK)
    order = "(rows, columns, channels in, filters), as Keras keeps them: 8 filters 5×5 over 3 channels"
    assert keras.note == f"keras: read as {order}."
    assert "as PyTorch keeps them" in torch.note


def test_ambiguous_weights_are_asked_and_every_answer_gives_its_filters(tmp_path: Path):
    array = np.random.default_rng(1).normal(size=(2, 3, 3))
    np.save(tmp_path / "w.npy", array)

    with pytest.raises(AmbiguousAxesError, match=r"w has the shape 2 × 3 × 3, which can be read in 4 ways") as caught:
        read_bank(tmp_path / "w.npy")

    banks = {one.axes: planes_of(caught.value.bank_as(one)) for one in caught.value.readings}
    np.testing.assert_array_equal(banks["IHW"], array[np.newaxis])
    np.testing.assert_array_equal(banks["OHW"], array[:, np.newaxis])
    assert {"IHW", "OHW", "HWI", "HWO"} == set(banks)


@pytest.mark.parametrize("axes", ["OIHW", "HWIO", "OHWI"])
def test_a_named_order_needs_no_question(tmp_path: Path, axes: str):
    cube = np.random.default_rng(2).normal(size=(3, 3, 3, 3))
    np.save(tmp_path / "w.npy", cube.transpose([("OIHW").index(letter) for letter in axes]))

    bank = read_bank(tmp_path / "w.npy", AxesQuestion(axes))

    np.testing.assert_array_equal(planes_of(bank), cube)


@settings(max_examples=60, deadline=None)
@given(shape=st.tuples(*(st.integers(1, 4),) * 4), channels=st.none() | st.integers(1, 4))
def test_what_is_exported_comes_back_or_is_asked_with_itself_among_the_answers(tmp_path_factory, shape, channels):
    path = tmp_path_factory.mktemp("round") / "bank.npy"
    bank = np.arange(float(np.prod(shape))).reshape(shape)
    save_bank(path, conv_layer(tuple(Filter(f"f{i}", planes) for i, planes in enumerate(bank))))

    try:
        found = [planes_of(read_bank(path, AxesQuestion("", "conv", channels)))]
    except AmbiguousAxesError as error:
        found = [planes_of(error.bank_as(one)) for one in error.readings]
        assert len(found) > 1
    asked = planes_of(read_bank(path, AxesQuestion("OIHW")))

    np.testing.assert_array_equal(asked, bank)
    assert len(found) == 1 or any(np.array_equal(one, bank) for one in found)
    if len(found) == 1 and shape[2] == shape[3]:
        np.testing.assert_array_equal(found[0], bank)


def test_an_archive_gives_its_kernel_with_the_biases(tmp_path: Path):
    biases = np.arange(8.0)
    np.savez(tmp_path / "dense.npz", kernel=BANK.transpose(2, 3, 1, 0), bias=biases)
    np.savez(tmp_path / "plain.npz", BANK.transpose(2, 3, 1, 0), biases)

    for name in ("dense", "plain"):
        bank = read_bank(tmp_path / f"{name}.npz", question_for("conv", 3))

        np.testing.assert_array_equal(planes_of(bank), BANK)
        assert [one.bias for one in bank.filters] == biases.tolist()


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"a": np.ones((3, 3)), "b": np.ones((5, 5))}, "there are a 3 × 3, b 5 × 5"),
        ({"a": np.ones(3)}, "there are none"),
        ({"kernel": np.ones((3, 3), complex)}, "array of numbers"),
        ({"kernel": np.array([["a", "b"]], object)}, "damaged or no array of numbers"),
    ],
)
def test_an_archive_without_one_kernel_is_refused_in_words(tmp_path: Path, arrays: dict, reason: str):
    np.savez(tmp_path / "w.npz", **arrays)

    with pytest.raises(ExportError, match=reason):
        read_bank(tmp_path / "w.npz")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"garbage" * 9])
def test_a_damaged_archive_is_refused_in_words(tmp_path: Path, content: bytes):
    (tmp_path / "w.npz").write_bytes(content)

    with pytest.raises(ExportError, match=r"w\.npz could not be read as kernels"):
        read_bank(tmp_path / "w.npz")


def test_a_text_with_brackets_is_asked_as_an_array_is_and_one_with_blank_lines_has_planes(tmp_path: Path):
    cube = np.random.default_rng(2).normal(size=(3, 3, 3))
    (tmp_path / "python.txt").write_text(format_matrix(cube, "python"))
    (tmp_path / "lines.txt").write_text(format_matrix(cube, "tab"))
    (tmp_path / "keras.txt").write_text(str(BANK.transpose(2, 3, 1, 0).tolist()))

    with pytest.raises(AmbiguousAxesError):
        read_bank(tmp_path / "python.txt")
    np.testing.assert_array_equal(planes_of(read_bank(tmp_path / "lines.txt")), cube[np.newaxis])
    np.testing.assert_array_equal(planes_of(read_bank(tmp_path / "keras.txt")), BANK)


@pytest.mark.parametrize(
    ("kind", "order"),
    [("depthwise_conv", "HWIO"), ("separable_conv", "HWIO"), ("conv_transpose", "HWOI"), ("conv", "HWIO")],
)
def test_each_kind_of_layer_has_its_own_order_in_keras(kind: str, order: str):
    array = np.zeros((3, 3, 4, 4))

    with pytest.raises(AmbiguousAxesError) as caught:
        bank_of("w", array, question_for(kind, 4))

    assert order in [one.axes for one in caught.value.readings]
