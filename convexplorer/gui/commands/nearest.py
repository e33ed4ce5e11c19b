"""The command that finds the kernels nearest to the selected one, tries them on the maps, and puts one in place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shiboken6 import isValid

from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.commands.editing import NO_FILTER
from convexplorer.gui.commands.reading import ask_for_network, take_read
from convexplorer.gui.commands.shell import Kind, Shell
from convexplorer.gui.session.network_reading import NetworkReading
from convexplorer.kernels.filter import Filter
from convexplorer.words import as_sentence, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convexplorer.gui.widgets.nearest_picker import NearestEntry, NearestPicker
    from convexplorer.model.edits.planes import Target
    from convexplorer.model.nearest import Candidate, Neighbour, Place
    from convexplorer.model.project import Project
    from convexplorer.results.score_change import ScoreChange

MOST = 200  # kernels in the list
_MOST_TOLD = 2  # scores in a sentence


def show_nearest(window: Shell) -> None:
    """Show the kernels nearest to the selected filter, or to its plane that is edited."""
    target = window.filter_panel.target()
    if target is not None:
        window.show_controls(True)
        window.later.finish()
        _Search(window, target).open()


def why_not_nearest(window: Shell) -> str:
    """Return the reason why no kernel is near to the selected filter, or ""."""
    chosen = window.choice()
    if chosen is None:
        return NO_FILTER
    return "" if chosen.filter.planes.any() else "All weights are 0: no kernel is near to that."


def ask_for_file(window: Shell) -> None:
    """Ask for a file of a trained network or of weights, and compare with its filters as well."""
    path = ask_for_network(window, "Compare with the filters of", "Trained networks and weights")
    if path is not None:
        compare_with_file(window, path)


def compare_with_file(window: Shell, path: Path) -> None:
    """Read the filters of a file beside the window, and show the nearest filters again."""
    reading = NetworkReading(path)
    window.say(reading.sentence)

    def compare() -> None:
        from convexplorer.model.nearest import of_file

        assert reading.opened is not None
        found = window.kernel_files[path] = of_file(reading.name, reading.opened)
        kind: Kind = "good" if found else "warning"
        told = (
            f"{len(found)} filters of {reading.name} are compared as well."
            if found
            else f"{reading.name} holds no filters of pictures."
        )
        window.say(told, kind=kind, replaces=reading.sentence)
        show_nearest(window)

    window.errands.run(reading.read, lambda error: take_read(window, reading, error, compare))


class _Search:
    """A list of nearest kernels, and what it tries and does.

    What takes time runs beside the window; an answer to a question that has been replaced is let go of.
    """

    def __init__(self, window: Shell, target: Target) -> None:
        from convexplorer.gui.widgets.nearest_picker import NearestPicker

        self._window, self._target = window, target
        self._before = window.store.state
        self._planes, _ = window.filter_panel.chosen_planes()
        self._name = self._before.layers[target.layer].filters[target.index].name
        self._candidates: list[Candidate] = []
        self._question = 0
        self._is_trying = self._is_computing = False
        self._wanted: Project | None = None
        self._made_last: tuple[tuple[object, ...], Project] | None = None
        self._change: tuple[Project, ScoreChange | None] | None = None
        image = filter_image(Filter("as it is", self._planes))
        self.picker: NearestPicker = NearestPicker(
            self._heading(), image, window.filter_panel, has_scores=_has_scores(window)
        )
        self.picker.search = self  # type: ignore[attr-defined]  # which lives as long as its list
        self.picker.searched.connect(self._search)
        self.picker.tried.connect(self._try)
        self.picker.chosen.connect(self._choose)
        self.picker.closed.connect(self._end)
        self.picker.file_asked.connect(self._ask_for_file)

    def open(self) -> None:
        """Open the list; it is filled as soon as all kernels are compared."""
        self.picker.open_at(self._window.filter_panel.preset_button)
        self.picker.explain("Comparing …")
        self._search()

    def _heading(self) -> str:
        plane = "" if self._target.plane is None else f"plane {self._target.plane} of "
        return f"Nearest to {plane}“{plain(self._name)}”"

    @property
    def _place(self) -> Place:
        return self._before.layers[self._target.layer].id, self._target.index

    def _search(self) -> None:
        """Compare all kernels beside the window, and list them."""
        self._question += 1
        question, options, found = self._question, self.picker.options, list[tuple["Neighbour", ...]]()

        def compare() -> None:
            from convexplorer.model.library.library import Library
            from convexplorer.model.nearest import around, nearest, of_library

            if not self._candidates:
                known = around(self._before, self._place, self._planes.shape[1:])
                files = [one for bank in self._window.kernel_files.values() for one in bank]
                # A reader of its own: this is another thread than that of the window.
                self._candidates = [*files, *of_library(Library().read().entries), *known]
            found.append(nearest(self._planes, self._candidates, **options)[:MOST])

        def tell(error: Exception | None) -> None:
            if question == self._question and isValid(self.picker):
                if error is not None:
                    raise error
                self.picker.set_entries([self._entry(one) for one in found[0]])
                if not found[0]:
                    self.picker.explain("No kernel can be compared with these weights.")

        self._window.errands.run(compare, tell)

    def _entry(self, found: Neighbour) -> NearestEntry:
        from convexplorer.gui.widgets.nearest_picker import NearestEntry
        from convexplorer.kernels.likeness import laid
        from convexplorer.model.nearest import cosine_text, explained

        candidate = found.candidate
        planes = laid(candidate.planes, found.likeness, candidate.planes.shape[1:])
        return NearestEntry(
            title=plain(_title(found)),
            detail=f"{plain(candidate.source, 20)} · {cosine_text(found.nearness)}",
            explanation=explained(found),
            image=filter_image(Filter("laid", planes)),
            value=found,
            can_swap=candidate.place is not None and self._target.plane is None,
        )

    def _made(self, found: Neighbour) -> Project:
        """Return the project with the kernel in place, or with the two filters exchanged; ValueError if impossible.

        What was tried last is chosen as the same object, whose maps are on screen already.
        """
        asked = found, self.picker.swaps, self.picker.is_scaled
        if self._made_last is None or self._made_last[0] != asked:
            self._made_last = asked, self._exchanged(found) if self._is_swap(found) else self._put(found)
        return self._made_last[1]

    def _is_swap(self, found: Neighbour) -> bool:
        return self.picker.swaps and found.candidate.place is not None

    def _exchanged(self, found: Neighbour) -> Project:
        from convexplorer.model.edits.exchange import exchange

        assert found.candidate.place is not None  # of what is listed for a swap
        name, index = found.candidate.place
        return exchange(self._before, (self._target.layer, self._target.index), (self._before.position(name), index))

    def _put(self, found: Neighbour) -> Project:
        from convexplorer.model.edits.exchange import put_in_place

        candidate = found.candidate
        return put_in_place(
            self._before,
            self._target,
            candidate.planes,
            found.likeness,
            name=_title(found),
            is_scaled=self.picker.is_scaled,
            preset=None if candidate.made is None else candidate.made.preset.name,
            parameters={} if candidate.made is None else candidate.made.parameters,
        )

    def _try(self, found: Neighbour) -> None:
        """Show what the maps and scores would be."""
        try:
            project = self._made(found)
        except ValueError as error:
            self.picker.explain(as_sentence(str(error)))
            return
        self._is_trying = True
        self._window.bridge.try_out(project)
        self._wanted = project
        if not self._is_computing:
            self._compute_scores()

    def _choose(self, found: Neighbour) -> None:
        """Put the kernel in place, in one step of undo, and tell what has become of the scores."""
        if self._window.store.state is not self._before:
            self._window.say("The project has changed meanwhile: nothing was put in place.", kind="warning")
        elif self._window.context.commit(lambda _: self._made(found)):
            self._is_trying = False
            told = f"{_title(found)} is in place of “{self._name}”."
            if self._is_swap(found):
                told = f"“{self._name}” and “{found.candidate.label}” have changed places."
            known = self._change is not None and self._change[0] is self._window.store.state
            self._window.say(" ".join((plain(told), *(self._scores_told() if known else ()))), kind="good")

    def _scores_told(self) -> tuple[str, ...]:
        """Return the scores that were known of what is chosen, as words; () if there are none."""
        rows = self._change[1].rows(_MOST_TOLD) if self._change is not None and self._change[1] is not None else ()
        listed = ", ".join(f"{plain(name)} {before} → {after}" for name, before, after in rows)
        return (f"Scores: {listed}.",) if listed else ()

    def _ask_for_file(self) -> None:
        self.picker.close()
        ask_for_file(self._window)

    def _end(self) -> None:
        if self._is_trying:
            self._is_trying = False
            self._window.bridge.try_out(None)

    def _compute_scores(self) -> None:
        """Compute beside the window what is tried makes of the scores; the newest trial, one at a time."""
        from convexplorer.results.score_change import score_change

        picture, project = self._window.bridge.picture, self._wanted
        if picture is None or project is None:
            return
        found: list[ScoreChange | None] = []

        def tell(error: Exception | None) -> None:
            self._is_computing = False
            if error is not None:
                raise error
            if not isValid(self.picker):
                return
            self._change = project, found[0]
            self.picker.show_scores(() if found[0] is None else found[0].rows())
            if self._wanted is not project:
                self._compute_scores()

        self._is_computing = True
        self._window.errands.run(lambda: found.append(score_change(picture, self._before, project)), tell)


def _has_scores(window: Shell) -> bool:
    """Return True if the network ends in values without places."""
    picture = window.bridge.picture
    shapes: Sequence[object] = () if picture is None else [report.output_shape for report in picture.layers]
    return any(isinstance(shape, tuple) and len(shape) == 1 and shape[0] > 1 for shape in shapes)


def _title(found: Neighbour) -> str:
    return ", ".join(filter(None, [found.candidate.label, found.words]))
