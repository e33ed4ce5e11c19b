"""Project files: round trips, damage, and writing whole or not at all."""

import copy
import json
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convexplorer.export.kernels import save_bank
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.model.storage import files
from convexplorer.model.storage.files import FORMAT, ProjectError, from_json, load_project, save_project, to_json
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources.address import check_source
from convexplorer.sources.frame import Frame, Source
from convexplorer.sources.paths import listed_address, listed_files
from tests.model.examples import PHOTO, add_pool, bank, conv, drawn, planes, projects

RICH = edits.set_layer(
    add_pool(
        edits.add_filter(bank("sobel-x", "red-green", "laplacian"), 0, Filter("mine", np.full((3, 3, 3), 1 / 3), 0.25)),
        0,
    ),
    0,
    padding=((1, 2), (3, 4)),
    activation="leaky_relu",
    border="reflect",
)

CASES = Path(__file__).parents[2] / "cases" / "text"
BASES = (
    RICH,
    edits.set_source(RICH, Source("pattern", "grating", {"size": 32, "period": 8})),
    Project(
        Source("camera", "0", {"size": "640x480", "mirror": True}),
        tuple(make_layer(kind) for kind in ("batch_norm", "max_pool", "flatten", "dense", "softmax")),
    ),
)


@settings(max_examples=50)
@given(projects)
def test_a_project_comes_back_from_its_text_as_it_was(project):
    text = to_json(project)

    back = from_json(text)

    assert to_json(back) == text
    for old, new in zip(project.layers, back.layers, strict=True):
        assert (old.id, old.kind, old.inputs, old.is_enabled) == (new.id, new.kind, new.inputs, new.is_enabled)
        assert dict(old.settings) == dict(new.settings)
        for one, other in zip(old.filters, new.filters, strict=True):
            assert one.planes.tobytes() == other.planes.tobytes() or np.isnan(one.planes).any()
            assert np.array_equal(one.planes, other.planes, equal_nan=True)
            assert (one.name, one.preset, one.parameters) == (other.name, other.preset, other.parameters)


def test_class_names_are_kept_and_a_project_without_them_can_be_opened_by_older_programs():
    named = edits.set_class_names(RICH, ("cat", "Größe & “Länge”"))

    assert from_json(to_json(named)).class_names == named.class_names
    assert "class_names" not in to_json(RICH)


def test_weights_keep_every_bit():
    values = np.array([[0.1, 1 / 3, -0.0], [5e-324, 1.7976931348623157e308, 2**53 + 2.0]])

    back = planes(from_json(to_json(drawn(values))))

    assert back[0].tobytes() == values.tobytes()


def test_what_is_not_finite_is_kept():
    project = edits.set_bias(drawn(np.array([[np.nan, np.inf, -np.inf]])), 0, 0, np.inf)

    back = conv(from_json(to_json(project))).filters[0]

    assert np.array_equal(back.planes, planes(project), equal_nan=True)
    assert back.bias == np.inf


def test_the_text_is_strict_json_with_one_line_a_kernel_row():
    text = to_json(drawn(np.array([[np.nan, 0.5, -1], [2, 3, 4]])))

    def refuse(constant):
        raise AssertionError(constant)

    json.loads(text, parse_constant=refuse)
    assert '["NaN", 0.5, -1]' in text
    assert "[2, 3, 4]" in text
    assert text.endswith("}\n")


def test_changing_one_weight_changes_one_line_of_the_text():
    project = drawn(np.eye(3))

    before = to_json(project).splitlines()
    after = to_json(edits.set_weight(project, 0, 0, None, 1, 1, 0.5)).splitlines()

    assert len(before) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_a_saved_project_can_be_opened(tmp_path):
    path = tmp_path / "ünïcode 漢字.json"

    save_project(path, RICH)

    assert to_json(load_project(path), folder=tmp_path) == to_json(RICH, folder=tmp_path)


