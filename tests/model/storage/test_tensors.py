"""Containers: large weights come back bit for bit, the same project gives the same bytes, damage is a sentence."""

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.model.storage.files import ProjectError, from_bytes, load_project, save_project, to_bytes, to_json
from convexplorer.model.storage.recovery import Autosave
from convexplorer.model.storage.tensors import DOCUMENT, LARGE, WEIGHTS, Tensors, is_container
from tests.model.examples import PHOTO, bank

RNG = np.random.default_rng(0)
SINGLE = RNG.normal(size=(LARGE // 16, 4, 4)).astype(np.float32).astype(np.float64)
DOUBLE = RNG.normal(size=(LARGE // 16, 4, 4))
SINGLE[0, 0] = [np.nan, np.inf, -np.inf, -0.0]
NETWORK = Project(
    PHOTO,
    (
        make_layer("conv", (Filter("single", SINGLE, 0.1), Filter("double", DOUBLE), Filter("small", np.ones((4, 4))))),
        make_layer("flatten"),
        make_layer("dense", units=64, weights={"kernel": RNG.normal(size=(64, 80)), "bias": RNG.normal(size=64)}),
    ),
)


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist()}


def packed(parts: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return buffer.getvalue()


PARTS = contents(to_bytes(NETWORK))


def test_large_weights_come_back_bit_for_bit(tmp_path):
    save_project(tmp_path / "network.json", NETWORK)

    back = load_project(tmp_path / "network.json")

    for old, new in zip(NETWORK.layers, back.layers, strict=True):
        for one, other in zip(old.filters, new.filters, strict=True):
            assert one.planes.tobytes() == other.planes.tobytes()
            assert (one.name, one.bias) == (other.name, other.bias)
        assert old.weights.keys() == new.weights.keys()
        for name, values in old.weights.items():
            assert values.tobytes() == new.weights[name].tobytes()
            assert new.weights[name].dtype == np.float32


@pytest.mark.parametrize(("size", "is_packed"), [(LARGE - 1, False), (LARGE, True)])
def test_only_large_weights_make_a_container(size, is_packed):
    project = Project(PHOTO, (make_layer("batch_norm", weights={"gamma": np.arange(size) / 3}),))

    content = to_bytes(project)

    assert is_container(content) == is_packed
    assert np.array_equal(from_bytes(content).layers[0].weights["gamma"], project.layers[0].weights["gamma"])


def test_the_rest_of_a_container_can_be_read_and_compared():
    document = json.loads(PARTS[DOCUMENT])

    single, double, small = document["layers"][0]["filters"]
    assert single["planes"] == {"tensor": "conv.filters.0"}
    assert double["planes"] == {"tensor": "conv.filters.1"}
    assert small["planes"] == [[[1] * 4] * 4]
    assert document["layers"][2]["weights"]["kernel"] == {"tensor": "dense.kernel"}
    assert len(document["layers"][2]["weights"]["bias"]) == 64


def test_learned_weights_take_four_bytes_a_number():
    many = 100_000
    learned = Project(PHOTO, (make_layer("batch_norm", weights={"gamma": RNG.normal(size=many)}),))

    assert len(to_bytes(learned)) < 4 * many + 3000


def test_the_same_project_gives_the_same_bytes():
    assert to_bytes(NETWORK) == to_bytes(from_bytes(to_bytes(NETWORK)))


def test_as_text_all_numbers_stand_in_it():
    assert to_json(from_bytes(to_bytes(NETWORK))) == to_json(NETWORK)
    assert "tensor" not in to_json(NETWORK)


def test_arrays_that_a_project_does_not_name_are_left_out():
    more = save({"conv.filters.0": SINGLE, "conv.filters.1": DOUBLE, "dense.kernel": np.ones((2, 2)), "x": np.ones(3)})

    project = from_bytes(packed({DOCUMENT: PARTS[DOCUMENT], WEIGHTS: more}))

    assert project.layers[2].weights["kernel"].shape == (2, 2)


# Damage


def test_a_compressed_container_is_refused_before_it_is_unpacked():
    with pytest.raises(ProjectError, match="its parts are compressed, which a project's are not"):
        from_bytes(packed(PARTS, zipfile.ZIP_DEFLATED))


def test_a_part_that_unfolds_to_gigabytes_is_refused_at_once():
    with pytest.raises(ProjectError, match="its parts are compressed"):
        from_bytes(packed({DOCUMENT: bytes(50_000_000)}, zipfile.ZIP_DEFLATED))


def bomb(name: str, claimed: int) -> bytes:
    """Return a container whose directory claims that a part is larger than the file."""
    data = packed(PARTS)
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(name)] != name.encode():
        at = data.index(b"PK\x01\x02", at + 4)
    return data[: at + 20] + claimed.to_bytes(4, "little") * 2 + data[at + 28 :]


@pytest.mark.parametrize("name", [DOCUMENT, WEIGHTS])
@pytest.mark.parametrize("claimed", [2**31, 2**32 - 2, 10**6, 1, 0])
def test_a_part_that_claims_another_size_is_refused(name, claimed):
    with pytest.raises(ProjectError):
        from_bytes(bomb(name, claimed))


def huge_header(shape: list[int]) -> bytes:
    header = json.dumps({"dense.kernel": {"dtype": "F32", "shape": shape, "data_offsets": [0, 4]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"other": b""}, "damaged project container"),
        ({WEIGHTS: PARTS[WEIGHTS]}, "damaged project container"),
        ({DOCUMENT: PARTS[DOCUMENT]}, "there is no tensor 'conv.filters.0' in this file"),
        ({DOCUMENT: b"\xff\xfe", WEIGHTS: PARTS[WEIGHTS]}, "damaged project container"),
        ({DOCUMENT: b"hello", WEIGHTS: PARTS[WEIGHTS]}, "no complete JSON"),
        ({DOCUMENT: PARTS[DOCUMENT], WEIGHTS: b""}, "damaged project container"),
        ({DOCUMENT: PARTS[DOCUMENT], WEIGHTS: PARTS[WEIGHTS][:-1]}, "damaged project container"),
        ({DOCUMENT: PARTS[DOCUMENT], WEIGHTS: b"\xff" * 8 + PARTS[WEIGHTS][8:]}, "damaged project container"),
        ({DOCUMENT: PARTS[DOCUMENT], WEIGHTS: huge_header([2**40, 2**40])}, "damaged project container"),
        (
            {DOCUMENT: PARTS[DOCUMENT], WEIGHTS: save({"conv.filters.0": np.ones((2, 4, 4), bool)})},
            "layers[0].filters[0].planes: tensor 'conv.filters.0' must hold real numbers; it holds bool",
        ),
        (
            {DOCUMENT: PARTS[DOCUMENT], WEIGHTS: save({"conv.filters.0": np.ones((2, 2, 2, 4, 4))})},
            "layers[0].filters[0]: planes must have 2 or 3 axes",
        ),
        (
            {DOCUMENT: PARTS[DOCUMENT], WEIGHTS: save({"conv.filters.0": np.ones((2, 0, 4))})},
            "layers[0].filters[0]: a filter has 1 to",
        ),
    ],
)
def test_a_damaged_container_is_a_sentence(parts, sentence):
    with pytest.raises(ProjectError) as caught:
        from_bytes(packed(parts))

    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 300


SMALL = to_bytes(Project(PHOTO, (make_layer("batch_norm", weights={"gamma": np.zeros(LARGE)}),)))
EDGES = [*range(200), *range(len(SMALL) - 600, len(SMALL))]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(EDGES), st.integers(0, 255), min_size=1, max_size=4))
@example(changes={6: 1})
@example(changes={SMALL.index(b"PK\x01\x02") + 8: 1})  # encrypted, says the directory
@example(changes={SMALL.index(b"PK\x01\x02") + 6: 99})  # needs a newer program
@example(changes={SMALL.index(b"PK\x01\x02") + 10: 99})  # packed in an unknown way
def test_no_change_of_bytes_raises_anything_but_a_project_error(changes):
    damaged = bytearray(SMALL)
    for place, value in changes.items():
        damaged[place] = value

    try:
        words = to_json(from_bytes(bytes(damaged)))
    except ProjectError as error:
        words = str(error)

    assert words


