"""Files that were made to harm: nothing in them runs, nothing is taken for what is not there, all end as a sentence."""

import os
import pickle
import struct
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from convexplorer.formats.torch import machine
from convexplorer.formats.torch.opcodes import OPCODES
from convexplorer.formats.torch.torch_file import read_torch
from tests.formats.attacking import bear, cuts, mutations, refusal
from tests.formats.torch.files import (
    MAGIC,
    REBUILD,
    archive,
    dictionary,
    number,
    numbers,
    storage,
    stream,
    tensor,
    text,
)
from tests.formats.torch.test_torch_file import FOLDER

CONTAINERS = [archive, stream]


@pytest.fixture(params=CONTAINERS, ids=["zip", "stream"])
def container(request):
    return request.param


def refused(tmp_path, content):
    return refusal(read_torch, tmp_path / "a.pt", content)


def test_the_files_of_these_tests_are_read(tmp_path, container):
    path = tmp_path / "a.pt"
    path.write_bytes(container(dictionary(w=tensor())))

    np.testing.assert_array_equal(read_torch(path).tensors["w"], np.zeros((2, 2), np.float32))


class Payload:
    """What runs a command when it is unpickled."""

    def __init__(self, command, *args):
        self.command = command
        self.args = args

    def __reduce__(self):
        return self.command, self.args


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("command", [os.system, exec, print, os.mkdir])
def test_a_command_is_not_run(tmp_path, container, capfd, protocol, command):
    made = tmp_path / "made"
    argument = {os.system: f"mkdir {made}", exec: f"import os; os.mkdir({str(made)!r})", print: "run"}.get(command)
    payload = pickle.dumps(Payload(command, argument or str(made)), protocol)[2:-1]
    path = tmp_path / "a.pt"
    path.write_bytes(container(dictionary(w=tensor(), evil=payload)))

    found = read_torch(path)

    assert list(found.tensors) == ["w"]
    assert not made.exists()
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_only_a_command_names_it(tmp_path, container):
    payload = pickle.dumps(Payload(os.system, "true"), 2)[2:-1]

    assert f'"{os.system.__module__}.system"' in refused(tmp_path, container(payload))


def test_no_class_is_imported(tmp_path, container, monkeypatch):
    (tmp_path / "module_of_the_author.py").write_text("class Model: ...")
    monkeypatch.syspath_prepend(tmp_path)
    unknown = b"cmodule_of_the_author\nModel\n)\x81}b"
    path = tmp_path / "a.pt"
    path.write_bytes(container(dictionary(w=tensor(), unknown=unknown)))

    assert list(read_torch(path).tensors) == ["w"]
    assert "module_of_the_author" not in sys.modules


@pytest.mark.parametrize("code", sorted(set(range(256)) - set(OPCODES) - {ord(".")}))
def test_every_other_opcode_is_refused(tmp_path, code):
    content = archive(dictionary(w=tensor()) + b"(" + bytes([code]) + b"cos\nsystem\n" + text("x"))

    assert f"opcode {code:#04x}" in refused(tmp_path, content)


@pytest.mark.parametrize("name", ["INST", "OBJ", "EXT1", "EXT2", "EXT4", "PERSID", "NEXT_BUFFER", "READONLY_BUFFER"])
def test_opcodes_that_only_foreign_files_have_are_not_in_the_table(name):
    assert getattr(pickle, name)[0] not in OPCODES


@pytest.mark.parametrize("code", sorted(OPCODES))
def test_every_opcode_bears_an_empty_stack(tmp_path, code):
    assert bear(read_torch, tmp_path / "a.pt", archive(bytes([code])))
    assert bear(read_torch, tmp_path / "a.pt", archive(b"(" + bytes([code]) + bytes(16)))
    assert bear(read_torch, tmp_path / "a.pt", archive(b"NNN" + bytes([code]) + bytes(16)))


