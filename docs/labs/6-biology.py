# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 6: Relations with biology
#
# Which likenesses between a trained network and a brain are there, and which of them did
# training bring about?
#
# You record from units as physiologists record from cells, compare the network with a simulated
# brain whose truth is known, and count transistors. A twin with random weights takes every
# test, too. Recordings of real brains are used where they are on the machine; the lab works
# without. Needed: correlation, and what a convolutional network is.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import rankdata, spearmanr

from site_lib.biology.comparison import (
    bootstrap_similarity,
    interval,
    noise_ceiling,
    rank_correlations,
)
from site_lib.biology.encoding import (
    brain_score,
    predict_by_ridge,
    predictivity,
    principal_components,
    reliability,
)
from site_lib.biology.modulation import drifting_gratings, half_widths
from site_lib.biology.rdm import correlation_rdm, upper
from site_lib.biology.simulated import simulate_population
from site_lib.biology.stimuli import object_images
from site_lib.common.files import ROOT
from site_lib.data.facts import fact_named, read_facts
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.data.readers import kriegeskorte2008
from site_lib.data.recordings import at_hand
from site_lib.drawing.words import percent
from site_lib.images.images import load_photographs, read_image, square
from site_lib.images.views import draw_views, render
from site_lib.labs.lab_display import pictures, plot, say
from site_lib.networks import controls
from site_lib.networks.activations import activations_of
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.statistics.growth import fit_growth, growth_interval
from site_lib.statistics.separation import distances_of_groups

trained = freeze_for_inference(load("efficientnet_lite0"))
twin = freeze_for_inference(controls.random("efficientnet_lite0", 0))
relative = freeze_for_inference(load("efficientnet_lite1"))
blocks = trained.layers[:-2]  # the stem and sixteen blocks

# %% [markdown]
# ## Gratings, as for a cell of visual cortex
#
# Gratings of lightness drift past the unit at the centre of a layer, in eighteen orientations.
# The curve of its answers has a *half-width at half height*: how far the grating may be turned
# from the best orientation until half of the answer is gone. Each layer is read after a
# rectifier, as no cell fires less than never.

# %%
LAYERS = ["stem", *(f"blocks.{number}.depthwise" for number in (1, 3, 6, 9))]
drifting = {
    name: drifting_gratings(
        network,
        LAYERS,
        side=96,
        num_orientations=18,
        frequencies=[1 / 16, 1 / 8, 1 / 4],
        num_phases=8,
    )
    for name, network in (("trained", trained), ("random", twin))
}


def answering(units):
    """Which units answer to gratings at all: (K,) booleans."""
    return units.drive > 0.05 * units.drive.clamp(min=0).median()


def median_width(units):
    """Median half-width of the units whose curve falls to half, in degrees."""
    widths = half_widths(units.curve[answering(units)], units.orientations)
    return widths[widths.isfinite()].median().item()


def mean_curve(units):
    """Mean of the units' curves, each turned to its best and scaled to 1."""
    curves = units.curve[answering(units)]
    middle = curves.shape[1] // 2
    turned = [
        curve.roll(middle - int(curve.argmax())) / curve.max() for curve in curves
    ]
    return torch.stack(turned).mean(dim=0)


degrees = torch.arange(-90, 90, 10)
with plot(
    "Mean tuning curves of three trained layers and a random one", height=280
) as axes:
    for layer, colour in zip(LAYERS[::2], ("C0", "C1", "C2"), strict=True):
        name = layer.removesuffix(".depthwise")
        axes.plot(
            degrees,
            mean_curve(drifting["trained"][layer]),
            color=colour,
            label=name,
        )
    untrained = mean_curve(drifting["random"][LAYERS[-1]])
    axes.plot(
        degrees, untrained, color="C3", linestyle=":", label=f"{name}, random"
    )
    axes.set(xlabel="turned from the best orientation (degrees)", ylabel="answer")
    axes.set(ylim=(0, 1.05), xticks=[-90, -45, 0, 45, 90])
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)

# %% tags=["report"]
widths = {
    name: [median_width(units[layer]) for layer in LAYERS]
    for name, units in drifting.items()
}
say(
    f"Tuning sharpens with depth: the median half-width falls from {widths['trained'][0]:.0f}° "
    f"to {widths['trained'][-1]:.0f}°. But in the twin, which has seen nothing, it falls as "
    f"well, from {widths['random'][0]:.0f}° to {widths['random'][-1]:.0f}°."
)