def test_a_short_file_written_by_hand_is_enough():
    project = from_json(
        '{"format": 1, "source": {"kind": "image", "address": "a.png"},'
        ' "layers": [{"type": "conv", "filters": [{"planes": [[[1, "Infinity"]]]}]}, {"type": "pool"}]}'
    )

    assert conv(project)["padding"] == "same"
    assert planes(project).tolist() == [[[1, np.inf]]]


def test_a_preset_name_beside_other_weights_is_dropped():
    text = to_json(bank("sobel-x")).replace("[-2, 0, 2]", "[-2, 0, 3]")

    one = conv(from_json(text)).filters[0]

    assert one.preset is None
    assert one.planes[0, 1].tolist() == [-2, 0, 3]


def test_a_preset_that_this_version_does_not_know_keeps_its_weights():
    text = to_json(bank("sobel-x")).replace('"preset": "sobel-x"', '"preset": "from-the-future"')

    assert conv(from_json(text)).filters[0].preset is None


# Paths


def test_a_picture_below_the_project_moves_with_it(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "pictures").mkdir(parents=True)
    project = Project(Source("image", str(old / "pictures" / "cat.png")), RICH.layers)

    save_project(old / "project.json", project)
    old.rename(new)

    assert '"address": "pictures/cat.png"' in (new / "project.json").read_text()
    assert load_project(new / "project.json").source.address == str(new / "pictures" / "cat.png")


def test_a_picture_elsewhere_is_stored_absolute(tmp_path):
    (tmp_path / "projects").mkdir()
    project = Project(Source("image", str(tmp_path / "cat.png")), RICH.layers)

    save_project(tmp_path / "projects" / "project.json", project)

    assert load_project(tmp_path / "projects" / "project.json").source == project.source
    assert (
        str(tmp_path / "cat.png")
        in json.loads((tmp_path / "projects" / "project.json").read_text())["source"]["address"]
    )


def test_a_path_given_relative_to_the_working_folder_is_found_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()

    save_project("sub/project.json", Project(Source("video", "film.mp4"), RICH.layers))
    monkeypatch.chdir(tmp_path / "sub")

    assert load_project("project.json").source.address == str(tmp_path / "film.mp4")


def test_each_path_of_a_list_of_files_is_stored(tmp_path):
    addresses = [str(tmp_path / "a.png"), str(tmp_path.parent / "b.png")]

    save_project(tmp_path / "project.json", Project(Source("files", "\n".join(addresses)), RICH.layers))

    assert load_project(tmp_path / "project.json").source.address.split("\n") == addresses


@pytest.mark.parametrize(
    "source", [Source("camera", "0", {"mirror": True}), Source("pattern", "zone-plate"), Source("stream", "http://a/b")]
)
def test_what_is_no_path_is_stored_as_it_is(tmp_path, source):
    save_project(tmp_path / "project.json", Project(source, RICH.layers))

    assert load_project(tmp_path / "project.json").source == source


def test_a_file_name_that_is_no_text_survives(tmp_path):
    address = str(tmp_path / os.fsdecode(b"caf\xe9.png"))

    save_project(tmp_path / "project.json", Project(Source("image", address), RICH.layers))

    assert load_project(tmp_path / "project.json").source.address == address


