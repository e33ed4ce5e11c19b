"""The store: the current project, the file it belongs to, its undo history, and the listeners to its changes.

Only the window's thread uses the store. Its projects are immutable, so they can be passed to any thread.
"""

import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from convexplorer._dataclass import dataclass
from convexplorer.model.project import Project
from convexplorer.model.storage.stamp import Stamp

Listener = Callable[[Project, Project], None]
Selected = tuple[str, int]  # id of a layer, and index of one of its filters

# A step only costs the memory of its changes (layers and filters are shared), so hundreds are cheap.
HISTORY_LIMIT = 300


@dataclass(frozen=True)
class Document:
    """The file of a piece of work: of all states from its beginning or opening to the next opening.

    Attributes
    ----------
    path : the file; None if the work is untitled.
    saved : the project that the file holds, or with which untitled work began; None if it was never saved.
    stamp : the file's state when it was opened or saved; None if unknown.
    """

    path: Path | None = None
    saved: Project | None = None
    stamp: Stamp | None = None


@dataclass(frozen=True, eq=False)
class _Step:
    """A state of the history: a project, the number of its document, and what was selected in it last.

    A step names its document instead of holding it: saving concerns all states of the document.
    """

    project: Project
    document: int
    selected: Selected | None = None


class Store:
    """Holds the current project and its history.

    Parameters
    ----------
    project : the initial state.
    document : its file; by default the state is untitled and counts as saved.
    history_limit : the maximum number of undo steps.
    """

    def __init__(
        self, project: Project, document: Document | None = None, *, history_limit: int = HISTORY_LIMIT
    ) -> None:
        self._now = _Step(project, 0)
        self._documents = {0: Document(saved=project) if document is None else document}
        self._past: deque[_Step] = deque(maxlen=history_limit)
        self._future: list[_Step] = []
        self._merge: str | None = None
        self._listeners: list[weakref.ref[Listener]] = []
        self._is_telling = False

    @property
    def state(self) -> Project:
        """The current project."""
        return self._now.project

    @property
    def document(self) -> Document:
        """The file of the current project, and what is saved there."""
        return self._documents[self._now.document]

    @property
    def document_number(self) -> int:
        """The number of that document, which stays when it is saved and named."""
        return self._now.document

    @property
    def saved(self) -> Project | None:
        """The project as last saved or as it was at the start; None if it was never saved."""
        return self.document.saved

    @property
    def is_modified(self) -> bool:
        """True if the current project differs from the saved one; False again after undoing to the saved state."""
        return self.state is not self.saved

    @property
    def unsaved(self) -> tuple[Project, Document] | None:
        """The newest unsaved work with its document; None if all is saved.

        Opening another project leaves the work before it in the history: its last state counts as unsaved work too.
        """
        seen: dict[int, Document] = {}
        for step in (self._now, *reversed(self._past)):
            document = self._documents[step.document]
            is_replaced = document.saved is None and any(
                document.path is not None and other.path == document.path for other in seen.values()
            )  # the same file was opened again later, and saved
            if step.document not in seen and step.project is not document.saved and not is_replaced:
                return step.project, document
            seen[step.document] = document
        return None

    @property
    def selected(self) -> Selected | None:
        """What the user had selected in the current state; undo and redo bring it back with their state."""
        return self._now.selected

    def note_selected(self, layer: str, index: int) -> None:
        """Note what the user has selected in the current state."""
        self._now = replace(self._now, selected=(layer, index))

    @property
    def before(self) -> Project | None:
        """What undo would bring back; None at the beginning of the history."""
        return self._past[-1].project if self._past else None

    @property
    def can_undo(self) -> bool:
        """True if there is a step to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """True if there is a step to redo."""
        return bool(self._future)

    @property
    def is_dragged(self) -> bool:
        """True if the last commit may be continued by others of the same step, as in a drag."""
        return self._merge is not None

    def commit(self, project: Project, merge: str | None = None) -> None:
        """Make `project` the current one.

        Parameters
        ----------
        project : the new state; committing the current object again (an edit that changed nothing) adds no step.
        merge : consecutive commits with the same key form one undo step, for example a whole drag.
        """
        self._refuse_while_telling()
        if project is self.state:
            return
        if merge is None or merge != self._merge:
            self._past.append(self._now)
        self._merge = merge
        self._future.clear()
        self._become(replace(self._now, project=project))

    def open(self, project: Project, document: Document) -> None:
        """Make `project` the current one, as the first state of another document; undo returns to the one before."""
        self._refuse_while_telling()
        self.settle()
        self._past.append(self._now)
        self._future.clear()
        self._begin(project, document)

    def settle(self) -> None:
        """End a drag: the next commit is a new step, even with the same key."""
        self._merge = None

    def undo(self) -> None:
        """Undo one step; do nothing at the beginning of the history."""
        self._refuse_while_telling()
        self.settle()
        if self._past:
            self._future.append(self._now)
            self._become(self._past.pop())

    def redo(self) -> None:
        """Redo one step; do nothing at the end of the history."""
        self._refuse_while_telling()
        self.settle()
        if self._future:
            self._past.append(self._now)
            self._become(self._future.pop())

    def replace(self, project: Project, *, is_saved: bool = True) -> None:
        """Replace the project by untitled work and clear the history.

        Parameters
        ----------
        is_saved : True if there is nothing to lose; False for work without a file.
        """
        self._refuse_while_telling()
        self.settle()
        self._past.clear()
        self._future.clear()
        self._begin(project, Document(saved=project if is_saved else None))

    def mark_saved(self, project: Project | None = None, path: Path | None = None, stamp: Stamp | None = None) -> None:
        """Record `project` (by default the current one) as saved.

        Parameters
        ----------
        path : the new file of the whole document: of its earlier and later states as well; by default the old one.
        stamp : the file's state after saving.
        """
        # A drag that continues after saving must not merge with the saved state: undo must lead back to it.
        self.settle()
        own = self._now.document
        where = self.document.path if path is None else path
        for number, other in self._documents.items():
            if number != own and where is not None and other.path == where:
                self._documents[number] = replace(other, saved=None)  # its file now holds this project
        self._documents[own] = Document(where, self.state if project is None else project, stamp)

    def subscribe(self, method: Listener) -> None:
        """Call `method(new, old)` after each change for as long as its object exists.

        The method is held by a weak reference. A plain function works too, but the caller must keep a reference to it.
        """
        self._listeners.append(weakref.WeakMethod(method) if hasattr(method, "__self__") else weakref.ref(method))

    def _refuse_while_telling(self) -> None:
        if self._is_telling:
            raise RuntimeError("a listener may not change the store that is calling it: views show, they do not answer")

    def _begin(self, project: Project, document: Document) -> None:
        """Make a project the first state of a new document, and forget documents without a state in the history."""
        number = max(self._documents) + 1
        used = {step.document for step in (*self._past, *self._future)}
        self._documents = {key: one for key, one in self._documents.items() if key in used}
        self._documents[number] = document
        self._become(_Step(project, number))

    def _become(self, step: _Step) -> None:
        old, project = self.state, step.project
        self._now = step
        self._is_telling = True
        try:
            for reference in tuple(self._listeners):
                method = reference()
                if method is not None:
                    method(project, old)
        finally:
            self._is_telling = False
            self._listeners = [reference for reference in self._listeners if reference() is not None]
