"""Commands that open the worked examples."""

from __future__ import annotations

from collections.abc import Callable

from convexplorer.gui.commands.shell import Shell
from convexplorer.model.store import Document
from convexplorer.model.worked_examples import EXAMPLES


def open_example(name: str) -> Callable[[Shell], None]:
    """Return the command that opens an example as untitled work; undo restores the project before and its file."""

    def run(window: Shell) -> None:
        project = EXAMPLES[name].make()
        window.store.open(project, Document(saved=project))
        window.selection.select(layer=project.layers[0].id, filter=0)
        window.viewport.fit()
        window.say(EXAMPLES[name].explanation)

    return run