# Damage


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["format"], 3, "newer version (format 3, this version knows 2)"),
        (["format"], "1", "format must be a whole number"),
        (["format"], 0, "format must be ≥ 1"),
        (["format"], None, "format must be a whole number; got null"),
        (["source"], [], "source must be an object"),
        (["source", "kind"], 3, "source.kind must be a text; got 3"),
        (["source", "address"], "a\0b", "source.address must not contain a zero character"),
        (["source", "options"], {"size": [1]}, "source.options.size must be a text, a number, true or false"),
        (["source", "options"], {"size": 1}, "source: “image” has no option “size”; there are none"),
        (["source", "kind"], "film", "source: There is no kind of source called “film”; there are image, folder"),
        (["source", "kind"], "sample", "source: There is no sample picture “photo.png”; there are astronaut, cat"),
        (["source", "kind"], "pattern", "source: There is no test pattern “photo.png”"),
        (["source", "kind"], "stream", "source: Addresses with photo.png:// cannot be opened"),
        (["source", "address"], "  ", "source: The address of a source of the kind “image” must not be empty"),
        (["channels"], "red", "channels must be"),
        (["numbers"], "raw", "numbers must be one of unit, stored"),
        (["display", "palette"], "rainbow", "display: palette must be one of"),
        (["display", "locked"], [1], "display.locked must have 2 levels; got 1"),
        (["display", "locked"], [2, 1], "display: locked levels"),
        (["display", "coverage"], True, "display.coverage must be a number; got true"),
        (["display", "has_checkerboard"], 1, "display.has_checkerboard must be true or false; got 1"),
        (["display", "as_opencv_8bit"], 1, "display.as_opencv_8bit must be true or false; got 1"),
        (["layers"], {}, "layers must be a list"),
        (["layers", 0], 5, "layers[0] must be an object; got 5"),
        (["layers", 0, "kind"], "dens", "layers[0].kind must be one of conv, depthwise_conv,"),
        (["layers", 0, "kind"], 7, "layers[0].kind must be a text; got 7"),
        (
            ["layers", 0, "stride"],
            [1, 1],
            'layers[0] has an unknown field "stride"; known are id, kind',
        ),
        (
            ["layers", 0, "strides"],
            [1, 1.5],
            "layers[0].strides must be a whole number or 2 of them (rows, columns)",
        ),
        (["layers", 0, "strides"], [1, 0], "layers[0].strides must lie in 1…1024; got 0"),
        (["layers", 0, "strides"], [1, 10**5000], "nor"),
        (["layers", 0, "padding"], "full", "layers[0].padding must be"),
        (["layers", 0, "padding"], [[1, 1], [1, 10**9]], "layers[0].padding must lie in 0…1024"),
        (["layers", 0, "border"], "black", "layers[0].border must be one of"),
        (["layers", 0, "activation"], 7, "layers[0].activation must be an Activation; got 7"),
        (["layers", 0, "activation", "name"], "rely", "layers[0].activation must be one of linear, relu"),
        (["layers", 0, "activation", "parameters"], {"slope": 1}, "layers[0].activation: "),
        (["layers", 0, "activation", "parameters"], 7, "layers[0].activation must have parameters by name; got 7"),
        (["layers", 0, "use_bias"], 1, "layers[0].use_bias must be true or false; got 1"),
        (["layers", 0, "groups"], 0, "layers[0].groups must lie in 1…"),
        (["layers", 0, "rank"], 3, "layers[0].strides must be a whole number or 3 of them; got [1, 1]"),
        (["layers", 1, "rank"], 10**12, "rank must be 1, 2 or 3; got 1000000000000"),
        (["layers", 1, "rank"], -1, "rank must be 1, 2 or 3; got -1"),
        (["layers", 0, "id"], "input", "every layer has an id of its own; 'input' comes twice"),
        (["layers", 1, "id"], "conv", "every layer has an id of its own; 'conv' comes twice"),
        (["layers", 0, "inputs"], ["max_pool"], "inputs of 'conv' must be layers before it or 'input'; got 'max_pool'"),
        (["layers", 1, "inputs"], "conv", 'layers[1].inputs must be a list of ids; got "conv"'),
        (["layers", 1, "inputs"], ["conv", "input"], "layers[1]: MaxPooling2D has 1 input(s); got 2"),
        (
            ["layers", 1, "weights"],
            {},
            'layers[1] has an unknown field "weights"; known are id, kind',
        ),
        (["layers", 1, "filters"], [], 'layers[1] has an unknown field "filters"'),
        (["layers", 0, "filters"], [], "layers[0].filters must have 1 or more filters; got 0"),
        (["layers", 0, "filters", 0, "rank"], 1, "layers[0].filters[0]: planes must have 1 or 2 axes"),
        (["layers", 0, "filters", 0, "planes"], {"tensor": "x"}, "planes: there is no tensor 'x' in this file"),
        (["layers", 0, "filters", 0, "planes"], {"tensor": 7}, 'an array is a list of numbers or {"tensor": name}'),
        (["layers", 0, "filters", 1], None, "layers[0].filters[1] must be an object"),
        (["layers", 0, "filters", 1, "name"], " ", "layers[0].filters[1]: a filter's name"),
        (["layers", 0, "filters", 1, "bias"], "much", 'layers[0].filters[1].bias must be a number; got "much"'),
        (["layers", 0, "filters", 1, "planes"], [], "layers[0].filters[1].planes must have 1 or more planes; got 0"),
        (["layers", 0, "filters", 0, "planes", 0], [[1, 2], [3]], "planes[0] must have rows of one length; row 2"),
        (
            ["layers", 0, "filters", 0, "planes"],
            [[[1]], [[1, 2]]],
            "planes must have planes of one size; got 1×1 and 1×2",
        ),
        (["layers", 0, "filters", 0, "planes"], [[[1]]], "layers[0]: all filters of a layer have one size"),
        (["layers", 0, "filters", 0, "planes", 0], [[]], "planes[0][0] must have 1 or more numbers; got 0"),
        (["layers", 0, "filters", 0, "planes", 0, 0, 0], "one", 'planes[0][0][0] must be a number; got "one"'),
        (["layers", 0, "filters", 0, "planes", 0, 0, 0], 10**400, "planes[0][0][0] is a number too large"),
        (
            ["layers", 0, "filters", 1, "planes"],
            [[[1.0]] * 300],
            "layers[0].filters[1]: a kernel has at most 255 × 255 cells; this one has 300 × 1",
        ),
        (["layers", 1, "kind"], "median", "layers[1].kind must be one of"),
        (["layers", 1, "pool_size"], [0, 2], "layers[1].pool_size must lie in"),
    ],
)
def test_damage_is_named_with_its_place(path, value, sentence):
    document = json.loads(to_json(RICH))
    target = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value

    with pytest.raises(ProjectError) as caught:
        from_json(_dump(document))

    assert sentence in str(caught.value) or sentence == "nor"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (Source("pattern", "zone-plate", {"foo": 1}), "there is no parameter “foo”"),
        (Source("pattern", "zone-plate", {"size": 10**400}), "size must be a number"),
        (Source("pattern", "zone-plate", {"size": "much"}), "size must be a number; got 'much'"),
        (Source("pattern", "zone-plate", {"size": "1e9"}), "size must lie in"),
        (Source("pattern", "zone-plat"), "did you mean zone-plate?"),
        (Source("numbers", "1 2; 3 x"), "row 2, column 2: “x” is no number"),
        (Source("numbers", "1 2", {"scale": 2}), "“numbers” has no option “scale”"),
        (Source("sample", "cat", {"size": 9}), "“sample” has no option “size”; there are none"),
        (Source("camera", "0", {"size": "big"}), "The size of a camera is written as 1280x720; got big"),
        (Source("camera", "0", {"size": True}), "The size of a camera is written as 1280x720; got True"),
        (Source("camera", "0", {"rate": -1}), "The rate of a camera must be a number of frames a second, up to 1000"),
        (Source("camera", "0", {"rate": 10**400}), "The rate of a camera must be"),
        (Source("camera", "0", {"mirror": "maybe"}), "The option mirror of a camera must be true or false; got maybe"),
        (Source("camera", "0", {"zoom": 2}), "“camera” has no option “zoom”; there are size, mirror, rate"),
        (Source("camera", "9" * 5000), "There is no camera 9"),
        (Source("stream", "gopher://host/"), "Addresses with gopher:// cannot be opened"),
        (Source("stream", "http:///video"), "names no host"),
        (Source("stream", "http://host:99999/"), "cannot be understood"),
        (Source("stream", "http://host/", {"timeout_s": 0}), "timeout_s must be a number of seconds"),
        (Source("stream", "http://host/", {"rate": 1}), "“stream” has no option “rate”; there are timeout_s"),
    ],
)
def test_a_source_that_can_never_be_opened_is_refused(source, sentence):
    document = json.loads(to_json(RICH))
    document["source"] = {"kind": source.kind, "address": source.address, "options": dict(source.options)}

    with pytest.raises(ProjectError) as caught:
        from_json(_dump(document))

    assert str(caught.value).startswith("source: ")
    assert sentence in str(caught.value)


