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
# # Lab 2: From edges to objects
#
# How can you find out what a unit deep inside a network answers to, and is what you find the
# network's doing or that of the photographs that you show it?
#
# You will search a corpus for the patches that drive units most, go back from an activation to
# the pixels in three ways, and read objects out of each block with a straight line.

# %% [markdown]
# ## What a photograph becomes on its way
#
# Each layer turns the image into maps, one for each channel: fewer positions and more channels
# from block to block. We sum up the channels of a layer, $\sqrt{\sum_c a_c^2}$ at each position.

# %%
import numpy as np
import torch
import torch.nn.functional as F

from site_lib.drawing.words import percent
from site_lib.images.corpus import default_corpus
from site_lib.images.images import load_photographs
from site_lib.images.views import draw_views, render, simple_attributes
from site_lib.labs.lab_display import pictures, plot, say
from site_lib.networks.activations import record_activations
from site_lib.networks.registry import load
from site_lib.statistics.readout import (
    folds_by_group,
    folds_by_two_factors,
    one_hot,
    read_out,
)
from site_lib.units.deconvnet import project_back
from site_lib.units.projections import visible
from site_lib.units.receptive_fields import theoretical_receptive_fields
from site_lib.units.selectivity import most_selective, usual_maxima
from site_lib.units.top_patches import cut_crops, cut_patches, find_top_patches

lite0, student = load("efficientnet_lite0"), load("student")
twin = load("student", random_seed=0)

cat = load_photographs(["cat"], 224)
depths = ["stem", "blocks.2", "blocks.6", "blocks.15"]
with record_activations(lite0, depths) as recorded, torch.no_grad():
    lite0(cat)
for layer in depths:
    _, channels, side, _ = recorded[layer].shape
    print(f"{layer}: {channels} channels of {side}×{side} positions")
strength = [recorded[layer][0].norm(dim=0) for layer in depths]
maps = [F.interpolate((s / s.max())[None, None], 112)[0] for s in strength]
pictures(
    torch.stack(maps).expand(-1, 3, -1, -1),
    depths,
    alt="Strength of the activation in four layers, white: strongest",
)

# %% [markdown]
# ## Search: the patches that drive a unit most
#
# Show every crop of a corpus, and keep for each channel the patches around its strongest units:
#
# $$ \text{top}_k(c) = \operatorname*{arg\,max}_{\text{crop},\,(i, j)} a_c[i, j] . $$
#
# A patch is as large as the unit's receptive field. We search the *student*, whose five layers
# of rectifiers are easy to follow; overlapping patches of one photograph count once.

# %%
LAYERS = {
    "features.2": "layer 1",
    "features.10": "layer 3",
    "features.16": "layer 5",
}
SIDE = 160
fields = theoretical_receptive_fields(student.net, SIDE)
patch_sides = {layer: min(fields[layer].size, SIDE) for layer in LAYERS}
corpus = default_corpus(SIDE, scales=(1.0, 0.6))
search = find_top_patches(student, corpus, patch_sides, k=6)
for layer, name in LAYERS.items():
    print(f"{name}: patches of {patch_sides[layer]} pixels")
print(f"{search.num_crops} crops of {len(corpus.sources)} photographs")

# %% [markdown]
# ## Three layers, two units each
#
# Which units to show? By eye one would pick the pretty ones. A rule instead: the most
# *selective*, whose best patches lie furthest above their usual maximum, in units of its spread.

# %%
maxima = usual_maxima(student, corpus, list(LAYERS))
units = {}
for layer, name in LAYERS.items():
    found = search.layers[layer]
    selectivity = maxima.selectivity(layer, found)
    units[layer] = most_selective(selectivity, found.sources, 2)
    for unit in units[layer]:
        (patches,) = cut_patches(corpus, found, [unit])
        alt = f"Six best patches of unit {unit}"
        pictures(patches, alt=alt, title=f"{name}, unit {unit}", width=92)

# %% tags=["report"]
say(
    "In the first layer the six patches of a unit agree in their pixels; in the last, where they "
    "agree at all, in a shape that comes in many colours. Keep in mind that the corpus has "
    f"{len(corpus.sources)} photographs: a unit can only choose from what it is offered."
)

