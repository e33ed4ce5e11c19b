"""Tooltips that follow the state of the window: Qt sends an event for each call, also with the same text."""

from PySide6.QtWidgets import QWidget


def set_tip(widget: QWidget, text: str) -> None:
    """Set the tooltip of a widget, unless it is the same already."""
    if text != widget.toolTip():
        widget.setToolTip(text)
