import os

import pytest

from convexplorer.formats.arrays_file import read_arrays
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import MAX_BYTES
from convexplorer.formats.hdf5.keras_hdf5 import read_hdf5, read_keras
from convexplorer.formats.onnx.external import ExternalFolder
from convexplorer.formats.safetensors_file import read_safetensors
from convexplorer.formats.tfjs import read_tfjs
from convexplorer.formats.torch.torch_file import read_torch

READERS = (read_arrays, read_hdf5, read_keras, read_safetensors, read_tfjs, read_torch)


def holes(path, size):
    """Make a file of so many bytes that are on no disk."""
    path.write_bytes(b"")
    try:
        os.truncate(path, size)
    except OSError:
        pytest.skip("this file system has no files with holes")


@pytest.mark.skipif(
    not hasattr(os.stat_result, "st_blocks"), reason="this system does not tell how much of a file is there"
)
@pytest.mark.parametrize("read", READERS)
def test_a_file_of_terabytes_of_holes_is_refused(tmp_path, read):
    path = tmp_path / "a.bin"
    holes(path, 1 << 40)

    with pytest.raises(NetworkFileError, match=r"a\.bin cannot be read: it takes 1\.1 TB; networks of up to 4\.3 GB"):
        read(path)


@pytest.mark.parametrize("read", READERS)
def test_a_pipe_is_not_waited_for(tmp_path, read):
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes with names")
    os.mkfifo(tmp_path / "a.bin")

    with pytest.raises(NetworkFileError, match="no ordinary file"):
        read(tmp_path / "a.bin")


@pytest.mark.parametrize("read", READERS)
def test_an_empty_file_is_refused(tmp_path, read):
    (tmp_path / "a.bin").write_bytes(b"")

    with pytest.raises(NetworkFileError, match=r"^a\.bin cannot be read: "):
        read(tmp_path / "a.bin")


@pytest.mark.skipif(
    not hasattr(os.stat_result, "st_blocks"), reason="this system does not tell how much of a file is there"
)
def test_a_second_file_of_holes_is_refused(tmp_path):
    holes(tmp_path / "a.data", 1 << 40)

    with pytest.raises(NetworkFileError, match=r"networks of up to 4\.3 GB"):
        ExternalFolder(tmp_path).read({"location": "a.data"}, MAX_BYTES + 1)