def test_a_number_of_thousands_of_digits_is_named_in_the_words_of_the_user():
    with pytest.raises(ProjectError, match="holds a number of thousands of digits"):
        from_json('{"format": 1' + 6000 * "0" + "}")


def test_the_pattern_of_a_bug_report_is_refused():
    with pytest.raises(ProjectError, match=r"pattern-badoption\.json cannot be opened: source: .*“foo”"):
        load_project(CASES / "pattern-badoption.json")


def test_the_password_in_an_older_file_is_set_aside():
    document = json.loads(to_json(RICH))
    document["source"] = {"kind": "stream", "address": "rtsp://me:secret@old.test/a"}

    project = from_json(_dump(document))

    assert project.source.address == "rtsp://me@old.test/a"
    assert "secret" not in to_json(project)


def test_a_pipe_is_refused_without_waiting_for_its_other_end(tmp_path):
    os.mkfifo(tmp_path / "project.json")

    with pytest.raises(ProjectError, match="no ordinary file but a pipe"):
        load_project(tmp_path / "project.json")


def test_a_device_is_refused():
    with pytest.raises(ProjectError, match="zero cannot be read: it is no ordinary file but a device"):
        load_project("/dev/zero")


def test_a_file_may_hold_more_than_64_layers_filters_and_planes_of_more_than_63_rows():
    document = json.loads(to_json(RICH))
    first = document["layers"][0]
    first["filters"] = [{"planes": [[[i / 3]]] * 66} for i in range(67)]
    document["layers"] += [first | {"id": "tall", "filters": [{"planes": [[[i / 3] * 2 for i in range(70)]]}]}]
    document["layers"] += [{"kind": "activation"}] * 65

    project = from_json(_dump(document))

    assert len(project.layers) == 68
    assert len(set(project.ids)) == 68
    assert [one.planes.shape for one in conv(project).filters] == [(66, 1, 1)] * 67
    assert conv(project, 2).kernel_size == (70, 2)
    assert to_json(from_json(to_json(project))) == to_json(project)


