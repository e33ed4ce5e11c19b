"""Drawings written to files: SVG and PDF keep lines and text and are sharp at any size, PNG has pixels."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from convexplorer._dataclass import dataclass
from convexplorer.export.files import ExportError, replacing
from convexplorer.gui.look import fonts, theme

FORMATS = {".svg": "SVG drawing", ".pdf": "PDF page", ".png": "PNG picture"}
SUFFIXES = tuple(FORMATS)
PNG_SCALES = (2, 3, 4)
MARGIN, TITLE = 12, 26  # design pixels around the drawing, and for its title
_DOTS_PER_INCH = 96  # one unit of a drawing is one design pixel

Paint = Callable[[QPainter, float, float], None]


@dataclass(frozen=True)
class Drawing:
    """A drawing that can be painted at any size.

    Attributes
    ----------
    title : written above the drawing; "" for none.
    width, height : on screen, in pixels.
    paint : paints the drawing at a width and a height.
    is_dark : True for the colours of the dark theme.
    """

    title: str
    width: float
    height: float
    paint: Paint
    is_dark: bool = False

    @property
    def size(self) -> QSize:
        """The size with margin and title."""
        margin, title = theme.px(MARGIN), theme.px(TITLE) if self.title else 0
        return QSize(round(self.width) + 2 * margin, round(self.height) + 2 * margin + title)

    def paint_on(self, painter: QPainter) -> None:
        """Paint background, title and contents."""
        colors, margin, title = theme.colors(self.is_dark), theme.px(MARGIN), theme.px(TITLE) if self.title else 0
        painter.fillRect(QRect(0, 0, self.size.width(), self.size.height()), colors.panel)
        if self.title:
            painter.setFont(theme.text_font(15, is_bold=True))
            painter.setPen(colors.text)
            line = QRectF(margin, margin, self.width, title)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.title)
        painter.translate(margin, margin + title)
        self.paint(painter, self.width, self.height)


def save_drawing(path: Path, drawing: Drawing, *, scale: int = 2) -> None:
    """Write a drawing as SVG, PDF or PNG, by the suffix.

    Parameters
    ----------
    scale : pixels of a PNG per screen pixel.

    Raises
    ------
    ExportError : with a sentence that gives the reason.
    """
    # In memory first, because Qt is silent about a disk that is full.
    content = QBuffer()
    content.open(QBuffer.OpenModeFlag.WriteOnly)
    with replacing(path, SUFFIXES) as part:
        suffix = part.suffix.lower()
        if suffix == ".png":
            image_of(drawing, scale=scale).save(content, "PNG")  # type: ignore[call-overload]  # the stubs want bytes
        else:
            (_write_svg if suffix == ".svg" else _write_pdf)(content, drawing)
        if not content.size():
            raise ExportError(f"{path.name} could not be drawn.")
        part.write_bytes(content.data().data())


def image_of(drawing: Drawing, *, scale: float = 2) -> QImage:
    """Return a drawing as a picture with `scale` pixels per screen pixel."""
    size = drawing.size
    image = QImage(round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)  # painters of pictures read this ratio and draw at the same resolution
    image.fill(theme.colors(drawing.is_dark).panel)
    painter = QPainter(image)
    drawing.paint_on(painter)
    painter.end()
    image.setDevicePixelRatio(1.0)
    return image


def _write_svg(file: QIODevice, drawing: Drawing) -> None:
    device = QSvgGenerator()
    device.setOutputDevice(file)
    device.setResolution(_DOTS_PER_INCH)
    device.setSize(drawing.size)
    device.setViewBox(QRect(0, 0, drawing.size.width(), drawing.size.height()))
    device.setTitle(drawing.title)
    _paint_on_device(device, drawing)


def _write_pdf(file: QIODevice, drawing: Drawing) -> None:
    device = QPdfWriter(file)
    device.setResolution(_DOTS_PER_INCH)
    points = QSizeF(drawing.size) * 72 / _DOTS_PER_INCH
    device.setPageSize(QPageSize(points, QPageSize.Unit.Point, drawing.title, QPageSize.SizeMatchPolicy.ExactMatch))
    device.setPageMargins(QMarginsF())
    device.setTitle(drawing.title)
    with fonts.selectable():
        _paint_on_device(device, drawing)


def _paint_on_device(device: QSvgGenerator | QPdfWriter, drawing: Drawing) -> None:
    painter = QPainter()
    if not painter.begin(device):
        raise ExportError("The file could not be opened for writing.")
    drawing.paint_on(painter)
    painter.end()
