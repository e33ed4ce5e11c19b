"""What the soak says of stalls: the judgement, and the words, on given ones."""

from tests.benchmarks.watchdog import LIMIT_MS, Stall, summarize

PAINT = ("main_window.MainWindow._on_picture", "pane.Pane.paintEvent")


def test_what_waited_for_a_core_a_lock_or_the_interpreter_was_not_computed_by_the_window():
    busy = Stall(LIMIT_MS + 200, own_ms=20, core_ms=210, seen=(), act="")
    slow = Stall(LIMIT_MS + 200, own_ms=240, core_ms=5, seen=(), act="")
    asleep = Stall(LIMIT_MS + 200, own_ms=2, core_ms=5, seen=(), act="")  # as for a disk
    mixed = Stall(LIMIT_MS + 200, own_ms=LIMIT_MS + 1, core_ms=100, seen=(), act="")

    assert [stall.is_own for stall in (busy, slow, asleep, mixed)] == [False, True, False, True]
    assert [stall.is_wait for stall in (busy, slow, asleep, mixed)] == [False, False, True, False]


def test_stalls_are_told_by_what_was_done_and_by_what_ran():
    stalls = [
        Stall(80, 70, 0, seen=(PAINT, PAINT), act="paint"),
        Stall(400, 390, 0, seen=(PAINT[:1], ()), act="theme"),
        Stall(300, 10, 280, seen=(), act="theme"),
    ]

    text = summarize(stalls)

    assert "3 stalls" in text
    assert "in 2 of them it computed that long" in text
    lines = text.splitlines()
    row = next(line for line in lines if line.split()[0] == "theme").split()[1:]
    assert [int(number) for number in row] == [2, 1, 0, 350, 400, 200, 390]
    shares = {line.split("%")[1].strip(): line.split("%")[0].strip() for line in lines if line.count("%") == 1}
    assert shares[PAINT[0]] == "75.0"  # of four looks
    assert shares[PAINT[1]] == "50.0"
    assert summarize([]) == "no stall of the main thread"
