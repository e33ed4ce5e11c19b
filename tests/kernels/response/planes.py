"""Planes for tests of responses: odd and even sizes, rows, columns and single cells, of small and of any weights."""

import numpy as np
from hypothesis import strategies as st

SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))


@st.composite
def planes(draw, sizes=SIZES):
    """A plane of random weights; some are symmetric, of rank one, or a single weight."""
    rows, columns = draw(sizes)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    plane = rng.normal(size=(rows, columns)) * 10.0 ** draw(st.integers(-3, 3))
    shape = draw(st.sampled_from(["any", "even", "odd", "product", "single"]))
    if shape == "even":
        plane = plane + plane[::-1, ::-1]
    elif shape == "odd":
        plane = plane - plane[::-1, ::-1]
    elif shape == "product":
        plane = plane[:, :1] * plane[:1]
    elif shape == "single":
        single = np.zeros_like(plane)
        single[draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))] = plane[0, 0]
        plane = single
    return plane
