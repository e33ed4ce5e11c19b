"""The store's documents: each state of the history knows its file, and what is saved there."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from convexplorer.model import edits
from convexplorer.model.store import Document, Store
from tests.model.examples import bank

A, B, C = Path("/a.json"), Path("/b.json"), Path("/c.json")


def edit(store: Store, value: float = 1.0) -> None:
    store.commit(edits.set_bias(store.state, 0, 0, value))


def open_file(store: Store, path: Path) -> None:
    project = bank("laplacian")
    store.open(project, Document(path, project))


def about(store: Store) -> tuple[Path | None, bool]:
    return store.document.path, store.is_modified


def test_undo_of_opening_leads_back_to_the_file_of_the_work_before():
    store = Store(bank())
    edit(store)
    open_file(store, B)
    assert about(store) == (B, False)

    store.undo()
    assert about(store) == (None, True)

    store.redo()
    assert about(store) == (B, False)


def test_saving_after_the_undo_of_opening_leaves_the_other_file_saved():
    store = Store(bank())
    edit(store)
    open_file(store, B)
    store.undo()

    store.mark_saved(path=A)
    assert about(store) == (A, False)

    store.redo()
    assert about(store) == (B, False)


def test_a_new_name_holds_for_the_states_before_and_after_it():
    store = Store(bank())
    edit(store, 1.0)
    edit(store, 2.0)
    store.undo()

    store.mark_saved(path=C)

    assert about(store) == (C, False)
    store.undo()
    assert about(store) == (C, True)
    store.redo()
    store.redo()
    assert about(store) == (C, True)


def test_a_file_that_another_work_was_saved_to_no_longer_holds_the_first():
    store = Store(bank(), Document(B, None))
    store.mark_saved()
    open_file(store, A)

    store.mark_saved(path=B)

    store.undo()
    assert about(store) == (B, True)


def test_work_that_was_left_for_another_file_is_unsaved_work():
    store = Store(bank())
    edit(store)
    left = store.state
    open_file(store, B)

    project, document = store.unsaved

    assert project is left
    assert document.path is None
    edit(store, 3.0)
    assert store.unsaved[0] is store.state


def test_work_that_was_saved_before_another_file_was_opened_is_no_unsaved_work():
    store = Store(bank())
    edit(store)
    store.mark_saved(path=A)
    open_file(store, B)

    assert store.unsaved is None


def test_a_file_that_was_opened_again_and_saved_leaves_nothing_unsaved():
    store = Store(bank(), Document(B, None))
    store.mark_saved()
    open_file(store, B)
    edit(store)

    store.mark_saved()

    assert store.unsaved is None


@given(st.lists(st.sampled_from(["edit", "open a", "open b", "new", "undo", "redo", "save", "save as c"]), max_size=25))
def test_what_counts_as_saved_is_what_the_file_holds(actions):
    store = Store(bank("identity"))
    disk = {A: 1000.0, B: 2000.0}  # the bias of the project in each file

    for number, action in enumerate(actions, 1):
        if action == "edit":
            edit(store, number)
        elif action.startswith("open"):
            path = A if action.endswith("a") else B
            project = edits.set_bias(bank("identity"), 0, 0, disk[path])
            store.open(project, Document(path, project))
        elif action == "new":
            project = bank("identity")
            store.open(project, Document(saved=project))
        elif action.startswith("save"):
            path = C if action.endswith("c") else store.document.path or C
            disk[path] = bias_of(store)
            store.mark_saved(path=path)
        else:
            getattr(store, action)()

        if store.document.path is not None and not store.is_modified:
            assert disk[store.document.path] == bias_of(store)


def bias_of(store: Store) -> float:
    return store.state.layers[0].filters[0].bias
