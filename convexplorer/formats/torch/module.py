"""A network that was saved as a whole: its modules as values."""

from collections.abc import Mapping

import numpy as np

from convexplorer._dataclass import dataclass

# What a setting of a module may be: numbers, texts, and tuples of these.
Setting = bool | int | float | str | None | tuple["Setting", ...]


@dataclass(frozen=True, eq=False)
class Module:
    """A module of `torch.nn`, or of a class of its author, with all that is known of it but the code of its `forward`.

    Attributes
    ----------
    class_name : with the path of its module, "torch.nn.modules.conv.Conv2d".
    settings : its public attributes that are plain values, such as "kernel_size": (3, 3); lists are tuples. An
        attribute of another class is left out.
    tensors : its own parameters and buffers by name, without those of its children and those that are None; read-only.
    children : its modules by name, in the order in which they were added, which is that of `nn.Sequential.forward`.
    """

    class_name: str
    settings: Mapping[str, Setting]
    tensors: Mapping[str, np.ndarray]
    children: Mapping[str, "Module"]
