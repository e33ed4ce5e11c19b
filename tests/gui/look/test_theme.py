"""The theme: readable, switched while running, scaled, with a typeface and icons of its own."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFontInfo, QFontMetrics, QIcon, QImage, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QToolButton

from convexplorer.gui.look import fonts, icons, theme
from convexplorer.gui.look.colors import DARK, LIGHT, Colors
from convexplorer.gui.look.stylesheet import stylesheet

TEXTS = ("text", "muted", "accent", "good", "warning", "error")
GROUNDS = ("window", "panel", "field", "raised", "hovered", "selected")
CHARACTERS = "−×·⌊⌋Σ⊙→…°σλ∗≥—≤≈∞²½ÄöéКΔ"


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply_theme(qapp, "light", scale=1.0)


class _Changes(QObject):
    """Counts how often each object is told of a change of one sort."""

    def __init__(self, sort: QEvent.Type) -> None:
        super().__init__()
        self.counts: Counter[QObject] = Counter()
        self._sort = sort

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.counts[watched] += event.type() == self._sort
        return False


@contextmanager
def changes_of(objects: Sequence[QObject], sort: QEvent.Type) -> Iterator[Counter[QObject]]:
    """Yield how often each object is told of a change of one sort from now on."""
    changes = _Changes(sort)
    for one in objects:
        one.installEventFilter(changes)
    yield changes.counts
    for one in objects:
        one.removeEventFilter(changes)


def test_a_switch_dresses_a_widget_as_often_however_deep_it_lies(app: QApplication) -> None:
    theme.apply_theme(app, "light")
    nest = [QLabel("text")]
    for _ in range(7):
        nest.append(QLabel("text", nest[-1]))
    nest[0].show()

    with changes_of(nest, QEvent.Type.StyleChange) as counts:
        theme.apply_theme(app, "dark")

    assert {counts[label] for label in nest} == {2}  # the one sheet comes off, the other is put on
    assert nest[-1].palette().color(QPalette.ColorRole.WindowText) == DARK.text
    nest[0].close()


def test_a_switch_draws_the_icon_of_a_command_once_however_many_buttons_and_menus_have_it(app: QApplication) -> None:
    theme.apply_theme(app, "light")
    action = QAction("play")
    theme.set_icon(action, "play")
    places = [QToolButton(), QToolButton(), QMenu()]
    for place in places:
        place.addAction(action)

    with changes_of(places, QEvent.Type.ActionChanged) as counts:
        theme.apply_theme(app, "dark")

    assert {counts[place] for place in places} == {1}


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_colour_is_readable_on_every_ground(colors: Colors, ground: str, text: str) -> None:
    ratio = theme.contrast(getattr(colors, text), getattr(colors, ground))

    assert ratio >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_accent_and_in_tips_is_readable_and_disabled_text_can_be_made_out(colors: Colors) -> None:
    assert theme.contrast(colors.on_accent, colors.accent) >= 4.5
    assert theme.contrast(colors.on_tip, colors.tip) >= 4.5
    assert all(
        theme.contrast(colors.disabled, getattr(colors, ground)) >= 3 for ground in ("window", "panel", "raised")
    )


def test_contrast_of_black_and_white_is_21() -> None:
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21)


def test_mix_goes_from_one_colour_to_the_other() -> None:
    black, white = QColor("black"), QColor("white")

    assert theme.mix(black, white, 0) == black
    assert theme.mix(black, white, 1) == white
    assert theme.mix(black, white, 0.5).red() in (127, 128)


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_the_stylesheet_has_no_place_left_unfilled(colors: Colors, scale: float) -> None:
    sheet = stylesheet(colors, scale)

    assert not re.search(r"@|~|icon\((?!s)", sheet)


def test_a_switch_recolours_the_running_program_and_tells(app: QApplication, qtbot) -> None:
    theme.apply_theme(app, "light")

    with qtbot.waitSignal(theme.notifier().changed):
        theme.apply_theme(app, "dark")

    assert theme.is_dark()
    assert theme.name() == "dark"
    assert app.palette().color(QPalette.ColorRole.Window) == DARK.window
    assert theme.colors() is DARK
    assert theme.colors(dark=False) is LIGHT


def test_system_is_light_where_the_desktop_says_nothing(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_system_is_dark", lambda _: False)

    theme.apply_theme(app, "system")

    assert not theme.is_dark()


def test_system_follows_the_desktop_and_its_changes(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_system_is_dark", lambda _: False)
    theme.apply_theme(app, "system")
    monkeypatch.setattr(theme, "_system_is_dark", lambda _: True)

    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    assert theme.is_dark()


def test_a_theme_by_name_ignores_the_desktop(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_system_is_dark", lambda _: True)
    theme.apply_theme(app, "light")

    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    assert not theme.is_dark()


def test_an_unknown_theme_is_refused_with_its_name(app: QApplication) -> None:
    with pytest.raises(ValueError, match="light, dark or system; got 'pink'"):
        theme.apply_theme(app, "pink")  # type: ignore[arg-type]


def test_the_interface_scale_scales_type_and_controls(app: QApplication, qtbot) -> None:
    theme.apply_theme(app, "light", scale=1.0)
    button = QPushButton("Open")
    qtbot.addWidget(button)
    button.ensurePolished()
    before = button.sizeHint()

    theme.apply_theme(app, "light", scale=2.0)

    assert app.font().pixelSize() == 26
    assert theme.px(10) == 20
    assert button.sizeHint().height() >= 1.9 * before.height() - 4


@pytest.mark.parametrize(("asked", "given"), [(0.1, 0.8), (9.0, 2.0), (1.25, 1.25)])
def test_the_interface_scale_stays_within_reason(app: QApplication, asked: float, given: float) -> None:
    theme.apply_theme(app, "light", scale=asked)

    assert theme.scale() == given


def test_a_switch_of_colours_keeps_the_scale(app: QApplication) -> None:
    theme.apply_theme(app, "light", scale=1.5)

    theme.apply_theme(app, "dark")

    assert theme.scale() == 1.5


def test_a_hairline_never_vanishes(app: QApplication) -> None:
    theme.apply_theme(app, "light", scale=0.8)

    assert theme.px(0.5) == 1
    assert theme.px(0) == 0


def test_a_role_changes_the_look_of_a_widget(app: QApplication, qtbot) -> None:
    theme.apply_theme(app, "light")
    label = QLabel("x")
    qtbot.addWidget(label)

    theme.set_role(label, "error")
    label.ensurePolished()  # as Qt does before it measures or shows a widget

    assert label.palette().color(QPalette.ColorRole.WindowText) == LIGHT.error


def test_a_role_changes_the_look_of_a_widget_that_is_shown(app: QApplication, qtbot) -> None:
    theme.apply_theme(app, "light")
    label = QLabel("x")
    qtbot.addWidget(label)
    label.show()

    theme.set_role(label, "warning")

    assert label.palette().color(QPalette.ColorRole.WindowText) == LIGHT.warning


def test_a_font_of_its_own_outlasts_a_role(app: QApplication, qtbot) -> None:
    theme.apply_theme(app, "light")
    label = QLabel("x")
    qtbot.addWidget(label)
    theme.set_role(label, "muted")
    label.setFont(theme.digits_font(12))

    label.show()

    assert label.font().pixelSize() == 12


def test_the_bundled_typeface_is_used(app: QApplication) -> None:
    assert QFontInfo(theme.text_font()).family() == "Inter"


def test_every_character_the_program_writes_has_a_glyph(app: QApplication) -> None:
    raw = [QRawFont(str(fonts.assets.path("fonts", name)), 13.0) for name in fonts.FONT_FILES]

    missing = [c for c in CHARACTERS if not any(font.supportsCharacter(ord(c)) for font in raw)]

    assert missing == []


def test_digits_are_all_equally_wide(app: QApplication) -> None:
    metrics = QFontMetrics(theme.digits_font(20))

    assert len({metrics.horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1


def _tint(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> QColor:
    """Return the most opaque colour of an icon."""
    image: QImage = icon.pixmap(QSize(48, 48), 1.0, mode, state).toImage()
    colors = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(colors, key=lambda color: color.alpha())


def _is_near(first: QColor, second: QColor) -> bool:
    pairs = zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)
    return all(abs(a - b) <= 3 for a, b in pairs)


@pytest.mark.parametrize("name", sorted(icons.names()))
def test_every_icon_draws_in_the_text_colour_of_the_theme(app: QApplication, name: str) -> None:
    theme.apply_theme(app, "dark")

    assert _is_near(_tint(theme.icon(name)), DARK.text)


def test_buttons_and_actions_follow_a_switch(app: QApplication, qtbot) -> None:
    theme.apply_theme(app, "light")
    button, action = QPushButton("Play"), QAction("Undo")
    qtbot.addWidget(button)
    button.addAction(action)
    theme.set_icon(button, "play")
    theme.set_icon(action, "undo")
    before = _tint(button.icon())

    theme.apply_theme(app, "dark")

    assert _is_near(before, LIGHT.text)
    assert _is_near(_tint(button.icon()), DARK.text)
    assert _is_near(_tint(action.icon()), DARK.text)


def test_icons_are_drawn_for_the_interface_scale(app: QApplication) -> None:
    theme.apply_theme(app, "light", scale=2.0)

    assert QSize(32, 32) in theme.icon("play").availableSizes()


def test_disabled_and_checked_icons_look_it(app: QApplication) -> None:
    theme.apply_theme(app, "light")
    icon = theme.icon("play")

    assert _is_near(_tint(icon, QIcon.Mode.Disabled), LIGHT.disabled)
    assert _is_near(_tint(icon, QIcon.Mode.Normal, QIcon.State.On), LIGHT.accent)


def test_a_painter_gets_an_icon_at_the_resolution_of_its_screen(app: QApplication) -> None:
    pixmap = theme.pixmap("camera", 16, QColor("red"), 2.0)

    assert pixmap.size() == QSize(32, 32)
    assert pixmap.devicePixelRatio() == 2.0


def test_an_unknown_icon_is_refused_with_near_names(app: QApplication) -> None:
    with pytest.raises(ValueError, match="zoom-in"):
        theme.icon("zoom-inn")
