"""The store: history, drags, listeners."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.model import edits
from convexplorer.model.store import Store
from tests.model.examples import bank, planes


class Listener:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told = []

    def on_change(self, new, old) -> None:
        self.told.append((new, old))


def with_bias(project, value):
    return edits.set_bias(project, 0, 0, value)


def test_undo_restores_the_kernel():
    store = Store(bank("sobel-x"))
    before = planes(store.state).copy()
    store.commit(edits.set_weight(store.state, 0, 0, None, 1, 1, 9.0))

    store.undo()

    assert (planes(store.state) == before).all()
    assert not store.can_undo


def test_redo_gives_back_what_undo_took():
    store = Store(bank())
    changed = with_bias(store.state, 1.0)
    store.commit(changed)

    store.undo()
    store.redo()

    assert store.state is changed
    assert not store.can_redo


def test_undo_and_redo_bring_back_what_was_selected():
    store = Store(bank())
    store.note_selected("conv", 1)
    store.commit(with_bias(store.state, 1.0))
    assert store.selected == ("conv", 1)
    store.note_selected("conv", 2)

    store.undo()
    assert store.selected == ("conv", 1)
    store.redo()
    assert store.selected == ("conv", 2)


def test_undo_and_redo_at_the_ends_do_nothing():
    store = Store(bank())
    first = store.state

    store.undo()
    store.redo()

    assert store.state is first


def test_a_new_step_ends_the_undone_future():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0))
    store.undo()

    store.commit(with_bias(store.state, 2.0))

    assert not store.can_redo


def test_a_drag_is_one_step():
    store = Store(bank())
    first = store.state
    for value in range(1, 20):
        store.commit(with_bias(store.state, value), merge="bias")

    store.undo()

    assert store.state is first
    assert not store.can_undo


def test_a_drag_goes_on_until_it_is_settled_or_undone():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0))
    assert not store.is_dragged

    store.commit(with_bias(store.state, 2.0), merge="bias")
    assert store.is_dragged
    store.settle()
    assert not store.is_dragged

    store.commit(with_bias(store.state, 3.0), merge="bias")
    store.undo()
    assert not store.is_dragged


def test_settling_ends_a_drag():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0), merge="bias")
    middle = store.state
    store.settle()
    store.commit(with_bias(store.state, 2.0), merge="bias")

    store.undo()

    assert store.state is middle


def test_drags_of_two_things_are_two_steps():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0), merge="bias of 0")
    middle = store.state
    store.commit(edits.set_bias(store.state, 0, 1, 1.0), merge="bias of 1")

    store.undo()

    assert store.state is middle


def test_a_drag_after_undo_is_a_new_step():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0), merge="bias")
    store.commit(edits.rename_filter(store.state, 0, 0, "other"))
    store.undo()
    middle = store.state
    store.commit(with_bias(store.state, 2.0), merge="bias")

    store.undo()

    assert store.state is middle


def test_an_edit_that_changes_nothing_is_no_step():
    store = Store(bank())
    listener = Listener()
    store.subscribe(listener.on_change)

    store.commit(with_bias(store.state, 0.0))

    assert not store.can_undo
    assert listener.told == []


def test_an_edit_that_changes_nothing_keeps_the_undone_future():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0))
    store.undo()

    store.commit(with_bias(store.state, 0.0))

    assert store.can_redo


def test_history_has_an_end():
    store = Store(bank(), history_limit=3)
    for value in range(1, 10):
        store.commit(with_bias(store.state, value))

    while store.can_undo:
        store.undo()

    assert store.state.layers[0].filters[0].bias == 6


def test_opening_a_file_forgets_the_history():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0))
    other = bank("laplacian")

    store.replace(other)

    assert store.state is other
    assert not store.can_undo
    assert not store.can_redo
    assert not store.is_modified


def test_recovered_work_is_unsaved_until_it_is_saved():
    store = Store(bank())

    store.replace(bank("laplacian"), is_saved=False)
    assert store.is_modified
    assert store.saved is None

    store.mark_saved()
    assert not store.is_modified


def test_a_change_makes_it_modified_and_undoing_it_does_not():
    store = Store(bank())
    assert not store.is_modified

    store.commit(with_bias(store.state, 1.0))
    assert store.is_modified

    store.undo()
    assert not store.is_modified


def test_a_saved_project_is_not_modified_until_undone():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0))

    store.mark_saved()
    assert not store.is_modified
    assert store.saved is store.state

    store.undo()
    assert store.is_modified


def test_a_drag_that_goes_on_after_saving_can_be_undone_to_what_was_saved():
    store = Store(bank())
    store.commit(with_bias(store.state, 1.0), merge="bias")
    store.mark_saved()
    store.commit(with_bias(store.state, 2.0), merge="bias")

    store.undo()

    assert not store.is_modified


def test_saving_an_earlier_state_leaves_the_later_one_modified():
    store = Store(bank())
    earlier = store.state
    store.commit(with_bias(store.state, 1.0))

    store.mark_saved(earlier)

    assert store.is_modified


def test_listeners_hear_new_and_old_of_every_kind_of_change():
    store = Store(bank())
    listener = Listener()
    store.subscribe(listener.on_change)
    first, second, third = store.state, with_bias(store.state, 1.0), bank("laplacian")

    store.commit(second)
    store.undo()
    store.redo()
    store.replace(third)

    assert listener.told == [(second, first), (first, second), (second, first), (third, second)]


def test_a_listener_that_is_gone_is_forgotten():
    store = Store(bank())
    listener = Listener()
    told = listener.told
    store.subscribe(listener.on_change)

    del listener
    gc.collect()
    store.commit(with_bias(store.state, 1.0))

    assert told == []


def test_a_plain_function_may_listen():
    store = Store(bank())
    told = []

    def listen(new, old):
        told.append(new)

    store.subscribe(listen)
    store.commit(with_bias(store.state, 1.0))

    assert told == [store.state]


def test_a_listener_may_not_answer_with_a_commit():
    store = Store(bank())

    class Meddler:
        def on_change(self, new, old):
            store.commit(with_bias(new, 5.0))

    meddler = Meddler()
    store.subscribe(meddler.on_change)

    with pytest.raises(RuntimeError, match="listener"):
        store.commit(with_bias(store.state, 1.0))

    assert store.state.layers[0].filters[0].bias == 1.0


@given(st.lists(st.sampled_from(["edit", "drag", "settle", "undo", "redo", "save"]), max_size=30))
def test_undoing_everything_leads_back_to_the_beginning(actions):
    store = Store(bank("identity"))
    first = store.state

    for number, action in enumerate(actions, 1):
        if action in ("edit", "drag"):
            store.commit(with_bias(store.state, number), merge="drag" if action == "drag" else None)
        elif action == "save":
            store.mark_saved()
        else:
            getattr(store, action)()
    last = store.state
    steps = 0
    while store.can_redo:
        store.redo()
        last = store.state
    while store.can_undo:
        store.undo()
        steps += 1

    assert store.state is first

    for _ in range(steps):
        store.redo()

    assert store.state is last
