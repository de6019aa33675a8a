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
# You record from units as physiologists record from cells, ask how like people's brains and
# monkeys' neurons the blocks of a network are, and count transistors. A twin with random weights
# takes every test, too. Needed: correlation, and what a convolutional network is.

# %%
import numpy as np
import torch
from scipy.stats import rankdata, spearmanr

from site_lib.biology.conventions import CONVENTIONS
from site_lib.biology.modulation import drifting_gratings, half_widths
from site_lib.biology.rdm import correlation_rdm, upper
from site_lib.common.files import ROOT
from site_lib.data.facts import fact_named, read_facts
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.drawing.words import percent
from site_lib.images.images import load_photographs, read_image, square
from site_lib.labs.lab_display import pictures, plot, say
from site_lib.labs.recorded_tables import recorded_table, table_of_networks
from site_lib.networks import controls
from site_lib.networks.activations import activations_of
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.statistics.growth import fit_growth, growth_interval
from site_lib.statistics.intervals import bootstrap
from site_lib.statistics.separation import distances_of_groups

trained = freeze_for_inference(load("efficientnet_lite0"))
twin = freeze_for_inference(controls.random("efficientnet_lite0", 0))
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
# every image alike would make all patterns correlate, so its mean over the stimuli is taken away
# first. The stimuli are the course's photographs, the cat among them, and labelled ones of
# ImageNet, whose licences are not known. Animals come first.

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
# ## Blocks against people
#
# Fifteen people looked at 92 pictures of objects in a scanner
# ([Cichy and others, 2014](https://doi.org/10.1038/nn.3635)), and so did the network. Their
# recordings cannot be handed on, but a table comes with the course: the rank correlation of every
# block's RDM with every person's, in early visual cortex (EVC) and in inferior temporal cortex
# (IT). Each unit's response to the empty background was taken away before.
#
# How well could the best possible model do? People differ, so no model agrees with all of them.
# The *noise ceiling* lies between two numbers: how well a person's RDM agrees with the mean of the
# others, and with the mean of all, themselves included.

# %%
table = recorded_table("areas")
BACKGROUND = CONVENTIONS.index("background")
people = {
    area: table[f"objects_{area}_people"][BACKGROUND] for area in ("EVC", "IT")
}
untrained = {area: table[f"objects_{area}_random"][BACKGROUND] for area in people}
ceilings = {area: table[f"objects_{area}_ceiling"] for area in people}
layers, num_people = table["layers"].tolist(), people["IT"].shape[1]
print(f"{len(layers)} layers, {num_people} people")

# %%
depth = np.arange(len(layers))
with plot(
    "Similarity of every layer to EVC and IT of people, trained and random"
) as axes:
    for area, colour in (("EVC", "C0"), ("IT", "C1")):
        mean = people[area].mean(axis=1)
        band = np.array(
            [bootstrap(row, np.mean, seed=0, number=500) for row in people[area]]
        ).T
        axes.fill_between(depth, *band, color=colour, alpha=0.2, linewidth=0)
        axes.plot(depth, mean, "o-", color=colour, ms=4, label=area)
        axes.plot(
            depth, untrained[area], ":", color=colour, label=f"{area}, random"
        )
        axes.axhline(ceilings[area][0], color=colour, linewidth=0.8, linestyle="--")
    axes.set(xlabel="depth (0: stem, then blocks)", ylabel="correlation of RDMs")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)

# %% tags=["report"]
best = {
    area: int(of_area.mean(axis=1).argmax()) for area, of_area in people.items()
}
reached = {
    area: float(of_area.mean(axis=1).max()) for area, of_area in people.items()
}
say(
    f"EVC is most like {layers[best['EVC']]} ({reached['EVC']:.2f}), IT most like "
    f"{layers[best['IT']]} ({reached['IT']:.2f}). The lower ends of the noise ceilings (dashed) "
    f"are {ceilings['EVC'][0]:.2f} and {ceilings['IT'][0]:.2f}."
)