# %% [markdown]
# ## Back to the pixels, in three ways
#
# Which pixels of a patch matter? Go backwards from the unit. The three classical ways are one
# and the same, apart from what a rectifier does with the signal $R$ that arrives from above,
# when it received $x$ on the way forward:
#
# $$ \text{gradient: } R\,[x > 0] \qquad \text{deconvnet: } R\,[R > 0] \qquad
# \text{guided: } R\,[x > 0]\,[R > 0] . $$

# %%
RULES = ("gradient", "deconvnet", "guided")
LAYER = "features.16"
unit = units[LAYER][0]
places = search.layers[LAYER].positions[unit, :4]
crops = cut_crops(corpus, search.layers[LAYER], [unit])[0, :4]


def ways_back(network, channels):
    """Signed pictures of every rule: (rules, crops, 3, side, side)."""
    return torch.stack(
        [
            project_back(
                network, crops, LAYER, channels, rule=rule, positions=places
            )
            for rule in RULES
        ]
    )


back = ways_back(student, torch.full((len(crops),), unit))
pictures(crops, alt="Four best crops", title=f"unit {unit} of layer 5")
for rule, projected in zip(RULES, visible(back), strict=True):
    pictures(projected, alt=f"The way back by {rule}", title=rule)

# %% tags=["report"]
say(
    "The gradient is noisy; guided back-propagation draws the clearest outlines. Clear is not "
    "the same as true, as the next step shows."
)

# %% [markdown]
# ## Would the picture be the same without training?
#
# The control of [Adebayo et al. (2018)](https://arxiv.org/abs/1810.03292): go back through the
# twin with random weights and compare. Its channels mean nothing, so we start, at the same place,
# from the one that answers most there. A method that draws the same outlines through random
# weights shows the photograph, not what the network learnt.

# %%
with record_activations(twin, [LAYER]) as recorded, torch.no_grad():
    twin(crops)
at_places = recorded[LAYER][torch.arange(len(crops)), :, places[:, 0], places[:, 1]]
back_twin = ways_back(twin, at_places.argmax(dim=1))


def likeness(first, second):
    """Mean correlation of the energy of two ways back, over crops: (rules,)."""
    energies = [
        way.square().sum(dim=2).sqrt().flatten(2) for way in (first, second)
    ]
    centred = [energy - energy.mean(dim=2, keepdim=True) for energy in energies]
    return F.cosine_similarity(*centred, dim=2).mean(dim=1)


alike = dict(zip(RULES, likeness(back, back_twin).tolist(), strict=True))
for rule, value in alike.items():
    print(f"{rule}: correlation between trained and random {value:.2f}")
pictures(
    visible(back_twin)[:, 0],
    [f"{rule}, random weights" for rule in RULES],
    alt="The way back through random weights",
    width=140,
)

# %% tags=["report"]
most = max(alike, key=alike.get)
say(
    f"Most alike in the two networks are the pictures by the rule *{most}*: a correlation of "
    f"{alike[most]:.2f}. That part of them needs no training. Some of it is the place, as both "
    "start from one position; the rest are the photograph's own outlines."
)

# %% [markdown]
# ## Read out the object with a straight line
#
# Now whole layers instead of single units. A photograph appears somewhere, in some light, before
# noise. From the mean activation of a block, $f$, a linear model $\hat y = W f + b$ has to tell
# which photograph it is, at a place *and* in a light that it was never fitted on.

# %%
NAMES = [
    "cat",
    "astronaut",
    "coffee",
    "rocket",
    "palace",
    "flower",
    "brick",
    "grass",
]
generator = torch.Generator().manual_seed(0)
views = [draw_views(1, generator) for _ in NAMES]
shown = torch.cat(
    [
        render(load_photographs([name], 128), view, 128, generator)
        for name, view in zip(NAMES, views, strict=True)
    ]
)
label = np.repeat(np.arange(len(NAMES)), len(views[0].place))
place, light = (
    torch.cat([getattr(view, name) for view in views]).numpy()
    for name in ("place", "light")
)
folds = folds_by_two_factors(place, light)
pictures(shown[::47], alt="Three of the stimuli")
print(f"{len(shown)} stimuli, {len(folds)} folds")

# %%
blocks = ["stem", *(f"blocks.{i}" for i in range(0, 16, 3))]


@torch.no_grad()
def block_means(network):
    """Mean activation of every channel: block → (stimuli, channels)."""
    parts = {layer: [] for layer in blocks}
    with record_activations(network, blocks) as activations:
        for batch in shown.split(16):
            network(batch)
            for layer in blocks:
                parts[layer].append(activations[layer].mean(dim=(2, 3)))
    return {layer: torch.cat(means).numpy() for layer, means in parts.items()}


