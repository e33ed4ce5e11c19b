"""What a person sees of the window: room for pictures, whole words, and a name and a tip for everything."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from convexplorer.core.layers import Activation
from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.commands import sourcing
from convexplorer.gui.look import theme
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.grip import Grip
from convexplorer.gui.widgets.parameter_slider import ParameterSlider
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.live.player import PlayerStatus
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from convexplorer.sources.frame import SourceInfo
from tests.gui.conftest import OpenWindow, make_photo, message_of, newest_picture
from tests.gui.picture_share import painted_rects, picture_share
from tests.model.examples import add_pool

pytestmark = pytest.mark.own_window  # what a person sees of a window that has just been opened
SIZES = [(1280, 800), (1440, 900)]
TITLE_BAR = 36  # pixels that a desktop takes from the window


def shown(window: MainWindow, *kinds: type[QWidget]) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, kinds or QWidget):
            yield widget


def divided(window: MainWindow) -> list[QRect]:
    """Return where input and maps lie."""
    return [window.input_panel.geometry(), window.maps_panel.geometry()]


def drag(grip: Grip, by: QPoint) -> None:
    """Drag an edge by the mouse."""
    at = grip.rect().center()
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(grip, at + by)  # the edge follows, and so does the place under the mouse
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton)


def cut_texts(window: MainWindow) -> list[str]:
    """Return the texts of all labels, buttons and boxes that do not fit where they stand."""
    found = []
    for widget in shown(window, QLabel, QAbstractButton, QComboBox):
        text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
        if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
            text = text if widget.icon().isNull() else ""  # its text is for screen readers
        if not text or (isinstance(widget, ElidedLabel) and widget.toolTip()):
            continue  # what is shortened on purpose says the whole in its tip
        room = widget.contentsRect()
        if isinstance(widget, QLabel) and widget.wordWrap():
            fits = widget.heightForWidth(widget.width()) <= widget.height()
        elif isinstance(widget, QLabel):
            fits = widget.fontMetrics().horizontalAdvance(text) <= room.width()
        else:
            fits = widget.minimumSizeHint().width() <= widget.width()
        if not fits or widget.fontMetrics().height() > widget.height():
            found.append(f"{type(widget).__name__} {text!r} in {widget.width()} × {widget.height()}")
    return found


def cut_widgets(window: MainWindow) -> list[str]:
    """Return the widgets that stick out of their parents, other than by being scrolled."""
    found = []
    for widget in shown(window):
        parent = widget.parentWidget()
        is_scrolled = isinstance(parent.parentWidget(), QScrollArea) if parent is not None else True
        if parent is None or widget.isWindow() or is_scrolled:
            continue
        if not parent.rect().contains(widget.geometry()):
            found.append(f"{type(widget).__name__} {widget.accessibleName()!r} in {type(parent).__name__}")
    return found


@pytest.fixture
def busy_window(open_window: OpenWindow, tmp_path, qtbot) -> MainWindow:
    """Return a window where as much as possible is shown at once."""
    photo = make_photo(tmp_path / "photo.png", rows=480, columns=640)
    project = add_pool(default_project(parse(str(photo))), 0)
    project = edits.set_layer(project, 0, strides=(2, 2), activation=Activation("softplus"), border="symmetric")
    return open_window(edits.split_planes(project, 0, 0, 3))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_text_is_cut(window: MainWindow, qtbot, size):
    window.resize(*size)
    newest_picture(window, qtbot)
    window.selection.point_at((11.5, 17.5))
    QApplication.processEvents()  # layouts follow a moment later

    assert cut_texts(window) == []
    assert cut_widgets(window) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_text_is_cut_when_much_is_shown(busy_window: MainWindow, qtbot, size):
    busy_window.resize(*size)
    newest_picture(busy_window, qtbot)
    busy_window.selection.point_at((111.5, 217.5))
    QApplication.processEvents()

    assert cut_texts(busy_window) == []
    assert cut_widgets(busy_window) == []


@pytest.mark.parametrize(("size", "scale"), [((1024, 768), 1.0), ((1920, 1080), 1.25), ((1920, 1080), 1.5)], ids=str)
@pytest.mark.parametrize("page", ["arithmetic", "study", "shapes"])
def test_all_of_the_window_lies_on_a_small_screen(busy_window: MainWindow, qtbot, size, scale, page):
    busy_window.resize(*size)
    busy_window.set_scale(scale)
    QApplication.processEvents()  # the size comes back a moment later
    busy_window.show_explanation(True)
    busy_window.explanation_panel.show_page(page)
    newest_picture(busy_window, qtbot)
    QApplication.processEvents()
    least = busy_window.minimumSizeHint()

    assert busy_window.size() == QSize(*size)
    assert (least.width() <= size[0], least.height() <= size[1] - TITLE_BAR) == (True, True)
    assert cut_texts(busy_window) == []
    assert cut_widgets(busy_window) == []
    busy_window.set_scale(1.0)


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1440, 900), (1920, 1080)], ids=str)
@pytest.mark.parametrize("mode", ["bank", "channels", "compare"])
def test_the_colour_bar_is_in_sight_beside_the_maps(window: MainWindow, qtbot, size, mode):
    window.show_explanation(True)
    window.resize(*size)
    window.selection.select(mode=mode)
    newest_picture(window, qtbot)
    QApplication.processEvents()
    bar = window.levels_panel
    place = QRect(bar.mapTo(window, QPoint()), bar.size())

    assert bar.isVisible()
    assert window.rect().contains(place)
    assert QRect(window.maps_panel.mapTo(window, QPoint()), window.maps_panel.size()).contains(place)
    assert not place.intersects(QRect(window.input_panel.mapTo(window, QPoint()), window.input_panel.size()))
    assert bar.width() >= bar.minimumSizeHint().width()


@pytest.mark.parametrize("mode", ["bank", "channels", "compare"])
def test_pictures_get_seventy_percent_of_the_window(window: MainWindow, qtbot, mode):
    window.resize(1440, 900)
    window.selection.select(mode=mode)
    newest_picture(window, qtbot)

    area = sum(pane.width() * pane.height() for pane in (window.input_panel, window.maps_panel))

    assert area >= 0.7 * 1440 * 900


# With the explanation; what the program begins with, and a wide picture.
LEAST_SHARES = {(1280, 800): 0.40, (1440, 900): 0.45, (1920, 1080): 0.55}


@pytest.mark.parametrize("size", LEAST_SHARES, ids=str)
@pytest.mark.parametrize("source", ["", "resources/images/cat.png"], ids=["first", "wide"])
def test_pictures_get_the_window(open_window: OpenWindow, qtbot, size, source):
    window = open_window(default_project(parse(source) if source else None), size=size)
    window.show_explanation(True)
    newest_picture(window, qtbot)
    QApplication.processEvents()

    assert picture_share(window) >= LEAST_SHARES[size]


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (1920, 1080)], ids=str)
@pytest.mark.parametrize("shape", [(48, 48), (32, 48), (48, 32)], ids=str)
@pytest.mark.parametrize("is_explained", [False, True])
def test_every_picture_lies_free_and_whole_in_the_window(open_window: OpenWindow, tmp_path, size, shape, is_explained):
    photo = make_photo(tmp_path / "photo.png", rows=shape[0], columns=shape[1])
    window = open_window(default_project(parse(str(photo))), size=size)
    window.show_explanation(is_explained)
    QApplication.processEvents()
    rects = painted_rects(window)
    panels = [QRectF(one.geometry()) for one in (window.controls, window.input_panel)]

    assert len(rects) == 9
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
    assert not any(rect.intersects(panel.translated(window.splitter.pos())) for rect in rects[1:] for panel in panels)
    assert all(rect.width() / rect.height() == pytest.approx(shape[1] / shape[0], rel=0.03) for rect in rects)


def test_few_maps_leave_the_input_no_more_than_its_part_of_the_room(open_window: OpenWindow, tmp_path):
    photo = make_photo(tmp_path / "photo.png", rows=48, columns=48)
    window = open_window(default_project(parse(str(photo)), ("sobel-x", "sobel-y")), size=(1440, 900))
    own, *maps = (rect.width() * rect.height() for rect in painted_rects(window))

    assert max(maps) <= 1.05 * own
    assert own <= 0.65 * (own + sum(maps))


@pytest.mark.parametrize("is_shown", [False, True])
def test_the_width_is_divided_for_the_height_that_the_explanation_leaves(open_window: OpenWindow, tmp_path, is_shown):
    photo = make_photo(tmp_path / "photo.png", rows=48, columns=48)
    window = open_window(default_project(parse(str(photo))), size=(1440, 900))
    window.show_explanation(not is_shown)
    QApplication.processEvents()

    window.show_explanation(is_shown)
    at_once = divided(window)
    QApplication.processEvents()
    window.show_controls(True)  # divides anew

    assert divided(window) == at_once


def test_adding_filters_and_turning_pages_move_no_divider(open_window: OpenWindow, tmp_path, qtbot):
    make_photo(tmp_path / "1.png", rows=30, columns=60)
    make_photo(tmp_path / "2.png", rows=60, columns=30)
    window = open_window(default_project(parse(str(tmp_path))), size=(1920, 1080))
    qtbot.waitUntil(window.transport_panel.isVisible)  # the status may come behind the first picture
    QApplication.processEvents()
    before = divided(window)

    for _ in range(6):
        window.actions_by_name["duplicate-filter"].trigger()
    window.actions_by_name["next"].trigger()
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.title.startswith("2.png"))

    assert divided(window) == before


@pytest.mark.parametrize("kind", ["conv", "dense", "combine-maps", "max-pool"])
def test_the_chosen_names_of_a_layer_are_whole(window: MainWindow, qtbot, kind):
    window.actions_by_name[f"add-{kind}"].trigger()
    newest_picture(window, qtbot)

    boxes = [box for box in window.findChildren(QComboBox) if box.isVisible() and window.controls.isAncestorOf(box)]

    assert boxes
    for box in boxes:
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box)
        assert box.fontMetrics().horizontalAdvance(box.currentText()) <= room.width(), box.currentText()


def test_a_layer_with_one_map_leaves_no_hole_beside_the_input(open_window: OpenWindow, tmp_path, qtbot):
    photo = make_photo(tmp_path / "photo.png", rows=300, columns=451)
    window = open_window(default_project(parse(str(photo))), size=(1280, 800))
    window.show_explanation(False)
    newest_picture(window, qtbot)
    before, conv = divided(window), window.selection.view.layer

    window.actions_by_name["combine-two"].trigger()
    newest_picture(window, qtbot)

    assert len(window.bridge.picture.tiles) == 1
    assert not window.splitter.division.is_shared
    name = next(one for one in shown(window, QLineEdit) if one.accessibleName() == "Name of the filter")
    assert name.fontMetrics().horizontalAdvance(name.text()) <= name.contentsRect().width()
    window.selection.select(layer=conv)
    newest_picture(window, qtbot)
    assert divided(window) == before


def test_a_source_of_another_shape_moves_the_divider_until_the_person_has(open_window: OpenWindow, tmp_path, qtbot):
    window = open_window(default_project(parse(str(make_photo(tmp_path / "1.png", rows=48, columns=48)))))
    before = divided(window)

    sourcing.open_text(window, str(make_photo(tmp_path / "2.png", rows=96, columns=24)))
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.title == "2.png")
    narrow = divided(window)
    drag(window.splitter.grip, QPoint(90, 0))
    moved = divided(window)[0].width()
    sourcing.open_text(window, str(tmp_path / "1.png"))
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.title == "1.png")

    assert narrow[0].width() < before[0].width()
    assert divided(window)[0].width() == moved


def test_pictures_and_their_arithmetic_get_seventy_percent_of_the_window(window: MainWindow, qtbot):
    window.resize(1440, 900)
    window.show_explanation(True)
    newest_picture(window, qtbot)

    panes = (window.input_panel, window.maps_panel, window.explanation_panel)
    area = sum(pane.width() * pane.height() for pane in panes)

    assert area >= 0.7 * 1440 * 900


def test_nothing_in_the_column_of_controls_is_cut_at_its_side(busy_window: MainWindow):
    content = busy_window.controls.widget()

    assert content.minimumSizeHint().width() <= busy_window.controls.viewport().width()


@pytest.mark.own_window
def test_a_title_bar_on_the_smallest_screen_leaves_the_controls_whole(window: MainWindow, qtbot):
    # The bank that everybody begins with; a layer whose filters can be split into groups has a row more, and scrolls.
    window.store.replace(default_project(window.store.state.source))
    window.resize(1280, 800 - TITLE_BAR)
    newest_picture(window, qtbot)

    qtbot.waitUntil(lambda: window.controls.widget().height() <= window.controls.viewport().height())


def test_the_window_fits_the_smallest_screen_it_is_made_for(busy_window: MainWindow):
    assert busy_window.minimumSizeHint().width() <= 1280
    assert busy_window.minimumSizeHint().height() <= 800


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_the_window_fits_a_projector_at_every_scale_up_to_half_more(busy_window: MainWindow, scale):
    busy_window.set_scale(scale)
    QApplication.processEvents()

    assert busy_window.minimumSizeHint().width() <= 1280
    assert busy_window.width() == 1280
    busy_window.set_scale(1.0)


class Projector:
    """A screen that is narrower than what the largest interface needs."""

    def availableSize(self) -> QSize:
        return QSize(1280, 800)


def test_an_interface_too_large_for_the_screen_is_refused(window: MainWindow, qtbot, monkeypatch):
    with monkeypatch.context() as projector:  # taken back while the window lives
        projector.setattr(window, "screen", Projector)
        width = window.width()

        for scale in (1.15, 1.3, 1.5, 1.75, 2.0):  # at once, as a key held down does
            window.set_scale(scale)
        qtbot.waitUntil(lambda: "no room" in message_of(window), timeout=20_000)

    assert window.scale == theme.scale() == Settings().read_number("scale", 1.0, *theme.SCALES) == 1.5
    assert window.width() == width
    window.set_scale(1.0)


def test_a_remembered_scale_without_room_on_this_screen_is_not_used_but_kept(photo, qapp, qtbot, monkeypatch):
    Settings().write("scale", 2.0)
    theme.apply_theme(qapp, "light", scale=2.0)
    window = MainWindow(default_project(parse(str(photo))), size=(1280, 800))
    with monkeypatch.context() as projector:
        projector.setattr(window, "screen", Projector)
        window.show()
        window.start()
        qtbot.waitUntil(lambda: "shown at 150 %" in message_of(window), timeout=20_000)

    assert window.scale == theme.scale() == 1.5
    assert Settings().read_number("scale", 1.0, *theme.SCALES) == 2.0
    window.set_scale(1.0)
    window.close()
    window.deleteLater()


def test_everything_that_takes_the_focus_has_a_name(busy_window: MainWindow):
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in shown(busy_window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget.parent(), QAbstractSpinBox)  # its line is the box itself
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]

    assert nameless == []


def test_every_control_has_a_tip(busy_window: MainWindow):
    """Pictures and the kernel have none: it would lie over what one looks at."""
    controls = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider, Segmented, ParameterSlider)
    without = [
        f"{type(widget).__name__} {widget.accessibleName()!r} in {type(widget.parent()).__name__}"
        for widget in shown(busy_window, *controls)
        if not widget.toolTip()
        and not isinstance(widget.parent(), QAbstractSpinBox)
        and not isinstance(widget, QScrollBar)
    ]

    assert without == []


def test_the_tab_key_reaches_every_pane(window: MainWindow, qtbot):
    window.maps_panel.setFocus()
    reached = set()

    for _ in range(200):
        focus = QApplication.focusWidget()
        reached |= {panel for panel in window.panels if panel.isAncestorOf(focus)}
        qtbot.keyClick(focus, Qt.Key.Key_Tab)

    assert reached >= {
        window.input_panel, window.ribbon, window.filter_panel, window.parameters_panel, window.statistics_panel,
        window.maps_panel,
    }  # fmt: skip


def test_nothing_moves_when_values_are_read_or_a_sentence_comes(window: MainWindow, qtbot):
    def places() -> list[QRect]:
        return [QRect(panel.mapTo(window, QPoint()), panel.size()) for panel in window.panels if panel.isVisible()]

    newest_picture(window, qtbot)
    before = places()

    window.selection.point_at((11.5, 17.5))
    window.say("Something has happened that is worth a rather long sentence, and it has a button.", kind="error")
    QApplication.processEvents()

    assert places() == before


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_map_moves_when_a_camera_is_awaited(open_window: OpenWindow, tmp_path, qtbot, size):
    photo = make_photo(tmp_path / "photo.png", rows=720, columns=1280)
    window = open_window(default_project(parse(str(photo))))
    window.resize(*size)
    window.show_explanation(True)
    newest_picture(window, qtbot)
    live = PlayerStatus(info=SourceInfo("Lid", None, 30.0, is_live=True), state="playing")
    window.transport_panel.show_status(live)
    window.splitter.divide()  # what else happens a moment later
    QApplication.processEvents()
    before, division = painted_rects(window)[1:], window.splitter.division
    assert before

    window.transport_panel.show_status(replace(live, state="waiting", message="Lid is not plugged in."))
    window.splitter.divide()
    QApplication.processEvents()

    assert window.splitter.division == division
    assert painted_rects(window)[1:] == before  # without the input, which gives the sentence its room
    assert cut_widgets(window) == []


def test_nothing_moves_when_a_map_is_selected_enlarged_or_edited(window: MainWindow, qtbot):
    def places() -> list[QRect]:
        return [QRect(panel.mapTo(window, QPoint()), panel.size()) for panel in window.panels if panel.isVisible()]

    newest_picture(window, qtbot)
    before = places()

    window.select_filter(1)
    window.actions_by_name["enlarge"].trigger()
    window.store.commit(edits.set_weight(window.store.state, 0, 1, None, 0, 0, -1234.56789))
    newest_picture(window, qtbot)

    assert places() == before


@pytest.mark.parametrize("names", [("1.png", "2.png"), ("2.png", "1.png")])
def test_the_kernel_stays_where_it_is_between_colour_and_grey(open_window: OpenWindow, tmp_path, qtbot, names):
    make_photo(tmp_path / names[0])
    Image.fromarray(np.eye(24, 36, dtype=np.uint8) * 255).save(tmp_path / names[1])
    window = open_window(default_project(parse(str(tmp_path))))
    kernel = window.findChild(KernelGrid)
    QApplication.processEvents()
    before = kernel.size()

    window.actions_by_name["next"].trigger()
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.title.startswith("2.png"))
    QApplication.processEvents()

    assert kernel.size() == before


def test_a_long_file_name_does_not_make_the_window_wider(open_window: OpenWindow, tmp_path):
    window = open_window(default_project(parse(str(make_photo(tmp_path / f"{'a long name ' * 20}.png")))))
    QApplication.processEvents()

    assert window.centralWidget().minimumSizeHint().width() <= 1280
    assert cut_widgets(window) == []


def test_a_long_name_of_a_filter_does_not_make_the_controls_wider(window: MainWindow, qtbot):
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "a long name " * 16))
    newest_picture(window, qtbot)

    assert window.controls.widget().minimumSizeHint().width() <= window.controls.viewport().width()
