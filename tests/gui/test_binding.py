import sys

from PySide6.QtWidgets import QWidget


def test_calls_that_return_nothing_keep_the_count_of_none(qtbot):
    """PySide6 6.12.0 loses a reference of None a call below Python 3.12 and aborts after some thousand calls."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)

    for _ in range(1000):
        widget.setEnabled(True)

    assert sys.getrefcount(None) > before - 500