def share_right(features):
    """Share of the held-out stimuli that are named rightly."""
    told = read_out(
        features, {"object": one_hot(label)}, folds, label, classes=["object"]
    )["object"]
    return float((told.argmax(axis=1) == label).mean())


trained = block_means(lite0)
random = block_means(load("efficientnet_lite0", random_seed=0))
right = [share_right(trained[layer]) for layer in blocks]
right_random = [share_right(random[layer]) for layer in blocks]
with plot(
    "Share of objects read out rightly, by block, trained and random"
) as axes:
    axes.plot(right, marker="o", ms=4, label="trained")
    axes.plot(right_random, marker="o", ms=4, label="random weights")
    axes.axhline(1 / len(NAMES), color="C2", linestyle="--", label="guessing")
    axes.set(xlabel="block", ylabel="share right", ylim=(0, 1.02))
    axes.set_xticks(range(len(blocks)), [b.removeprefix("blocks.") for b in blocks])
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)

# %% tags=["report"]
say(
    f"At the stem {percent(right[0])} are named rightly, at the last block shown "
    f"{percent(right[-1])}; with random weights {percent(right_random[-1])}. "
    f"Guessing gives {percent(1 / len(NAMES))}."
)

# %% [markdown] points=4 minutes=25
# ## Exercise 1: Parts or their arrangement?
#
# Cut the best crops of a unit into tiles of 20 pixels and shuffle the tiles. How much of the
# unit's strongest answer is left, in each of the three layers?
#
# Hint: `F.unfold(images, tile, stride=tile)` cuts images into tiles, one in each column, and
# `F.fold` joins them; `torch.randperm` gives an order.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** In which order of the three layers does more of the answer survive?

# %% tags=["prediction"]
prediction_1 = (
    "The first loses least, since its units see patches smaller than a tile; the last loses most, "
    "if it asks for an arrangement of parts."
)

# %% tags=["exercise"]
TILE = 20


@torch.no_grad()
def strongest(images, layer, unit):
    """Mean over images of a unit's strongest answer."""
    with record_activations(student, [layer]) as activations:
        student(images)
    return float(activations[layer][:, unit].amax(dim=(1, 2)).mean())


one = units["features.2"][0]
print(f"unit {one} of layer 1: {strongest(crops, 'features.2', one):.2f}")


# %% tags=["solution"]
def shuffled_tiles(images, tile, generator):
    """Images whose square tiles have changed places, in one order for all.

    images: (N, 3, side, side), side a multiple of the tile.   Returns the same shape.
    """
    number, side = len(images), images.shape[-1]
    tiles = F.unfold(images, tile, stride=tile)
    order = torch.randperm(tiles.shape[2], generator=generator)
    mixed = F.fold(tiles[:, :, order], side, tile, stride=tile)
    return mixed.view(number, 3, side, side)


# %% tags=["result"]
mixed = shuffled_tiles(crops[:2], TILE, torch.Generator().manual_seed(0))
pictures(mixed, alt="Two crops with shuffled tiles")
left = {}
for layer, name in LAYERS.items():
    shares = []
    for one in units[layer]:
        best = cut_crops(corpus, search.layers[layer], [one])[0]
        mixed = shuffled_tiles(best, TILE, torch.Generator().manual_seed(1))
        shares.append(strongest(mixed, layer, one) / strongest(best, layer, one))
    left[name] = float(np.mean(shares))
    print(f"{name}: {percent(left[name])} of the answer is left")
assert left["layer 1"] > left["layer 5"]

# %% [markdown] points=4 minutes=25
# ## Exercise 2: What fades
#
# While objects become easy to read out, what becomes of simple properties? Read out the mean
# luminance and the direction of the edges from every block, for photographs that took no part
# in the fit. The score is the share of the squared error that the read-out removes, compared with
# always guessing the mean:
#
# $$ R^2 = 1 - \frac{\sum (y - \hat y)^2}{\sum (y - \bar y)^2} . $$
#
# Hint: a property may have several numbers for each image; sum over all of them, each around its
# own mean.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Which of the two fades first, or does neither?

