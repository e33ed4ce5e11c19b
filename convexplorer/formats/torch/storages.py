"""The storages that the pickle of a file refers to, by their keys."""

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted
from convexplorer.formats.torch.values import Name, Storage


class Storages:
    """A table that grows while the pickle is read; `resolve` is the machine's `persistent`."""

    def __init__(self) -> None:
        self.by_key: dict[str, Storage] = {}

    def resolve(self, identifier: object) -> object:
        """Return the storage that an identifier describes, or the class that an old file describes with its source."""
        parts = identifier if isinstance(identifier, tuple) else ()
        if len(parts) == 4 and parts[0] == "module" and isinstance(parts[1], Name):
            return parts[1]
        if not (len(parts) >= 5 and parts[0] == "storage" and isinstance(parts[1], Name)):
            raise NetworkFileError("its pickle refers to what is no storage")
        if any(part is not None for part in parts[5:]):
            raise NetworkFileError("its storages are parts of others, as PyTorch wrote them before version 0.4")
        name, key, _, count = parts[1:5]
        if not isinstance(key, str) or type(count) is not int or count < 0:
            raise NetworkFileError("its pickle describes a storage without key or size")
        return self._storage(name.text.rpartition(".")[2], key, count)

    def _storage(self, class_name: str, key: str, count: int) -> Storage:
        found = self.by_key.setdefault(key, Storage(class_name, key, count))
        if (found.class_name, found.count) != (class_name, count):
            raise NetworkFileError(f"its pickle describes the storage {quoted(key)} in two ways")
        return found


def refuse(_: object) -> object:
    """Refuse an identifier where no storage can be; a machine's `persistent`."""
    raise NetworkFileError("its pickle refers to a storage before there is one")
