"""The pad: strokes become pictures, each at once, and the same frame again where nothing is drawn."""

import threading

import numpy as np
import pytest

from convexplorer.live.player import Player
from convexplorer.live.slots import Inbox
from convexplorer.model.default import default_project
from convexplorer.model.view import View
from convexplorer.sources import Source, SourceError, open_reader, parse
from convexplorer.sources.address import describe_source, to_text
from convexplorer.sources.pad import LEAST_SIDE, MOST_SIDE, Pad, PadReader, Stroke, drawing

PAD_28 = Source("pad", "28")


def line(pad: Pad, *points: tuple[float, float], width: float = 0.1) -> None:
    pad.begin(points[0], width)
    for point in points[1:]:
        pad.draw_to(point)


def reader_of(pad: Pad) -> PadReader:
    return PadReader(PAD_28, pad, patience_s=0.0)


def test_ink_is_where_the_pen_was_with_the_area_of_its_stroke():
    pad = Pad()
    line(pad, (0.5, 0.2), (0.5, 0.8), width=3 / 28)

    frame = reader_of(pad).read()

    assert frame is not None
    assert frame.image.shape == (1, 28, 28)
    ink = frame.image[0]
    assert (ink.min(), ink.max()) == (0, 1)
    rows = np.flatnonzero(ink[:, 14])
    assert rows.tolist() == [12, 13, 14, 15]  # three cells around the middle, which lies between two
    assert ink[:, 14].sum() == pytest.approx(3, abs=0.15)
    np.testing.assert_allclose(ink, ink[:, ::-1], atol=0.03)
    np.testing.assert_allclose(ink, ink[::-1], atol=0.03)
    ends = 3 + 28 * 0.6
    assert ink[13].sum() == pytest.approx(ends, abs=0.7)  # a stroke has round ends


@pytest.mark.parametrize("side", [LEAST_SIDE, 28, 100, MOST_SIDE])
def test_a_drawing_has_the_same_share_of_ink_in_every_size(side: int):
    stroke = Stroke(((0.2, 0.3), (0.7, 0.6), (0.4, 0.9)), 0.12)

    assert drawing((stroke,), side).mean() == pytest.approx(drawing((stroke,), 448).mean(), rel=0.03)


def test_a_dot_is_a_round_spot_and_a_pen_beyond_the_edge_draws_what_is_inside():
    dot = drawing((Stroke(((0.25, 0.75),), 0.2),), 100)[0]

    assert dot.sum() == pytest.approx(np.pi * 10**2, rel=0.05)
    rows, columns = np.nonzero(dot)
    assert (rows.mean(), columns.mean()) == pytest.approx((24.5, 74.5), abs=0.3)
    assert drawing((Stroke(((-5.0, 0.5), (7.0, 0.5)), 0.1),), 28)[0][:, 13:15].all()


def test_each_change_is_a_new_frame_and_no_change_is_the_same_object():
    pad = Pad()
    reader = reader_of(pad)
    empty = reader.read()
    assert reader.read() is empty

    line(pad, (0.1, 0.1), (0.9, 0.9))
    drawn = reader.read()
    pad.draw_to((0.9, 0.9))  # where the pen is already

    assert drawn is not None
    assert empty is not None
    assert drawn.index == empty.index + 1
    assert reader.read() is drawn
    pad.undo()
    undone = reader.read()
    assert undone is not drawn
    assert undone is not None
    assert not undone.image.any()
    pad.clear()  # nothing to clear
    pad.draw_to((0.5, 0.5))  # no stroke to go on with
    assert reader.read() is undone


def test_undo_takes_the_newest_stroke_and_clear_takes_all():
    pad = Pad()
    line(pad, (0.1, 0.1), (0.2, 0.1))
    line(pad, (0.5, 0.5), (0.6, 0.5))

    pad.undo()

    assert pad.strokes == (Stroke(((0.1, 0.1), (0.2, 0.1)), 0.1),)
    pad.clear()
    assert pad.strokes == ()


def test_addresses_are_read_written_and_refused_with_the_limits():
    assert parse("pad:") == PAD_28 == parse("pad:28")
    assert to_text(parse("pad:64")) == "pad:64"
    assert describe_source(PAD_28) == "Drawing"
    for text in ("pad:7", "pad:513", "pad:big", "pad:-8", "pad:99999999999999999999"):
        with pytest.raises(SourceError, match="8 to 512 cells on each side"):
            parse(text)
    with pytest.raises(SourceError, match="no option “pen”"):
        parse("pad:28?pen=3")
    info = open_reader(PAD_28).info
    assert (info.is_live, info.size, info.frame_count) == (True, (28, 28), None)


def test_an_idle_pad_wakes_no_engine_and_a_stroke_does_at_once():
    pad, inbox = Pad(), Inbox()
    reads, may_read = threading.Semaphore(0), threading.Semaphore(0)

    class Counted(PadReader):
        def read(self):
            may_read.acquire(timeout=10)
            frame = super().read()
            reads.release()
            return frame

    inbox.put_project(default_project())
    inbox.put_view(View())
    player = Player(inbox, open_reader=lambda source: Counted(source, pad, patience_s=0.0))
    player.open(PAD_28)
    player.start()
    try:
        may_read.release(2)
        assert reads.acquire(timeout=10)
        first = inbox.take()
        may_read.release(3)
        assert all(reads.acquire(timeout=10) for _ in range(3))
        assert not inbox.has_news

        line(pad, (0.2, 0.2), (0.8, 0.8))
        may_read.release(2)

        second = inbox.take()
        assert first is not None
        assert second is not None
        assert not first.frame.image.any()
        assert second.frame.image.any()
    finally:
        may_read.release(1000)
        player.close()
