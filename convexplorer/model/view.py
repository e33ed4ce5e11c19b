"""What a person looks at: no part of the project, but the engine must know it to draw only that."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["bank", "channels", "compare"]


@dataclass(frozen=True)
class View:
    """Which maps are drawn, and how finely.

    Attributes
    ----------
    layer : id of the selected layer; "" means the first.
    filter : the selected filter in it.
    mode : "bank" (all filters), "channels" (the selected filter as an equation of pictures),
        "compare" (input and selected map, and their difference).
    reduction : 1, 2, 4, …: maps are drawn reduced by this factor (area mean) because the tiles are that small.
    """

    layer: str = ""
    filter: int = 0
    mode: Mode = "bank"
    reduction: int = 1
