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
# # Lab 1: What units see
#
# What does a unit of the first layer look for, how much of the image can a deeper unit see,
# and which of the two did training bring about?
#
# You will look at filters, measure their tuning as physiologists do, and compute receptive
# fields in two ways. Needed: Python, and what a convolution is.

# %% [markdown]
# ## Two networks, each with a twin before training
#
# EfficientNet-Lite0 was trained on ImageNet; its first filters are 3×3. The *student*, a plain
# network that learnt from its answers, has 11×11 filters, in which more can be seen. A twin has
# the same architecture and random weights: what both show is no result of training.

# %%
import torch

from site_lib.biology.tuning import measure_tuning
from site_lib.images.images import load_photographs
from site_lib.labs.lab_display import pictures, plot, say
from site_lib.networks.activations import record_activations
from site_lib.networks.registry import load
from site_lib.units.receptive_fields import (
    effective_field,
    gradient_energy,
    theoretical_receptive_fields,
)

lite0, student = load("efficientnet_lite0"), load("student")
twin = load("student", random_seed=0)
for network in (lite0, student):
    num_weights = sum(p.numel() for p in network.parameters())
    print(f"{network.name}: {num_weights / 1e6:.1f} million weights")
    print("  layers:", ", ".join(network.layers))

# %% [markdown]
# ## A filter is a small picture
#
# A unit of the first layer multiplies a patch of the image, pixel by pixel, with its weights
# $w_k$ and adds up:
#
# $$ z_k(x) = \sum_{c,\,i,\,j} w_k[c, i, j] \; x[c, i, j] . $$
#
# For patches of equal length the sum is largest when the patch looks like the weights. So the
# weights can be shown as a picture: zero becomes mid-grey, and each filter gets full contrast.


# %%
def as_pictures(weights):
    strongest = weights.abs().amax(dim=(1, 2, 3), keepdim=True)
    return 0.5 + 0.5 * weights / strongest


weights = student.layer("features.0").weight.detach()
strength = weights.flatten(1).norm(dim=1)
shown = strength.argsort(descending=True)[:14]
for name, network in {"trained": student, "before training": twin}.items():
    filters = as_pictures(network.layer("features.0").weight.detach()[shown])
    numbers = [str(int(unit)) for unit in shown]
    pictures(filters, numbers, alt=f"First-layer filters, {name}", width=66)

# %% tags=["report"]
say(
    f"Above, the {len(shown)} strongest of the student's {len(weights)} filters; below, the "
    "same units of the twin. Look for stripes, for spots of colour, and for noise."
)

# %% [markdown]
# ## Ask a unit, as Hubel and Wiesel did
#
# A grating with orientation $\theta$ and spatial frequency $f$ drifts past: its phase $\varphi$
# goes once around. A linear unit follows with a sine wave, whose amplitude
#
# $$ F_1(\theta, f) = \Big| \tfrac{2}{P} \sum_{p=1}^{P} z(\theta, f, \varphi_p) \,
# e^{-i \varphi_p} \Big| $$
#
# says how well the grating suits the unit. Nothing about the weights is used here: the same
# measurement works on a neuron.


# %%
def centre_of(network, conv):
    """Answers of a layer's units in the middle of the image: (N, K)."""

    @torch.no_grad()
    def answers(images):
        z = network.layer(conv)(network.normalise(images))
        return z[:, :, z.shape[2] // 2, z.shape[3] // 2]

    return answers


def tuning_of(network, conv, side, lowest):
    frequencies = torch.linspace(lowest, 0.5, 7).tolist()
    return measure_tuning(
        centre_of(network, conv),
        side=side,
        num_orientations=36,
        frequencies=frequencies,
        num_phases=8,
    )


trained = tuning_of(student, "features.0", side=64, lowest=1 / 16)
untrained = tuning_of(twin, "features.0", side=64, lowest=1 / 16)
degrees = torch.rad2deg(trained.orientations)
unit = int(shown[trained.orientation_selectivity[shown].argmax()])

with plot(f"Tuning of unit {unit} to orientation, trained and random") as axes:
    for tuning, name in ((trained, "trained"), (untrained, "before training")):
        curve = tuning.orientation_curve[unit]
        axes.plot(degrees, curve / curve.max(), label=name)
    axes.set(xlabel="orientation of the bars (degrees)", ylabel="F₁ / largest F₁")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)

