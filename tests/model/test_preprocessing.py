"""What a network's preprocessing may be."""

import math

import pytest

from convexplorer.model.preprocessing import Preprocessing


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fit": "zoom"}, "fit must be one of crop"),
        ({"order": "gbr"}, "order must be one of rgb"),
        ({"size": (0, 3)}, "size must be rows and columns"),
        ({"high": math.inf}, "finite"),
        ({"low": 1.0}, "both are 1"),
        ({"deviation": (0.2, 0.0, 0.2)}, "divided by it"),
        ({"mean": (0.1, 0.2)}, "one for each of 3 channels; got 2"),
        ({"order": "grey", "mean": (0.1, 0.2, 0.3)}, "one for each of 1 channels; got 3"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(changes, reason):
    with pytest.raises(ValueError, match=reason):
        Preprocessing(**changes)
