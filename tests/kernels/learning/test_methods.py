"""Each method learns what it promises: energies that fall, axes, sources, sparse sums, and edges like Gabor's."""

from itertools import islice, pairwise

import numpy as np
import pytest

from convexplorer.kernels.learning.clustering import kmeans, spherical_kmeans
from convexplorer.kernels.learning.components import fast_ica, most_independent, pca
from convexplorer.kernels.learning.methods import METHODS, as_bank, learn, ranked
from convexplorer.kernels.learning.patches import Patches, PatchPool
from convexplorer.kernels.learning.sparse_coding import sparse_codes, sparse_coding
from convexplorer.kernels.learning.whitening import principal_axes, whiten
from convexplorer.sources import open_reader, parse
from tests.kernels.learning.gabors import gabor_share

SIZE = 9


def patches_of(name: str, *, is_grey: bool = True, size: int = SIZE, capacity: int = 8000) -> Patches:
    image = open_reader(parse(f"sample:{name}")).read().image
    pool = PatchPool(size, capacity)
    pool.add(image.mean(axis=0, keepdims=True) if is_grey else image)
    return pool.patches()


@pytest.fixture(scope="module")
def patches() -> Patches:
    return patches_of("astronaut")


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the magnitudes of the cosines between the rows of two arrays."""
    one, other = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (one, other))
    return np.abs(one @ other.T)


# Whitening


def test_whitened_values_have_the_identity_as_covariance():
    values = np.random.default_rng(0).standard_normal((500, 6)) @ np.diag([5, 3, 2, 1, 0.5, 0.1])

    white = whiten(values, epsilon=0)

    assert np.cov(white.T, bias=True) == pytest.approx(np.eye(6), abs=1e-9)


def test_whitening_leaves_the_direction_alone_that_patches_do_not_have(patches):
    white = whiten(patches.values, epsilon=0)

    assert white.sum(axis=1) == pytest.approx(0, abs=1e-6)
    assert np.isfinite(white).all()


def test_whitening_changes_as_little_as_possible():
    """Of all whitenings, the symmetric one is nearest: no turn of it is nearer."""
    rng = np.random.default_rng(1)
    values = rng.standard_normal((400, 4)) @ rng.standard_normal((4, 4))
    values -= values.mean(axis=0)
    white = whiten(values, epsilon=0)

    for _ in range(20):
        turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
        assert np.square(white @ turn - values).sum() >= np.square(white - values).sum() - 1e-9


def test_a_negative_epsilon_is_refused():
    with pytest.raises(ValueError, match="epsilon must be ≥ 0"):
        whiten(np.eye(3), epsilon=-1)


# Principal components


def test_pca_equals_the_singular_vectors_of_the_patches(patches):
    found = next(pca(patches.values, 20))

    centred = patches.values - patches.values.mean(axis=0)
    _, strengths, rows = np.linalg.svd(centred, full_matrices=False)
    assert np.diag(cosines(found.vectors, rows[:20])) == pytest.approx(1, abs=1e-6)
    assert found.shares == pytest.approx(strengths[:20] ** 2 / (strengths[:20] ** 2).sum())
    assert found.vectors @ found.vectors.T == pytest.approx(np.eye(20), abs=1e-10)


def test_the_energy_of_pca_is_what_its_axes_leave(patches):
    found = next(pca(patches.values, 12))

    centred = patches.values - patches.values.mean(axis=0)
    left = centred - centred @ found.vectors.T @ found.vectors
    assert found.energy == pytest.approx(np.square(left).sum(axis=1).mean())


# Independent components


def test_ica_finds_the_sources_that_were_mixed():
    rng = np.random.default_rng(5)
    sources = rng.laplace(size=(20_000, 5))
    mixing = rng.standard_normal((5, 8))

    found = list(islice(fast_ica(sources @ mixing, 5, seed=2), 200))[-1]

    assert found.is_settled
    assert cosines(found.vectors, mixing).max(axis=0) == pytest.approx(1, abs=5e-3)


def test_ica_of_what_has_too_few_directions_is_refused():
    flat = np.outer(np.arange(50.0), np.ones(20))

    with pytest.raises(ValueError, match="fewer than 3 independent directions"):
        next(fast_ica(flat, 3))


def test_the_filters_of_ica_do_not_change_their_signs_while_they_form(patches):
    rounds = [found.vectors for found in islice(fast_ica(patches.values, 20), 12)]

    late = [(one * other).sum(axis=1) for one, other in pairwise(rounds[6:])]
    assert np.min(late) > 0


# k-means


@pytest.mark.parametrize("method", [kmeans, spherical_kmeans])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_energy_of_kmeans_never_rises(method, seed, patches):
    energies = [found.energy for found in islice(method(patches.values[:1500], 24, seed), 60)]

    assert np.diff(energies).max() <= 1e-9 * energies[0]
    assert energies[-1] < energies[0]


@pytest.mark.parametrize("method", [kmeans, spherical_kmeans])
def test_kmeans_ends_when_nothing_changes_any_more(method, patches):
    found = list(islice(method(patches.values[:400], 8), 300))

    assert found[-1].is_settled
    assert not any(one.is_settled for one in found[:-1])


def test_kmeans_finds_the_groups_that_are_there():
    rng = np.random.default_rng(7)
    middles = rng.standard_normal((6, 12)) * 10
    values = np.repeat(middles, 100, axis=0) + rng.standard_normal((600, 12)) * 0.1

    best = min((list(kmeans(values, 6, seed))[-1] for seed in range(8)), key=lambda found: found.energy)

    assert cosines(best.vectors, middles).max(axis=0) == pytest.approx(1, abs=1e-3)
    assert best.shares == pytest.approx(np.full(6, 1 / 6))


def test_a_patch_and_its_negative_are_one_to_spherical_kmeans():
    rng = np.random.default_rng(8)
    axes = np.linalg.qr(rng.standard_normal((10, 10)))[0][:4]
    values = np.repeat(axes, 200, axis=0) * rng.choice([-1, 1], 800)[:, None] + rng.standard_normal((800, 10)) * 0.01

    best = min((list(spherical_kmeans(values, 4, seed))[-1] for seed in range(8)), key=lambda found: found.energy)

    assert cosines(best.vectors, axes).max(axis=0) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("method", [kmeans, spherical_kmeans])
def test_no_filter_stays_empty(method):
    values = np.repeat(np.eye(8), [200, 1, 1, 1, 1, 1, 1, 1], axis=0)  # most choices begin at one and the same patch

    found = list(islice(method(values, 8), 50))[-1]

    assert (np.linalg.norm(found.vectors, axis=1) > 0.99).all()
    assert (found.shares > 0).all()


# Sparse coding


def test_codes_are_those_of_least_energy():
    """Where the filters are orthonormal, the best code is known: the products, moved towards 0."""
    rng = np.random.default_rng(2)
    filters = np.linalg.qr(rng.standard_normal((12, 12)))[0]
    values = rng.standard_normal((50, 12)) * 3

    codes = sparse_codes(values, filters, 1.0)

    products = values @ filters.T
    assert codes == pytest.approx(np.sign(products) * np.maximum(np.abs(products) - 1, 0))


def test_sparse_coding_finds_the_filters_of_which_sums_were_made():
    rng = np.random.default_rng(4)
    filters = rng.standard_normal((10, 16))
    filters /= np.linalg.norm(filters, axis=1, keepdims=True)
    codes = rng.laplace(size=(4000, 10)) * 8 * (rng.random((4000, 10)) < 0.15)

    found = list(islice(sparse_coding(codes @ filters, 10, seed=1, sparsity=1.0), 200))[-1]

    assert cosines(found.vectors, filters).max(axis=0) == pytest.approx(1, abs=0.01)


def test_the_energy_of_sparse_coding_falls_and_few_filters_make_a_patch(patches):
    white = whiten(patches.values)
    found = list(islice(sparse_coding(white, 32), 61))

    assert found[-1].energy < 0.9 * found[0].energy
    assert (sparse_codes(white[:300], found[-1].vectors) != 0).mean() < 0.25


# All of them


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_learns_the_same(method, patches):
    one, again = (list(islice(learn(patches, method, 10, seed=3), 5)) for _ in range(2))

    assert all(np.array_equal(a.vectors, b.vectors) and a.energy == b.energy for a, b in zip(one, again, strict=True))
    assert [found.number for found in one] == list(range(one[0].number, one[0].number + len(one)))


@pytest.mark.parametrize("method", METHODS)
def test_filters_have_norm_1_and_mean_0_and_shares_sum_to_1(method, patches):
    for found in islice(learn(patches, method, 16), 4):
        assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(1)
        assert found.shares.sum() == pytest.approx(1)
        assert found.shares.min() >= 0
    if method != "sparse":  # which begins with noise, and comes to it
        assert found.vectors.mean(axis=1) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize(
    ("method", "least"), [("whitened-kmeans", 0.6), ("kmeans", 0.7), ("ica", 0.6), ("sparse", 0.6)]
)
def test_filters_of_a_photograph_are_like_those_of_gabor(method, least, patches):
    found = list(islice(learn(patches, method, 32), METHODS[method].rounds + 1))[-1]

    likes = [gabor_share(vector.reshape(SIZE, SIZE)) > 0.7 for vector in found.vectors]
    assert np.mean(likes) >= 0.6


def test_noise_is_not_like_those_of_gabor():
    noise = np.random.default_rng(0).standard_normal((32, SIZE, SIZE))

    assert np.mean([gabor_share(plane) > 0.7 for plane in noise]) == 0


def test_other_pictures_give_other_filters(patches):
    bricks = patches_of("brick")
    own, other = (list(islice(learn(each, "ica", 20), 40))[-1] for each in (patches, bricks))
    again = list(islice(learn(patches_of("astronaut", capacity=7000), "ica", 20), 40))[-1]

    assert cosines(own.vectors, other.vectors).max(axis=1).mean() < 0.8
    assert (
        cosines(own.vectors, again.vectors).max(axis=1).mean() > cosines(own.vectors, other.vectors).max(axis=1).mean()
    )


@pytest.mark.parametrize("method", METHODS)
def test_as_many_filters_as_patches_have_room_for(method, patches):
    most = min(METHODS[method].most(81), len(patches.values))

    assert len(next(learn(patches, method, most)).vectors) == most
    with pytest.raises(ValueError, match=rf"learns 1 to {most} filters of 81 weights; got {most + 1}"):
        next(learn(patches, method, most + 1))
    with pytest.raises(ValueError, match="got 0"):
        next(learn(patches, method, 0))


def test_ica_keeps_less_than_two_thirds_of_the_directions():
    assert most_independent(81) == 52
    assert most_independent(1) == 1


def test_an_unknown_method_is_refused(patches):
    with pytest.raises(ValueError, match=r"method must be one of whitened-kmeans, kmeans, .*; got 'nmf'"):
        next(learn(patches, "nmf", 4))


def test_a_bank_begins_with_the_filter_that_stands_for_most(patches):
    *_, found = islice(learn(patches, "kmeans", 12), 6)

    bank = as_bank(found, patches.shape, "part")

    order = ranked(found)
    assert [one.size for one in bank] == [(SIZE, SIZE)] * 12
    assert np.array_equal(bank[0].planes.ravel(), found.vectors[order[0]])
    assert np.all(np.diff(found.shares[order]) <= 0)
    assert bank[0].name.startswith("part 1 · ")
    assert bank[0].name.endswith("%")


def test_a_bank_in_colour_has_a_plane_for_each_channel():
    colour = patches_of("coffee", is_grey=False, size=5)

    *_, found = islice(learn(colour, "whitened-kmeans", 8), 4)

    assert {one.planes.shape for one in as_bank(found, colour.shape)} == {(3, 5, 5)}


def test_axes_of_no_values_but_one_are_nothing_but_a_mean():
    axes = principal_axes(np.ones((5, 3)))

    assert axes.variances == pytest.approx(0)
    assert np.array_equal(axes.mean, np.ones(3))