@given(st.integers(4, len(SMALL) - 1))
def test_a_truncated_container_is_refused(length):
    with pytest.raises(ProjectError):
        from_bytes(SMALL[:length])


def test_a_changed_number_in_a_container_is_noticed():
    damaged = bytearray(SMALL)
    damaged[SMALL.index(b"PK", 10) + 9000] ^= 1

    with pytest.raises(ProjectError, match="damaged project container"):
        from_bytes(bytes(damaged))


# Unsaved work


def test_unsaved_work_with_large_weights_survives(tmp_path):
    crashed = Autosave(tmp_path)
    crashed.write(NETWORK, tmp_path / "network.json")
    crashed.close()

    autosave = Autosave(tmp_path)
    found = autosave.find()
    autosave.close()

    assert found is not None
    assert to_json(found.project, folder=tmp_path) == to_json(NETWORK, folder=tmp_path)
    assert found.project.layers[0].filters[1].planes.tobytes() == DOUBLE.tobytes()
    assert found.origin == tmp_path / "network.json"


def test_a_damaged_copy_with_large_weights_is_left_where_it_is(tmp_path):
    crashed = Autosave(tmp_path)
    crashed.write(NETWORK)
    crashed.close()
    (copy,) = tmp_path.glob("*.json")
    copy.write_bytes(copy.read_bytes()[:-100])

    assert Autosave(tmp_path).find() is None
    assert copy.exists()


def test_a_copy_becomes_text_again_when_its_weights_are_few(tmp_path):
    autosave = Autosave(tmp_path)
    autosave.write(NETWORK)
    autosave.write(edits.set_bias(bank(), 0, 0, 0.5))
    autosave.close()
    (copy,) = tmp_path.glob("*.json")

    assert json.loads(copy.read_text())["project"]["layers"][0]["filters"][0]["bias"] == 0.5


def test_names_and_numbers_that_are_no_tensor_are_refused():
    tensors = Tensors({"a": np.ones(3)})

    for value in ({}, {"tensor": "a", "more": 1}, {"tensor": None}, {"name": "a"}):
        with pytest.raises(ValueError, match="an array is a list of numbers or"):
            tensors.get(value)
    with pytest.raises(ValueError, match="there is no tensor 'b'"):
        tensors.get({"tensor": "b"})
    assert tensors.get({"tensor": "a"}).tolist() == [1, 1, 1]