# %% [markdown]
# The two curves cross, and in IT the gap to the ceiling is wide. Bands are over people only; the
# pictures were chosen by somebody as well, and the page [Layers and
# areas](../relations-with-biology/layers-and-areas.md) draws both again. Whether the crossing could
# be chance is exercise 3.
#
# ## Neurons of V4
#
# V4 lies between the two. An encoding model predicts the answers $Y$ of recorded neurons from the
# activations $X$ of a layer by ridge regression,
#
# $$
# \min_W\; \lVert Y - XW \rVert^2 + \lambda \lVert W \rVert^2 ,
# $$
#
# and is scored by the correlation on images that took no part in the fit. The neurons are those of
# three monkeys who looked at photographs
# ([Cowley and others, 2026](https://doi.org/10.1038/s41586-026-10150-1)). For each of them the
# table scores every second block, with trained weights, random ones, and trained ones in other
# places.

# %%
v4 = recorded_table("v4")
# The fourth session has other stimuli.
SESSIONS = ("190923", "201025", "210621")
KINDS = ("trained", "random", "shuffled")
scores = {
    kind: np.concatenate([v4[f"{session}_{kind}"] for session in SESSIONS], axis=1)
    for kind in KINDS
}
reliable = np.concatenate([v4[f"{session}_ceiling"] for session in SESSIONS])
blocks_read = v4["layers_trained"].tolist()
num_neurons = len(reliable)
with plot("Median score of V4 neurons by block, trained, random, shuffled") as axes:
    for kind in KINDS:
        axes.plot(
            np.median(scores[kind] / reliable, axis=1), "o-", ms=4, label=kind
        )
    axes.set_xticks(
        range(len(blocks_read)), [b.removeprefix("blocks.") for b in blocks_read]
    )
    axes.set(xlabel="block", ylabel="score over ceiling", ylim=(0, 1))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)

# %% tags=["report"]
medians = {kind: np.median(scores[kind] / reliable, axis=1) for kind in KINDS}
middle = blocks_read[int(medians["trained"].argmax())]
say(
    f"The median of {num_neurons} neurons is predicted best from {middle} "
    f"({medians['trained'].max():.2f} of what the neuron's own reliability allows). Random weights "
    f"reach {medians['random'].max():.2f}, shuffled ones {medians['shuffled'].max():.2f}, and both "
    "are best at an early block: in depth, only training keeps what V4 can be read from."
)

# %% [markdown]
# Wrong depths score well, too. A high score says that the neurons can be read from a layer; the
# peak over layers says a little more.
#
# ## Is the better network the more similar one?
#
# [Yamins and others (2014)](https://doi.org/10.1073/pnas.1403112111) compared many networks: those
# that tell categories apart better predict IT better. The course's table has networks of several
# families, trained wholly, partly or not at all.

# %%
networks = table_of_networks()
whole = networks["kind"] != "lesion"  # the damaged ones are for exercise 2
kind, skill, likeness = (
    networks[name][whole] for name in ("kind", "performance", "monkey")
)
with plot(
    "Similarity to monkey IT against read-out, one dot for each network"
) as axes:
    for name in np.unique(kind):
        axes.plot(
            skill[kind == name], likeness[kind == name], "o", ms=4, label=name
        )
    axes.set(xlabel="categories read out (share right)", ylabel="similarity to IT")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=4)
among = {
    "all": np.full(len(kind), True),
    "without ImageNet": np.isin(kind, ["random", "partly"]),
    "random only": kind == "random",
}
r = {
    name: float(np.corrcoef(skill[chosen], likeness[chosen])[0, 1])
    for name, chosen in among.items()
}

# %% tags=["report"]
say(
    f"Over all {len(kind)} networks the correlation is {r['all']:.2f}; without those that saw "
    f"ImageNet, wholly or in their first stages, it is {r['without ImageNet']:.2f}, and among "
    f"random ones {r['random only']:.2f}. A few networks that differ in everything at once carry "
    "a line far."
)

# %% [markdown]
# ## How fast do transistors double?
#
# Exponential growth is a straight line through logarithms, $\log_2 N(t) = (t - t_0) / T$, with the
# doubling time $T$. The course's table lists chips with their sources.

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

# %% [markdown] points=4 minutes=25
# ## Exercise 1: Another measure of sharpness
#
# The half-width asks how narrow the peak is. Physiologists also use the *circular variance* $V
# = 1 - |\sum_k R_k e^{2 i \theta_k}| / \sum_k R_k$ of the answers $R_k$ to orientations
# $\theta_k$, which takes the whole curve: 0 for a unit that answers to one orientation only, 1
# for one that answers to all alike. Do the two measures agree? Which tells the trained network
# from its twin?
#
# Hint: orientations come back after 180°, so angles are doubled; `torch.exp(2j * angles)` are
# complex numbers, and `abs` gives their lengths.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** The half-widths of both networks fell alike. Will their circular variances?