# %% [markdown]
# A narrow peak is no sign that training made the likeness: summing over many pixels and a
# threshold are enough. Whether it is the *only* peak is another question, for exercise 1.
#
# ## Simple and complex
#
# A simple cell fires and pauses while the grating drifts, a complex cell fires steadily. With
# the mean answer $F_0$ over the phases $\varphi_p$ and the amplitude $F_1$ at the grating's own
# frequency,
#
# $$
# F_1 = \Big| \tfrac{2}{P} \sum_{p=1}^{P} z(\varphi_p)\, e^{-i \varphi_p} \Big| ,
# $$
#
# cells with $F_1 / F_0 < 1$ are called complex.


# %%
def share_complex(units):
    """Share of complex units among those that answer."""
    return (units.modulation_ratio[answering(units)] < 1).float().mean().item()


complex_units = {
    name: [share_complex(units[layer]) for layer in LAYERS]
    for name, units in drifting.items()
}
short = [
    layer.removesuffix(".depthwise").replace("blocks.", "block ")
    for layer in LAYERS
]
with plot("Share of complex units by layer, trained and random") as axes:
    axes.plot(short, complex_units["trained"], "o-", color="C1")
    axes.plot(short, complex_units["random"], "o-", color="C0")
    axes.text(2.4, 0.68, "trained", color="C1", ha="right")
    axes.text(3.1, 0.13, "random", color="C0")
    axes.set(ylabel="share of complex units", ylim=(-0.02, 1))

# %% tags=["report"]
of_trained, of_twin = (percent(shares[-1]) for shares in complex_units.values())
say(
    f"Here the twin does not follow: {of_trained} of the units of the last layer are complex "
    f"after training, and {of_twin} in the twin."
)

# %% [markdown]
# ## What two photographs have in common
#
# No unit belongs to a cell. So both are asked a question that they can answer in the same form:
# how differently do you respond to two images? With $a(x)$ the activations of a layer and $r$
# Pearson's correlation over its units,
#
# $$
# d_{ij} = 1 - r\big(a(x_i),\, a(x_j)\big)
# $$
#
# for all pairs make a *representational dissimilarity matrix* (RDM). What a unit answers to
# every image alike says nothing about any of them, but it makes all patterns correlate. So each
# unit's mean over the stimuli is taken away first. The stimuli are the
# course's licensed photographs, some of which are shown, and labelled ones of ImageNet, whose
# licences are not known. Animals come first.

# %%
SIDE = 128
entries = [*PHOTOGRAPHS.values(), *labelled_photographs()]
# The first 398 classes of ImageNet are animals.
animal = np.array(
    [e.imagenet_class is not None and e.imagenet_class < 398 for e in entries]
)
order = np.argsort(~animal, kind="stable")
animal = animal[order]
stimuli = torch.cat([square(read_image(entries[i].path), SIDE) for i in order])


def rdm_of(patterns):
    """Correlation distances between images, each unit's mean taken away: (N, D) → (N, N)."""
    patterns = patterns.double()
    return correlation_rdm(patterns - patterns.mean(dim=0)).numpy()


def rdms_of(network, images):
    """The same for every block: (blocks, N, N)."""
    answers = activations_of(network, images, blocks)
    return np.stack([rdm_of(patterns) for patterns in answers.values()])


rdms = {
    name: rdms_of(network, stimuli)
    for name, network in (("trained", trained), ("random", twin))
}
pixel_rdm = rdm_of(stimuli.flatten(1))

names = ["cat", "coffee", "palace", "rocket", "flower", "coins"]
pictures(
    load_photographs(names, 96), names, alt="Some of the photographs", width=80
)


def as_picture(rdm):
    """Pairs by rank, black: most alike, white: most different; four by four pixels each."""
    grey = np.zeros_like(rdm)
    rows, columns = np.triu_indices(len(rdm), 1)
    grey[rows, columns] = grey[columns, rows] = rankdata(upper(rdm)) / len(rows)
    large = (
        torch.tensor(grey).float().repeat_interleave(4, 0).repeat_interleave(4, 1)
    )
    return large.expand(3, -1, -1)


shown = {
    "pixels": pixel_rdm,
    "block 2": rdms["trained"][3],
    "block 15": rdms["trained"][-1],
    "block 15, random": rdms["random"][-1],
}
pictures(
    torch.stack([as_picture(rdm) for rdm in shown.values()]),
    list(shown),
    alt="Representational dissimilarity matrices",
    width=135,
)


