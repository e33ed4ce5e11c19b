"""The library: what is saved comes back, nothing is lost, and one bad file leaves out only itself."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer import assets
from convexplorer.kernels.composing import Operand, composition_recipe
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.kernels.recipe import Recipe
from convexplorer.model.library.entry import Entry, LibraryError, slug
from convexplorer.model.library.library import Library
from convexplorer.model.library.place import VARIABLE, choose_folder, default_folder, library_folder
from convexplorer.model.library.text import entry_text, file_text, read_entries

PLANES = np.array([[[0.1, -0.0, np.inf], [1 / 3, -np.inf, 1e-300]]])
KERNEL = Entry("soft-edge", "Soft edge", (Filter("Soft edge", PLANES, 0.5),), tags=("edges", "own"), notes="one\ntwo")
TWO = """group = "Mine"

# The first, from a book.
[[kernel]]
name = "first"
rows = [[1, 2]]

# The second, my own.
[[kernel]]
name = "second"
divisor = 4
rows = [
  [1, 2], [3, 4],
]
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def put(library: Library, name: str, text: str | bytes) -> Path:
    library.folder.mkdir(parents=True, exist_ok=True)
    path = library.folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def named(library: Library, name: str) -> Entry:
    return next(entry for entry in library.read().entries if entry.name == name)


def same(one: Filter, other: Filter) -> bool:
    is_same = one.planes.tobytes() == other.planes.tobytes() and one.planes.shape == other.planes.shape
    return is_same and (one.name, one.bias, one.preset, dict(one.parameters)) == (
        other.name,
        other.bias,
        other.preset,
        dict(other.parameters),
    )


def test_a_saved_kernel_comes_back_to_the_last_bit(library):
    saved = library.save(KERNEL)

    (found,) = Library(library.folder).read().entries

    assert same(found.filters[0], KERNEL.filters[0])
    assert (found.label, found.tags, found.notes) == (KERNEL.label, KERNEL.tags, KERNEL.notes)
    assert (found.file, found.key, found.line) == ("soft-edge.toml", "soft-edge/soft-edge", 3)
    assert saved.name == "soft-edge"


def test_a_saved_bank_comes_back_with_names_biases_and_presets(library):
    filters = (make_filter("gaussian", sigma=2), Filter("mine", np.ones((3, 2, 2)), -1), make_filter("sobel-x"))
    library.save(Entry("three", "Three", filters, is_bank=True, explanation="Three of them."))

    (found,) = Library(library.folder).read().entries

    assert found.is_bank
    assert all(same(one, other) for one, other in zip(found.filters, filters, strict=True))
    assert found.explanation == "Three of them."


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=60).map(lambda text: text.replace("\0", ""))


@given(texts, st.lists(texts, max_size=3), texts.filter(lambda text: bool(text.strip())))
def test_any_notes_and_tags_come_back(notes, tags, label):
    entry = Entry("one", label, (Filter("one", np.ones((1, 1))),), tags=tuple(tags), notes=notes)

    entries, faults = read_entries(file_text(entry), "one.toml")

    assert faults == ()
    assert entries[0].notes == notes.replace("\r\n", "\n").replace("\r", "\r")
    assert (entries[0].tags, entries[0].label) == (entry.tags, entry.label)


@given(st.lists(st.floats(), min_size=1, max_size=5), st.floats())
def test_any_numbers_come_back(row, bias):
    one = Filter("one", np.array([row]), bias)

    (entry,), _ = read_entries(file_text(Entry("one", "one", (one,))), "one.toml")

    assert np.array_equal(entry.filters[0].planes, one.planes, equal_nan=True)
    assert (np.signbit(entry.filters[0].planes) == np.signbit(one.planes))[~np.isnan(one.planes)].all()
    assert np.array_equal(entry.filters[0].bias, one.bias, equal_nan=True)


def test_saving_under_a_taken_name_takes_the_next_one(library):
    names = [library.save(KERNEL).name for _ in range(3)]

    assert names == ["soft-edge", "soft-edge-2", "soft-edge-3"]
    assert len(list(library.folder.iterdir())) == 3


def test_a_file_that_cannot_be_read_is_not_written_over(library):
    path = put(library, "soft-edge.toml", "this is = no toml [")

    saved = library.save(KERNEL)

    assert saved.file == "soft-edge-2.toml"
    assert path.read_text() == "this is = no toml ["


