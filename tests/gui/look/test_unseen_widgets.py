"""A stylesheet is put on no widget that has been deleted before anyone has seen it."""

import os
import subprocess
import sys

SCRIPT = """
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QStyle, QToolButton, QWidget
from convexplorer.gui.look import theme

app = QApplication([])
theme.apply_theme(app, "light", scale=1.0)
host = QWidget()
buttons = [QToolButton(host) for _ in range(100)]

def ask():
    for button in buttons:
        button.style().pixelMetric(QStyle.PixelMetric.PM_ButtonMargin, None, button)

ask()
theme.apply_theme(app, "dark", scale=1.0)
ask()
for button in buttons:
    button.deleteLater()
app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
theme.apply_theme(app, "dark", scale=1.25)
print("alive")
"""


def test_a_widget_that_was_asked_for_its_size_but_never_shown_may_be_deleted_between_two_themes():
    # glibc fills what is freed, so that a use of it ends the process here, and not now and then at a user's.
    environment = {**os.environ, "MALLOC_PERTURB_": "165"}

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False, timeout=120
    )

    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr
