"""What the built figures promise, checked on the very files that a reader downloads."""

import csv
import json

import pytest
import torch
from PIL import Image

from figures_src.engine.catalogue import load_catalogue
from site_lib.common.files import ROOT
from site_lib.data.photographs import read_pixels
from site_lib.feature_visualisation.judging import judge
from site_lib.networks.registry import load
from site_lib.records.published_files import FRAMES, STATES

FIGURES = ROOT / "docs" / "figures"
CATALOGUE = load_catalogue()
# Experiments that count, and draw nothing at random.
WITHOUT_CHANCE = {"figures_src/relations_with_biology/measure_network_sizes.py"}


@pytest.mark.parametrize("figure_id", CATALOGUE.figures)
def test_a_figure_says_what_it_shows_and_how_it_was_made(figure_id, sidecar):
    record = sidecar(figure_id)
    assert len(record["alt"]) >= 60
    assert any(letter.isdigit() for letter in record["alt"]), "alt text without a number"
    assert record["caption"].endswith(".")
    assert {(image["theme"], image["layout"]) for image in record["images"]} == {
        (theme, layout) for theme in ("light", "dark") for layout in ("wide", "narrow")
    }
    for experiment in record["experiments"]:
        assert experiment["weights"] or experiment["inputs"]
        assert experiment["seed"] is not None or experiment["script"] in WITHOUT_CHANCE
        assert (ROOT / experiment["script"]).is_file()
    for name in (*(image["file"] for image in record["images"]), *record["files"]):
        assert (FIGURES / name).stat().st_size > 0


@pytest.mark.parametrize("figure_id", CATALOGUE.figures)
def test_a_figures_data_can_be_downloaded(figure_id, sidecar):
    for name in sidecar(figure_id)["data"]:
        rows = list(csv.reader((FIGURES / name).read_text(encoding="utf-8").splitlines()))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1


def test_published_super_stimuli_get_the_verdict_that_the_page_prints(sidecar):
    record = sidecar("super-stimuli")
    indices = record["metrics"]["class_indices"]
    pixels = [read_pixels(FIGURES / f"super-stimuli/{index}.png") for index in indices]
    images = torch.stack([torch.tensor(p).permute(2, 0, 1) / 255 for p in pixels])
    verdict = judge(load("efficientnet_lite2"), images, torch.tensor(indices))
    claims = {claim["id"]: claim["value"] for claim in record["claims"]}
    assert int((verdict.rank == 1).sum()) == claims["super-stimuli-judge"]


def test_the_film_is_small_and_plays(sidecar):
    sidecar("optimisation-film")
    film = FIGURES / "optimisation-film" / "film.webp"
    assert film.stat().st_size < 1_000_000
    with Image.open(film) as picture:
        assert picture.n_frames > 20


PATHS = ["optimisation-film", "cat-to-leopard", "tree-to-building", "horizon-to-towers",
         "spaghetti-to-dog"]  # fmt: skip
TO_TRY = [*PATHS, "two-choice-test", "receptive-field-overlay", "regulariser-ladder",
          "decision-slice", "layers-versus-areas"]  # fmt: skip


@pytest.mark.parametrize("figure_id", PATHS)
def test_a_path_has_a_picture_and_every_verdict_for_each_step(figure_id, sidecar):
    sidecar(figure_id)
    states = json.loads((FIGURES / figure_id / STATES).read_text(encoding="utf-8"))
    steps = states["steps"]
    assert steps == sorted(set(steps))
    assert all(len(gauge["values"]) == len(steps) for gauge in states["gauges"])
    with Image.open(FIGURES / figure_id / FRAMES) as strip:
        assert strip.width == len(steps) * strip.height  # all of them are square


@pytest.mark.parametrize("figure_id", TO_TRY)
def test_what_a_reader_tries_is_tens_of_kilobytes(figure_id, sidecar):
    """All that a page fetches for it, but for pictures that are fetched one by one."""
    sidecar(figure_id)
    files = (FIGURES / figure_id / name for name in (STATES, FRAMES))
    assert sum(path.stat().st_size for path in files if path.is_file()) < 150_000
