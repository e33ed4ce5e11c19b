"""Files as `torch.save` writes them, made without torch: a pickle that is given as bytes, and storages."""

import io
import pickle
import struct
import zipfile
from collections.abc import Mapping

STORAGE = b"ctorch\nFloatStorage\n"
REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"
MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, 2)


def number(value: int) -> bytes:
    """Return the opcode that pushes a whole number."""
    data = value.to_bytes(17, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def text(value: str) -> bytes:
    """Return the opcode that pushes a text."""
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def numbers(values: tuple[int, ...]) -> bytes:
    """Return the opcodes that push a tuple of whole numbers."""
    return b"(" + b"".join(map(number, values)) + b"t"


def storage(key: str = "0", count: int = 4, kind: bytes = STORAGE) -> bytes:
    """Return the opcodes that push a storage."""
    return b"(" + text("storage") + kind + text(key) + text("cpu") + number(count) + b"tQ"


def tensor(shape=(2, 2), strides=(2, 1), offset=0, of=None) -> bytes:
    """Return the opcodes that push a tensor."""
    view = number(offset) + numbers(shape) + numbers(strides)
    return REBUILD + b"(" + (of or storage()) + view + b"\x89" + b"ccollections\nOrderedDict\n)R" + b"tR"


def dictionary(**values: bytes) -> bytes:
    """Return the opcodes that push a dictionary."""
    return b"}(" + b"".join(text(name) + value for name, value in values.items()) + b"u"


def archive(
    value: bytes, storages: Mapping[str, bytes] | None = None, compression=zipfile.ZIP_STORED, **members: bytes
) -> bytes:
    """Return a zip container with a pickle of these opcodes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        file.writestr("a/data.pkl", b"\x80\x02" + value + b".")
        for key, data in ({"0": bytes(16)} if storages is None else storages).items():
            file.writestr(f"a/data/{key}", data)
        for name, data in members.items():
            file.writestr(f"a/{name}", data)
    return buffer.getvalue()


def stream(value: bytes, keys: bytes | None = None, storages: bytes | None = None) -> bytes:
    """Return a stream container with a pickle of these opcodes, by default with the storages that they name."""
    is_used = STORAGE in value
    keys = (b"](" + text("0") + b"e" if is_used else b"]") if keys is None else keys
    storages = (struct.pack("<q", 4) + bytes(16) if is_used else b"") if storages is None else storages
    system = pickle.dumps({"little_endian": True}, 2)
    pickles = (b"\x80\x02" + value + b".", b"\x80\x02" + keys + b".")
    return b"".join((MAGIC, pickle.dumps(1001, 2), system, *pickles, storages))