# %% tags=["prediction"]
prediction_2 = (
    "Both fade. Luminance is there from the first and is lost late; the direction of the edges "
    "must first be made readable for a straight line, and is lost sooner."
)

# %% tags=["exercise"]
attributes = {
    name: value.numpy() for name, value in simple_attributes(shown).items()
}
new_photographs = folds_by_group(label, 4)
print({name: value.shape for name, value in attributes.items()})


# %% tags=["solution"]
def share_explained(truth, told):
    """R² of a read-out.   truth, told: (images, numbers) arrays.   Returns one number."""
    error = np.square(truth - told).sum()
    return float(1 - error / np.square(truth - truth.mean(axis=0)).sum())


# %% tags=["result"]
simple = {name: [] for name in ("luminance", "orientation")}
for layer in blocks:
    chosen = {name: attributes[name] for name in simple}
    told = read_out(trained[layer], chosen, new_photographs, label)
    for name, curve in simple.items():
        curve.append(share_explained(attributes[name], told[name]))
with plot("Luminance and orientation read out of every block") as axes:
    for name, curve in simple.items():
        axes.plot(curve, marker="o", ms=4, label=name)
    axes.set(xlabel="block", ylabel="R² for new photographs")
    axes.set_xticks(range(len(blocks)), [b.removeprefix("blocks.") for b in blocks])
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
best = {name: int(np.argmax(curve)) for name, curve in simple.items()}
assert best["luminance"] < best["orientation"] < len(blocks) - 1
assert all(curve[-1] < max(curve) - 0.3 for curve in simple.values())

# %% [markdown] points=4 minutes=25
# ## Exercise 3: The same test, stricter
#
# The read-out above may use as many numbers as a block has channels, and deep blocks have more.
# Is that the reason why they do better? Give every block the same number of features: as many
# as the poorest block has. Standardise each feature, then project at random: independent normal
# entries with variance $1/k$ for $k$ new features keep squared distances on average, and so most of
# what a straight line can use.
#
# Hint: `rng.standard_normal((before, after))` draws the entries with variance 1.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Will the late blocks still lead?

# %% tags=["prediction"]
prediction_3 = (
    "Yes, by less: the last blocks spread what they know over many channels, and a small random "
    "projection keeps a part of it."
)

# %% tags=["exercise"]
widths = {layer: trained[layer].shape[1] for layer in blocks}
print(widths)


# %% tags=["solution"]
def projected(features, number, rng):
    """Features standardised, then projected at random onto as many as are asked for.

    features: (images, D), none of them constant.   rng: np.random.Generator.
    Returns (images, number); squared distances are kept on average.
    """
    z = (features - features.mean(axis=0)) / features.std(axis=0)
    return z @ rng.standard_normal((z.shape[1], number)) / np.sqrt(number)


# %% tags=["result"]
poorest = min(widths.values())
rng = np.random.default_rng(0)
equal = []
for layer in blocks:
    alive = trained[layer][:, trained[layer].std(axis=0) > 1e-6]
    equal.append(share_right(projected(alive, poorest, rng)))
for layer, all_features, few in zip(blocks, right, equal, strict=True):
    print(
        f"{layer}: {percent(all_features)} with all, {percent(few)} with {poorest} features"
    )
assert equal[-1] > equal[0]

# %% [markdown]
# ## What was measured

# %% tags=["report"]
say(
    f"""
- In {search.num_crops} crops of {len(corpus.sources)} photographs, shuffling tiles leaves
  {percent(left["layer 1"])} of the answer in the first layer and {percent(left["layer 5"])}
  in the last.
- The way back through random weights resembles that through trained ones: the correlation is
  {alike["gradient"]:.2f} for the gradient, {alike["deconvnet"]:.2f} for the deconvnet and
  {alike["guided"]:.2f} for guided back-propagation.
- A straight line names {percent(right[0])} of the objects from the stem and
  {percent(right[-1])} from a late block, with equally few features {percent(equal[0])} and
  {percent(equal[-1])}, with random weights {percent(right_random[-1])}.
"""
)

# %% [markdown]
# The corpus is small and the student is no match for a large network; the units were chosen by
# a rule, but a handful is a handful.
# [From edges to objects](../what-units-see/from-edges-to-objects.md) shows more units of two
# networks, the [unit atlas](../what-units-see/atlas.md) all of a layer, and
# [Increasingly semantic](../what-units-see/increasingly-semantic.md) the read-outs with
# intervals and more attributes.