def test_the_kernels_of_the_program_are_files_of_this_form():
    for path in sorted(assets.path("kernels").glob("*.toml")):
        entries, faults = read_entries(path.read_text(encoding="utf-8"), path.name)

        assert faults == ()
        assert entries
        for entry in entries:
            preset = presets()[entry.name]
            assert np.array_equal(entry.filters[0].planes, preset.planes())
            assert (entry.label, entry.explanation, entry.group) == (preset.label, preset.explanation, preset.group)
            assert entry.tags == preset.keywords


def test_a_change_leaves_the_rest_of_the_file_as_it_was(library):
    path = put(library, "two.toml", TWO)

    new = library.change(named(library, "first"), label="First", tags=("a",))

    assert (new.label, new.tags, new.name) == ("First", ("a",), "first")
    text = path.read_text()
    assert text.startswith('group = "Mine"\n\n# The first, from a book.\n[[kernel]]\n')
    assert TWO[TWO.index("# The second") :] in text
    assert np.array_equal(named(library, "second").filters[0].planes[0], np.array([[1, 2], [3, 4]]) / 4)


COMMENTED = """[[kernel]]  # mine
name = "first"  # for the command line
# Why eight: the sum of the magnitudes.
divisor = 8
notes = '''
one
[[two]]
'''
rows = [
  [1, 2],  # above
  [3, 4]
]
tags = ["a",
  "b"]
says = ["sum"]
"""


@pytest.mark.parametrize(
    ("changes", "gone", "come"),
    [
        ({"label": "First"}, "", 'label = "First"\n'),
        ({"tags": ("c",)}, 'tags = ["a",\n  "b"]\n', 'tags = ["c"]\n'),
        ({"tags": ()}, 'tags = ["a",\n  "b"]\n', ""),
        ({"notes": "new"}, "notes = '''\none\n[[two]]\n'''\n", 'notes = "new"\n'),
        ({"name": "other"}, 'name = "first"  # for the command line\n', 'name = "other"\n'),
    ],
)
def test_a_change_rewrites_no_other_line_of_the_entry(library, changes, gone, come):
    path = put(library, "mine.toml", COMMENTED)

    library.change(named(library, "first"), **changes)

    text = path.read_text()
    if gone:
        assert text == COMMENTED.replace(gone, come)
    else:
        assert text.replace(come, "") == COMMENTED
        assert come in text


def test_a_change_that_lines_alone_cannot_say_writes_the_entry_anew(library):
    put(library, "mine.toml", '[[kernel]]\nname = "first"\nkeywords = ["old"]\nrows = [[1]]\n')

    new = library.change(named(library, "first"), tags=("new",))

    assert new.tags == ("new",)
    assert "keywords" not in (library.folder / "mine.toml").read_text()


def test_words_of_a_bank_are_changed_above_its_filters(library):
    filters = (make_filter("sobel-x"), make_filter("sobel-y"))
    before = library.save(Entry("pair", "Pair", filters, is_bank=True))
    text = (library.folder / "pair.toml").read_text()

    library.change(before, notes="of two", label="Both")

    now = (library.folder / "pair.toml").read_text()
    assert now[now.index("[[bank.filter]]") :] == text[text.index("[[bank.filter]]") :]
    assert (named(library, "pair").notes, named(library, "pair").label) == ("of two", "Both")


def test_a_renamed_entry_is_found_under_its_new_name_alone_with_its_file(library):
    library.save(KERNEL)

    new = library.change(named(library, "soft-edge"), name="hard-edge", label="Hard edge")

    assert [entry.key for entry in Library(library.folder).read().entries] == ["hard-edge/hard-edge"] == [new.key]
    assert os.listdir(library.folder) == ["hard-edge.toml"]


def test_a_file_that_has_the_new_name_already_stays(library):
    library.save(KERNEL)
    path = put(library, "hard-edge.toml", "no toml")

    new = library.change(named(library, "soft-edge"), name="hard-edge")

    assert new.key == "soft-edge/hard-edge"
    assert path.read_text() == "no toml"


def test_a_file_of_several_entries_keeps_its_name(library):
    put(library, "first.toml", TWO)

    assert library.change(named(library, "first"), name="other").file == "first.toml"


def test_a_name_of_another_entry_is_refused(library):
    put(library, "two.toml", TWO)

    with pytest.raises(LibraryError, match="has a “second” already"):
        library.change(named(library, "first"), name="second")


