"""Answers to an impulse and to an edge: those that the program computes on its own test patterns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core import conv
from convexplorer.kernels.response.answers import impulse_answer, step_answer
from convexplorer.kernels.response.frequency import direction
from convexplorer.sources.patterns import PATTERNS
from tests.kernels.response.planes import planes


@given(planes())
def test_the_answer_to_an_impulse_is_the_map_of_one_pixel(plane):
    picture = np.zeros([2 * n - 1 for n in plane.shape])
    picture[plane.shape[0] - 1, plane.shape[1] - 1] = 1

    np.testing.assert_array_equal(impulse_answer(plane), conv(picture[None], plane[None, None])[0])


@given(planes(), st.floats(0, 360))
def test_the_answer_to_an_edge_is_the_sum_of_weights_times_what_each_reads(plane, angle):
    positions, values = step_answer(plane, angle, per_pixel=3)

    down, right = direction(angle)
    rows, columns = (np.arange(n) - (n - 1) // 2 for n in plane.shape)
    places = rows[:, None] * down + columns * right
    expected = [(plane * np.clip(at + places + 0.5, 0, 1)).sum() for at in positions]
    np.testing.assert_allclose(values, expected, atol=1e-10 * np.abs(plane).sum())
    assert values[0] == 0
    assert values[-1] == pytest.approx(plane.sum(), abs=1e-12 * np.abs(plane).sum())


@pytest.mark.parametrize("angle", [0, 30, 90, 135, 200])
def test_the_answer_to_an_edge_is_the_map_of_the_pattern_across_its_edge(angle):
    plane = np.random.default_rng(angle).normal(size=(5, 3))
    edge = PATTERNS["step-edge"].draw({"size": 41, "angle": angle}).astype(float)
    answer = conv(edge[None], plane[None, None], padding="same")[0]
    down, right = direction(angle)
    place = np.arange(41) - 20
    distance = place[:, None] * down + place * right
    inside = np.zeros((41, 41), bool)
    inside[10:31, 10:31] = True

    positions, values = step_answer(plane, angle, per_pixel=64)

    expected = np.interp(distance[inside], positions, values)
    np.testing.assert_allclose(answer[inside], expected, atol=0.05)
