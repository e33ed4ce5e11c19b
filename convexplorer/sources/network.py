"""What an address on the network names: one picture, which is fetched as a whole, or a stream.

The answer decides, not the address: a camera may call its stream `image.jpg`.
"""

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from convexplorer.sources.address import endpoint_of, host_of, timeout_of
from convexplorer.sources.decoders.pages import PageReader
from convexplorer.sources.decoders.signature import identify
from convexplorer.sources.frame import AddressError, Reader, Source, SourceError
from convexplorer.sources.image import open_pages
from convexplorer.sources.passwords import complete
from convexplorer.words import plain

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse
    from urllib.request import AbstractHTTPHandler, Request

MAX_BYTES = 256 * 1024 * 1024  # of a picture
MAX_FETCH_S = 20.0  # of a whole picture; `timeout_s` limits each wait
_CHUNK_BYTES = 1 << 16
_HEAD_BYTES = 64
_LONGEST_NAME = 100
_PREFIX = "convexplorer-fetched-"
_ABANDONED_S = 24 * 3600.0  # age of a folder that no reader uses any more
_FINAL_STATUSES = (400, 403, 404, 405, 410, 414)  # asked again in a second, the host would say the same
_LOOPBACK = ("localhost", "127.", "::1")


def open_network(source: Source) -> Reader:
    """Open an address: a picture over HTTP as its pages, everything else as a stream."""
    if source.address.partition("://")[0].lower() in ("http", "https"):
        endpoint_of(source.address)
        pages = _fetched(source)
        if pages is not None:
            return pages
    from convexplorer.sources.stream import StreamReader

    return StreamReader(source)


class FetchedReader(PageReader):
    """A reader of a picture that was fetched into a folder of its own, which goes when the reader is closed."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        try:
            super().__init__(open_pages(path), path.name)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def close(self) -> None:
        """Release the file and delete it."""
        super().close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _fetched(source: Source) -> Reader | None:
    """Return the reader of the picture at an address; None if the address answers with something else."""
    with _answer(source) as answer:
        if answer is None or not _may_be_picture(answer):
            return None
        head = _head(answer, timeout_of(source))
        if answer.headers.get_content_type() == "text/html" and head.lstrip().startswith(b"<"):
            host, what = host_of(source.address), _path_of(source.address)
            raise AddressError(f"{host} sends a web page for {what}. Open the address of the picture itself.")
        if not _is_picture(head):
            return None
        _sweep()
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        path = folder / _name_of(source.address)
        try:
            with path.open("wb") as file:
                _copy(answer, head, file, path.name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return FetchedReader(path)


@contextmanager
def _answer(source: Source) -> "Iterator[HTTPResponse | None]":
    """Ask for an address; None if it speaks no plain HTTP, which FFmpeg may understand nevertheless."""
    from http.client import HTTPException
    from urllib.error import HTTPError

    from convexplorer.sources.stream import why_not

    timeout_s, host = timeout_of(source), host_of(source.address)
    try:
        answer = _ask(complete(source.address), timeout_s)
    except HTTPError as error:
        with error:
            if error.code not in (401, 407):  # FFmpeg knows more ways to say the password
                kind = AddressError if error.code in _FINAL_STATUSES else SourceError
                what, reason = _path_of(source.address), plain(str(error.reason), 60)
                raise kind(f"{host} answers {error.code}, {reason}, for {what}.") from None
        answer = None
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(getattr(error, "reason", error), OSError):
            raise SourceError(why_not(source.address, timeout_s)) from None
        answer = None
    try:
        yield answer
    except (OSError, HTTPException) as error:
        raise SourceError(f"{host} has broken off: {plain(str(error) or type(error).__name__, 60)}.") from None
    finally:
        if answer is not None:
            answer.close()


def _ask(address: str, timeout_s: float) -> "HTTPResponse":
    """Send the request and wait for the head of the answer, at most for the time-out."""
    from base64 import b64encode
    from urllib.request import ProxyHandler, Request, build_opener

    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    request = Request(parts._replace(netloc=host, fragment="").geturl(), headers={"User-Agent": "ConvExplorer"})
    if at:
        name, _, password = user.partition(":")
        said = b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {said}")
    is_own = host.strip("[").startswith(_LOOPBACK)
    with _Watch(timeout_s) as watch:
        opener = build_opener(*watch.handlers(), *([ProxyHandler({})] if is_own else []))
        answer: HTTPResponse = opener.open(request, timeout=timeout_s)
    return answer


class _Watch:
    """Cuts connections that have not answered in time: a time-out of a socket begins anew with each byte."""

    def __init__(self, timeout_s: float) -> None:
        self._connections: list[HTTPConnection] = []
        self._timer = threading.Timer(timeout_s, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def handlers(self) -> "list[AbstractHTTPHandler]":
        """Return handlers of urllib that tell this watch of their connections."""
        from http.client import HTTPConnection, HTTPSConnection
        from urllib.request import HTTPHandler, HTTPSHandler

        watch = self

        class Plain(HTTPHandler):
            def http_open(self, request: "Request") -> "HTTPResponse":
                return self.do_open(lambda *a, **k: watch._seen(HTTPConnection(*a, **k)), request)

        class Safe(HTTPSHandler):
            def https_open(self, request: "Request") -> "HTTPResponse":
                return self.do_open(lambda *a, **k: watch._seen(HTTPSConnection(*a, **k)), request)

        return [Plain(), Safe()]

    def _seen(self, connection: "HTTPConnection") -> "HTTPConnection":
        self._connections.append(connection)
        return connection

    def _cut(self) -> None:
        for connection in self._connections:
            sock = connection.sock
            if sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)


def _may_be_picture(answer: "HTTPResponse") -> bool:
    """Return False for what the answer calls a stream: no byte of a camera's frames need be waited for."""
    kind = answer.headers.get_content_maintype()
    return kind not in ("multipart", "video", "audio")


