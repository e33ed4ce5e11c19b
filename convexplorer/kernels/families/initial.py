"""Weights by chance, as the initializers of Keras draw them for a layer with one map before and one behind."""

from collections.abc import Callable

import numpy as np

from convexplorer.kernels.shapes import Weights

# The random ones of `core.INITIALIZERS`, and a setting of theirs beside the seed, if a small kernel shows it.
RANDOM = {
    "glorot_uniform": "",
    "glorot_normal": "",
    "he_uniform": "",
    "he_normal": "",
    "lecun_uniform": "",
    "lecun_normal": "",
    "variance_scaling": "scale",
    "orthogonal": "gain",
    "random_uniform": "limit",
    "random_normal": "stddev",
    "truncated_normal": "stddev",
}


def initial(name: str) -> Callable[..., Weights]:
    """Return the function of one initializer, `function(seed, size, …)`.

    Examples
    --------
    >>> initial("orthogonal")(seed=1, size=3, gain=1.0).shape
    (3, 3)
    """

    def function(seed: int, size: int, **settings: float) -> Weights:
        from convexplorer.core.operators.initializers import INITIALIZERS  # here: the window starts without it

        if (limit := settings.pop("limit", None)) is not None:
            settings |= {"minval": -limit, "maxval": limit}
        drawn: Weights = INITIALIZERS[name]((1, 1, size, size), seed=seed, **settings)[0, 0].astype(np.float64)
        return drawn

    return function
