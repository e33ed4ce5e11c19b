"""A small picture of the kernel as applied by true convolution, beside the edited kernel."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.look import theme

_WIDTH, _PICTURE = 74, 56
_LINE = 14
_CAPTION = ("applied:", "flipped by", "180°")


class AppliedKernel(QWidget):
    """A kernel rotated by 180° with a caption; takes no room if the kernel is applied unflipped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("The kernel as applied, flipped by 180°")
        self.setToolTip(
            "Mathematics defines convolution with the kernel flipped by 180° (rows and columns reversed).\n"
            "You edit the kernel on the left; what is multiplied is this one."
        )
        self.hide()
        theme.notifier().changed.connect(self.updateGeometry)

    @property
    def image(self) -> QImage:
        """The shown picture, one pixel per weight."""
        return self._image

    def show_kernel(self, image: QImage | None) -> None:
        """Rotate and show the picture of a kernel; None if the kernel is applied unflipped."""
        self.setVisible(image is not None)
        if image is not None:
            self._image = image.transformed(QTransform().rotate(180))
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the picture with its caption."""
        return QSize(theme.px(_WIDTH), theme.px(_PICTURE + len(_CAPTION) * _LINE + 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture, vertically centred, and its caption."""
        painter = QPainter(self)
        height = self.sizeHint().height()
        top = max((self.height() - height) / 2, 0.0)
        room = QRectF(theme.px(_WIDTH - _PICTURE) / 2, top, theme.px(_PICTURE), theme.px(_PICTURE))
        scale = room.width() / max(self._image.width(), self._image.height(), 1)
        rect = QRectF(0, 0, self._image.width() * scale, self._image.height() * scale)
        rect.moveCenter(room.center())
        painter.drawImage(rect, self._image)
        painter.setPen(theme.colors().outline)
        painter.drawRect(rect)
        painter.setPen(theme.colors().muted)
        painter.setFont(theme.text_font(11))
        for i, line in enumerate(_CAPTION):
            below = QRectF(0, room.bottom() + theme.px(4 + i * _LINE), self.width(), theme.px(_LINE))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, line)