def test_an_array_nested_too_deeply_is_refused_with_its_place():
    document = json.loads(to_json(Project(PHOTO, (make_layer("batch_norm"),))))
    document["layers"][0]["weights"] = {"gamma": json.loads("[" * 300 + "1" + "]" * 300)}

    with pytest.raises(ProjectError, match=r"^layers\[0\]\.weights\.gamma\[0\].* must have at most 5 axes$"):
        from_json(_dump(document))


def test_a_weight_that_the_kind_has_not_is_refused_with_its_place():
    document = json.loads(to_json(Project(PHOTO, (make_layer("batch_norm"),))))
    document["layers"][0]["weights"] = {"delta": [1]}

    with pytest.raises(ProjectError, match=r"^layers\[0\]: BatchNormalization has no 'delta'; it has beta, gamma"):
        from_json(_dump(document))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no complete JSON: Expecting value at line 1, column 1"),
        ("hello", "no complete JSON"),
        ("[]", "no ConvExplorer project"),
        ("{}", 'it has no "format"'),
        ('{"format": 1}', 'has no "source"'),
        ("null", "no ConvExplorer project"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"format": ' + "9" * 10_000 + "}", "no project"),
    ],
)
def test_what_is_no_project_is_refused_in_words(text, sentence):
    with pytest.raises(ProjectError) as caught:
        from_json(text)

    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 300


