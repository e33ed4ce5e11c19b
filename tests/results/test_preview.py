import numpy as np
import pytest

from convexplorer import core
from convexplorer.results.preview import Preview, physical_memory, plan_preview, reduce_image

GIGABYTE = 10**9


def bank(count: int, *, activation: str = "linear") -> core.Conv:
    return core.Conv(np.ones((count, 3, 3, 3)), padding="same", activation=activation)


@pytest.mark.parametrize(("shape", "count"), [((3, 480, 640), 64), ((3, 1080, 1920), 64), ((3, 3000, 4000), 8)])
def test_usual_pictures_are_computed_as_they_are(shape: tuple[int, int, int], count: int):
    assert plan_preview([bank(count)], shape, memory=lambda: 16 * GIGABYTE) == Preview(1, "")


def test_a_hundred_megapixels_say_what_they_need():
    preview = plan_preview([bank(64)], (3, 10_000, 10_000), memory=lambda: 64 * GIGABYTE)

    assert preview.factor > 1
    assert preview.note == (
        f"100 megapixels × 64 filters need 34 GB: preview at 1/{preview.factor} size; "
        "fewer filters or a smaller picture give exact values."
    )


def test_heavy_kernels_are_previewed_and_say_so():
    heavy = core.Conv(np.ones((64, 3, 63, 63), np.float32), padding="same")
    preview = plan_preview([heavy], (3, 1080, 1920), memory=lambda: 64 * GIGABYTE)

    assert preview.factor > 1
    assert preview.note == (
        f"2 megapixels × 64 filters of 63×63 take too long to follow an edit: preview at 1/{preview.factor} size; "
        "smaller or fewer filters or a smaller picture give exact values."
    )
    assert plan_preview([heavy], (3, 480, 640), memory=lambda: 64 * GIGABYTE) == Preview()


def test_strides_make_heavy_kernels_lighter():
    def factor(strides: int) -> int:
        layers = [core.Conv(np.ones((32, 3, 63, 63), np.float32), padding="same", strides=strides)]
        return plan_preview(layers, (3, 2160, 3840), memory=lambda: 64 * GIGABYTE).factor

    assert factor(8) < factor(1)


def test_less_memory_gives_a_smaller_preview():
    factors = [
        plan_preview([bank(32)], (3, 4000, 6000), memory=lambda size=size: size * GIGABYTE).factor
        for size in (1, 4, 64)
    ]

    assert factors == sorted(factors, reverse=True)
    assert factors[0] > factors[1]


def test_an_activation_needs_its_own_maps():
    def factor(activation: str) -> int:
        layers = [bank(20, activation=activation)]
        return plan_preview(layers, (3, 2000, 3000), memory=lambda: 4 * GIGABYTE).factor

    assert factor("relu") > factor("linear")


def test_padding_that_makes_too_large_maps_is_refused_at_its_layer():
    padded = core.Conv(np.ones((1, 1, 3, 3)), padding=1024)
    preview = plan_preview([padded] * 40, (1, 1, 1), memory=lambda: 16 * GIGABYTE)

    assert preview.factor == 1
    assert preview.layer_count is not None
    assert 1 < preview.layer_count < 40
    assert "padding" in preview.refusal


def test_a_picture_of_one_pixel_with_much_padding_is_computed_where_memory_allows():
    padded = core.Conv(np.ones((64, 1, 3, 3)), padding=1024)

    assert plan_preview([padded], (1, 1, 1), memory=lambda: 16 * GIGABYTE) == Preview()


def test_a_layer_that_cannot_take_its_input_does_not_count():
    huge = core.Conv(np.ones((1, 3, 63, 63)))

    assert plan_preview([huge], (3, 20, 20), memory=lambda: GIGABYTE).factor == 1


def test_reducing_means_whole_blocks_and_cuts_the_rest():
    image = np.arange(2 * 5 * 7, dtype=np.float32).reshape(2, 5, 7)
    reduced = reduce_image(image, 2)

    assert reduced.shape == (2, 2, 3)
    np.testing.assert_allclose(reduced[1, 0, 2], image[1, 0:2, 4:6].mean())
    assert not reduced.flags.writeable


def test_this_machine_tells_its_memory():
    assert physical_memory() > 10**8