# %% tags=["report"]
best = int(degrees[trained.best[unit, 2]])
say(
    f"After training, unit {unit} answers most to bars at {best}°, as its filter above "
    "suggests; its curve has one smooth peak. Before training it had many."
)

# %% [markdown]
# ## All units at once
#
# The orientation selectivity index compares the best orientation with the one across it:
#
# $$ \text{OSI} = \frac{F_1^\text{best} - F_1^\perp}{F_1^\text{best} + F_1^\perp} . $$
#
# At a third, the best orientation gets twice the answer: the usual criterion for a neuron that
# is tuned. But a filter of noise has *some* best orientation, too. How often does it pass?

# %%
ORIENTED, UNORIENTED = 1 / 3, 0.1
bins = torch.linspace(0, 1, 11).tolist()
with plot("Histogram of the selectivity index, trained and random") as axes:
    for tuning, name in ((trained, "trained"), (untrained, "before training")):
        index = tuning.orientation_selectivity
        axes.hist(index, bins, histtype="step", linewidth=1.8, label=name)
    axes.axvline(ORIENTED, color="C2", linestyle="--")
    axes.set(xlabel="orientation selectivity", ylabel="units", xlim=(0, 1))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)


def counts_of(tuning):
    """How many units pass the criterion, and how many have no orientation at all."""
    index = tuning.orientation_selectivity
    return int((index >= ORIENTED).sum()), int((index < UNORIENTED).sum())


passed, blobs = counts_of(trained)
passed_random, blobs_random = counts_of(untrained)

# %% tags=["report"]
say(
    f"{passed} of {len(weights)} trained units pass, and {passed_random} of the twin's: "
    "passing says nothing about training. What training did is to part the units into "
    f"two kinds: {blobs} have no orientation (index below {UNORIENTED}); in the twin, "
    f"{blobs_random}."
)

# %% [markdown]
# ## What three units see in a photograph
#
# The filter slides over the image, and each unit leaves a map of its answers. The rectifier
# $\max(0, z)$ keeps what resembles the filter and drops its negative.

# %%
photograph = load_photographs(["palace"], 256)
with record_activations(student, ["features.2"]) as activations, torch.no_grad():
    student(photograph)
maps = activations["features.2"][0]
order = trained.orientation_selectivity[shown].argsort(descending=True)
three = shown[order[:3]]
answers = maps[three] / maps[three].amax(dim=(1, 2), keepdim=True)
pictures(photograph, ["the image"], alt="Palace", width=200)
pictures(
    answers[:, None].expand(-1, 3, -1, -1),
    [f"unit {int(u)}, {degrees[trained.best[u, 2]]:.0f}°" for u in three],
    alt="Maps of the answers of three units, white: strongest",
    width=200,
)

# %% tags=["report"]
say(
    "Each map lights up where edges of the unit's own angle lie, wherever in the image."
)

# %% [markdown]
# ## How far a unit can see
#
# A window of $k$ units, each $j$ pixels from the next, widens a receptive field of $r$ pixels to
#
# $$ r' = r + (k - 1)\, j, \qquad j' = j \cdot \text{stride} . $$
#
# That follows from the architecture alone. What a unit *uses* is another question. The gradient
# of a unit with respect to the pixels answers it; we take the smallest square that holds nine
# tenths of the gradient's energy $\sum_c \lVert \partial a_c / \partial x \rVert^2$.

# %%
layers = list(lite0.layers[:-2])
fields = theoretical_receptive_fields(lite0.net, lite0.input_side)
reach = [fields[layer].size for layer in layers]
image = load_photographs(["cat"], lite0.input_side)
generator = torch.Generator().manual_seed(0)
energy = gradient_energy(lite0, image, layers, num_probes=2, generator=generator)
used = [effective_field(energy[layer][0]).side for layer in layers]

with plot("Theoretical and effective receptive field against depth") as axes:
    axes.plot(reach, marker="o", ms=4)
    axes.plot(used, marker="o", ms=4)
    axes.axhline(lite0.input_side, color="C2", linestyle="--")
    axes.text(0, 240, "side of the image", color="C2", va="bottom")
    axes.text(3.6, reach[4] * 1.3, "can see", color="C0", ha="right")
    axes.text(9.5, used[9] * 0.8, "uses", color="C1", va="top")
    axes.set(xlabel="depth (0: stem, then blocks)", ylabel="side (pixels)")
    axes.set_yscale("log")

# %% tags=["report"]
say(
    f"The last block can see {reach[-1]} pixels, {reach[-1] / lite0.input_side:.1f} times "
    f"the image; its middle unit uses a square of {used[-1]}."
)

