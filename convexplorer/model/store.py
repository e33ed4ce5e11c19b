"""The store: the current project, its undo history, and the listeners to its changes.

Only the window's thread uses the store. Its projects are immutable, so they can be passed to any thread.
"""

import weakref
from collections import deque
from collections.abc import Callable

from convexplorer.model.project import Project

Listener = Callable[[Project, Project], None]

# A step only costs the memory of its changes (layers and filters are shared), so hundreds are cheap.
HISTORY_LIMIT = 300


class Store:
    """Holds the current project and its history.

    Parameters
    ----------
    project : the initial state; counts as saved.
    history_limit : the maximum number of undo steps.
    """

    def __init__(self, project: Project, *, history_limit: int = HISTORY_LIMIT) -> None:
        self._state = project
        self._saved: Project | None = project
        self._past: deque[Project] = deque(maxlen=history_limit)
        self._future: list[Project] = []
        self._merge: str | None = None
        self._listeners: list[weakref.ref[Listener]] = []
        self._is_telling = False

    @property
    def state(self) -> Project:
        """The current project."""
        return self._state

    @property
    def saved(self) -> Project | None:
        """The project as last saved or as it was at the start; None if it was never saved."""
        return self._saved

    @property
    def is_modified(self) -> bool:
        """True if the current project differs from the saved one; False again after undoing to the saved state."""
        return self._state is not self._saved

    @property
    def can_undo(self) -> bool:
        """True if there is a step to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """True if there is a step to redo."""
        return bool(self._future)

    def commit(self, project: Project, merge: str | None = None) -> None:
        """Make `project` the current one.

        Parameters
        ----------
        project : the new state; committing the current object again (an edit that changed nothing) adds no step.
        merge : consecutive commits with the same key form one undo step, for example a whole drag.
        """
        self._refuse_while_telling()
        if project is self._state:
            return
        if merge is None or merge != self._merge:
            self._past.append(self._state)
        self._merge = merge
        self._future.clear()
        self._become(project)

    def settle(self) -> None:
        """End a drag: the next commit is a new step, even with the same key."""
        self._merge = None

    def undo(self) -> None:
        """Undo one step; do nothing at the beginning of the history."""
        self._refuse_while_telling()
        self.settle()
        if self._past:
            self._future.append(self._state)
            self._become(self._past.pop())

    def redo(self) -> None:
        """Redo one step; do nothing at the end of the history."""
        self._refuse_while_telling()
        self.settle()
        if self._future:
            self._past.append(self._state)
            self._become(self._future.pop())

    def replace(self, project: Project, *, is_saved: bool = True) -> None:
        """Replace the project and clear the history.

        Parameters
        ----------
        is_saved : True after opening a file; False for work without a file, for example after a recovery.
        """
        self._refuse_while_telling()
        self.settle()
        self._past.clear()
        self._future.clear()
        self._saved = project if is_saved else None
        if project is not self._state:
            self._become(project)

    def mark_saved(self, project: Project | None = None) -> None:
        """Record `project` (by default the current one) as saved."""
        # A drag that continues after saving must not merge with the saved state: undo must lead back to it.
        self.settle()
        self._saved = self._state if project is None else project

    def subscribe(self, method: Listener) -> None:
        """Call `method(new, old)` after each change for as long as its object exists.

        The method is held by a weak reference. A plain function works too, but the caller must keep a reference to it.
        """
        self._listeners.append(weakref.WeakMethod(method) if hasattr(method, "__self__") else weakref.ref(method))

    def _refuse_while_telling(self) -> None:
        if self._is_telling:
            raise RuntimeError("a listener may not change the store that is calling it: views show, they do not answer")

    def _become(self, project: Project) -> None:
        old, self._state = self._state, project
        self._is_telling = True
        try:
            for reference in tuple(self._listeners):
                method = reference()
                if method is not None:
                    method(project, old)
        finally:
            self._is_telling = False
            self._listeners = [reference for reference in self._listeners if reference() is not None]
