"""A script ends with its status, also while a thread that was told to stop is still in a library."""

import subprocess
import sys

import pytest

PATIENCE_S = 60  # a process that hangs is killed then

BUSY = """
import threading
import numpy as np
from convexplorer._cv import cv2

begun = threading.Event()

def work(*_):
    begun.set()
    for _ in range(500):  # each call gives the interpreter away and takes it again
        cv2.GaussianBlur(np.zeros((100, 100)), (31, 31), 9.0)
"""
PLAYER = """
from convexplorer.live import player
from convexplorer.live.slots import Inbox
from convexplorer.sources.frame import Source, SourceError

def open_slowly(source):
    work()
    raise SourceError("there is nothing")

player.CLOSE_S = 0.0
one = player.Player(Inbox(), open_reader=open_slowly)
one.open(Source("video", "film.mp4"))
one.start()
begun.wait()
one.close()
"""
ENGINE = """
from convexplorer.live import engine
from convexplorer.live.slots import Inbox, Latest
from convexplorer._threads import Stopped
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.sources.frame import Frame, Source

def render(*_):
    work()
    raise Stopped

engine.CLOSE_S, engine.render = 0.0, render
inbox = Inbox()
one = engine.Engine(inbox, Latest())
one.start()
inbox.put_view(View())
inbox.put_project(Project(Source("sample", "cat"), ()))
inbox.put_frame(Frame(np.zeros((1, 4, 4), np.float32), ("Y",)))
begun.wait()
one.close()
"""
WORKER = """
from convexplorer.live.worker import Worker

one = Worker(work, work)
one.put(1)
begun.wait()
"""
SESSIONS = """
from convexplorer import core
from convexplorer.live import whole_networks
from convexplorer.core.network.graph import Graph
from convexplorer.core.network.library import asking

whole_networks.LEAST_MULTIPLY_ADDS = whole_networks.REST_S = 0
one = whole_networks.WholeNetworks(work)
net = Graph([core.Conv(np.ones((1, 1, 3, 3), np.float32))])
with asking(one):
    for _ in range(2):
        core.evaluate(net, np.zeros((1, 9, 9), np.float32))
begun.wait()
"""
SENDING = """
from convexplorer.gui.session.sending import Sending

class Outlet:
    is_wanted = True
    send = staticmethod(work)
    def close(self):
        print("let go")

one = Sending(Outlet())
one.put(lambda: np.zeros((4, 4, 3), np.uint8))
begun.wait()
"""
SCRIPTS = {
    "player": PLAYER,
    "engine": ENGINE,
    "player that nobody closes": PLAYER.replace("one.close()", ""),
    "engine that nobody closes": ENGINE.replace("one.close()", ""),
    "worker that nobody closes": WORKER,
    "sessions that nobody closes": SESSIONS,
    "sending that nobody closes": SENDING,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_waits_at_its_end_for_what_is_still_in_a_library(script: str):
    ended = subprocess.run(
        [sys.executable, "-c", BUSY + script], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_script_lets_go_of_what_it_has_sent_to():
    ended = subprocess.run(
        [sys.executable, "-c", BUSY + SENDING], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )

    assert ended.stdout == "let go\n"
