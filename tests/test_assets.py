"""The program's own files are found in a checkout and in an installed wheel alike."""

import pytest

from convexplorer import assets


def test_a_file_in_the_checkout_is_found():
    assert assets.path("images", "LICENSES.md").is_file()


def test_a_wheels_own_resources_come_first(tmp_path, monkeypatch):
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "here.txt").touch()
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path / "resources", *assets._ROOTS))

    assert assets.path("here.txt") == tmp_path / "resources" / "here.txt"


def test_what_is_missing_says_that_the_installation_is_incomplete():
    with pytest.raises(RuntimeError, match=r"resources/images/gone\.png is missing: the installation is incomplete"):
        assets.path("images", "gone.png")
