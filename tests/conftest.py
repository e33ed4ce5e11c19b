"""What every test stands on: no screen, no settings of the person who runs them, and nothing left behind."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The tests paint without a screen; those marked `window` start the program in a screen of their own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# What is computed does not depend on a race on the machine that tests; tests of races allow them.
os.environ["CONVEXPLORER_FIXED_PLANS"] = "1"
# Tests that compare with ONNX Runtime load it themselves; it shall report to nobody.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# Properties are judged by what they find, not by how long a busy machine takes.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The continuous integration judges a change by the same examples each time; other runs look for new ones.
settings.register_profile("steady", parent=settings.get_profile("patient"), derandomize=True)
settings.load_profile("steady" if os.environ.get("CI") else "patient")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own, so that no test reads or writes the person's settings."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    """Fail a test that leaves a thread behind: it would work, and break, inside another test."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(timeout=5)
    left = [thread.name for thread in left if thread.is_alive()]
    assert not left, f"the test left threads running: {left}; close what it started"
