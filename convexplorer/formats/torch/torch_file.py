"""What is in a file that PyTorch wrote: weights by name, and the tree of modules if a whole network was saved."""

from collections.abc import Mapping

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.torch.module import Module


@dataclass(frozen=True, eq=False)
class TorchFile:
    """The weights in a file, and its modules.

    Attributes
    ----------
    tensors : arrays of real numbers by dotted name ("features.0.weight"), in the order of the file, read-only. With a
        module these are the parameters and buffers of the whole tree.
    module : the network, if `torch.save(model)` wrote the file; None for a file of weights.
    note : a sentence that says which part of a checkpoint the weights are, and what was left out; "" if they are all
        there is.
    """

    tensors: Mapping[str, np.ndarray]
    module: Module | None = None
    note: str = ""
