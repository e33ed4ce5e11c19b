"""Skip connections as arcs above the cards, which can be chosen and taken away."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from convexplorer.model import edits
from convexplorer.model.connections import has_skips
from convexplorer.model.project import INPUT
from tests import stacks
from tests.gui.conftest import newest_picture


@pytest.fixture
def chain(window, qtbot):
    window.resize(1800, 900)
    window.store.commit(replace(window.store.state, layers=stacks.chain(6)))
    newest_picture(window, qtbot)
    return window


@pytest.fixture
def skipped(chain, qtbot):
    """Return a window whose network adds what its second layer gives behind the fourth."""
    chain.store.commit(edits.merge_behind(chain.store.state, 3, "relu2", "add"))
    newest_picture(chain, qtbot)
    chain.ribbon._strip.horizontalScrollBar().setValue(0)
    QApplication.processEvents()
    return chain


def band(window):
    return window.ribbon._arcs


def ends(window):
    return [(arc.source, arc.target) for arc in band(window).arcs]


def middle(window, index=0):
    arcs = band(window)
    return arcs.path_of(arcs.arcs[index]).pointAtPercent(0.5).toPoint()


def test_a_chain_has_no_arcs_and_no_room_for_any(chain):
    assert ends(chain) == []
    assert not band(chain).isVisible()
    assert chain.ribbon.height() == chain.ribbon.layer_card(0).height()


def test_a_skip_connection_is_an_arc_from_card_to_card(skipped):
    assert ends(skipped) == [("relu2", "add")]
    path, ribbon = band(skipped).path_of(band(skipped).arcs[0]), skipped.ribbon
    start, end = path.pointAtPercent(0).x(), path.pointAtPercent(1).x()
    one, other = ribbon.layer_card(1).geometry(), ribbon.layer_card(4).geometry()
    assert one.left() < start < one.right()
    assert other.left() < end < other.right()
    assert ribbon.layer_card(1).y() == band(skipped).height()  # above the cards, and not on them


def test_a_click_chooses_an_arc_and_delete_takes_it_away_in_one_step(skipped, chain):
    state = skipped.store.state

    QTest.mouseClick(band(skipped), Qt.MouseButton.LeftButton, pos=middle(skipped))
    assert band(skipped).chosen == band(skipped).arcs[0]
    QTest.keyClick(band(skipped), Qt.Key.Key_Delete)

    assert [layer.id for layer in skipped.store.state.layers] == [layer.id for layer in stacks.chain(6)]
    assert ends(skipped) == []
    skipped.store.undo()
    assert skipped.store.state is state
    assert ends(skipped) == [("relu2", "add")]


def test_the_menu_of_an_arc_takes_it_away(skipped):
    arcs = band(skipped)

    arcs.menu_of(arcs.arcs[0]).actions()[0].trigger()

    assert ends(skipped) == []


def test_a_click_beside_all_arcs_chooses_none(skipped):
    QTest.mouseClick(band(skipped), Qt.MouseButton.LeftButton, pos=middle(skipped))

    QTest.mouseClick(band(skipped), Qt.MouseButton.LeftButton, pos=QPoint(1, 1))

    assert band(skipped).chosen is None


def test_keys_go_from_arc_to_arc(skipped, qtbot):
    skipped.store.commit(edits.join(skipped.store.state, 4, "conv1"))
    newest_picture(skipped, qtbot)
    arcs = band(skipped)
    assert len(arcs.arcs) == 2

    for key, index in ((Qt.Key.Key_Right, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 1), (Qt.Key.Key_Left, 0)):
        QTest.keyClick(arcs, key)
        assert arcs.chosen == arcs.arcs[index]
    assert arcs.accessibleDescription() == arcs.arcs[0].words
    QTest.keyClick(arcs, Qt.Key.Key_Delete)

    assert len(arcs.arcs) == 1


def test_tab_reaches_the_arcs_behind_the_last_card(skipped):
    plus, widget = skipped.ribbon._add_button, band(skipped)

    while not (widget := widget.nextInFocusChain()).isVisibleTo(skipped.ribbon):
        pass

    assert widget is plus


def test_an_arc_tells_what_it_joins(skipped):
    arcs, place = band(skipped), middle(skipped)

    QApplication.sendEvent(arcs, QHelpEvent(QEvent.Type.ToolTip, place, arcs.mapToGlobal(place)))

    assert QToolTip.text().startswith("2 ReLU → 5 Add")
    QToolTip.hideText()


def test_the_picture_and_a_branch_have_arcs_too(chain):
    chain.store.commit(edits.set_inputs(chain.store.state, 3, ("conv1",)))
    chain.store.commit(edits.merge_behind(chain.store.state, 3, INPUT, "concatenate"))

    assert ends(chain) == [("conv1", "relu4"), (INPUT, "concatenate")]


def test_arcs_within_a_folded_card_are_not_seen_and_the_ribbon_stays_as_high(skipped):
    skipped.store.commit(edits.group_layers(skipped.store.state, 0, 4, "block"))
    height = skipped.ribbon.height()

    skipped.actions_by_name["fold-all"].trigger()

    assert ends(skipped) == []
    assert skipped.ribbon.height() == height


def test_arcs_of_hundreds_of_layers_lie_where_their_cards_are(window, qtbot):
    window.store.commit(replace(window.store.state, layers=stacks.residual(40)))
    window.ribbon_look.set_folded(False)
    newest_picture(window, qtbot)
    bar = window.ribbon._strip.horizontalScrollBar()
    assert len(band(window).arcs) == 40
    for share in (0.5, 1.0):
        bar.setValue(round(share * bar.maximum()))
        QApplication.processEvents()

        seen = [arc for arc in band(window).arcs if not window.ribbon._strip.stations[arc.end].card.isHidden()]
        assert seen
        for arc in seen:
            card = window.ribbon._strip.stations[arc.end].card.geometry()
            assert card.left() < band(window).path_of(arc).pointAtPercent(1).x() < card.right()


def test_pictures_place_no_arc_anew(skipped, monkeypatch):
    placed, picture = [], skipped.bridge.picture
    monkeypatch.setattr(band(skipped), "setGeometry", lambda *_: placed.append("placed"))
    later = tuple(replace(one, seconds=one.seconds + 1) for one in picture.layers)

    skipped.ribbon.show_picture(replace(picture, layers=later))

    assert placed == []


@pytest.mark.parametrize(
    ("layers", "expected"), [(stacks.chain(6), False), (stacks.residual(2), True), (stacks.classifier(), False)]
)
def test_a_network_has_skips_where_a_layer_reads_another_than_the_one_before(layers, expected):
    assert has_skips(layers) is expected


def test_of_two_arcs_over_one_place_the_shorter_is_met(skipped, qtbot):
    skipped.store.commit(edits.join(skipped.store.state, 4, "conv1"))
    newest_picture(skipped, qtbot)
    arcs = band(skipped)
    short, long = sorted(arcs.arcs, key=lambda arc: arc.end - arc.start)

    assert arcs.arc_at(QPointF(arcs.path_of(short).pointAtPercent(0.5))) == short
    assert arcs.arc_at(arcs.path_of(long).pointAtPercent(0.02)) == long