HUGE = 1 << 40
VIEWS = {
    "reaches beyond": (tensor((3, 2)), "reaches beyond its storage, to element 5 of 4"),
    "offset": (tensor(offset=1), "to element 4 of 4"),
    "stride": (tensor(strides=(3, 1)), "to element 4 of 4"),
    "large offset": (tensor(offset=1 << 62), "reaches beyond"),
    "large stride": (tensor(strides=(1 << 62, 1)), "reaches beyond"),
    "overflow": (tensor(strides=(1 << 64, 1)), "reaches beyond"),
    "negative offset": (tensor(offset=-1), "whole numbers from 0"),
    "negative stride": (tensor(strides=(-2, 1), offset=3), "whole numbers from 0"),
    "negative size": (tensor((-2, 2)), "whole numbers from 0"),
    "axes": (tensor((2, 2), (1,)), "2 axes, but 1 strides"),
    "many axes": (tensor((1,) * 40, (1,) * 40), "whole numbers from 0"),
    "expanded": (tensor((HUGE,), (0,)), "more numbers than a file of this size"),
    "expanded twice": (tensor((1 << 20, 1 << 20), (0, 0)), "more numbers than a file of this size"),
    "a scalar behind the end": (tensor((), (), 4), "reaches beyond"),
    "no whole numbers": (REBUILD + b"(" + storage() + number(0) + text("ab") + b"NtR", "whole numbers from 0"),
}


@pytest.mark.parametrize("case", VIEWS)
def test_a_view_of_what_is_not_there_is_refused(tmp_path, container, case):
    value, reason = VIEWS[case]

    sentence = refused(tmp_path, container(dictionary(conv=dictionary(weight=value))))

    assert 'tensor "conv.weight"' in sentence
    assert reason in sentence


def test_many_expanded_views_are_refused_together(tmp_path, container):
    views = {f"w{i}": tensor((1 << 22,), (0,)) for i in range(20)}  # of 16 MB each

    path = tmp_path / "a.pt"
    path.write_bytes(container(dictionary(**views)))

    assert bear(read_torch, path, path.read_bytes())


def test_an_expanded_view_of_a_sensible_size_is_read(tmp_path, container):
    path = tmp_path / "a.pt"
    path.write_bytes(container(dictionary(w=tensor((3, 4), (0, 1)))))

    assert read_torch(path).tensors["w"].shape == (3, 4)


@pytest.mark.parametrize("size", [0, 12, 20])
def test_a_storage_of_another_size_is_refused(tmp_path, size):
    assert 'storage "0" should have 16 bytes' in refused(tmp_path, archive(dictionary(w=tensor()), {"0": bytes(size)}))


def test_a_storage_that_claims_terabytes_takes_no_memory(tmp_path):
    value = dictionary(w=tensor((HUGE,), (1,), of=storage(count=HUGE)))

    assert "should have 4398046511104 bytes" in refused(tmp_path, archive(value))
    assert "cut short" in refused(tmp_path, stream(value, storages=struct.pack("<q", HUGE) + bytes(16)))
    assert "should have 1099511627776 numbers" in refused(tmp_path, stream(value))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (archive(dictionary(w=tensor()), {}), '"a/data/0" is missing'),
        (archive(dictionary(w=tensor()), compression=zipfile.ZIP_DEFLATED), "is compressed"),
        (archive(dictionary(w=tensor()), byteorder=b"big"), "big-endian"),
        (archive(dictionary(w=tensor()), **{"b/data.pkl": b"."}), "2 files data.pkl"),
        (archive(dictionary(w=tensor(of=storage("../../x")))), "missing"),
        (stream(dictionary(w=tensor()), b"]", b""), 'storage "0" is missing'),
        (stream(dictionary(w=tensor()), b"]" + text("1") + b"a"), "not used, or twice"),
        (stream(dictionary(w=tensor()), b"](" + text("0") * 2 + b"e", struct.pack("<q", 4) * 9), "or twice"),
        (stream(dictionary(w=tensor()), b"N"), "list of its storages is missing"),
        (stream(dictionary(w=tensor()), storages=struct.pack("<q", -4) + bytes(16)), "it has -4"),
        (MAGIC + pickle.dumps(1000, 2), "protocol is not 1001"),
        (pickle.dumps({"a": 1}, 2), "does not begin as files of PyTorch"),
        (MAGIC + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": False}, 2), "big-endian"),
        (MAGIC + b"\x80\x02" + storage() + b".", "before there is one"),
    ],
)
def test_a_container_that_torch_does_not_write_is_refused(tmp_path, content, reason):
    assert reason in refused(tmp_path, content)


