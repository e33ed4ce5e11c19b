"""The colour bar beside the maps: what the colours of the selected map mean, at every size of the window."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from convexplorer.gui.canvas.pictures.tile_views import palette_table
from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.color_bar import ColorBar
from convexplorer.model import edits
from convexplorer.model.view import View
from convexplorer.results.glance import Glance
from convexplorer.results.overview import Overview
from convexplorer.results.picture import Picture
from convexplorer.results.tile_words import loss_text, short_loss_text, tile_under

WIDEST = 260  # design pixels


class LevelsPanel(Panel):
    """The colours of the selected map with the values of their ends, which can be typed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._bar = ColorBar(self)
        self._bar.levels_typed.connect(self._on_levels_typed)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # else all below it would be laid out anew, and move
        self._bar.setSizePolicy(policy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._bar)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_picture(self, picture: Picture) -> None:
        """Show the colours and levels of the selected map."""
        self._picture = picture
        tile = tile_under(picture, picture.view.filter)
        view = picture.view
        is_beside = view.mode == "network" and view.shown != "own" and view.reference is not None
        # Of no map it would show the colours of another. Differences may come later than the picture.
        self._bar.setVisible(tile is not None and not is_beside)
        if tile is None:
            return
        display = picture.project.display
        self._bar.set_lut(palette_table(tile.palette))
        self._bar.set_levels(
            tile.levels.low,
            tile.levels.high,
            is_locked=display.scope == "locked" and not display.as_opencv_8bit,
            note=loss_text(tile),
            short_note=short_loss_text(tile),
            are_angles=tile.shade is not None,
        )
        self._bar.setEnabled(not display.as_opencv_8bit and tile.shade is None)  # else levels have no effect

    def show_survey(self, picture: Picture) -> None:
        """Take the result of an older frame; the colours on screen are those of the newest glance."""
        self._picture = picture

    def show_glance(self, glance: Glance) -> None:
        """Show the colours and levels of the selected map, without the share that they hide, which is not known."""
        if glance.scores is not None:
            return  # bars have no colours: those of the newest numbers stay
        if glance.overview is not None:
            self._show_overview(glance.overview, glance.job.view)
            return
        chosen, display = self.context.selection.view.filter, glance.job.project.display
        sight = glance.maps[min(chosen, len(glance.maps) - 1)] if glance.maps else None
        self._bar.setVisible(bool(glance.maps))
        if sight is not None:
            self._bar.set_lut(palette_table(sight.palette))
            self._bar.set_levels(
                sight.levels.low,
                sight.levels.high,
                is_locked=display.scope == "locked" and not display.as_opencv_8bit,
            )
            self._bar.setEnabled(not display.as_opencv_8bit)

    def _show_overview(self, overview: Overview, view: View) -> None:
        """Show the levels of the selected map among all; where it is out of sight the newest ones stay."""
        if self._bar.isHidden():
            return
        sight = overview.layers[overview.project.position(view.layer) + 1]
        if sight.pixels is None or view.filter >= len(sight.levels):
            return
        levels, display = sight.levels[view.filter], overview.project.display
        self._bar.set_levels(
            levels.low, levels.high, is_locked=display.scope == "locked" and not display.as_opencv_8bit
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setMaximumWidth(theme.px(WIDEST))
        if self._picture is not None:
            self.show_picture(self._picture)

    @Slot(float, float)
    def _on_levels_typed(self, low: float, high: float) -> None:
        self.context.commit(lambda state: edits.set_display(state, scope="locked", locked=(low, high)))
