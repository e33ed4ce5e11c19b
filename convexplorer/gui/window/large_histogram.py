"""The large histogram: all values of the selected map over the window, with the levels of its colours to drag."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel

from convexplorer.core.display.coloring import are_symmetric, round_levels
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.model import edits
from convexplorer.results.distribution import distribution
from convexplorer.results.picture import Picture
from convexplorer.results.tile_words import tile_under

REFRESH_MS = 200
_MARGIN = 24  # design pixels of the window that stay beside it
HINT = "Wheel: zoom · drag: move · double click: all · drag the blue region: levels of the colours"


class LargeHistogram(Overlay):
    """A card with the distribution of the selected map's values; closed by Esc or a click outside."""

    keeps_keys = False

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        # Imported here: it takes 0.2 s, which most sessions never need.
        from convexplorer.gui.widgets.distribution_plot import DistributionPlot

        self._shell = window
        self._title = QLabel(self.card)
        theme.set_role(self._title, "title")
        self._sentence = ElidedLabel("", self.card)
        self._counts = QCheckBox("Logarithmic counts", self.card)
        self._counts.setToolTip("Single values are seen beside thousands: each step of the axis is ten times the last")
        self.plot = DistributionPlot(self.card)
        self._pointed = ElidedLabel(HINT, self.card)
        theme.set_role(self._pointed, "muted")
        self._legend = QLabel(self.card)
        theme.set_role(self._legend, "warning")  # the colour of the outline
        self._build()
        self._counts.toggled.connect(self.plot.set_logarithmic)
        self.plot.pointed.connect(self._on_pointed)
        self.plot.levels_dragged.connect(self._on_levels_dragged)
        self.plot.levels_drag_finished.connect(window.store.settle)
        self._beat: Beat[Picture] = Beat(self._show, REFRESH_MS, self)
        for ready in (window.bridge.picture_ready, window.bridge.survey_ready):
            ready.connect(self._on_picture)
        self._show(window.bridge.picture)

    def open(self) -> None:
        """Show the histogram over the window, which then gets the keys."""
        super().open()
        self.setFocus()

    def place_card(self) -> None:
        """Fill the window but for a margin, by which one sees that it lies over it."""
        margin = theme.px(_MARGIN)
        self.card.setGeometry(self.rect().adjusted(margin, margin, -margin, -margin))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(16))
        head.addWidget(self._title)
        head.addWidget(self._sentence, 1)
        head.addWidget(self._counts)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(16))
        foot.addWidget(self._pointed, 1)
        foot.addWidget(self._legend)
        self.card_layout.addLayout(head)
        self.card_layout.addWidget(self.plot, 1)
        self.card_layout.addLayout(foot)

    @Slot(object)
    def _on_picture(self, picture: Picture) -> None:
        self._beat.put(picture)

    def _show(self, picture: Picture | None) -> None:
        index = self._shell.selection.view.filter
        found = None if picture is None else distribution(picture, index)
        tile = tile_under(picture, index)
        is_symmetric = tile is not None and are_symmetric(tile.levels, tile.palette)
        self.plot.show_distribution(found, is_symmetric=is_symmetric)
        title = "No finite value" if found is None else f"Values of {found.title}"
        # Numbers of a frame that is no longer on screen, or will not be in a moment.
        status = self._shell.bridge.player.status
        is_film = status.info is not None and status.info.frame_count != 1
        is_older = is_film and (self._shell.bridge.glance is not None or status.state == "playing")
        self._title.setText(f"{title}, frame {picture.frame.index + 1}" if picture is not None and is_older else title)
        statistics = None if picture is None else picture.statistics
        self._sentence.setText("" if statistics is None else statistics.sentence)
        is_told = found is not None and found.before is not None
        self._legend.setText(f"▬ before {found.activation}" if found is not None and is_told else "")

    @Slot(str)
    def _on_pointed(self, sentence: str) -> None:
        self._pointed.setText(sentence or HINT)

    @Slot(float, float)
    def _on_levels_dragged(self, low: float, high: float) -> None:
        levels = round_levels(low, high)
        store = self._shell.store
        store.commit(edits.set_display(store.state, scope="locked", locked=levels), "levels")
