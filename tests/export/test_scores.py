"""Tables of scores: a row for each picture, the best first with the names of their classes, or all."""

import csv
import io

import numpy as np
import pytest

from convexplorer.export.files import ExportError
from convexplorer.export.scores import ScoreTable

NAMES = ("cat", "dog", "pizza, hot")


def rows(table: ScoreTable) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.text())))


def table_of(top: int | None) -> ScoreTable:
    table = ScoreTable(top)
    table.add("a.png", NAMES, np.array([0.25, 0.5, 0.25], np.float32))
    table.add("b.png", NAMES, np.array([np.nan, -1.0, 2.5], np.float32))
    return table


def test_the_best_scores_stand_first_equal_ones_in_their_order_and_nan_last():
    assert rows(table_of(2)) == [
        ["file", "class 1", "score 1", "class 2", "score 2"],
        ["a.png", "dog", "0.5", "cat", "0.25"],
        ["b.png", "pizza, hot", "2.5", "dog", "-1"],
    ]


def test_there_are_no_more_columns_than_classes():
    assert len(rows(table_of(5))[0]) == 1 + 2 * 3


def test_all_scores_have_a_column_for_each_class():
    assert rows(table_of(None)) == [
        ["file", *NAMES],
        ["a.png", "0.25", "0.5", "0.25"],
        ["b.png", "nan", "-1", "2.5"],
    ]


def test_maps_are_no_scores():
    with pytest.raises(ExportError, match="gives maps, not a score for each class; name a layer that does"):
        ScoreTable().add("a.png", NAMES, np.zeros((3, 2, 2), np.float32))


def test_another_number_of_scores_is_refused():
    with pytest.raises(ExportError, match="It has 2 scores, the pictures before it have 3"):
        table_of(1).add("c.png", NAMES[:2], np.zeros(2, np.float32))