@given(st.integers(0, len(to_json(RICH)) - 3))
def test_a_truncated_file_is_refused(length):
    with pytest.raises(ProjectError):
        from_json(to_json(RICH)[:length])


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200)
@given(st.data())
def test_no_mutation_raises_anything_but_a_project_error(data):
    document = json.loads(to_json(RICH))
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(document, data)

    try:
        project = from_json(_dump(document))
    except ProjectError as error:
        sentence = str(error)
    else:
        sentence = to_json(project)
        assert to_json(from_json(sentence)) == sentence

    assert sentence


# What is a value somewhere in a project, and so often passes where it does not belong.
PLAUSIBLE = st.sampled_from(
    [0, 1, 2, 3, -1, 0.5, True, False, None, "", "same", "valid", "conv", "input", "2", [1, 1], [[1]], [[[1]]], [], {},
     "NaN", "Infinity", "zone-plate", "pattern", "sample", "cat", "image", "max_pool", "relu", 1e300, "softmax"]
).map(copy.deepcopy)  # fmt: skip
FRAME = Frame(np.linspace(0, 1, 3 * 12 * 10, dtype=np.float32).reshape(3, 12, 10), ("R", "G", "B"))


@settings(max_examples=150)
@given(st.data())
def test_a_mutated_project_is_refused_or_opened_rendered_and_saved_as_it_was(data):
    document = json.loads(to_json(data.draw(st.sampled_from(BASES))))
    for _ in range(data.draw(st.integers(1, 2))):
        _mutate(document, data, PLAUSIBLE)

    try:
        project = from_json(_dump(document))
    except ProjectError:
        return

    assert to_json(from_json(to_json(project))) == to_json(project)
    check_source(project.source)
    assert render(Job(FRAME, project, View())).picture.project is project


@given(st.binary(max_size=60))
@example(b"\xff\xfe{}")
@example(b"\xef\xbb\xbf{}")
def test_no_bytes_raise_anything_but_a_project_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("garbage") / "project.json"
    path.write_bytes(content)

    with pytest.raises(ProjectError, match=r"project\.json"):
        load_project(path)


def test_a_byte_order_mark_is_tolerated(tmp_path):
    (tmp_path / "project.json").write_bytes(b"\xef\xbb\xbf" + to_json(RICH).encode())

    assert to_json(load_project(tmp_path / "project.json"), folder=tmp_path) == to_json(
        Project(Source("image", str(tmp_path / "photo.png")), RICH.layers), folder=tmp_path
    )


def test_an_enormous_file_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    (tmp_path / "project.json").write_text(to_json(RICH))

    with pytest.raises(ProjectError, match="has more than"):
        load_project(tmp_path / "project.json")


@pytest.mark.parametrize("name", ["missing.json", "", "folder", "no/such/folder.json"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    (tmp_path / "folder").mkdir()

    with pytest.raises(ProjectError, match="cannot be read: "):
        load_project(tmp_path / name)


def test_a_path_that_is_no_path_is_refused():
    with pytest.raises(ProjectError):
        load_project("a\0b")
    with pytest.raises(ProjectError):
        save_project("a\0b", RICH)


# Writing


def test_writing_replaces_the_old_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "project.json"
    save_project(path, RICH)
    save_project(path, bank("emboss"))

    assert [found.name for found in tmp_path.iterdir()] == ["project.json"]
    assert conv(load_project(path)).filters[0].name == "emboss"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "project.json"
    save_project(path, RICH)
    before = path.read_bytes()

    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ProjectError, match=r"project\.json cannot be written: the disk is full"):
        save_project(path, bank("emboss"))

    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["project.json"]


def test_a_project_too_large_to_open_again_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1000)

    with pytest.raises(ProjectError, match="could not be opened again"):
        save_project(tmp_path / "project.json", RICH)

    assert list(tmp_path.iterdir()) == []


