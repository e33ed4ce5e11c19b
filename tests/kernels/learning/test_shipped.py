"""The learned banks that ship: what their files say is what the pictures give, and presets like any other."""

import tomllib

import numpy as np
import pytest

from convexplorer import assets
from convexplorer.kernels.hand_made import hand_made
from convexplorer.kernels.learning.shipped import GROUP, SHIPPED, shipped_bank
from convexplorer.kernels.presets import groups
from tests.kernels.learning.gabors import gabor_share
from tests.kernels.learning.make_banks import learned, whole_numbers


def rows(key: str) -> np.ndarray:
    return np.array([one.planes.ravel() for one in shipped_bank(key)])


@pytest.mark.parametrize("key", SHIPPED)
def test_the_pictures_give_the_banks_that_ship(key):
    """Filters of norm 1 in whole numbers are almost those learned; another machine may round its sums differently."""
    planes, _ = learned(SHIPPED[key])

    cosines = np.abs(planes.reshape(len(planes), -1) @ rows(key).T)

    assert np.mean(cosines.max(axis=0) > 0.99) >= 0.9


@pytest.mark.parametrize("key", SHIPPED)
def test_every_filter_sums_to_0_and_has_norm_1(key):
    bank = shipped_bank(key)

    assert len(bank) == SHIPPED[key].count
    assert {one.planes.shape for one in bank} == {(1 if SHIPPED[key].is_grey else 3, *(SHIPPED[key].size,) * 2)}
    assert rows(key).sum(axis=1) == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(rows(key), axis=1) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("key", SHIPPED)
def test_no_two_filters_of_a_bank_are_the_same(key):
    cosines = np.abs(rows(key) @ rows(key).T) - np.eye(len(rows(key)))

    assert cosines.max() < 0.95


@pytest.mark.parametrize("key", [key for key, bank in SHIPPED.items() if bank.is_grey])
def test_most_of_them_are_like_those_of_gabor(key):
    assert np.mean([gabor_share(one.planes[0]) > 0.7 for one in shipped_bank(key)]) > 0.6


def test_a_bank_in_colour_has_colours():
    planes = np.array([one.planes for one in shipped_bank("learned-kmeans")])
    grey = planes.mean(axis=1, keepdims=True)

    shares = np.square(planes - grey).sum(axis=(1, 2, 3))
    assert (shares > 0.3).sum() >= 3
    assert (shares < 0.05).sum() >= 3


def test_all_learned_presets_belong_to_a_bank_and_none_counts_as_made_by_hand():
    in_banks = [one.preset for key in SHIPPED for one in shipped_bank(key)]

    assert sorted(in_banks) == sorted(one.name for one in groups()[GROUP])
    assert not {one.preset.name for one in hand_made(9)} & set(in_banks)


@pytest.mark.parametrize("key", SHIPPED)
def test_a_file_names_its_pictures_and_its_script(key):
    text = (assets.path("kernels") / f"{key}.toml").read_text(encoding="utf-8")

    head = text.partition("group")[0]
    assert all(picture in head for picture in SHIPPED[key].pictures)
    assert "python -m tests.kernels.learning.make_banks" in head
    assert "resources/images/LICENSES.md" in head
    assert tomllib.loads(text)["group"] == GROUP
    assert len(text) < 25_000


def test_whole_numbers_sum_to_0_and_stay_within_their_range():
    planes = np.random.default_rng(0).standard_normal((3, 9, 9))

    whole = whole_numbers(planes)

    assert whole.sum() == 0
    assert np.abs(whole).max() == 99
    a, b = whole.ravel() / np.linalg.norm(whole), planes.ravel() - planes.mean()
    assert a @ b / np.linalg.norm(b) > 0.9999


def test_an_unknown_bank_is_refused():
    with pytest.raises(ValueError, match="key must be one of learned-kmeans, learned-ica, learned-sparse; got 'sobel'"):
        shipped_bank("sobel")
