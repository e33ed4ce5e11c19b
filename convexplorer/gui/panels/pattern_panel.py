"""The parameters of a test pattern below the input, visible while the source is a pattern."""

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.gui.widgets.parameter_slider import ParameterSlider
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.sources.patterns import PATTERNS


class PatternPanel(Panel):
    """A form with one slider per parameter of the pattern; hidden for other sources."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._form = ParameterForm(self)
        self._form.changed.connect(self._on_changed)
        self._form.finished.connect(context.store.settle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form)
        self.hide()

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the sliders of the current pattern, set to its values."""
        if old is not None and new.source == old.source:
            return
        pattern = PATTERNS.get(new.source.address) if new.source.kind == "pattern" else None
        if pattern is not None:
            self._form.show_parameters(pattern.parameters, pattern.complete(new.source.options))
        self.setVisible(pattern is not None and not self._form.is_empty)

    def slider(self, name: str) -> ParameterSlider:
        """Return the slider of a parameter."""
        return self._form.slider(name)

    @Slot(str, float)
    def _on_changed(self, name: str, value: float) -> None:
        source = self.context.store.state.source
        changed = replace(source, options={**source.options, name: value})
        self.context.commit(edits.set_source, changed, merge=f"pattern {name}")