def test_saving_into_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ProjectError, match="cannot be written"):
        save_project(tmp_path / "no" / "project.json", RICH)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_permissions_and_links_of_the_old_file_are_kept(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    save_project(real, RICH)
    real.chmod(0o640)
    link.symlink_to(real)

    save_project(link, bank("emboss"))

    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert conv(load_project(real)).filters[0].name == "emboss"


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    save_project(tmp_path / "project.json", RICH)
    (tmp_path / "other").touch()

    assert (tmp_path / "project.json").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_the_first_project_can_be_kept(tmp_path):
    save_project(tmp_path / "first.json", default_project())

    assert to_json(load_project(tmp_path / "first.json")) == to_json(default_project())


def test_the_format_is_the_first_field():
    assert to_json(Project(PHOTO, RICH.layers)).startswith(f'{{\n  "format": {FORMAT},')


def _dump(document):
    return json.dumps(document) if not _has_huge(document) else _huge_dump(document)


def _has_huge(value):
    if isinstance(value, dict):
        return any(map(_has_huge, value.values()))
    if isinstance(value, list):
        return any(map(_has_huge, value))
    return isinstance(value, int) and abs(value) >= 10**4299


def _huge_dump(document):
    # Python itself refuses to write such a number.
    plain = copy.deepcopy(document)
    plain["layers"][0]["strides"] = "HUGE"
    return json.dumps(plain).replace('"HUGE"', "[1, 1" + "0" * 5000 + "]")


def _mutate(document, data, junk=JUNK):
    """Change, delete or add one thing somewhere in the document."""
    target, path = document, Path("/")
    while True:
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys), label=str(path))
        path /= str(key)
        if isinstance(target[key], dict | list) and data.draw(st.booleans()):
            target = target[key]
            continue
        break
    action = data.draw(st.sampled_from(["replace", "delete", "swap", "add"]))
    if action == "delete":
        del target[key]
    elif action == "add" and isinstance(target, dict):
        target[data.draw(st.text(max_size=5))] = data.draw(junk)
    elif action == "swap":
        other = data.draw(st.sampled_from(keys))
        target[key], target[other] = target[other], target[key]
    else:
        target[key] = data.draw(junk)


def test_a_list_with_a_line_break_in_a_name_survives(tmp_path):
    texts = [str(tmp_path / "two\nlines.png"), str(tmp_path.parent / "b.png")]

    save_project(tmp_path / "project.json", Project(Source("files", listed_address(texts)), RICH.layers))

    assert listed_files(load_project(tmp_path / "project.json").source.address) == texts


def test_a_file_of_kernels_opened_as_a_project_says_what_it_is(tmp_path):
    save_bank(tmp_path / "bank.json", RICH.layers[0])

    with pytest.raises(ProjectError, match=r"^bank\.json cannot be opened: this is a file of kernels.*Import kernels"):
        load_project(tmp_path / "bank.json")


def test_what_is_wrong_with_a_whole_file_is_one_sentence(tmp_path):
    (tmp_path / "p.json").write_text('{"format": 1}')

    with pytest.raises(ProjectError, match=r'^p\.json cannot be opened: it has no "source"\.$'):
        load_project(tmp_path / "p.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_no_project_and_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "project.json")

    with pytest.raises(ProjectError, match=r"project\.json cannot be read: it is no ordinary file but a pipe"):
        load_project(tmp_path / "project.json")
    with pytest.raises(ProjectError, match="no ordinary file but a pipe"):
        save_project(tmp_path / "project.json", RICH)