# %% tags=["report"]
def animals_apart(rdm):
    """How much farther animals are from the rest than from each other."""
    means = distances_of_groups(rdm, animal.astype(int))
    return means[0, 1] - means[1, 1]


apart = {name: animals_apart(rdm) for name, rdm in shown.items()}
say(
    f"Look for a dark square at the upper left, the {animal.sum()} animals. In the last block "
    f"they are {apart['block 15']:.2f} nearer to each other than to the rest, in pixels "
    f"{apart['pixels']:.2f}, in the twin {apart['block 15, random']:.2f}."
)

# %% [markdown]
# ## A brain whose truth is known
#
# Eight simulated subjects look at the photographs. Each has its own sites, which mix a few
# channels of one late block of *another* network, EfficientNet-Lite1, rectify the sum, and
# answer with noise. How well could the best possible model do? Subjects differ, so no model
# agrees with all of them. The *noise ceiling* lies between two numbers: how well a subject's
# RDM agrees with the mean of the others, and with the mean of all, itself included.

# %%
EARLY, LATE = "blocks.3", "blocks.19"


def cells(activation):
    """Mean activation in each cell of a 4 × 4 grid: (N, channels, 16)."""
    return F.adaptive_avg_pool2d(activation, 4).flatten(2)


answers = activations_of(relative, stimuli, [EARLY, LATE], summarise=cells)
early, late = (answers[block].numpy() for block in (EARLY, LATE))


def subject(activation, seed):
    """RDM of one simulated subject, with sites made from an activation."""
    sites = simulate_population(
        activation,
        num_sites=150,
        num_channels=10,
        whole_image=True,
        num_repeats=4,
        noise=0.7,
        seed=seed,
    )
    return rdm_of(torch.tensor(sites.repeats.mean(axis=0)))


people = np.stack([subject(late, seed) for seed in range(8)])
low, high = noise_ceiling(people, "spearman")

# %% tags=["report"]
say(
    f"The ceiling lies between {low:.2f} and {high:.2f} (Spearman's rank correlation)."
)

# %% [markdown]
# ## Every block against the simulated brain
#
# Only the order of the distances should count, so RDMs are compared by the rank correlation of
# their pairs. The 95 % interval comes from a bootstrap: subjects *and* photographs are drawn
# again, with replacement, since both are samples.

# %%
similarity = {
    name: rank_correlations(upper(of_blocks), upper(people)).mean(axis=1)
    for name, of_blocks in rdms.items()
}
band = interval(bootstrap_similarity(rdms["trained"], people, number=300, seed=0))
depth = np.arange(len(blocks))
with plot("Similarity of every block to the simulated subjects") as axes:
    axes.axhspan(low, high, color="C2", alpha=0.3, linewidth=0)
    axes.text(0, high, "noise ceiling", color="C2", va="bottom")
    axes.fill_between(depth, *band, color="C1", alpha=0.2, linewidth=0)
    axes.plot(depth, similarity["trained"], "o-", color="C1", ms=4)
    axes.plot(depth, similarity["random"], "o-", color="C0", ms=4)
    axes.text(8, similarity["trained"][8] + 0.04, "trained", color="C1", ha="right")
    axes.text(16, 0.06, "random", color="C0", ha="right")
    axes.set(xlabel="depth (0: stem, then blocks)", ylabel="correlation of RDMs")

# %% tags=["report"]
best = int(similarity["trained"].argmax())
say(
    f"The most similar block is {blocks[best]} ({similarity['trained'][best]:.2f}, interval "
    f"{band[0, best]:.2f} to {band[1, best]:.2f}); the twin reaches "
    f"{similarity['random'].max():.2f}."
)

# %% [markdown]
# Roughly the depth that made the sites is recovered, from RDMs alone. But see how wide the
# intervals are with so few stimuli: neighbours cannot be told apart.
#
# ## Recordings, where they are at hand
#
# The same comparison with 674 neurons of the inferior temporal cortex of two monkeys
# [(Kriegeskorte and others, 2008)](https://doi.org/10.1016/j.neuron.2008.10.043). Their stimuli
# must not be published, and not every machine has the file.

# %%
if at_hand(["kriegeskorte2008"]):
    objects = kriegeskorte2008()
    seen = object_images(objects, SIDE)
    target = upper(objects.monkey_it[None])
    for name, network in (("trained", trained), ("random", twin)):
        to_it = rank_correlations(upper(rdms_of(network, seen)), target)[:, 0]
        print(
            f"{name}: {blocks[int(to_it.argmax())]} comes nearest to monkey IT, {to_it.max():.2f}"
        )
