"""Commands that explain values by the numbers from which they are computed."""

from __future__ import annotations

from collections.abc import Callable

from convexplorer.gui.commands.printing import NOTHING
from convexplorer.gui.commands.shell import Shell
from convexplorer.results.film import RATES_HZ
from convexplorer.words import duration_text


def toggle_explanation(window: Shell) -> None:
    """Show or hide the explanation panel."""
    window.show_explanation(not has_explanation(window), is_chosen=True)


def has_explanation(window: Shell) -> bool:
    """Return True if the explanation panel is shown."""
    return window.explanation_panel.isVisibleTo(window)


def open_lens(window: Shell) -> None:
    """Show the computation enlarged, over the window."""
    window.show_lens()


def show_histogram(window: Shell) -> None:
    """Show the large histogram of the selected map."""
    window.show_histogram()


def why_not_lens(window: Shell) -> str:
    """Return the reason why there is no computation to enlarge, or ""."""
    return "" if window.explanation_panel.has_explanation else NOTHING


def why_not_film(window: Shell) -> str:
    """Return the reason why no window can slide, or ""."""
    return "" if window.explanation_panel.has_film else NOTHING


def let_go(window: Shell) -> None:
    """Unpin the pinned value."""
    window.selection.hold(None)


def why_not_let_go(window: Shell) -> str:
    """Return the reason why no value can be unpinned, or ""."""
    return "" if window.selection.pin is not None else "No value is pinned: a click on a map pins one."


def toggle_overlay(name: str) -> Callable[[Shell], None]:
    """Return the command that shows or hides an overlay of the pictures."""
    return lambda window: window.selection.toggle_overlay(name)


def has_overlay(name: str) -> Callable[[Shell], bool]:
    """Return the function that tests whether an overlay is shown."""
    return lambda window: name in window.selection.overlays


def toggle_film(window: Shell) -> None:
    """Play or pause the film of the sliding window."""
    window.show_explanation(True)
    window.explanation_panel.toggle_film()


def film_look(window: Shell) -> tuple[str, str]:
    """Return the icon and the tooltip of the film's toggle in the current state."""
    player = window.explanation_panel.film
    if player.is_playing:
        return "pause", "Pause the sliding window."
    count = player.film.region.count
    lasts = duration_text(count / player.film.rate_hz)
    return "play", f"Let the window slide over {count} outputs, one after the other, in {lasts}."


def step_film(by: int) -> Callable[[Shell], None]:
    """Return the command that moves the sliding window by `by` outputs."""
    return lambda window: window.explanation_panel.step_film(by)


def change_film_rate(steps: int) -> Callable[[Shell], None]:
    """Return the command that changes the film's rate by some steps."""
    return lambda window: window.explanation_panel.film.change_rate(steps)


def why_not_film_rate(steps: int) -> Callable[[Shell], str]:
    """Return the function that gives the reason why the film's rate cannot change by some steps, or ""."""

    def ask(window: Shell) -> str:
        last = RATES_HZ[-1] if steps > 0 else RATES_HZ[0]
        word = "fastest" if steps > 0 else "slowest"
        is_last = window.explanation_panel.film.film.rate_hz == last
        return f"This is the {word}: {last} outputs a second." if is_last else ""

    return ask


def toggle_film_loop(window: Shell) -> None:
    """Switch looping of the film on or off."""
    film = window.explanation_panel.film
    film.set_loop(not film.film.is_looping)


def is_film_looping(window: Shell) -> bool:
    """Return True if the film restarts at its end."""
    return window.explanation_panel.film.film.is_looping


def show_profile(window: Shell) -> None:
    """Show the values along the row and the column through the place."""
    window.show_explanation(True)
    window.explanation_panel.show_page("profile")


def study_here(window: Shell) -> None:
    """Study the part of the input around the explained value, in numbers."""
    window.show_explanation(True)
    window.explanation_panel.study_here()


def show_matrix(form: str) -> Callable[[Shell], None]:
    """Return the command that shows the selected layer as matrices, in a form of their page."""

    def show(window: Shell) -> None:
        window.show_explanation(True)
        window.explanation_panel.show_matrix(form)

    return show


def show_shift(window: Shell) -> None:
    """Show what a shift of the picture does to the selected map."""
    window.show_explanation(True)
    window.explanation_panel.show_page("shift")
