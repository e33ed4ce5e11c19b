"""The store: the project that is shown now, the ones before it, and who wants to know.

It is used by the window's thread only. What it holds is immutable, so it can be handed to any thread.
"""

import weakref
from collections import deque
from collections.abc import Callable

from convexplorer.model.project import Project

Listener = Callable[[Project, Project], None]

# A step costs what it changed (layers and filters are shared), so hundreds are cheap.
HISTORY_LIMIT = 300


class Store:
    """Holds the current project and its history.

    Parameters
    ----------
    project : what is shown first; counts as saved.
    history_limit : how many steps can be undone.
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
        """The project as it is now."""
        return self._state

    @property
    def saved(self) -> Project | None:
        """The project as it is in the file (or was at the start); None if it is in none."""
        return self._saved

    @property
    def is_modified(self) -> bool:
        """Whether the file lacks something; undoing back to what was saved makes it False again."""
        return self._state is not self._saved

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to take again."""
        return bool(self._future)

    def commit(self, project: Project, merge: str | None = None) -> None:
        """Make `project` the current one.

        Parameters
        ----------
        project : the new state; the current one again (an edit that changed nothing) is no step.
        merge : commits in a row with the same key are one undo step, e.g. all of a drag.
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
        """End a drag: the next commit is a step of its own, whatever its key."""
        self._merge = None

    def undo(self) -> None:
        """Go one step back; does nothing at the beginning."""
        self._refuse_while_telling()
        self.settle()
        if self._past:
            self._future.append(self._state)
            self._become(self._past.pop())

    def redo(self) -> None:
        """Take the undone step again; does nothing at the end."""
        self._refuse_while_telling()
        self.settle()
        if self._future:
            self._past.append(self._state)
            self._become(self._future.pop())

    def replace(self, project: Project, *, is_saved: bool = True) -> None:
        """Start over with another project, without history.

        Parameters
        ----------
        is_saved : True after opening a file; False for work that is in none, as recovered after a crash.
        """
        self._refuse_while_telling()
        self.settle()
        self._past.clear()
        self._future.clear()
        self._saved = project if is_saved else None
        if project is not self._state:
            self._become(project)

    def mark_saved(self, project: Project | None = None) -> None:
        """Remember that `project` (by default the current one) is what the file holds."""
        # A drag that goes on after saving must not swallow the step that leads back to the saved state.
        self.settle()
        self._saved = self._state if project is None else project

    def subscribe(self, method: Listener) -> None:
        """Call `method(new, old)` after each change, as long as its object lives.

        The method is held weakly: a listener that is gone is forgotten. A plain function works too, but somebody
        else must keep it.
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
