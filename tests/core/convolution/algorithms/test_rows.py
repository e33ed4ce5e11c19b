"""How `rows` divides its work: the sizes that its speed rests on."""

from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.convolution.algorithms.rows import _BAND_BYTES, SMALL_PRODUCT, _tiling
from convexplorer.core.geometry.windows import window_frame


@given(
    filters=st.sampled_from([1, 3, 8, 16, 32, 48, 64]),
    channels=st.sampled_from([1, 3, 16, 32, 64]),
    size=st.sampled_from([1, 3, 5, 7]),
    columns=st.integers(8, 2000),
    stride=st.integers(1, 2),
)
def test_products_are_small_enough_to_be_multiplied_as_they_lie(filters, channels, size, columns, stride):
    frame = window_frame((200, columns), size, strides=stride, padding="same")

    tiling = _tiling(frame, filters, channels, 4)

    assert filters % tiling.parts == 0
    assert filters // tiling.parts * channels * size * size * tiling.columns <= SMALL_PRODUCT


@given(rows=st.integers(1, 50), columns=st.integers(1, 300), size=st.integers(1, 9), dilation=st.integers(1, 3))
def test_the_tiles_cover_the_output_once(rows, columns, size, dilation):
    frame = window_frame((rows, columns), size, dilation_rate=dilation, padding="same")
    tiling = _tiling(frame, 8, 64, 4)

    tiles = tiling.places(frame.output)

    assert sum((r.stop - r.start) * (c.stop - c.start) for r, c in tiles) == rows * columns
    assert all(r.stop - r.start <= tiling.rows and c.stop - c.start <= tiling.columns for r, c in tiles)
    assert tiling.cells * 4 <= max(2 * _BAND_BYTES, 8 << 20)
