"""What both containers of PyTorch hold: the value of a pickle, and the bytes of its storages."""

from collections.abc import Callable

from convexplorer._dataclass import dataclass
from convexplorer.formats.torch.values import Storage


@dataclass(frozen=True, eq=False)
class Contents:
    """A container that has been opened; its file must stay open while bytes are read.

    Attributes
    ----------
    value : what was saved.
    bytes_of : reads a storage; NetworkFileError if it is not there, or has another size.
    """

    value: object
    bytes_of: Callable[[Storage], bytes]
