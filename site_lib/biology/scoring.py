"""One network against every recording, beside what it would score without its training.

Two measures, as their recordings allow: similarity of dissimilarity matrices (people's fMRI, and
monkeys' IT), each unit's mean over the stimuli taken away; and ridge regression to single neurons
of V4. Intervals draw both factors anew, stimuli and people or neurons, and every sample chooses
the best layer again, for the network and for its controls, as Brain-Score does once (Schrimpf et
al., 2018, doi:10.1101/407007).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from site_lib.biology.comparison import interval, rank_correlations, resampled_correlations
from site_lib.biology.neurons import (
    NEARLY_THE_SAME,
    Neurons,
    median_samples,
    neurons_of,
    predictions_by_layer,
    resampled_scores,
    scores_by_layer,
    stages_to_read,
)
from site_lib.biology.rdm import layer_rdms, upper
from site_lib.biology.sites import recorded_sites
from site_lib.biology.stimuli import object_images, photograph_images
from site_lib.data.neurons import ANIMALS, cowley2023
from site_lib.data.readers import cichy2014, cichy2016, kriegeskorte2008
from site_lib.data.recordings import V4_SESSIONS, at_hand
from site_lib.images.similarity import near_duplicates
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference

NUM_BOOTSTRAP = 500
NUM_COMPONENTS = 100
NUM_FOLDS = 4
# Images of the neurons are shown at their own size.
NEURONS_SIDE = 112


@dataclass(frozen=True)
class Score:
    """A network against one area of one recording.

    measure: "ρ", Spearman's between dissimilarities, mean over people; or "r", of predicted and
    recorded responses, median over neurons.   layer: the best of the network.   value, interval: of
    it.   controls: name → value at the control's own best layer.   above: by how much the network
    exceeds the best control, 95 % interval.
    """

    recording: str
    area: str
    measure: str
    layer: str
    value: float
    interval: tuple[float, float]
    controls: dict[str, float]
    above: tuple[float, float]


Networks = Mapping[str, Classifier]


def scores(networks: Networks, *, number: int = NUM_BOOTSTRAP, seed: int) -> Iterator[Score]:
    """Scores against all recordings that are at hand, one after the other.

    networks: "trained" and its controls.   number: of bootstrap samples.
    """
    for names, score in SCORED.items():
        if at_hand(names):
            yield from score(networks, number, seed)


# --------------------------------------------------------------- dissimilarities


def of_objects(networks: Networks, number: int, seed: int) -> Iterator[Score]:
    """IT of monkeys, early visual cortex and IT of people, for the 92 objects."""
    objects, people = kriegeskorte2008(), cichy2014()
    rdms = rdms_of(networks, lambda side: object_images(objects, side))
    found = {"IT, monkeys": objects.monkey_it[None], "IT, people": people["IT"],
             "early cortex, people": people["EVC"]}  # fmt: skip
    for area, data in found.items():
        yield score_of_rdms("92 objects", area, networks, rdms, data, number=number, seed=seed)


def of_photographs(networks: Networks, number: int, seed: int) -> Iterator[Score]:
    """Early visual cortex and IT of people, for the 78 photographs."""
    photographs = cichy2016()
    rdms = rdms_of(networks, lambda side: photograph_images(photographs, side))
    for area, name in (("IT", "IT, people"), ("EVC", "early cortex, people")):
        data = photographs.areas[area]
        yield score_of_rdms("78 photographs", name, networks, rdms, data, number=number, seed=seed)


def rdms_of(networks: Networks, images: Callable[[int], Tensor]) -> dict[str, np.ndarray]:
    """RDMs of every stage: network → (L, N, N).   images: side → (N, 3, side, side)."""
    found = {}
    for name, network in networks.items():
        shown = images(network.input_side)
        answers = activations_of(freeze_for_inference(network), shown, network.stages)
        found[name] = layer_rdms(one - one.mean(dim=0) for one in answers.values())
    return found


def score_of_rdms(
    recording: str,
    area: str,
    networks: Networks,
    rdms: Mapping[str, np.ndarray],
    data: np.ndarray,
    *,
    number: int,
    seed: int,
) -> Score:
    """Likeness of the RDMs (L, N, N) of every network to those of people, (S, N, N)."""
    people = upper(data)
    plain, samples = {}, {}
    for name, of_network in rdms.items():
        models = upper(of_network)
        plain[name] = rank_correlations(models, people).mean(axis=1)
        drawn = resampled_correlations(
            models, people, num_stimuli=data.shape[-1], number=number, seed=seed
        )
        generator = np.random.default_rng(seed)
        chosen = generator.integers(len(people), size=(number, 1, len(people)))
        samples[name] = np.take_along_axis(drawn, chosen, axis=2).mean(axis=2)
    return _score(recording, area, "ρ", networks["trained"].stages, plain, samples)


# ----------------------------------------------------------------------- neurons


def of_neurons(networks: Networks, number: int, seed: int) -> Iterator[Score]:
    """Neurons of V4, session by session."""
    for session in V4_SESSIONS:
        neurons = neurons_of(cowley2023(session), NEURONS_SIDE, seed=seed)
        area = f"V4, monkey {ANIMALS[session]}"
        yield score_of_neurons(session, area, networks, neurons, number=number, seed=seed)


def score_of_neurons(
    session: str,
    area: str,
    networks: Networks,
    neurons: Neurons,
    *,
    number: int,
    seed: int,
) -> Score:
    """Held-out correlation of the median neuron of one session."""
    plain, samples = {}, {}
    for name, network in networks.items():
        predicted = predictions_by_layer(
            network,
            stages_to_read(network),
            neurons,
            num_components=NUM_COMPONENTS,
            num_folds=NUM_FOLDS,
        )
        plain[name] = np.median(scores_by_layer(predicted, neurons.responses), axis=1)
        drawn = resampled_scores(predicted, neurons, number=number, seed=seed)
        samples[name] = median_samples(drawn, generator=np.random.default_rng(seed))
    recording = f"{neurons.responses.shape[1]} neurons, {session}"
    return _score(recording, area, "r", stages_to_read(networks["trained"]), plain, samples)


def of_sites(networks: Networks, number: int, seed: int) -> Iterator[Score]:
    """Multi-unit sites of V4 and IT; their archive has no repeats."""
    sites = recorded_sites(NEURONS_SIDE)
    groups = near_duplicates(sites.images, correlation=NEARLY_THE_SAME)
    for area, responses in sites.responses.items():
        neurons = Neurons(sites.images, responses, groups, np.ones(responses.shape[1]))
        yield score_of_neurons("2014", area, networks, neurons, number=number, seed=seed)


# Which recordings a score needs, and what gives it.
SCORED: dict[tuple[str, ...], Callable[[Networks, int, int], Iterator[Score]]] = {
    ("kriegeskorte2008", "cichy2014"): of_objects,
    ("cichy2016",): of_photographs,
    ("cowley2023",): of_neurons,
    ("cadieu2014",): of_sites,
}


def _score(
    recording: str,
    area: str,
    measure: str,
    layers: list[str],
    plain: Mapping[str, np.ndarray],
    samples: Mapping[str, np.ndarray],
) -> Score:
    """plain: network → (L,).   samples: network → (number, L)."""
    highest = {name: one.max(axis=1) for name, one in samples.items()}
    controls = {name: float(one.max()) for name, one in plain.items() if name != "trained"}
    best_control = np.max([highest[name] for name in controls], axis=0)
    low, high = interval(highest["trained"])
    above = interval(highest["trained"] - best_control)
    return Score(
        recording,
        area,
        measure,
        layers[int(plain["trained"].argmax())],
        float(plain["trained"].max()),
        (float(low), float(high)),
        controls,
        (float(above[0]), float(above[1])),
    )
