"""Two scales with one zero line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from convexplorer.gui.canvas.explanation.profile_painter import scales_of

SIZE = st.floats(0, 1e6, allow_subnormal=False)
PLOT = QRectF(0, 0, 100, 100)


@given(SIZE, SIZE, SIZE, SIZE)
def test_both_zeros_lie_at_one_height_and_every_value_in_the_plot(a, b, c, d):
    given_span, made_span = (-a, b), (-c, d)

    scales = scales_of(given_span, made_span)

    heights = [scale.height_of(0.0, PLOT) for scale in scales]
    assert heights[0] == pytest.approx(heights[1], abs=1e-6)
    for scale, span in zip(scales, (given_span, made_span), strict=True):
        for value in span:
            assert -1e-6 <= scale.height_of(value, PLOT) <= 100 + 1e-6
