"""Palettes, measured in OKLab: even steps, equal weight of both signs, a zero that is neutral."""

import numpy as np
import pytest

from convexplorer.core.display.palettes import (
    NOT_FINITE_COLOR,
    PALETTES,
    WEIGHTS_PALETTE,
    oklab_to_srgb,
    srgb_to_oklab,
)

ALL = [*PALETTES.values(), WEIGHTS_PALETTE]
EVERY = pytest.mark.parametrize("palette", ALL, ids=lambda palette: palette.name)
DIVERGING = pytest.mark.parametrize("palette", [each for each in ALL if each.is_diverging], ids=lambda each: each.name)
THEME = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
# Half a step of 8 bits, as a distance in OKLab.
ROUNDING = 0.004


def lab(palette, dark):
    """Return OKLab of the 255 colours."""
    return srgb_to_oklab(palette.colors(dark)[:255] / 255)


def seen_by_deuteranopes(colors):
    """Return the sRGB colours as they appear without green cones (Viénot, Brettel and Mollon 1999)."""
    red, green, blue = np.moveaxis((np.asarray(colors) / 255) ** 2.2, -1, 0)
    yellow = 0.29275 * red + 0.70725 * green
    bluish = -0.02234 * red + 0.02234 * green + blue
    return np.clip(np.stack([yellow, yellow, bluish], axis=-1), 0, 1) ** (1 / 2.2)


@EVERY
@THEME
def test_a_palette_has_255_colours_and_one_for_what_is_not_finite(palette, dark):
    colors = palette.colors(dark)

    assert (colors.shape, colors.dtype) == ((256, 3), np.uint8)
    assert not colors.flags.writeable
    assert tuple(colors[255]) == NOT_FINITE_COLOR
    # As far from every colour of the palette as dark from mid grey, or farther.
    assert np.linalg.norm(lab(palette, dark) - srgb_to_oklab(colors[255] / 255), axis=1).min() > 0.1


@DIVERGING
@THEME
def test_lightness_changes_one_way_on_each_half(palette, dark):
    lightness = lab(palette, dark)[:, 0]
    towards_zero = -1 if dark and palette.name != "signed-print" else 1

    assert np.all(np.diff(lightness[:128:4]) * towards_zero > 0)
    assert np.all(np.diff(lightness[127::4]) * towards_zero < 0)


@DIVERGING
@THEME
def test_both_signs_have_equal_lightness(palette, dark):
    lightness = lab(palette, dark)[:, 0]

    assert np.abs(lightness - lightness[::-1]).max() < ROUNDING


@DIVERGING
@THEME
def test_steps_on_each_half_look_equally_large(palette, dark):
    for half in (lab(palette, dark)[:128], lab(palette, dark)[127:]):
        steps = np.linalg.norm(half[16:] - half[:-16], axis=1)

        assert np.abs(steps - steps.mean()).max() < 2 * ROUNDING


@DIVERGING
@THEME
def test_zero_is_neutral(palette, dark):
    _, a, b = lab(palette, dark)[127]

    assert np.hypot(a, b) < 0.02


@DIVERGING
@THEME
def test_signs_differ_also_without_green_cones(palette, dark):
    seen = srgb_to_oklab(seen_by_deuteranopes(palette.colors(dark)[[0, 64, 190, 254]]))

    assert np.linalg.norm(seen[0] - seen[3]) > 0.15
    assert np.linalg.norm(seen[1] - seen[2]) > 0.07


@pytest.mark.parametrize("name", ["gray", "viridis", "cividis", "inferno", "magma"])
def test_sequential_palettes_brighten_all_the_way(name):
    lightness = lab(PALETTES[name], dark=False)[:, 0]

    assert np.all(np.diff(lightness[::4]) > 0)


def test_grey_is_exact_at_both_ends_and_even():
    levels = PALETTES["gray"].light[:255].astype(int)

    assert levels[0].tolist() == [0, 0, 0]
    assert levels[254].tolist() == [255, 255, 255]
    assert set(np.diff(levels[:, 0])) <= {1, 2}


def test_hues_lie_in_a_circle_of_one_lightness_in_even_steps():
    hue = PALETTES["hue"]
    lightness, a, b = lab(hue, dark=False).T

    assert [palette.name for palette in PALETTES.values() if palette.is_cyclic] == ["hue"]
    assert hue.light[0].tolist() == hue.light[254].tolist()
    assert np.ptp(lightness) < 2 * ROUNDING
    assert np.ptp(np.hypot(a, b)) < 2 * ROUNDING
    turns = np.diff(np.unwrap(np.arctan2(b, a))[::8])
    np.testing.assert_allclose(turns, turns.mean(), rtol=0.25)
    assert np.unwrap(np.arctan2(b, a))[-1] - np.unwrap(np.arctan2(b, a))[0] == pytest.approx(2 * np.pi, abs=0.05)


def test_weights_and_values_do_not_share_colours():
    for dark in (False, True):
        weights, values = lab(WEIGHTS_PALETTE, dark), lab(PALETTES["signed"], dark)

        assert np.linalg.norm(weights[[0, 0, 254, 254]] - values[[0, 254, 0, 254]], axis=1).min() > 0.1


def test_oklab_and_srgb_are_inverse():
    rgb = np.random.default_rng(0).random((200, 3))

    np.testing.assert_allclose(oklab_to_srgb(srgb_to_oklab(rgb)), rgb, atol=1e-6)


def test_oklab_has_its_published_values():
    # Red, green and blue of sRGB, from https://bottosson.github.io/posts/oklab/ and CSS Color 4.
    np.testing.assert_allclose(
        srgb_to_oklab(np.eye(3)),
        [[0.62796, 0.22486, 0.12585], [0.86644, -0.23389, 0.17950], [0.45201, -0.03246, -0.31153]],
        atol=1e-4,
    )
