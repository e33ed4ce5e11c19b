"""Sources as text: addresses typed by the user or stored in files, and titles. Nothing is opened here."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from convexplorer.sources.camera_options import CAMERA_OPTIONS, check_camera
from convexplorer.sources.frame import NO_OPTIONS, AddressError, NoSuchPathError, Option, Source, SourceError
from convexplorer.sources.kinds import SOURCES
from convexplorer.sources.passwords import set_aside, without_password
from convexplorer.sources.paths import IMAGE_SUFFIXES, VIDEO_SUFFIXES, expanded, listed_address, listed_files
from convexplorer.words import NAME_LIMIT, plain

_WITH_OPTIONS = ("camera", "pattern", "sample", "pad")
# The options of each kind of source; those of a pattern are its parameters.
_OPTIONS: Mapping[str, tuple[str, ...]] = {"camera": CAMERA_OPTIONS, "stream": ("timeout_s",)}
STREAM_SCHEMES = ("http", "https", "rtsp", "rtsps", "rtmp", "rtp", "udp", "tcp", "srt", "mms")

TIMEOUT_S = 3.0  # of opening a stream and of each read
_LONGEST_TIMEOUT_S = 60.0

_NUMBERS = "numbers:"  # whose text may have several lines
_PAD, _PAD_SIDE = "pad:", "28"  # the cells of a pad's side that stand for none
_LONGEST_SHOWN = 81
_FORMS = (
    "A source is a file, a folder, an http or rtsp address, camera:0, pattern:NAME, sample:NAME, pad: or "
    "numbers:1 2; 3 4."
)


def parse(text: str, *, options: Mapping[str, Option] = NO_OPTIONS) -> Source:
    """Parse the address of a source; a password in it is set aside, see `passwords`.

    Parameters
    ----------
    text : a path, a URL, "camera:0", "camera:Name?size=1280x720", "pattern:grating?period=8&angle=30", "sample:cat",
        "pad:" or "pad:64" for a drawing, "numbers:0 1; 1 0", several paths on one line each, or any kind before a colon
        ("video:clip.bin") to override the guess from the name.
    options : added to the options in the text, with precedence.

    Raises
    ------
    SourceError : the text is none of these, or names an unknown pattern, sample or parameter.
    """
    text = text.strip()
    if not text:
        raise SourceError(f"No source is given. {_FORMS}")
    if text.startswith(_NUMBERS):
        return _parse_kind("numbers", text.removeprefix(_NUMBERS), options)
    if text == _PAD:
        return _parse_kind("pad", _PAD_SIDE, options)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and not os.path.exists(text):  # a line break is a letter that a name may have
        return _source("files", "\n".join(lines), options)
    scheme, separator, rest = text.partition(":")
    if separator and scheme in SOURCES and rest and not os.path.exists(text):
        return _parse_kind(scheme, rest, options)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text):
        return _parse_url(text, options)
    return _parse_path(text, options)


def from_paths(paths: Iterable[str | Path]) -> Source:
    """Return the source of dropped or chosen files and folders: that of a single path, or a list."""
    texts = [str(path) for path in paths]
    if len(texts) == 1:
        return _parse_path(texts[0], NO_OPTIONS)
    return _source("files", listed_address(texts), NO_OPTIONS)


def to_text(source: Source) -> str:
    """Return the address that `parse` reads as this source; it has the options of cameras, patterns and samples."""
    if source.kind in _WITH_OPTIONS:
        query = urlencode({name: _option_text(value) for name, value in source.options.items()}, safe="/ ")
        address = source.address.replace("%", "%25").replace("?", "%3F")
        return f"{source.kind}:{address}" + (f"?{query}" if query else "")
    try:
        is_guessed = parse(source.address).kind == source.kind
    except SourceError:
        is_guessed = False
    return source.address if is_guessed else f"{source.kind}:{source.address}"


def describe_source(source: Source) -> str:
    """Return a short title for windows and status bars, as plain text and without the password of an address."""
    return plain(_title_of(source))


def check_source(source: Source) -> None:
    """Raise `SourceError` for a source that can never be opened, whatever is stored or connected.

    That is an unknown kind, name, scheme or option, or an option with an impossible value.
    """
    if source.kind not in SOURCES:
        raise SourceError(f"There is no kind of source called “{plain(source.kind)}”; there are {', '.join(SOURCES)}.")
    if not source.address.strip():
        raise SourceError(f"The address of a source of the kind “{source.kind}” must not be empty.")
    if source.kind == "pattern":
        from convexplorer.sources.patterns import check_pattern

        check_pattern(source)
        return
    known = _OPTIONS.get(source.kind, ())
    for name in source.options:
        if name not in known:
            there_are = f"there are {', '.join(known)}" if known else "there are none"
            raise SourceError(f"“{source.kind}” has no option “{plain(name)}”; {there_are}.")
    if source.kind == "numbers":
        from convexplorer.sources.numbers import grid_of

        grid_of(source.address)
    elif source.kind == "pad":
        from convexplorer.sources.pad import side_of

        side_of(source)
    elif source.kind == "sample":
        from convexplorer.sources.samples import find_sample

        find_sample(source.address)
    elif source.kind == "camera":
        check_camera(source)
    elif source.kind == "stream":
        _check_url(source.address)
        timeout_of(source)


def timeout_of(source: Source) -> float:
    """Return the time-out of a stream in seconds; raise `AddressError` for an impossible one."""
    value = source.options.get("timeout_s", TIMEOUT_S)
    if isinstance(value, str) or not 0 < value <= _LONGEST_TIMEOUT_S:
        raise AddressError(f"timeout_s must be a number of seconds up to {_LONGEST_TIMEOUT_S:g}; got {value}.")
    return float(value)


def endpoint_of(address: str) -> tuple[str, int | None]:
    """Return host name and port (None for the scheme's default) of a URL; raise `AddressError` for an invalid one."""
    host = host_of(address)
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname or "", parts.port
    except ValueError:
        # Neither Python's reason nor the text behind the colon: it may be a password with a “/” in it.
        name = plain(host.rpartition(":")[0] or host)
        raise AddressError(
            f"The address of {name} cannot be understood: behind the name of a host there may be a colon and a port up "
            "to 65535; a “/” in a password is written %2F."
        ) from None


def host_of(address: str) -> str:
    """Return host and port of a URL, without user name and password."""
    return _without_secrets(address).partition("/")[0]


def _title_of(source: Source) -> str:
    if source.kind == "files":
        count = len(listed_files(source.address))
        return "1 picture" if count == 1 else f"{count} pictures"
    if source.kind == "stream":
        return _without_secrets(source.address)
    if source.kind == "camera":
        return f"Camera {source.address}" if source.address.isdigit() else source.address
    if source.kind == "pattern":
        from convexplorer.sources.patterns import PATTERNS

        return PATTERNS[source.address].label if source.address in PATTERNS else source.address
    if source.kind == "sample":
        from convexplorer.sources.samples import SAMPLES

        return SAMPLES[source.address].title if source.address in SAMPLES else source.address
    if source.kind == "pad":
        return "Drawing"
    if source.kind == "numbers":
        from convexplorer.sources.numbers import title_of

        return title_of(source)
    return Path(source.address).name or source.address


def _parse_kind(kind: str, rest: str, options: Mapping[str, Option]) -> Source:
    if kind == "numbers":
        from convexplorer.sources.numbers import source_of_text

        source = source_of_text(rest)
        check_source(replace(source, options=options))
        return source
    if kind not in _WITH_OPTIONS:
        return _source(kind, set_aside(rest) if kind == "stream" else rest, options)
    address, _, query = rest.partition("?")
    found = {name: _option(value) for name, value in parse_qsl(query, keep_blank_values=True)}
    source = _source(kind, unquote(address), {**found, **options})
    check_source(source)
    return source


def _source(kind: str, address: str, options: Mapping[str, Option]) -> Source:
    return Source(kind, address, MappingProxyType(dict(options)))


def _parse_url(text: str, options: Mapping[str, Option]) -> Source:
    scheme, _, rest = text.partition("://")
    if scheme.lower() == "file":
        from urllib.request import url2pathname  # a third of this room's import time, for a rare form

        return _parse_path(url2pathname(rest[rest.find("/") :]), options)
    _check_url(text)
    return _source("stream", set_aside(text), options)


def _check_url(text: str) -> None:
    """Raise `SourceError` for a URL of an unknown scheme, or without a host that can be understood."""
    scheme, separator, _ = text.partition("://")
    if not separator or scheme.lower() not in STREAM_SCHEMES:
        raise SourceError(f"Addresses with {plain(scheme, 20)}:// cannot be opened; {', '.join(STREAM_SCHEMES)} can.")
    if not host_of(text):
        raise SourceError(f"The address {plain(without_password(text), NAME_LIMIT)} names no host.")
    endpoint_of(text)


def _parse_path(text: str, options: Mapping[str, Option]) -> Source:
    path = expanded(text)
    if os.path.isdir(path):  # other than Path.is_dir, it takes a name that no system can hold for a missing one
        return _source("folder", str(path), options)
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return _source("video", str(path), options)
    if path.suffix.lower() in IMAGE_SUFFIXES or os.path.exists(path):
        return _source("image", str(path), options)
    shown = plain(without_password(text), _LONGEST_SHOWN)
    raise NoSuchPathError(f"There is no file or folder “{shown}”. {_FORMS}")


def _option(text: str) -> Option:
    """Parse an option's value: a number, true or false, or text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _without_secrets(address: str) -> str:
    """Return a URL without scheme, user, password and query."""
    return re.sub(r"^[\w+.-]+://(?:[^/]*@)?", "", address).partition("?")[0].rstrip("/")


def _option_text(value: Option) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
