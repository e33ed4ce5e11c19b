"""Passwords of network addresses: known while the program runs, and part of no source, file or sentence.

A source holds its address without the password; `complete` puts the password back when the address is opened. The table
belongs to the process, because sources are opened in several threads and by windows and commands alike.
"""

import re
from urllib.parse import quote

# Names of parameters by which cameras and servers take a password in the address.
_PARAMETERS = (
    "password", "passwd", "pass", "pwd", "psw", "pw", "loginpas", "token", "access_token", "auth", "key", "apikey",
    "api_key", "secret", "sig", "signature",
)  # fmt: skip
_PARAMETER = re.compile(rf"(?<=[?&])(?P<name>{'|'.join(_PARAMETERS)})=(?P<value>[^&#]*)", re.IGNORECASE)

# The complete address for each address without its password.
_complete: dict[str, str] = {}


def without_password(address: str) -> str:
    """Return a URL without the password of its user and without the values of parameters that are passwords.

    Examples
    --------
    >>> without_password("rtsp://me:secret@camera/live"), without_password("http://camera/video?user=me&pwd=secret")
    ('rtsp://me@camera/live', 'http://camera/video?user=me&pwd=')

    """
    scheme, user, _, rest = _split(address)
    if not scheme:  # a path may have any letters
        return address
    return _PARAMETER.sub(r"\g<name>=", f"{scheme}{user}{rest}")


def set_aside(address: str) -> str:
    """Return a URL without its password, which is remembered until the program ends."""
    bare = without_password(address)
    if bare != address:
        _complete[bare] = address
    return bare


def complete(address: str) -> str:
    """Return a URL with its password, if the password is known."""
    return _complete.get(address, address)


def is_missing(address: str) -> bool:
    """Return True if a URL names a user, or a parameter for a password, and the password is not known."""
    if address in _complete:
        return False
    _, user, password, _ = _split(address)
    has_user = bool(user) and not password
    return has_user or any(not found["value"] for found in _PARAMETER.finditer(address))


def supply(address: str, password: str) -> None:
    """Remember the password of a URL, whose password is missing, until the program ends."""
    encoded = quote(password, safe="")
    scheme, user, _, rest = _split(address)
    whole = f"{scheme}{user}:{encoded}{rest}" if user else address
    _complete[address] = _PARAMETER.sub(lambda found: f"{found['name']}={found['value'] or encoded}", whole)


def _split(address: str) -> tuple[str, str, str, str]:
    """Return a URL as "rtsp://", "me", ":secret" and "@camera/live"; user and password may be empty."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        return "", "", "", address
    # Not `urlsplit`: it refuses addresses that FFmpeg opens.
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, at, _ = authority.rpartition("@")
    name, _, _ = user.partition(":")
    return scheme + separator, name, user[len(name) :], rest[len(user) :] if at else rest
