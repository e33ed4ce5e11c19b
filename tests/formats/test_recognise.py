import io
import shutil
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from convexplorer import assets
from convexplorer.formats.recognise import UNREAD, recognise

NETWORKS = Path(__file__).parents[1] / "networks"
KINDS = {
    ".keras": "keras",
    ".h5": "hdf5",
    ".pt": "torch",
    ".pth": "torch",
    ".onnx": "onnx",
    ".safetensors": "safetensors",
}
FILES = sorted(path for path in NETWORKS.glob("**/*") if path.suffix in KINDS)


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, b"\x80\x02N.")
    return buffer.getvalue()


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.eye(3))
    return buffer.getvalue()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_of_the_frameworks_are_recognised_under_any_name(tmp_path, path):
    copy = tmp_path / "photo.jpg"
    shutil.copyfile(path, copy)

    assert recognise(copy) == KINDS[path.suffix]


def test_every_network_of_the_onnx_project_is_recognised():
    folder = Path(onnx.__file__).parent / "backend" / "test" / "data"
    files = sorted(folder.glob("**/*.onnx"))

    assert len(files) > 100
    assert {recognise(path) for path in files} == {"onnx"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (save({"a": np.eye(3)}), "safetensors"),
        (npy(), "npz"),
        (archive("a.npy"), "npz"),
        (archive("model/data.pkl", "model/data/0"), "torch"),
        (archive("model/data.pkl", "model/constants.pkl", "model/code/net.py"), "torchscript"),
        (archive("model/archive_version", "model/models/model.json"), "exported"),
        (archive("metadata.json", "config.json", "model.weights.h5"), "keras"),
        (b' \n{"format": "layers-model", "modelTopology": {}}', "tfjs"),
        (b"\x1c\0\0\0TFL3" + bytes(50), "tflite"),
        (b'<?xml version="1.0"?>\n<net name="a" version="11">\n<layers>', "openvino"),
        (b"\x08\x01\x12\x02\x0a\x00", "savedmodel"),
        (b"\x80\x04N.", "pickle"),
        (b"GGUF\3\0\0\0", "gguf"),
        # What is something else.
        (b"", ""),
        (b"hello", ""),
        (bytes(100), ""),
        (b"\xff" * 100, ""),
        (b'{"format": 2, "source": {}}', ""),
        (b"<?xml version='1.0'?><svg/>", ""),
        (archive("project.json", "weights.safetensors"), ""),
        (archive("word/document.xml"), ""),
        (b"PK\3\4", ""),
    ],
)
def test_contents_tell_the_kind(tmp_path, content, kind):
    path = tmp_path / "file"
    path.write_bytes(content)

    assert recognise(path) == kind


@pytest.mark.parametrize("name", ["state.pt", "state_old.pt"])
def test_a_network_that_is_cut_short_is_still_one(tmp_path, name):
    path = tmp_path / "file"
    whole = (NETWORKS / "torch_weights" / name).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    assert recognise(path) == "torch"


def test_folders_are_recognised_by_what_they_hold(tmp_path):
    for name in ("saved_model.pb", "model.json", "other.txt"):
        (tmp_path / name.partition(".")[0]).mkdir()
        (tmp_path / name.partition(".")[0] / name).write_bytes(b"")

    found = {path.name: recognise(path) for path in tmp_path.iterdir()}

    assert found == {"saved_model": "savedmodel", "model": "tfjs", "other": ""}


def test_what_cannot_be_opened_is_of_no_kind(tmp_path):
    assert recognise(tmp_path / "missing") == ""
    assert recognise(tmp_path / "a\0b") == ""


def test_no_sample_is_a_network():
    found = {path.name: recognise(path) for path in assets.path("images").iterdir() if path.is_file()}

    assert set(found.values()) == {""}


def test_what_is_not_read_has_a_sentence_that_helps():
    for kind, reason in UNREAD.items():
        assert reason.startswith("it is ")
        if kind not in ("", "gguf", "pickle"):
            assert "export the network as ONNX instead" in reason


@given(content=st.binary(max_size=300))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_borne(tmp_path, content):
    (tmp_path / "file").write_bytes(content)

    recognise(tmp_path / "file")
