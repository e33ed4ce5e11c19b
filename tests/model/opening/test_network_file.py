import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.model.opening.network_file import open_network


@pytest.mark.parametrize(
    "contents", [b"", b"\0", b"hello", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"{}", b"\x80\x02.", bytes(64)]
)
def test_a_file_of_no_network_is_refused_in_a_sentence_with_its_name(tmp_path, contents):
    path = tmp_path / "strange.bin"
    path.write_bytes(contents)

    with pytest.raises(NetworkFileError, match=r"strange\.bin"):
        open_network(path)


def test_a_missing_file_and_a_folder_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(NetworkFileError, match=r"gone\.keras cannot be opened: there is no such file"):
        open_network(tmp_path / "gone.keras")
    with pytest.raises(NetworkFileError, match="cannot be opened: this is a folder"):
        open_network(tmp_path)
