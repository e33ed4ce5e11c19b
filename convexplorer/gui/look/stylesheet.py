"""The Qt palette for the Fusion style and one compact stylesheet, built from colours and a scale.

A widget selects its style by the property `role`, see `theme.set_role`.
"""

import re

from PySide6.QtGui import QPalette

from convexplorer import assets
from convexplorer.gui.look.colors import Colors

_LENGTH = re.compile(r"([\d.]+)~")

# Names and errors from files are text: neither labels nor tips may read markup in them, which could open files.
# A field would take the action that the source of a drop proposes, and after a move the source deletes the user's file;
# so what is dropped on a field is dropped on its window.
_SHEET = """
QWidget[role="card"] { background: @panel; border: 1px solid @border; border-radius: 6~; }
QWidget[role="menu"] { background: @panel; border: 1px solid @outline; }
QWidget[role="popup"] { background: @panel; border: 1px solid @outline; border-radius: 8~; }
QWidget[role="chip"] { background: @raised; border: 1px solid @border; border-radius: 5~; }
QWidget[role="chip"]:hover { background: @hovered; }
QWidget[role="chip"][selected="true"] { border: 2px solid @accent; }

QFrame[role="message"] { background: @panel; border: 1px solid @accent; border-radius: 7~; }
QFrame[role="message"][kind="good"] { border-color: @good; }
QFrame[role="message"][kind="warning"] { border-color: @warning; }
QFrame[role="message"][kind="error"] { border-color: @error; }
QLabel { background: transparent; qproperty-textFormat: PlainText; }
QLabel:disabled { color: @disabled; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; font-size: 17~; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="small"] { color: @muted; font-size: 11~; }
QLabel[role="good"] { color: @good; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="error"] { color: @error; }
QLabel[role="key"] {
    background: @raised; border: 1px solid @outline; border-radius: 4~; padding: 1~ 5~; font-size: 11~;
}

QPushButton, QToolButton {
    background: @raised; border: 1px solid @border; border-radius: 5~;
    padding: 0 9~; min-height: 24~; color: @text; icon-size: 16~;
}
QToolButton { padding: 0 4~; }
QPushButton:hover, QToolButton:hover { background: @hovered; }
QPushButton:pressed, QToolButton:pressed { background: @pressed; }
QPushButton:checked, QToolButton:checked { background: @selected; border-color: @accent; color: @accent; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent; padding: 0 8~; min-height: 22~; }
QToolButton:focus { padding: 0 3~; }
QPushButton:disabled, QToolButton:disabled { color: @disabled; }
QPushButton:default, QPushButton[role="primary"] {
    background: @accent; border-color: @accent; color: @on_accent; font-weight: 600;
}
QPushButton[role="primary"]:disabled { background: @raised; border-color: @border; color: @disabled; }
QPushButton[role="primary"]:focus { border-color: @text; }
QAbstractButton[role="flat"], QAbstractButton[autoRaise="true"] { background: transparent; border-color: transparent; }
QAbstractButton[role="flat"]:hover, QAbstractButton[autoRaise="true"]:hover { background: @hovered; }
QAbstractButton[role="flat"]:pressed, QAbstractButton[autoRaise="true"]:pressed { background: @pressed; }
QAbstractButton[role="flat"]:checked, QAbstractButton[autoRaise="true"]:checked {
    background: @selected; color: @accent;
}
QAbstractButton[role="flat"]:focus, QAbstractButton[autoRaise="true"]:focus { border-color: @accent; }
QAbstractButton[role="flat"]:disabled, QAbstractButton[autoRaise="true"]:disabled { background: transparent; }
QLabel[role="hint"] {
    background: @tip; color: @on_tip; border-radius: 5~;
}
QToolButton[role="quiet"], QToolButton[role="quiet"]:checked { background: transparent; border-color: transparent; }
QToolButton[role="quiet"]:hover { background: @hovered; }
QToolButton[role="quiet"]:focus { border-color: @accent; }
QToolButton[role="corner"], QToolButton[role="corner"]:focus { min-height: 0; padding: 0; }
QWidget[role="segments"] { background: @raised; border: 1px solid @border; border-radius: 6~; }
QWidget[role="segments"]:focus { border: 2px solid @accent; }
QToolButton[role="segment"] {
    background: transparent; border-color: transparent; border-radius: 4~; color: @muted;
    min-height: 18~; padding: 0 7~;
}
QToolButton[role="segment"][compact="true"] { padding: 0 2~; }
QToolButton[role="segment"]:hover { color: @text; background: @hovered; }
QToolButton[role="segment"]:checked { background: @field; border-color: @outline; color: @text; }
QToolButton[role="segment"]:disabled { color: @disabled; }
QPushButton::menu-indicator {
    image: icon(down); width: 10~; height: 10~; right: 6~; subcontrol-position: right center;
}
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[popupMode="1"] { padding-right: 18~; }
QToolButton::menu-button { border: none; width: 16~; }
QToolButton::menu-arrow { image: icon(down); width: 10~; height: 10~; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: @field; border: 1px solid @outline; border-radius: 5~; padding: 0 6~; color: @text;
    selection-background-color: @accent; selection-color: @on_accent;
}
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 24~; }
QLineEdit { qproperty-acceptDrops: false; }
QPlainTextEdit, QTextEdit { padding: 4~; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
    background: transparent; border: none; padding: 0 2~; min-height: 0;
}
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @muted; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 2px solid @accent; padding: 0 5~;
}
QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit:focus { border: none; padding: 0 2~; min-height: 0; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { min-height: 22~; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 3~; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: @disabled; background: @window; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] {
    border: 2px solid @error; padding: 0 5~; min-height: 22~; max-height: 22~;
}
QAbstractSpinBox { padding-right: 17~; min-width: 28~; max-height: 24~; }
QAbstractSpinBox:focus { padding-right: 16~; max-height: 22~; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 17~; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0 0; border-top-right-radius: 3~; }
QAbstractSpinBox::down-button {
    subcontrol-position: bottom right; margin: 0 2px 2px 0; border-bottom-right-radius: 3~;
}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @hovered; }
QAbstractSpinBox::up-button:pressed, QAbstractSpinBox::down-button:pressed { background: @pressed; }
QAbstractSpinBox::up-arrow { image: icon(up); width: 9~; height: 9~; }
QAbstractSpinBox::down-arrow { image: icon(down); width: 9~; height: 9~; }
QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::down-arrow:off { image: none; }
QComboBox { padding-right: 20~; }
QComboBox::drop-down { subcontrol-origin: padding; subcontrol-position: center right; width: 20~; border: none; }
QComboBox::down-arrow { image: icon(down); width: 11~; height: 11~; }
QComboBox QAbstractItemView {
    background: @panel; border: 1px solid @outline; border-radius: 5~; padding: 3~; outline: none;
    selection-background-color: @selected; selection-color: @text;
}

QAbstractItemView { background: @panel; border: none; outline: none; color: @text; }
QListView::item, QTreeView::item { padding: 3~ 6~; border-radius: 4~; height: 20~; }
QListView::item:hover, QTreeView::item:hover { background: @hovered; }
QListView::item:selected, QTreeView::item:selected { background: @selected; color: @text; }
QListView::item:disabled, QTreeView::item:disabled { color: @disabled; }

QCheckBox, QRadioButton {
    spacing: 7~; min-height: 22~; background: transparent;
    border: 2px solid transparent; border-radius: 5~; padding: 0 2~;
}
QCheckBox:disabled, QRadioButton:disabled { color: @disabled; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14~; height: 14~; border: 1~ solid @muted; border-radius: 4~; background: @field;
}
QRadioButton::indicator { border-radius: 7.7~; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: icon(check); }
QRadioButton::indicator:checked {
    border: 5~ solid @accent; width: 6~; height: 6~; border-radius: 8~; background: @field;
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @outline; background: @window; }
QCheckBox::indicator:checked:disabled { background: @disabled; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent; }

QSlider { background: transparent; }
QSlider:horizontal { min-height: 22~; min-width: 56~; }
QSlider:vertical { min-height: 56~; min-width: 22~; }
QSlider::groove:horizontal { height: 4~; border-radius: 2~; background: @pressed; }
QSlider::groove:vertical { width: 4~; border-radius: 2~; background: @pressed; }
QSlider::sub-page:horizontal, QSlider::add-page:vertical { background: @accent; border-radius: 2~; }
QSlider::sub-page:disabled, QSlider::add-page:disabled { background: @outline; }
QSlider::handle { background: @panel; border: 2px solid @accent; border-radius: 6~; }
QSlider::handle:horizontal { width: 10~; height: 10~; margin: -5~ 0; }
QSlider::handle:vertical { width: 10~; height: 10~; margin: 0 -5~; }
QSlider::handle:hover { background: @selected; }
QSlider::handle:focus { background: @accent; border-color: @text; }
QSlider::handle:disabled { border-color: @outline; }

QScrollArea, QScrollArea > QWidget, QScrollArea > QWidget > QWidget { border: none; background: transparent; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 9~; }
QScrollBar:horizontal { height: 9~; }
QScrollBar::handle { background: @outline; border-radius: 3~; }
QScrollBar::handle:vertical { min-height: 28~; margin: 1~ 1~ 1~ 2~; }
QScrollBar::handle:horizontal { min-width: 28~; margin: 2~ 1~ 1~ 1~; }
QScrollBar::handle:hover { background: @disabled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QMenuBar { background: @window; color: @text; }
QMenuBar::item { padding: 4~ 9~; border-radius: 4~; background: transparent; }
QMenuBar::item:selected { background: @hovered; }
QMenu { menu-scrollable: 1; background: @panel; border: 1px solid @outline; padding: 4~; icon-size: 16~; }
QMenu::item { padding: 5~ 22~ 5~ 9~; border-radius: 4~; color: @text; }
QMenu::item:selected { background: @selected; }
QMenu::item:disabled { color: @disabled; background: transparent; }
QMenu::separator { height: 1px; background: @border; margin: 4~ 6~; }
QMenu::icon { padding-left: 8~; }
QMenu::right-arrow { image: icon(right); width: 11~; height: 11~; right: 6~; }
QMenu::indicator { width: 14~; height: 14~; left: 7~; border-radius: 4~; }
QMenu::indicator:checked { background: @accent; image: icon(check); }

QToolBar { background: @window; border: none; spacing: 4~; padding: 4~; }
QToolBar::separator { background: @border; width: 1px; margin: 4~; }
QStatusBar { background: @window; color: @muted; }
QStatusBar::item { border: none; }
QMainWindow::separator { background: transparent; width: 8~; height: 8~; }
QMainWindow::separator:hover { background: @selected; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @selected; border-radius: 3~; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: @panel; padding: 6~; }
QTabBar::tab {
    background: transparent; color: @muted; padding: 5~ 10~; border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QTabWidget::pane { border: none; }
QGroupBox { border: 1px solid @border; border-radius: 6~; margin-top: 10~; padding-top: 8~; }
QGroupBox::title { subcontrol-origin: margin; left: 10~; color: @muted; }
QProgressBar { background: @raised; border: none; border-radius: 3~; max-height: 6~; }
QProgressBar::chunk { background: @accent; border-radius: 3~; }
QToolTip {
    background: @tip; color: @on_tip; border: 1px solid @tip; padding: 4~ 6~; qproperty-textFormat: PlainText;
}
QHeaderView::section { background: @panel; color: @muted; border: none; padding: 4~ 6~; }
"""


