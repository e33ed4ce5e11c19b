"""What the program writes into the metadata of a network that leaves, and reads again: untrusted all the same."""

from collections.abc import Mapping

from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.storage.documents import ProjectError, parse_document
from convexplorer.model.storage.schema import preprocessing_from_node

# JSON with the fields of `Preprocessing`, as in a project file; those that are left out have their defaults.
PREPROCESSING_KEY = "convexplorer.preprocessing"
CLASS_NAMES_KEY = "names"  # a list, or a dict by number; other trainers use the same key
_LONGEST = 4096  # characters of a preprocessing


def told_preprocessing(
    metadata: Mapping[str, str], channels: int, size: tuple[int, int] | None
) -> tuple[Preprocessing | None, str]:
    """Return the preprocessing that the metadata tell, or None; and a sentence if what they tell is not used, or "".

    Parameters
    ----------
    channels : of the network's input.
    size : (rows, columns) of it, if the file tells them.
    """
    text = metadata.get(PREPROCESSING_KEY)
    if text is None:
        return None, ""
    try:
        if len(text) > _LONGEST:
            raise ValueError(f"it has {len(text)} characters; at most {_LONGEST} are read")
        told = preprocessing_from_node(parse_document(text))
        if told.channels != channels:
            raise ValueError(f"order must give the network's {channels} channels; got {told.order}")
        if size is not None and told.size not in (None, size):
            raise ValueError(f"size must be that of the network's input, {size}; got {told.size}")
    except (ProjectError, ValueError, OverflowError) as error:
        return None, f"What the file tells of its preprocessing is not used: {str(error).rstrip('.')}."
    return told, ""