@pytest.mark.parametrize(
    "identifier",
    [
        b"N",
        b")",
        text("storage"),
        b"(" + text("storage") + text("FloatStorage") + text("0") + text("cpu") + number(4) + b"t",
        b"(" + text("file") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(4) + b"t",
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(-4) + b"t",
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + b"\x88t",
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + b"]" + text("cpu") + number(4) + b"t",
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(4) + b")t",
    ],
)
def test_an_identifier_that_is_no_storage_is_refused(tmp_path, container, identifier):
    refused(tmp_path, container(dictionary(w=tensor(of=identifier + b"Q"))))


def test_one_storage_has_one_description(tmp_path, container):
    value = dictionary(w=tensor(), v=tensor(of=storage(count=3)))

    assert 'storage "0" in two ways' in refused(tmp_path, container(value))


def test_a_storage_of_an_unknown_kind_is_refused_where_its_size_matters(tmp_path):
    value = dictionary(w=tensor(), v=tensor(of=storage("1", kind=b"ctorch\nOtherStorage\n")))
    keys = b"](" + text("0") + text("1") + b"e"

    assert "unknown kind" in refused(tmp_path, stream(value, keys, (struct.pack("<q", 4) + bytes(16)) * 2))


def test_a_module_says_which_of_its_tensors_are_not_read(tmp_path):
    odd = tensor(of=storage("0", kind=b"ctorch\nComplexFloatStorage\n"))
    path = tmp_path / "a.pt"
    path.write_bytes(archive(module(_parameters=dictionary(odd=odd, even=tensor(of=storage("1")))), {"1": bytes(16)}))

    found = read_torch(path)

    assert list(found.tensors) == ["even"]
    assert '"odd"' in found.note


def test_a_list_that_contains_itself_is_refused(tmp_path, container):
    loop = b"]q\0h\0a"

    assert "contain themselves" in refused(tmp_path, container(loop))


def test_lists_that_double_with_each_level_are_refused(tmp_path, container):
    double = b"]q\0" + b"".join(b"](h" + bytes([i]) + b"h" + bytes([i]) + b"eq" + bytes([i + 1]) for i in range(60))

    assert "nested too deeply" in refused(tmp_path, container(double))


def test_a_deep_nest_of_lists_is_refused(tmp_path, container):
    assert "nested too deeply" in refused(tmp_path, container(b"]" * 50_000 + b"a" * 49_999))


def module(**parts: bytes) -> bytes:
    state = {name: parts.get(name, b"}") for name in ("_parameters", "_buffers", "_modules")}
    return b"ctorch.nn.modules.container\nSequential\n)\x81" + dictionary(**state) + b"b"


def test_a_module_that_contains_itself_is_refused(tmp_path, container):
    loop = b"}q\0" + module(_modules=b"h\0") + b"q\1" + b"0h\0" + text("0") + b"h\1s0h\1"

    assert "contain themselves" in refused(tmp_path, container(loop))


def test_modules_that_double_with_each_level_are_refused(tmp_path, container):
    double = module() + b"q\0"
    for i in range(40):
        twice = b"}(" + text("a") + b"h" + bytes([i]) + text("b") + b"h" + bytes([i]) + b"u"
        double += module(_modules=twice) + b"q" + bytes([i + 1])

    assert "nested too deeply" in refused(tmp_path, container(double))


def test_long_names_in_many_places_are_refused(tmp_path, container):
    name = text("x" * 20_000) + b"q\0"
    inner = b"}" + name + tensor() + b"q\1s"
    many = b"](" + inner + b"q\2" + b"h\2" * 5000 + b"e"

    assert "nested too deeply" in refused(tmp_path, container(many))


def test_many_parts_that_share_a_large_one_are_refused(tmp_path, container):
    large = b"](" + b"]" * 3000 + b"eq\0"
    parts = b"".join(text(f"optimizer{i}") + b"}" + text("a") + b"h\0s" for i in range(3000))

    assert "nested too deeply" in refused(tmp_path, container(large + b"0}(" + parts + b"u"))