@pytest.mark.parametrize("name", ["first", "second"])
def test_removing_and_putting_back_restores_the_file_to_the_letter(library, name):
    path = put(library, "two.toml", TWO)

    removed = library.remove(named(library, name))
    left = [entry.name for entry in library.read().entries]
    back = library.restore(removed)

    assert left == [{"first": "second", "second": "first"}[name]]
    assert path.read_text() == TWO
    assert back.name == name


def test_the_file_goes_with_its_last_entry_and_comes_back(library):
    saved = library.save(KERNEL)
    text = (library.folder / saved.file).read_text()

    removed = library.remove(named(library, "soft-edge"))
    names = os.listdir(library.folder)
    library.restore(removed)

    assert names == []
    assert (library.folder / saved.file).read_text() == text


def test_what_was_removed_comes_back_beside_what_has_been_written_there_since(library):
    removed = library.remove(library.save(KERNEL))
    put(library, "soft-edge.toml", TWO)

    back = library.restore(removed)

    assert back.file == "soft-edge-2.toml"
    assert (library.folder / "soft-edge.toml").read_text() == TWO


@pytest.mark.parametrize("act", ["change", "remove"])
def test_a_file_that_others_have_changed_is_not_written_over(library, act):
    path = put(library, "two.toml", TWO)
    entry = named(library, "first")
    changed = TWO.replace("[[1, 2]]", "[[1, 3]]")
    path.write_text(changed)

    with pytest.raises(LibraryError, match=r"two\.toml was changed by another program since it was read"):
        library.change(entry, label="x") if act == "change" else library.remove(entry)

    assert path.read_text() == changed
    library.change(named(library, "first"), label="x")  # once it has been looked at


def test_a_change_that_leaves_size_and_time_alone_is_noticed_too(library):
    path = put(library, "two.toml", TWO)
    entry, before = named(library, "first"), path.stat()
    with path.open("r+b") as file:
        file.write(TWO.replace("Mine", "Ours").encode())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(LibraryError, match="was changed by another program"):
        library.remove(entry)


def test_a_file_that_was_deleted_meanwhile_is_said(library):
    library.save(KERNEL)
    entry = named(library, "soft-edge")
    (library.folder / entry.file).unlink()

    with pytest.raises(LibraryError, match="no longer in the library's folder"):
        library.remove(entry)


