"""What is remembered between two starts, and what damage does to it: nothing."""

from pathlib import Path

import pytest

from convexplorer.gui.session.settings import MAX_RECENT, Settings, state_folder


@pytest.fixture
def file(data_folder: Path) -> Path:
    return data_folder.parents[1] / "xdg_config_home" / "convexplorer" / "settings.ini"


def restarted(settings: Settings) -> Settings:
    """Return what the next start finds."""
    settings.sync()
    return Settings()


@pytest.mark.parametrize(
    "value", [True, False, 0, 1.25, "", "a, b = c; “quoted” \\ %", "ü/ß", ["/a,b", "c"], {"rows": 3}], ids=repr
)
def test_a_value_comes_back_as_what_it_was(value):
    settings = Settings()

    settings.write("something", value)
    found = restarted(settings).read("something", type(value)())

    assert found == value
    assert type(found) is type(value)


def test_what_was_never_written_is_the_default():
    assert Settings().read("something", 1.5) == 1.5


def test_a_value_of_another_type_is_the_default():
    settings = Settings()
    settings.write("scale", "large")

    assert restarted(settings).read("scale", 1.0) == 1.0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe garbage \n[[[",
        b"[General]\nscale={broken\ncontrols=\nrecent=[1, 2",
        b"[General]\nscale=1, 2, 3\n",
    ],
    ids=["empty", "bytes", "half", "list"],
)
def test_a_damaged_file_means_the_defaults_and_can_be_written_again(file, content):
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    settings = Settings()

    assert settings.read("scale", 1.0) == 1.0
    assert settings.read("controls", True) is True
    assert settings.recent == []

    settings.write("scale", 1.3)
    assert restarted(settings).read("scale", 1.0) == 1.3


def test_recent_files_are_newest_first_each_once_and_few():
    settings = Settings()

    for i in range(MAX_RECENT + 3):
        settings.add_recent(f"/pictures/{i}.png")
    settings.add_recent("/pictures/5.png")

    recent = restarted(settings).recent
    assert recent[:2] == ["/pictures/5.png", f"/pictures/{MAX_RECENT + 2}.png"]
    assert len(recent) == len(set(recent)) == MAX_RECENT


def test_recent_files_leave_out_what_is_no_text():
    settings = Settings()
    settings.write("recent", ["/a.png", 7, None, "/b.png"])

    assert settings.recent == ["/a.png", "/b.png"]


def test_dialogs_open_where_the_last_file_was(tmp_path):
    settings = Settings()
    assert settings.last_folder == str(Path.home())

    settings.remember_folder(tmp_path / "photo.png")
    assert restarted(settings).last_folder == str(tmp_path)

    settings.remember_folder(tmp_path)
    assert restarted(settings).last_folder == str(tmp_path)


def test_what_must_survive_a_crash_has_a_folder_of_its_own(data_folder):
    assert state_folder() == data_folder
    assert data_folder.is_dir()


def test_passwords_that_an_older_version_stored_are_forgotten():
    settings = Settings()
    settings.write("recent", ["http://me:s3cret@camera/a", "/photo.png"])
    settings.write("stream", "rtsp://me:s3cret@camera/live")

    settings.forget_passwords()

    assert settings.read("recent", []) == ["http://me@camera/a", "/photo.png"]
    assert settings.read("stream", "") == "rtsp://me@camera/live"