def test_a_key_whose_hash_takes_for_ever_is_refused(tmp_path, container):
    deep = b")q\0" + b"".join(b"h" + bytes([i]) + b"h" + bytes([i]) + b"\x86q" + bytes([i + 1]) for i in range(100))

    assert "key" in refused(tmp_path, container(deep + b"}h\x64Ns"))


@pytest.mark.parametrize("key", [b"]", b"}", tensor(), numbers(tuple(range(17))), b"(]t"])
def test_a_key_that_is_no_text_or_number_is_refused(tmp_path, container, key):
    assert "key" in refused(tmp_path, container(b"}" + key + b"Ns"))


def test_a_pickle_of_too_many_steps_is_refused(tmp_path, container, monkeypatch):
    monkeypatch.setattr(machine, "MAX_STEPS", 1000)

    assert "more than 1000 steps" in refused(tmp_path, container(b"N0" * 1000 + b"N"))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"X\xff\xff\xff\xffabc", "cut short"),  # a text of 4 GB
        (b"\x8e" + b"\xff" * 8 + b"abc", "cut short"),  # bytes without end
        (b"X\2\0\0\0\xff\xfe", "no UTF-8"),
        (b"c\xff\xfe\nx\n", "no UTF-8"),
        (b"c" + b"x" * 2000 + b"\nx\n", "without an end"),
        (b"h\7", "has not remembered"),
        (b"(t0t", "mark that is not there"),
        (b"NNR", "calls what is no name"),
        (REBUILD + b"NR", "without arguments"),
        (REBUILD + b")R", "no storage"),
        (REBUILD + b"(NNNNtR", "no storage"),
        (b"ctorch._utils\n_rebuild_parameter\n)R", "parameter of nothing"),
        (b"ctorch._tensor\n_rebuild_from_type_v2\n)R", "tensor of nothing"),
        (b"ccollections\nOrderedDict\n(K\1tR", "no pairs"),
        (b"ccollections\nOrderedDict\n(](K\1etR", "no pairs"),
        (b"ctorch\nSize\n(K\1tR", "no values"),
        (b"ccopyreg\n_reconstructor\n)R", "no class"),
        (b"NN\x93", "no text"),
        (b"NNNs", "no dictionary"),
        (b"NNa", "no list"),
        (b"}(K\1u", "no dictionary"),
        (b"N", "no weights"),
        (b"}", "no weights"),
    ],
)
def test_a_pickle_that_cannot_be_is_refused(tmp_path, container, value, reason):
    assert reason in refused(tmp_path, container(value))


def test_two_tensors_of_one_name_are_refused(tmp_path, container):
    value = b"}(" + text("a.b") + tensor() + text("a") + dictionary(b=tensor()) + b"u"

    assert 'the name "a.b"' in refused(tmp_path, container(value))


def test_names_of_a_file_cannot_act_on_a_terminal(tmp_path, container):
    sentence = refused(tmp_path, container(b"}" + text("\x1b[2J") + tensor((3, 2)) + b"s"))

    assert "\x1b" not in sentence


@pytest.mark.parametrize("name", ["state.pt", "state_old.pt", "module.pt", "module_old.pt"])
def test_a_file_cut_anywhere_is_refused(tmp_path, name):
    for content in cuts((FOLDER / name).read_bytes()):
        assert bear(read_torch, tmp_path / "a.pt", content), len(content)


@pytest.mark.parametrize("name", ["state.pt", "views_old.pt", "module.pt", "module_old.pt", "checkpoint_old.pt"])
def test_changed_bytes_are_borne(tmp_path, name):
    @given(content=mutations((FOLDER / name).read_bytes()))
    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def check(content):
        bear(read_torch, tmp_path / "a.pt", content)

    check()


@given(content=mutations(dictionary(w=tensor(), m=module(_parameters=dictionary(v=tensor())))))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_opcodes_are_borne(tmp_path, content):
    bear(read_torch, tmp_path / "a.pt", archive(content))
    bear(read_torch, tmp_path / "a.pt", stream(content))
