"""Whether files hold pictures at all, as far as their names and first bytes tell: nothing is decoded."""

from convexplorer.sources.folder import pictures_of
from convexplorer.sources.frame import Source, SourceError
from convexplorer.sources.image import check_picture
from convexplorer.sources.paths import expanded, listed_files


def check_readable(source: Source) -> None:
    """Raise `SourceError` for files and folders of which it is seen at once that they hold no picture.

    Of several files one is enough. What only decoding finds out is told by the reader.
    """
    if source.kind == "image":
        check_picture(source.address)
    elif source.kind == "folder":
        folder = expanded(source.address)
        if not pictures_of(folder):
            raise SourceError(f"The folder {folder.name or folder} holds no pictures.")
    elif source.kind == "files":
        _check_any(listed_files(source.address))


def _check_any(addresses: list[str]) -> None:
    reasons: list[SourceError] = []
    for address in addresses:
        try:
            check_readable(Source("folder" if expanded(address).is_dir() else "image", address))
        except SourceError as error:
            reasons.append(error)
        else:
            return
    if reasons:
        raise reasons[0]
