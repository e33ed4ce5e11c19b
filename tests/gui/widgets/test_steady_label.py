"""A label whose text changes with every frame."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from convexplorer.gui.widgets.steady_label import SteadyLabel


class Row(QWidget):
    """A label between two others, which counts how often it is laid out."""

    def __init__(self, label: SteadyLabel) -> None:
        super().__init__()
        self.layouts = 0
        self.label, self.after = label, QLabel("after", self)
        layout = QHBoxLayout(self)
        for one in (QLabel("before", self), label, self.after):
            layout.addWidget(one)
        self.resize(500, 40)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.layouts += event.type() == QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


def shown(qtbot, label: SteadyLabel) -> Row:
    row = Row(label)
    qtbot.addWidget(row)
    row.show()
    QApplication.processEvents()
    row.layouts = 0
    return row


def test_another_text_is_painted_and_nothing_is_laid_out(qtbot):
    row = shown(qtbot, SteadyLabel("1.25 ms"))
    before = row.grab().toImage()

    row.label.setText("a much longer text of 12.25 ms")
    QApplication.processEvents()

    assert row.layouts == 0
    assert row.grab().toImage() != before
    assert row.label.text() == row.label.accessibleName() == "a much longer text of 12.25 ms"


def test_what_keeps_its_widest_text_grows_and_does_not_shrink_until_it_is_told(qtbot):
    row = shown(qtbot, SteadyLabel("1.25 ms", keeps_widest=True))

    row.label.setText("112.25 ms")
    QApplication.processEvents()
    place = row.after.x()
    assert not row.label.is_elided

    row.label.setText("2.2 ms")
    QApplication.processEvents()
    assert row.after.x() == place

    row.label.forget_width()
    QApplication.processEvents()
    assert row.label.sizeHint().width() < row.label.fontMetrics().horizontalAdvance("112.25 ms")


def test_a_text_without_room_is_in_the_tip(qtbot):
    row = shown(qtbot, SteadyLabel("x" * 400))

    assert row.label.is_elided
    assert row.label.toolTip() == "x" * 400


def test_the_longest_text_that_fits_is_shown_and_the_whole_one_is_in_the_tip(qtbot):
    label = SteadyLabel()
    texts = ("frame 12: from 1 to 2, and more", "frame 12: from 1 to 2", "from 1 to 2")
    label.set_texts(texts)
    qtbot.addWidget(label)

    for text in texts:
        label.resize(label.fontMetrics().horizontalAdvance(text), 20)
        label.grab()
        assert label.shown_text == text
        assert label.toolTip() == ("" if text is texts[0] else texts[0])
    assert label.text() == label.accessibleName() == texts[0]


def test_a_kept_room_is_given_whatever_is_shown(qtbot):
    row = shown(qtbot, SteadyLabel("1"))
    row.label.keep_room("888 … 888")

    row.resize(row.minimumSizeHint().width(), 40)
    QApplication.processEvents()

    assert row.label.width() > row.label.fontMetrics().horizontalAdvance("888 … 888")