# %% tags=["prediction"]
prediction_1 = (
    "No. Random weights make narrow peaks, but several of them on one curve, and the variance "
    "counts all of it."
)

# %% tags=["exercise"]
units = drifting["trained"]["blocks.3.depthwise"]
curves = units.curve[answering(units)]
print(f"{len(curves)} units, {curves.shape[1]} orientations in radians")


# %% tags=["solution"]
def circular_variance(curve, orientations):
    """0: one orientation only, 1: all alike.

    curve: (units, orientations), answers from 0 on.   orientations: radians.   Returns (units,).
    """
    resultant = (curve * torch.exp(2j * orientations)).sum(dim=1).abs()
    return 1 - resultant / curve.sum(dim=1)


# %% tags=["result"]
variance = circular_variance(curves, units.orientations)
width = half_widths(curves, units.orientations)
agreement = spearmanr(variance[width.isfinite()], width[width.isfinite()]).statistic
variances = {
    name: [
        circular_variance(u.curve[answering(u)], u.orientations).median().item()
        for u in of_layers.values()
    ]
    for name, of_layers in drifting.items()
}
say(
    f"Rank correlation of the two measures: {agreement:.2f}. Median circular variance of the "
    f"last layer: {variances['trained'][-1]:.2f}, of the twin's {variances['random'][-1]:.2f}. "
    "The twin's peaks are as narrow, but they stand among other peaks, and only the measure "
    "that takes the whole curve can see that."
)
assert agreement < 0.5
assert variances["trained"][-1] < variances["random"][-1] - 0.2

# %% [markdown] points=4 minutes=30
# ## Exercise 2: Skill, or family?
#
# Does likeness go with skill, or with the family? Networks of one family share an architecture,
# and architectures differ in much more than skill. The table has *lesions* as well: trained
# networks with noise on their weights, with channels that changed places or fell silent, with late
# blocks drawn anew. They fill the range of skill within a family. Take from every network the mean
# of its family, in skill and in likeness, and correlate what is left.
#
# Hint: `np.unique(family, return_inverse=True)` numbers the families; `np.bincount(number,
# weights=x)` adds up `x` family by family.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Within families, will the correlation with the IT of monkeys be higher than
# over all networks, lower but there, or gone?

# %% tags=["prediction"]
prediction_2 = (
    "Gone, one would think, if architecture were all. But damage that takes skill takes likeness "
    "too, within one architecture: it stays as high as over all networks."
)

# %% tags=["exercise"]
family = networks["family"]
sizes = dict(zip(*np.unique(family, return_counts=True), strict=True))
print({str(name): int(size) for name, size in sizes.items()})


# %% tags=["solution"]
def correlation_within(x, y, family):
    """Pearson's correlation of x and y, each without the mean of its family.

    x, y: (networks,).   family: (networks,) names.   Returns one number.
    """
    _, number = np.unique(family, return_inverse=True)

    def left(values):
        means = np.bincount(number, weights=values) / np.bincount(number)
        return values - means[number]

    return float(
        (left(x) * left(y)).sum()
        / np.sqrt((left(x) ** 2).sum() * (left(y) ** 2).sum())
    )


# %% tags=["result"]
within = {
    area: correlation_within(networks["performance"], networks[area], family)
    for area in ("monkey", "human")
}
across = {
    area: float(np.corrcoef(networks["performance"], networks[area])[0, 1])
    for area in within
}
for area, value in within.items():
    print(
        f"IT of {area}s: {across[area]:.2f} over all, {value:.2f} within families"
    )
with plot("Likeness against skill, both without the mean of the family") as axes:
    for name in ("efficientnet_lite0", "mobilenet_v2", "student"):
        of_family = [
            networks[column][family == name] for column in ("performance", "monkey")
        ]
        x, y = (values - values.mean() for values in of_family)
        axes.plot(x, y, "o", ms=3, label=name)
    axes.set(xlabel="skill above the family's", ylabel="likeness above it")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
assert within["monkey"] > across["monkey"] - 0.1

