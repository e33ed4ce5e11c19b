"""What a text names, and what is opened where it is pasted, dropped or typed."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QPushButton

from convexplorer.gui.commands import files, naming
from convexplorer.gui.widgets.command_palette import CommandPalette
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.model.default import default_project
from convexplorer.model.storage import files as project_files
from convexplorer.model.storage import tensors
from convexplorer.model.storage.files import is_project, save_project
from convexplorer.sources import Source, parse
from tests.gui.conftest import make_photo, message_of
from tests.picture_server import Answer, PictureServer


@pytest.mark.parametrize(
    "text",
    [
        "1\t2\n3\t4",
        "1\t2\n\t4",
        "1\t\n2\t3",
        "1\n2\n\n3",
        "1;2;3",
        "[[1, 2], [3, 4]]",
        "a\tb\n1\t2",
        "1,5\t2",
        "7",
        "1\nx\t",
    ],
)
def test_cells_are_a_table_even_if_some_are_empty_or_wrong(text):
    assert naming.is_table(text)


@pytest.mark.parametrize(
    "text", ["", "hello", "http://host/1.png", "/home/me/photo.png", "a\nb", "camera:0", "one two"]
)
def test_words_and_names_are_no_table(text):
    assert not naming.is_table(text)


@pytest.mark.parametrize(
    "text", ["http://host/a.png", " rtsp://me@host/a\n", "camera:0", "sample:cat", "pattern:ramp?angle=3", "HTTPS://h/"]
)
def test_an_address_is_recognised(text):
    assert naming.is_address(text)


@pytest.mark.parametrize(
    "text", ["", "http:", "image: a word", "http://a\nhttp://b", "gopher://a", "note: x", "a" * 200_000]
)
def test_other_texts_are_no_address(text):
    assert not naming.is_address(text)


def test_paths_are_recognised_in_every_form(tmp_path):
    one, two = make_photo(tmp_path / "one é.png"), make_photo(tmp_path / "two.png")

    assert naming.named_paths(str(one)) == [one]
    assert naming.named_paths(f'"{one}"\n') == [one]
    assert naming.named_paths(one.as_uri()) == [one]
    assert naming.named_paths(f"{one}\n\n{two.as_uri()}\r\n") == [one, two]
    assert naming.named_paths(f"{one}\nnothing") == []
    assert naming.named_paths("two.png") == []
    assert naming.named_paths("a\0b") == []


# Projects by their contents


@pytest.fixture
def project(tmp_path, photo) -> Path:
    path = tmp_path / "mine.json"
    save_project(path, default_project(parse(str(photo)), ("emboss",)))
    return path


@pytest.mark.parametrize("name", ["mine.json", "mine", "mine.png", "mine.txt"])
@pytest.mark.parametrize("is_container", [False, True])
def test_a_project_is_known_by_its_contents(project, tmp_path, name, is_container, monkeypatch):
    if is_container:
        monkeypatch.setattr(tensors, "LARGE", 4)
        save_project(project, project_files.load_project(project))
        assert project.read_bytes().startswith(b"PK")
    path = project.rename(tmp_path / name)

    assert is_project(path)


def test_a_picture_called_like_a_project_is_a_picture(tmp_path):
    make_photo(tmp_path / "a.png").rename(tmp_path / "photo.json")
    np.savez(tmp_path / "arrays.npz", a=np.zeros((3, 3)))

    assert not is_project(tmp_path / "photo.json")
    assert not is_project(tmp_path / "arrays.npz")
    assert not is_project(make_photo(tmp_path / "b.png"))
    assert not is_project(tmp_path)


def test_a_picture_called_like_a_project_is_opened(window, qtbot, tmp_path):
    make_photo(tmp_path / "a.png", seed=8).rename(tmp_path / "photo.json")

    files.open_paths(window, [tmp_path / "photo.json"])

    qtbot.waitUntil(lambda: window.bridge.picture.frame.title == "photo.json")


def test_a_project_among_pictures_is_refused_by_name(window, project, photo):
    before = window.store.state

    files.open_paths(window, [photo, project])

    assert window.store.state is before
    assert message_of(window) == "mine.json is a project: open it by itself."


# Pasted, dropped, typed


def drop(window, data: QMimeData) -> None:
    button = Qt.MouseButton.LeftButton
    keys, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, button, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, data, button, keys))


def paste(window, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    window.actions_by_name["paste"].trigger()


def press_kernel(window) -> None:
    """Answer the question what a table is."""
    assert "the kernel or the input?" in message_of(window)
    buttons = window.findChild(MessageBar).findChildren(QPushButton)
    next(button for button in buttons if button.text() == "Kernel").click()


def type_in_palette(window, qtbot, text: str) -> None:
    window.actions_by_name["palette"].trigger()
    palette = window.findChild(CommandPalette)
    field = palette.findChild(QLineEdit)
    field.setText(text)
    assert palette.shown_titles()[0].startswith("Open ")
    qtbot.keyClick(field, Qt.Key.Key_Return)


def type_in_dialog(window, monkeypatch, text: str) -> None:
    monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_, **__: (text, True)))
    window.actions_by_name["stream"].trigger()


@pytest.fixture(params=["paste", "drop", "palette", "dialog"])
def name_it(request, window, qtbot, monkeypatch):
    """Return a function that gives a text to the window in one of all ways."""

    def run(text: str) -> None:
        data = QMimeData()
        data.setText(text)
        if request.param == "paste":
            paste(window, data)
        elif request.param == "drop":
            drop(window, data)
        elif request.param == "palette":
            type_in_palette(window, qtbot, text)
        else:
            type_in_dialog(window, monkeypatch, text)

    return run


def test_a_path_as_text_opens_the_picture(window, name_it, tmp_path):
    name_it(str(make_photo(tmp_path / "other.png", seed=5)))

    assert window.store.state.source == Source("image", str(tmp_path / "other.png"))


def test_a_path_as_text_opens_the_project(window, name_it, project):
    name_it(str(project))

    assert window.store.document.path == project
    assert window.store.state.layers[0].filters[0].preset == "emboss"


def test_an_address_as_text_opens_what_it_names(window, name_it):
    name_it("pattern:grating?period=9")

    assert window.store.state.source == Source("pattern", "grating", {"period": 9})


def test_several_paths_as_text_are_a_list(window, tmp_path):
    paths = [make_photo(tmp_path / f"{name}.png") for name in "ab"]
    data = QMimeData()
    data.setText(f"{paths[0]}\n\n{paths[1].as_uri()}\n")

    paste(window, data)

    assert window.store.state.source == Source("files", "\n".join(map(str, paths)))


def picture() -> QImage:
    image = QImage(5, 4, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    return image


@pytest.mark.parametrize("way", [paste, drop])
@pytest.mark.parametrize(
    ("text", "html"),
    [("1\t2\n\t4", ""), ("1\t2\n\t4", "<table><td>1</td></table>"), ("x\n1", "<TABLE><TD>x</TD></TABLE>")],
    ids=["empty", "empty with html", "word"],
)
def test_cells_of_a_spreadsheet_do_not_replace_the_source(window, way, text, html):
    data = QMimeData()
    data.setText(text)
    data.setImageData(picture())
    if html:
        data.setHtml(html)
    before = window.store.state

    way(window, data)

    assert window.store.state is before
    assert message_of(window).startswith("Row ")


@pytest.mark.parametrize("way", [paste, drop])
@pytest.mark.parametrize(("text", "size"), [("1\t2\t3\n" * 20000, "20000 × 3"), ("1 2\n" * 70000, "70000 × 2")])
def test_a_table_beyond_a_kernel_is_refused_and_changes_nothing(window, way, text, size):
    data = QMimeData()
    data.setText(text)
    before = window.store.state

    way(window, data)

    assert window.store.state is before
    assert message_of(window) == f"A kernel has at most 255 × 255 cells; this table has {size}."


@pytest.mark.parametrize("way", [paste, drop])
def test_cells_of_a_spreadsheet_are_a_kernel(window, way):
    data = QMimeData()
    data.setText("1\t2\t3\n4\t5\t6\n7\t8\t9")
    data.setImageData(picture())
    before = window.store.state.source

    way(window, data)
    press_kernel(window)

    assert window.store.state.source is before
    assert window.store.state.layers[0].filters[0].planes.tolist() == [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]


def test_a_picture_of_a_browser_needs_no_network(window, qtbot):
    data = QMimeData()
    data.setUrls([QUrl("http://127.0.0.1:1/photo.png")])
    data.setText("http://127.0.0.1:1/photo.png")
    data.setImageData(picture())

    drop(window, data)

    qtbot.waitUntil(lambda: window.bridge.picture.frame.image.shape == (3, 4, 5))
    assert window.store.state.source.kind == "image"


def test_a_dropped_address_of_a_picture_is_one_picture(window, qtbot, tmp_path):
    content = make_photo(tmp_path / "a.png", seed=6).read_bytes()
    with PictureServer({"/some/holiday.png": Answer(content)}) as server:
        data = QMimeData()
        data.setUrls([QUrl(f"{server.url}/some/holiday.png")])

        drop(window, data)
        qtbot.waitUntil(lambda: window.bridge.picture.frame.title == "holiday.png", timeout=20_000)

        assert window.bridge.player.status.state == "paused"
        assert window.store.state.source == Source("stream", f"{server.url}/some/holiday.png")
        files.open_named(window, "sample:cat")


@pytest.mark.own_window
def test_a_pasted_picture_that_was_saved_outlives_its_age(window, qtbot, open_window, photo, tmp_path, data_folder):
    data = QMimeData()
    data.setImageData(picture())
    paste(window, data)
    kept = Path(window.store.state.source.address)
    forgotten = kept.with_name("pasted-77.png")
    forgotten.write_bytes(kept.read_bytes())
    for path in (kept, forgotten):
        os.utime(path, (0, 0))
    files._save_to(window, tmp_path / "mine.json")
    window.settings.write("recent", [])

    open_window(default_project(parse(str(photo))))

    qtbot.waitUntil(lambda: not forgotten.exists())
    assert kept.exists()