def test_only_changed_files_are_read_again(library, monkeypatch):
    from convexplorer.model.library import shelf

    put(library, "a.toml", TWO)
    put(library, "b.toml", TWO.replace("first", "third").replace("second", "fourth"))
    library.read()
    read = []
    whole = shelf.read_text
    monkeypatch.setattr(shelf, "read_text", lambda path: read.append(path.name) or whole(path))

    library.read()
    put(library, "b.toml", TWO.replace("first", "fifth-of-all"))
    library.read()

    assert read == ["b.toml"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('group = "x"\n[[kernel]]\nname = "a"\nrows = [[1,]', "bad.toml, line 4: this is no TOML: "),
        ('[[kernel]]\nname = "a"\n', "bad.toml, line 1: a kernel has either rows or planes."),
        (
            '\n\n[[kernel]]\nname = "a"\nrows = [[1, 2], [3]]',
            "bad.toml, line 3: planes[0] must have rows of one length",
        ),
        ('[[kernel]]\nname = "a"\nrows = "1 2"', "bad.toml, line 1: planes[0] must be a list of rows"),
        ("[[kernel]]\nrows = [[1]]", "bad.toml, line 1: the kernel has no name."),
        ('[[kernel]]\nname = "Ä b"\nrows = [[1]]', "bad.toml, line 1: a name has small letters, digits and hyphens"),
        ('[[kernel]]\nname = "a"\nrows = [[1]]\ncolour = 1', "bad.toml, line 1: it has an unknown field"),
        ('[[kernel]]\nname = "a"\nrows = [[1]]\ndivisor = 0', "bad.toml, line 1: the divisor is 0."),
        ('[[kernel]]\nname = "a"\nrows = [[1]]\ntags = "x"', "bad.toml, line 1: tags must be a list of texts"),
        ('[[bank]]\nname = "a"', "bad.toml, line 1: the bank has no [[bank.filter]]."),
        ('[[bank]]\nname = "a"\n[[bank.filter]]\nrows = [[]]', "bad.toml, line 1: filter[0].planes[0][0] must have"),
        ("kernel = 5", "bad.toml: "),
        ("kernel = []", "bad.toml: it holds no [[kernel]] and no [[bank]]."),
        ("", "bad.toml: it holds no [[kernel]] and no [[bank]]."),
        ("[other]\nx = 1", "bad.toml: “other” is neither kernel, bank nor group."),
        (b"\xff\xfe\n", "bad.toml: it is no text in UTF-8, from line 1 on."),
        (b'group = "x"\n\xe4', "bad.toml: it is no text in UTF-8, from line 2 on."),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_the_others_are_read(library, text, sentence):
    put(library, "bad.toml", text)
    put(library, "two.toml", TWO)

    shelf = library.read()

    assert shelf.faults[0].sentence.startswith(sentence)
    assert [entry.name for entry in shelf.entries] == ["first", "second"]


def test_a_bad_entry_leaves_the_others_of_its_file(library):
    put(library, "two.toml", TWO.replace("[[1, 2]]", "[[1, x]]".replace("x", '"x"')))

    shelf = library.read()

    assert [entry.name for entry in shelf.entries] == ["second"]
    assert shelf.faults[0].sentence.startswith("two.toml, line 4: planes[0][0][1] must be a number")


def test_a_second_entry_of_one_name_is_left_out_and_said(library):
    put(library, "two.toml", TWO.replace("second", "first"))

    shelf = library.read()

    assert len(shelf.entries) == 1
    assert shelf.faults[0].sentence == "two.toml, line 9: a second entry is called “first”; it is left out."


@pytest.mark.parametrize(
    "text",
    [
        "a=" + "[" * 50_000,
        "a=" + "{a=" * 50_000,
        ".".join("a" * 100_000) + "=1",
        "[" + ".".join("a" * 100_000) + "]",
        "a = {" + ".".join('"x,"' for _ in range(50_000)) + "=1}",
        "a=" + "9" * 100_000,
        '"' * 100_000,
        "'''" * 30_000 + '"""',
        "\\" * 100_000,
        '[[kernel]]\nname="a"\nrows=[[1e999, 1e-999]]\nbias=' + "1" * 4000,
        '[[kernel]]\nname="a"\nrank=2000000000\nrows=[[1]]',
        '[[kernel]]\nname="a"\nrows=[[1]]\npreset="' + "../" * 1000 + '"',
        '[[kernel]]\nname="a"\nrows=[' + "[0]," * 300 + "]",
        '[[kernel]]\nname="a"\nplanes=[[[[[[1]]]]]]',
    ],
)
def test_hostile_files_do_no_harm(library, text):
    put(library, "bad.toml", text)
    put(library, "two.toml", TWO)

    shelf = library.read()

    assert [entry.name for entry in shelf.entries][-2:] == ["first", "second"]


@pytest.mark.parametrize("key", [".".join("a" * 100), "[" + " . ".join(["'b'"] * 100) + "]", "x={" + "a." * 100 + "a"])
def test_a_key_whose_reading_takes_the_square_of_its_parts_is_not_read(library, key, monkeypatch):
    from convexplorer.model.library import text as module

    monkeypatch.setattr(module.tomllib, "loads", lambda _text: pytest.fail("was read"))
    put(library, "bad.toml", f"{key}=1")

    assert library.read().faults[0].reason == "a key in it has too many parts"


def test_what_is_no_file_and_what_is_too_large_is_said(library, monkeypatch):
    from convexplorer.model.library import shelf as module

    put(library, "two.toml", TWO)
    os.mkfifo(library.folder / "pipe.toml")
    (library.folder / "folder.toml").mkdir()
    put(library, ".hidden.toml", "no toml")
    put(library, "large.toml", "#" * 5000)
    monkeypatch.setattr(module, "MAX_BYTES", 4999)

    shelf = library.read()

    assert [entry.name for entry in shelf.entries] == ["first", "second"]
    assert [fault.file for fault in shelf.faults] == ["folder.toml", "large.toml", "pipe.toml"]


def test_a_header_inside_a_text_does_not_mislead_a_change(library):
    notes = 'first\n[[kernel]]\nname = "trap"'
    put(library, "two.toml", TWO + f'\n[[kernel]]\nname = "third"\nrows = [[1]]\nnotes = """{notes}"""\n')
    library.save(Entry("own", "Own", (Filter("own", np.ones((1, 1))),), notes=notes))

    library.change(named(library, "own"), label="Own one")
    with pytest.raises(LibraryError, match="an editor of texts"):
        library.remove(named(library, "third"))

    assert named(library, "own").notes == notes
    assert [entry.name for entry in library.read().entries if entry.file == "two.toml"] == ["first", "second", "third"]


def test_a_file_from_elsewhere_is_taken_unchanged_and_once(library, tmp_path):
    path = tmp_path / "From Afar.toml"
    path.write_text(TWO)

    entries = library.take_file(path)

    assert [entry.key for entry in entries] == ["from-afar/first", "from-afar/second"]
    assert (library.folder / "from-afar.toml").read_text() == TWO
    with pytest.raises(LibraryError, match=r"has this file already, as from-afar\.toml"):
        library.take_file(path)
    path.write_text(TWO.replace("second", "third"))
    with pytest.raises(LibraryError, match=r"has a “first” already, in from-afar\.toml"):
        library.take_file(path)


def test_a_bad_file_from_elsewhere_is_not_taken(library, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("[[kernel]]\n")

    with pytest.raises(LibraryError, match=r"bad\.toml, line 1: "):
        library.take_file(path)

    assert not library.folder.exists()


def test_a_folder_that_cannot_be_written_is_said(library):
    library.folder.parent.mkdir(exist_ok=True)
    library.folder.write_text("a file")

    with pytest.raises(LibraryError, match=r"soft-edge\.toml cannot be saved"):
        library.save(KERNEL)


def test_the_folder_is_that_of_the_data_until_another_is_chosen(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    first = library_folder()

    choose_folder(tmp_path / "mine")
    chosen = library_folder()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "other"))
    other = library_folder()
    monkeypatch.delenv(VARIABLE)
    choose_folder(None)

    assert first == default_folder() == library_folder()
    assert (chosen, other) == (tmp_path / "mine", tmp_path / "other")


def test_the_folder_is_the_one_that_qt_names():
    from convexplorer.gui.session.settings import state_folder

    assert state_folder() == default_folder().parent


@pytest.mark.parametrize("text", ["", "   ", "核", "Größe 3×3", "a" * 200, "-x-", "A_b.c"])
def test_every_text_has_a_name_for_files(text):
    Entry(slug(text), text or "x", (Filter("x", np.ones((1, 1))),))


def test_an_entry_reads_back_as_written_twice():
    once = entry_text(KERNEL)
    (again,), _ = read_entries(once, "x.toml")

    assert entry_text(again) == once


@pytest.mark.parametrize("shape", [(1, 5), (2, 5), (1, 3, 2, 4), (3, 2, 2, 2), (1, 1, 1), (4, 2, 3)])
def test_kernels_of_signals_and_volumes_and_of_many_planes_come_back(library, shape):
    rank = {2: 1, 3: 2, 4: 3}[len(shape)]
    planes = np.random.default_rng(0).normal(size=shape)

    library.save(Entry("one", "One", (Filter("One", planes, rank=rank),)))

    (found,) = Library(library.folder).read().entries
    assert found.filters[0].rank == rank
    assert np.array_equal(found.filters[0].planes, planes)
    assert found.is_picture_kernel == (rank == 2)


RECIPES = (
    Recipe("drawn", {}, ("painted", "turned by 30°")),
    Recipe("formula", {"text": 'exp(-r^2) # "x"', "rows": 5, "sliders": {"a b": 0.1, "empty": None}, "is_on": True}),
    composition_recipe("mix", Operand("a", PLANES), Operand("b", np.ones((3, 2, 2))), {"share": 0.25}),
    Recipe("response", {"bands": [{"low": 0.1, "name": "pass", "points": [[0, 1], [2, None]]}, {}], "none": []}),
)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.kind)
@pytest.mark.parametrize("is_bank", [False, True])
def test_how_a_kernel_was_made_comes_back(library, recipe, is_bank):
    one = Filter("One", np.ones((3, 3)), recipe=recipe)

    library.save(Entry("one", "One", (one,) * (2 if is_bank else 1), is_bank=is_bank))

    (found,) = Library(library.folder).read().entries
    assert [each.recipe for each in found.filters] == [recipe] * len(found.filters)


def test_a_recipe_that_is_none_is_said_with_its_line(library):
    put(library, "bad.toml", '[[kernel]]\nname = "a"\nrows = [[1]]\n[kernel.made]\nkind = 5\n')

    assert library.read().faults[0].sentence.startswith("bad.toml, line 1: made: a recipe has a")