else:
    print(
        "These recordings are not on this machine. Download them, then run the cell again:"
    )
    print("    python -m site_lib.data.recordings kriegeskorte2008")
    print("The page Models and IT shows what was measured where they were at hand.")

# %% [markdown]
# ## Predicting single sites
#
# An encoding model predicts the answers $Y$ of recorded sites from the activations $X$ of a
# layer by ridge regression,
#
# $$
# \min_W\; \lVert Y - XW \rVert^2 + \lambda \lVert W \rVert^2 ,
# $$
#
# and is scored on images that took no part in the fit. The sites are simulated once more, now
# from `blocks.7` of Lite1. Its counterpart in Lite0, the first block with the same stride and
# width, is `blocks.5`: will the scores find it? Scores are divided by each site's own ceiling,
# its reliability over repeats.

# %%
SOURCE, COUNTERPART = "blocks.7", "blocks.5"
generator = torch.Generator().manual_seed(0)
views = torch.cat(
    [
        render(
            square(read_image(e.path), SIDE),
            draw_views(1, generator),
            96,
            generator,
        )
        for e in entries
    ]
)
groups = np.repeat(np.arange(len(entries)), len(views) // len(entries))
sites = simulate_population(
    activations_of(relative, views, [SOURCE], summarise=cells)[SOURCE].numpy(),
    num_sites=30,
    num_channels=10,
    whole_image=False,
    num_repeats=12,
    noise=2.0,
    seed=0,
)
responses = sites.repeats.mean(axis=0)
ceilings = reliability(sites.repeats, number=20, seed=0)

# %%
PREDICTORS = ["stem", *(f"blocks.{number}" for number in (1, 3, 5, 7, 10, 13, 15))]


def components_of(network):
    """Hundred principal components of every layer: layer → (N, 100)."""
    found = activations_of(network, views, PREDICTORS, summarise=cells)
    return {
        name: principal_components(f.flatten(1).numpy(), 100)
        for name, f in found.items()
    }


def score(features, answers):
    """Correlation over ceiling on held-out views: median over sites, mean over splits."""
    options = {"predict": predict_by_ridge, "num_splits": 3, "seed": 0}
    return brain_score(predictivity(features, answers, ceilings, groups, **options))


features = {"trained": components_of(trained), "random": components_of(twin)}
predicted = {
    name: [score(components, responses) for components in of_layers.values()]
    for name, of_layers in features.items()
}
shuffled = np.random.default_rng(0).permutation(responses)
nonsense = features["trained"][COUNTERPART]
fitted = np.corrcoef(
    predict_by_ridge(nonsense, shuffled, nonsense)[:, 0], shuffled[:, 0]
)[0, 1]
held_out = score(nonsense, shuffled)

with plot("Score of layers that predict the simulated sites") as axes:
    ticks = [name.replace("blocks.", "") for name in PREDICTORS]
    axes.plot(ticks, predicted["trained"], "o-", color="C1")
    axes.plot(ticks, predicted["random"], "o-", color="C0")
    axes.axvline(PREDICTORS.index(COUNTERPART), color="C2", linestyle="--")
    axes.text(PREDICTORS.index(COUNTERPART) + 0.1, 0.05, "counterpart", color="C2")
    axes.text(5, predicted["trained"][5] + 0.06, "trained", color="C1")
    axes.text(5, predicted["random"][5] - 0.12, "random", color="C0", ha="right")
    axes.set(
        xlabel="layer (stem, then blocks)",
        ylabel="score over ceiling",
        ylim=(0, 1.05),
    )

# %% tags=["report"]
winner = PREDICTORS[int(np.argmax(predicted["trained"]))]
say(
    f"{winner} predicts best. With the responses shuffled among the images, the fit still "
    f"reaches {fitted:.2f} on the images that it was fitted to, and {held_out:.2f} on new ones: "
    "a score on training images means nothing."
)

# %% [markdown]
# Wrong depths and random weights score well, too. A high score says that the sites can be read
# from a layer; the peak over layers says a little more.
#
# ## How fast do transistors double?
#
# Numbers need the same care. Exponential growth is a straight line through logarithms, $\log_2
# N(t) = (t - t_0) / T$, with the doubling time $T$. The course's table lists chips with their
# sources.

# %%
facts = ROOT / "figures_src/relations_with_biology/facts"
chips = [f for f in read_facts(facts / "transistors.csv") if f.kind != "wafer"]
years = np.array([chip.year for chip in chips], float)
counts = np.array([chip.value for chip in chips], float)
growth = fit_growth(years, counts)
doubling = growth_interval(
    lambda fit: fit.doubling_time, years, counts, num_bootstrap=1000, seed=0
)
cortex = fact_named("Human, neocortex", read_facts(facts / "synapses.csv"))
span = np.array([years.min(), 2045])
with plot("Transistors of chips against year, with the fitted line") as axes:
    axes.semilogy(years, counts, "o", color="C0", ms=4)
    axes.semilogy(span, growth.at(span), color="C1")
    axes.axhline(cortex.value, color="C2", linestyle="--")
    axes.text(
        years.min(),
        cortex.value / 1.5,
        "synapses of human neocortex",
        color="C2",
        va="top",
    )
    axes.set(xlabel="year", ylabel="transistors")

# %% tags=["report"]
say(
    f"{growth.num} chips double in {growth.doubling_time:.2f} years (interval {doubling[0]:.2f} "
    f"to {doubling[1]:.2f}). The line would reach the synapses of human neocortex in "
    f"{growth.year_of(cortex.value):.0f}, and sources for that number differ by a factor of "
    f"{cortex.high / cortex.low:.0f}. A transistor is no synapse; only the counts are compared."
)

# %% [markdown]
# ## Exercise 1: Another measure of sharpness
#
# The half-width asks how narrow the peak is. Physiologists also use the *circular variance* $V
# = 1 - |\sum_k R_k e^{2 i \theta_k}| / \sum_k R_k$ of the answers $R_k$ to orientations
# $\theta_k$, which takes the whole curve: 0 for a unit that answers to one orientation only, 1
# for one that answers to all alike. Do the two measures agree? Which tells the trained network
# from its twin?
#
# Hint: `units.curve` is (K, orientations) and `units.orientations` is in radians.

# %% tags=["exercise"]
units = drifting["trained"]["blocks.3.depthwise"]
curves = units.curve[answering(units)]
print(f"{len(curves)} units, {curves.shape[1]} orientations")

# %% tags=["solution"]


def circular_variance(curve, orientations):
    """0: one orientation only, 1: all alike; (K, orientations) → (K,)."""
    resultant = (curve * torch.exp(2j * orientations)).sum(dim=1).abs()
    return 1 - resultant / curve.sum(dim=1)


flat, peak = torch.ones(1, 18), F.one_hot(torch.tensor([4]), 18).float()
assert circular_variance(flat, units.orientations) > 0.999
assert circular_variance(peak, units.orientations) < 0.001

variance = circular_variance(curves, units.orientations)
width = half_widths(curves, units.orientations)
agreement = spearmanr(variance[width.isfinite()], width[width.isfinite()]).statistic
medians = {
    name: [
        circular_variance(u.curve[answering(u)], u.orientations).median().item()
        for u in of_layers.values()
    ]
    for name, of_layers in drifting.items()
}
say(
    f"Rank correlation of the two measures: {agreement:.2f}. Median circular variance of the "
    f"last layer: {medians['trained'][-1]:.2f}, of the twin's {medians['random'][-1]:.2f}. "
    "The twin's peaks are as narrow, but they stand among other peaks, and only the measure "
    "that takes the whole curve can see that."
)
assert agreement < 0.5
assert medians["trained"][-1] < medians["random"][-1] - 0.2

# %% [markdown]
# ## Exercise 2: Is it only the pixels?
#
# Photographs of the same colours are alike in many RDMs. Take out what the RDM of the pixels
# explains: with the rank correlations $r_{ab}$, $r_{ap}$, $r_{bp}$ between block, brain and
# pixels,
#
# $$
# r_{ab \cdot p} = \frac{r_{ab} - r_{ap} r_{bp}}{\sqrt{(1 - r_{ap}^2)(1 - r_{bp}^2)}} .
# $$
#
# Try it with a brain that is made from an *early* block. Which blocks lose most, and is the
# most similar block still the same?
#
# Hint: `rank_correlations` takes rows of pairs; `upper(rdm[None])` makes one of an RDM.

# %% tags=["exercise"]
simple_people = np.stack([subject(early, seed) for seed in range(8)])
simple_brain = upper(simple_people.mean(axis=0, keepdims=True))
pixel_pairs = upper(pixel_rdm[None])
print(f"brain and pixels: {rank_correlations(simple_brain, pixel_pairs)[0, 0]:.2f}")

# %% tags=["solution"]
ab = rank_correlations(upper(rdms["trained"]), simple_brain)[:, 0]
ap = rank_correlations(upper(rdms["trained"]), pixel_pairs)[:, 0]
bp = rank_correlations(simple_brain, pixel_pairs)[0, 0]
partial = (ab - ap * bp) / np.sqrt((1 - ap**2) * (1 - bp**2))
with plot("Similarity of blocks before and after taking out the pixels") as axes:
    axes.plot(depth, ab, "o-", color="C1", ms=4, label="all")
    axes.plot(depth, partial, "o:", color="C0", ms=4, label="without pixels")
    axes.set(xlabel="depth (0: stem, then blocks)", ylabel="correlation of RDMs")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
lost = ab - partial
assert lost[:2].min() > lost[2:].max()
assert ab.argmax() == partial.argmax()

# %% [markdown]
# ## Exercise 3: Could it be chance?
#
# If the block had nothing to do with the brain, the photographs could change their names.
# Shuffle rows and columns of one RDM together, a thousand times, and see how often the largest
# correlation of any block is as large as the measured one. Why the largest of all blocks?
#
# Hint: `rdm[np.ix_(order, order)]` renames the stimuli; pairs must not be shuffled one by one,
# since every photograph takes part in many.

# %% tags=["exercise"]
rng = np.random.default_rng(0)
mean_rdm = people.mean(axis=0)
renamed = rng.permutation(len(stimuli))
once = mean_rdm[np.ix_(renamed, renamed)]
for name, rdm in (("measured", mean_rdm), ("after one shuffle", once)):
    largest = rank_correlations(upper(rdms["trained"]), upper(rdm[None])).max()
    print(f"{name}: {largest:.2f}")

# %% tags=["solution"]
NUM = 1000
names = [rng.permutation(len(stimuli)) for _ in range(NUM)]
others = np.stack([mean_rdm[np.ix_(name, name)] for name in names])
for name, of_blocks in rdms.items():
    measured = rank_correlations(upper(of_blocks), upper(mean_rdm[None])).max()
    by_chance = rank_correlations(upper(of_blocks), upper(others)).max(axis=0)
    # The measured order is one of the possible ones, so p is never 0.
    p = (1 + (by_chance >= measured).sum()) / (NUM + 1)
    print(f"{name}: {measured:.2f}, p = {p:.3f}")
    assert p < 0.01 or name != "trained"

# %% [markdown]
# ## What was measured

# %% tags=["report"]
say(
    f"""
- The median half-width of orientation tuning falls from {widths["trained"][0]:.0f}° to
  {widths["trained"][-1]:.0f}°, in the twin from {widths["random"][0]:.0f}° to
  {widths["random"][-1]:.0f}°; in the last of these layers {of_trained} of the units are
  complex, in the twin {of_twin}.
- {blocks[best]} is most similar to simulated subjects that were made from a late block:
  {similarity["trained"][best]:.2f} ({band[0, best]:.2f} to {band[1, best]:.2f}), below a ceiling
  of {low:.2f} to {high:.2f}; the twin reaches {similarity["random"].max():.2f}.
- Sites made from {SOURCE} of another network are predicted best from {winner}
  ({max(predicted["trained"]):.2f} of the ceiling; random weights reach
  {max(predicted["random"]):.2f}).
- Transistor counts double in {growth.doubling_time:.2f} years.
"""
)
# What the text says about these numbers holds, or the lab does not build.
assert widths["trained"][-1] < widths["trained"][0] / 2
assert widths["random"][-1] < widths["random"][0] / 2
assert complex_units["trained"][-1] > complex_units["random"][-1] + 0.2
assert apart["block 15"] > max(apart["pixels"], apart["block 15, random"])
assert best > len(blocks) / 2
assert similarity["random"].max() < similarity["trained"][best] < low
assert abs(PREDICTORS.index(winner) - PREDICTORS.index(COUNTERPART)) <= 1
assert held_out < 0.1 < fitted

# %% [markdown]
# Few photographs, one twin, and a brain that we made up: the methods are real, the brain is
# not. [Hubel and Wiesel](../relations-with-biology/hubel-and-wiesel.md) shows every layer,
# [Models and IT](../relations-with-biology/models-and-it.md) and [Layers and
# areas](../relations-with-biology/layers-and-areas.md) use recordings of people and monkeys,
# [Numbers](../relations-with-biology/numbers.md) has all the chips, and
# [Caution](../relations-with-biology/caution.md) says what such likenesses do and do not show.