def _head(answer: "HTTPResponse", timeout_s: float) -> bytes:
    """Return the first bytes of an answer, fewer if they do not come in time."""
    head, end_s = b"", time.monotonic() + timeout_s
    while len(head) < _HEAD_BYTES and time.monotonic() < end_s:
        part = answer.read1(_HEAD_BYTES - len(head))
        if not part:
            break
        head += part
    return head


def _is_picture(head: bytes) -> bool:
    found = identify(head)
    return found is not None and bool(found.decoder)


def _copy(answer: "HTTPResponse", head: bytes, file: BinaryIO, name: str) -> None:
    """Write a picture's bytes to a file; raise `SourceError` if they are too many or take too long."""
    limit, end_s = MAX_BYTES, time.monotonic() + MAX_FETCH_S
    total, chunk = 0, head
    while chunk:
        total += len(chunk)
        if total > limit:
            raise SourceError(f"{name} is too large: more than {limit // 1024**2} MB are not fetched.")
        if time.monotonic() > end_s:
            raise SourceError(f"{name} takes too long: it was not complete after {MAX_FETCH_S:g} s.")
        file.write(chunk)
        chunk = answer.read1(_CHUNK_BYTES)
    if answer.length:
        raise SourceError(f"{name} is cut short: {answer.length} bytes of it did not come.")


def _sweep() -> None:
    """Remove the folders that killed runs have left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)


def _path_of(address: str) -> str:
    """Return what an address asks its host for, without the query, which may hold a secret."""
    return plain(unquote(urlsplit(address).path) or "/", _LONGEST_NAME)


def _name_of(address: str) -> str:
    """Return the last part of an address as the name of a file."""
    last = unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    name = plain(last.replace("/", "-").replace("\\", "-"), _LONGEST_NAME).strip(" .")
    return name or "picture"