# %% [markdown]
# ## Where the gradient comes from
#
# The energy itself is a picture: bright pixels are those whose change moves the unit most.

# %%
depths = [2, 5, 9, 15]
maps = torch.stack([energy[layers[depth]][0] for depth in depths]).sqrt()
maps = (maps / maps.flatten(1).quantile(0.999, dim=1)[:, None, None]).clamp(max=1)
pictures(
    maps[:, None].expand(-1, 3, -1, -1),
    [f"{layers[d]}: {used[d]} of {reach[d]} px" for d in depths],
    alt="Gradient energy of the middle units of four blocks",
)

# %% tags=["report"]
say(
    "The centre counts most, as many more paths lead from there to the unit. In deep "
    "blocks the gradient follows what is in the picture: here, the cat's face."
)

# %% [markdown] points=3 minutes=15
# ## Exercise 1: Colour or brightness?
#
# `measure_tuning` shows gratings along three colour axes. Which of the student's units prefer
# colour to brightness, after training and before?
#
# Hint: `amplitude` holds $F_1$ for every unit, colour axis, frequency and orientation; the first
# axis is brightness. A unit prefers the axis that has its largest amplitude.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Will more units prefer colour after training or before, and why?

# %% tags=["prediction"]
prediction_1 = (
    "After. Brightness moves all three colours at once, which suits random weights; filters for "
    "colour have to be learnt."
)

# %% tags=["exercise"]
print(trained.colours)
print(
    "units, colour axes, frequencies, orientations:", tuple(trained.amplitude.shape)
)


# %% tags=["solution"]
def prefers_colour(amplitude):
    """Which units have their largest amplitude off the first colour axis.

    amplitude: (units, colours, frequencies, orientations).   Returns (units,) booleans.
    """
    return amplitude.flatten(2).amax(dim=2).argmax(dim=1) > 0


# %% tags=["result"]
coloured = {
    name: prefers_colour(tuning.amplitude)
    for name, tuning in (("trained", trained), ("twin", untrained))
}
counts = {name: int(prefer.sum()) for name, prefer in coloured.items()}
for name, count in counts.items():
    print(f"{name}: {count} of {len(weights)} units prefer colour")
colourful = [int(u) for u in shown if coloured["trained"][u]]
pictures(
    as_pictures(weights[colourful]),
    [str(u) for u in colourful],
    alt="Trained filters that prefer colour",
    width=66,
)
assert counts["trained"] > counts["twin"]

# %% [markdown] points=4 minutes=25
# ## Exercise 2: The same weights in other places
#
# A twin with random weights differs from the student in two ways: in the values of its weights,
# and in their arrangement. Here is a control that differs in one. Give every weight of a filter
# another place within the filter, and measure the tuning again.
#
# Hint: `torch.randperm(n, generator=generator)` is an order of `n` things. Each filter needs one
# of its own, over colours and pixels together.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Will a shuffled filter still prefer one orientation to the one across it?
# Will its tuning curve have one peak?

# %% tags=["prediction"]
prediction_2 = (
    "Most will pass the criterion, as the twin's do, but with ragged curves: one broad peak needs "
    "neighbouring weights that are alike, and shuffling leaves only the values."
)

# %% tags=["exercise"]
other = load("student")
first = other.layer("features.0").weight
print(f"{first.shape[0]} filters of {first[0].numel()} weights")


def num_peaks(tuning):
    """Peaks of a tuning curve that reach half of the largest; mean over units that pass."""
    curve = tuning.orientation_curve[tuning.orientation_selectivity >= ORIENTED]
    above = (curve > curve.roll(1, dims=1)) & (curve >= curve.roll(-1, dims=1))
    return float(
        (above & (2 * curve > curve.amax(dim=1, keepdim=True))).sum() / len(curve)
    )


# %% tags=["solution"]
def shuffled_within(filters, generator):
    """The same filters with their weights in other places, each filter in an order of its own.

    filters: (units, C, h, w), left as they are.   Returns the same shape.
    """
    rows = [
        weights[torch.randperm(len(weights), generator=generator)]
        for weights in filters.flatten(1)
    ]
    return torch.stack(rows).view_as(filters)


# %% tags=["result"]
with torch.no_grad():
    first.copy_(shuffled_within(first, torch.Generator().manual_seed(0)))