# %% [markdown] points=4 minutes=30
# ## Exercise 3: Could it be chance?
#
# For every person, take the similarity of a late layer less that of a middle one. If depth made no
# difference, each person's difference could as well have the other sign. Give them random signs,
# many times, and see how often the mean is as far from 0 as the measured one, in either direction.
# The measured signs are one of the possible draws, so they count as one more, and $p$ is never 0:
#
# $$ p = \frac{1 + \#\{\, |\bar d^{\,*}| \ge |\bar d\,| \,\}}{1 + \text{number of draws}} . $$
#
# Hint: `rng.choice([-1, 1], size=(number, len(differences)))` draws all signs at once. Leave room
# for the last digit: compare with `np.abs(mean) - 1e-12`.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** With this many people, could the test find $p$ below one in a thousand if
# all of them agreed in sign? In which area will they?

# %% tags=["prediction"]
prediction_3 = (
    "Yes: fifteen equal signs have a probability of two in 2¹⁵. They will in EVC, where the late "
    "layers fall far below the middle; IT is closer."
)

# %% tags=["exercise"]
MIDDLE, LATE = layers.index("blocks.7"), layers.index("blocks.13")
differences = {
    area: of_area[LATE] - of_area[MIDDLE] for area, of_area in people.items()
}
for area, values in differences.items():
    print(
        f"{area}: {int((values > 0).sum())} of {num_people} prefer the late layer"
    )


# %% tags=["solution"]
def sign_flip_p(differences, number, rng):
    """Two-sided p of a mean difference under random signs, the measured ones counted as well.

    differences: (people,).   number: of draws.   rng: np.random.Generator.   Returns one number.
    """
    signs = rng.choice([-1, 1], size=(number, len(differences)))
    drawn = np.abs((signs * differences).mean(axis=1))
    as_far = drawn >= np.abs(differences.mean()) - 1e-12
    return float((1 + as_far.sum()) / (1 + number))


# %% tags=["result"]
chance = {
    area: sign_flip_p(values, 20_000, np.random.default_rng(0))
    for area, values in differences.items()
}
for area, p in chance.items():
    print(f"{area}: mean difference {differences[area].mean():+.3f}, p = {p:.2g}")
assert differences["EVC"].mean() < 0 < differences["IT"].mean()
assert chance["EVC"] < 0.05

# %% [markdown]
# ## What was measured

# %% tags=["report"]
say(
    f"""
- The median half-width of orientation tuning falls from {widths["trained"][0]:.0f}° to
  {widths["trained"][-1]:.0f}°, in the twin from {widths["random"][0]:.0f}° to
  {widths["random"][-1]:.0f}°; in the last of these layers {of_trained} of the units are
  complex, in the twin {of_twin}.
- Of all layers, {layers[best["EVC"]]} is most like the early visual cortex of people
  ({reached["EVC"]:.2f}), and {layers[best["IT"]]} most like their IT ({reached["IT"]:.2f}, below a
  ceiling from {ceilings["IT"][0]:.2f} to {ceilings["IT"][1]:.2f}).
- The median neuron of V4 is predicted best from {middle} ({medians["trained"].max():.2f} of its
  ceiling; random weights reach {medians["random"].max():.2f}).
- Over {len(kind)} networks, skill and likeness to the IT of monkeys correlate with
  {r["all"]:.2f}, without those that saw ImageNet with {r["without ImageNet"]:.2f}; over
  {len(family)}, damaged ones included, with {within["monkey"]:.2f} within families.
"""
)
# What the text says about these numbers holds, or the lab does not build.
assert widths["trained"][-1] < widths["trained"][0] / 2
assert widths["random"][-1] < widths["random"][0] / 2
assert complex_units["trained"][-1] > complex_units["random"][-1] + 0.2
assert apart["block 15"] > max(apart["pixels"], apart["block 15, random"])
assert best["EVC"] < best["IT"]
assert all(reached[area] < ceilings[area][1] for area in people)
assert medians["trained"].max() > medians["random"].max() + 0.1
assert medians["random"].argmax() < medians["trained"].argmax()
assert r["without ImageNet"] < r["all"]

# %% [markdown]
# Few photographs and one twin; some people, some monkeys, and networks that are no random
# sample of anything. The chapter has every layer
# ([Hubel and Wiesel](../relations-with-biology/hubel-and-wiesel.md)), the recordings
# ([Models and IT](../relations-with-biology/models-and-it.md),
# [Layers and areas](../relations-with-biology/layers-and-areas.md)), all the chips
# ([Numbers](../relations-with-biology/numbers.md)), and what such likenesses do and do not show
# ([Caution](../relations-with-biology/caution.md)).