def palette(colors: Colors) -> QPalette:
    """Return the palette of a colour family, with its disabled group."""
    roles = {
        QPalette.ColorRole.Window: colors.window,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.field,
        QPalette.ColorRole.AlternateBase: colors.raised,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.Button: colors.raised,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.BrightText: colors.on_accent,
        QPalette.ColorRole.ToolTipBase: colors.tip,
        QPalette.ColorRole.ToolTipText: colors.on_tip,
        QPalette.ColorRole.PlaceholderText: colors.muted,
        QPalette.ColorRole.Highlight: colors.accent,
        QPalette.ColorRole.HighlightedText: colors.on_accent,
        QPalette.ColorRole.Accent: colors.accent,
        QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.LinkVisited: colors.accent,
        QPalette.ColorRole.Light: colors.panel,
        QPalette.ColorRole.Midlight: colors.border,
        QPalette.ColorRole.Mid: colors.border,
        QPalette.ColorRole.Dark: colors.outline,
        QPalette.ColorRole.Shadow: colors.outline,
    }
    result = QPalette()
    for role, color in roles.items():
        result.setColor(role, color)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, colors.disabled)
    return result


def stylesheet(colors: Colors, scale: float) -> str:
    """Return the stylesheet, in which `@name` is a colour, `4~` four design pixels, `icon(x)` a file."""
    sheet = _SHEET
    for field in sorted(Colors.__dataclass_fields__, key=len, reverse=True):
        value = getattr(colors, field)
        if not isinstance(value, bool):
            sheet = sheet.replace(f"@{field}", f"rgba{value.getRgb()}")
    family = "dark" if colors.is_dark else "light"
    for name in ("down", "up", "right", f"check-{family}"):
        address = assets.path("icons", "control", f"{name}.svg").as_posix()
        sheet = sheet.replace(f"icon({name.removesuffix(f'-{family}')})", f'url("{address}")')
    return _LENGTH.sub(lambda found: f"{max(1, round(float(found[1]) * scale))}px", sheet)