shuffled = tuning_of(other, "features.0", side=64, lowest=1 / 16)
passed_shuffled, blobs_shuffled = counts_of(shuffled)
curves = {"trained": trained, "shuffled": shuffled, "before training": untrained}
peaks = {name: num_peaks(tuning) for name, tuning in curves.items()}
with plot("Tuning of one unit: trained, shuffled and before training") as axes:
    for name, tuning in curves.items():
        curve = tuning.orientation_curve[unit]
        axes.plot(degrees, curve / curve.max(), label=name)
    axes.set(xlabel="orientation of the bars (degrees)", ylabel="F₁ / largest F₁")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
pictures(
    as_pictures(first.detach()[shown]),
    [str(int(u)) for u in shown],
    alt="First-layer filters whose weights have changed places",
    width=66,
)
for name, number in peaks.items():
    print(f"{name}: {number:.1f} peaks on the curve of a unit that passes")
print(f"{passed_shuffled} of {len(weights)} shuffled units pass the criterion")
assert 2 * peaks["trained"] < peaks["shuffled"]
assert blobs_shuffled < blobs

# %% [markdown] points=4 minutes=25
# ## Exercise 3: Is the arithmetic right?
#
# `theoretical_receptive_fields` claims that the middle unit of `blocks.2` sees a square of a
# certain side and nothing else. Test the claim without gradients: change single pixels on the
# middle row and find the first and the last one that moves the unit.
#
# Hint: make a batch in which image number $i$ has its pixel in column $i$ inverted, $x \to 1 - x$.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Will every pixel of the square move the unit, only some, or even pixels
# outside?

# %% tags=["prediction"]
prediction_3 = (
    "None outside, since no path leads from there; inside nearly all, perhaps without the rim, "
    "whose few paths can end at a rectifier that is shut."
)

# %% tags=["exercise"]
field = fields["blocks.2"]
middle = field.map_side // 2
row = round(field.centre_of(middle))
print(
    f"claimed: a square of {field.size} pixels around pixel {field.centre_of(middle):.1f}"
)


def middle_unit(images):
    """Answers of all channels of the middle unit: (N, channels)."""
    with record_activations(lite0, ["blocks.2"]) as recorded, torch.no_grad():
        lite0(images)
    return recorded["blocks.2"][:, :, middle, middle]


# %% tags=["solution"]
def pixels_that_matter(answer, image, row, columns):
    """Which pixels of a row change an answer by more than a millionth when they are inverted.

    answer: (N, 3, H, W) → (N, channels); a change in any channel counts.   image: (1, 3, H, W).
    columns: (n,) indices.   Returns (n,) booleans.
    """
    batch = image.repeat(len(columns), 1, 1, 1)
    batch[torch.arange(len(columns)), :, row, columns] = (
        1 - image[0, :, row, columns].T
    )
    return (answer(batch) - answer(image)).abs().amax(dim=1) > 1e-6


# %% tags=["result"]
columns = torch.arange(row - field.size, row + field.size)
noise = torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
seen = columns[pixels_that_matter(middle_unit, noise, row, columns)]
print(f"pixels {int(seen.min())} to {int(seen.max())} matter")
assert int(seen.max() - seen.min()) + 1 <= field.size

# %% [markdown]
# ## What was measured

# %% tags=["report"]
say(
    f"""
- {passed} of the student's {len(weights)} first-layer units pass the usual criterion of
  orientation tuning, and {passed_random} of its twin with random weights.
- {blobs} have no orientation at all after training, {blobs_random} before.
- {counts["trained"]} prefer colour to brightness after training, {counts["twin"]} before.
- The tuning curve of a unit that passes has {peaks["trained"]:.1f} peaks after training, and
  {peaks["shuffled"]:.1f} once the same weights have changed places; yet {passed_shuffled} of the
  shuffled units pass.
- Units of Lite0's last block can see {reach[-1]} pixels; on one photograph the middle one
  uses a square of {used[-1]} pixels. The image has {lite0.input_side}.
- Changing single pixels moves a unit of the third block over {len(seen)} of the
  {field.size} pixels that arithmetic allows.
"""
)

# %% [markdown]
# One photograph, one twin, and a student that learnt from few images: the pages of the course
# have more of each, with intervals.
# [First layer](../what-units-see/first-layer.md) compares all filters with twenty random
# networks. [Receptive fields](../what-units-see/receptive-fields.md) follows both kinds of field
# through eleven photographs. [Hubel and Wiesel](../relations-with-biology/hubel-and-wiesel.md)
# puts the tuning curves beside those of neurons.
