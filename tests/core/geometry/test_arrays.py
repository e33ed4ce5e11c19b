import tracemalloc

import numpy as np
import pytest

from convexplorer.core.geometry.arrays import absolute_sums


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (4, 2, 3, 3), (7, 400_000)])
def test_absolute_sums_are_those_of_the_numbers(shape: tuple[int, ...]):
    rows = np.random.default_rng(0).standard_normal(shape, np.float32)

    sums = absolute_sums(rows)

    np.testing.assert_allclose(sums, np.abs(rows.astype(np.float64)).reshape(len(rows), -1).sum(1), rtol=1e-12)


def test_no_copy_of_all_weights_is_made_to_add_them_up():
    weights = np.ones((100, 200_000), np.float32)
    tracemalloc.start()
    try:
        absolute_sums(weights)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < weights.nbytes / 10
