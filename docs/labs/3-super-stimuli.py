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
# # Lab 3: Super-stimuli
#
# What does a fixed network want to see when it is asked for a banana, and which assumptions of
# ours does it take until another network agrees that it is one?
#
# You will climb the network's own answer by changing the image, add one prior after another, and
# let EfficientNet-Lite1, which never took part, judge the results.

# %% [markdown]
# ## A climber and a judge
#
# We maximise over the image $x$, with all weights fixed, the log probability of a class $c$,
# helped by a little of its logit $z_c$, which still has a slope when the probability is 1:
#
# $$ x^* = \operatorname*{arg\,max}_x \; \log p_c(x) + \lambda\, z_c(x) . $$
#
# EfficientNet-Lite0 gives the gradient. Lite1 has seen the same photographs in training, and not
# one of our images.

# %%
import torch

from site_lib.data.imagenet import class_index
from site_lib.drawing.words import percent
from site_lib.feature_visualisation import objectives, transforms
from site_lib.feature_visualisation.judging import judge
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import (
    FourierImage,
    PixelImage,
)
from site_lib.images.images import eight_bit
from site_lib.labs.lab_display import pictures, plot, say
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load

source = freeze_for_inference(load("efficientnet_lite0"))
other = freeze_for_inference(load("efficientnet_lite1"))
NAMES = ["banana", "ant", "hot air balloon", "goldfish"]
SIDE, STEPS = 128, 70
classes = torch.tensor([class_index(name) for name in NAMES])
print({name: int(index) for name, index in zip(NAMES, classes, strict=True)})

# %%
verdicts, made = {}, {}


def climb(image, *, views=(), rate=0.25, network=source, wanted=classes, **priors):
    """Images, in eight bits a channel, that the network takes for the wanted classes."""
    goal = objectives.class_log_probability(wanted)
    goal = goal + 0.5 * objectives.class_logit(wanted)
    return eight_bit(
        maximise(
            network,
            goal,
            image,
            steps=range(STEPS),
            num_steps=STEPS,
            learning_rate=rate,
            transforms=views,
            generator=torch.Generator().manual_seed(1),
            **priors,
        )
    )


def show(images, name):
    """Judge the images and show them with both verdicts."""
    by_source = judge(source, images, classes, side=SIDE)
    by_other = judge(other, images, classes)
    verdicts[name], made[name] = (by_source, by_other), images
    labels = [
        f"{wanted}: Lite0 {percent(own)}, Lite1 {percent(foreign)}, place {place}"
        for wanted, own, foreign, place in zip(
            NAMES,
            by_source.probability.tolist(),
            by_other.probability.tolist(),
            by_other.rank.tolist(),
            strict=True,
        )
    ]
    pictures(images, labels, alt=f"Images climbed with: {name}", title=name)


# %% [markdown]
# ## No prior: the network is pleased, and nobody else
#
# Every pixel is a parameter. Start at grey with a little noise and climb.

# %%
start = torch.Generator().manual_seed(0)
show(climb(PixelImage(len(NAMES), SIDE, generator=start), rate=0.02), "no prior")

# %% tags=["report"]
own, foreign = verdicts["no prior"]
say(
    f"Lite0 is sure (mean probability {percent(own.probability.mean())}), and Lite1 sees "
    f"nothing of the kind ({percent(foreign.probability.mean())}). These are adversarial "
    "noise: pushes that please one network at these very pixels."
)

# %% [markdown]
# ## Neighbouring pixels are alike
#
# The oldest prior punishes differences between neighbours, the *total variation*
#
# $$ \text{TV}(x) = \overline{(x_{i+1,j} - x_{i,j})^2} + \overline{(x_{i,j+1} - x_{i,j})^2} , $$
#
# and the image is shifted by a few pixels at each step, so that no pixel can count on its place.

# %%
start = torch.Generator().manual_seed(0)
show(
    climb(
        PixelImage(len(NAMES), SIDE, generator=start),
        views=[transforms.roll(1 / 16)],
        rate=0.02,
        total_variation_weight=100.0,
    ),
    "total variation and shifts",
)

# %% [markdown]
# ## Write the image as waves
#
# The same gradient means something else in other coordinates. With the Fourier coefficients of
# decorrelated colours as parameters, divided by frequency $f$ as in natural images,
#
# $$ x = \sigma\Big( \mathcal F^{-1}\big( s(f)\, / f^{1.25} \big) \Big) , $$
#
# one step changes coarse and fine structure alike
# ([Olah et al., 2017](https://distill.pub/2017/feature-visualization/)).

# %%


def waves(seed=0, number=4):
    """Images written as waves, from a random start."""
    start = torch.Generator().manual_seed(seed)
    return FourierImage(number, SIDE, generator=start, noise=0.05, falloff=1.25)


show(climb(waves()), "waves")

# %% [markdown]
# ## It must survive being moved
#
# A banana stays one when it is shifted, mirrored, cropped or relit, and in some noise. So the
# climber gets the *expected* gradient over such views $t$:
#
# $$ \max_x \; \mathbb E_t \big[ \log p_c(t(x)) \big] . $$

# %%
views = transforms.robust_views()
show(climb(waves(), views=views), "waves, random views")

# %% tags=["report"]
_, before = verdicts["waves"]
_, after = verdicts["waves, random views"]
say(
    f"Lite1's mean probability goes from {percent(before.probability.mean())} to "
    f"{percent(after.probability.mean())}. Nothing was taken from Lite1, and what fools "
    "one network alone seldom survives the views."
)

# %% [markdown]
# ## Activations as in training
#
# Batch normalisation remembers the mean $\mu$ and spread $\sigma$ of each channel over the
# training photographs. Images whose activations have other statistics, $m$ and $s$, are unlike
# any photograph, whatever their class:
#
# $$ \sum_\text{layers} \overline{\big(\tfrac{m - \mu}{\sigma}\big)^2 +
# \big(\tfrac{s}{\sigma} - 1\big)^2} . $$

# %%
everything = {
    "views": views,
    "statistics_weight": 20.0,
    "total_variation_weight": 1.5,
}
show(climb(waves(), **everything), "waves, views, statistics")

# %% tags=["report"]
_, final = verdicts["waves, views, statistics"]
say(
    f"Lite1's mean probability is {percent(final.probability.mean())} now, "
    f"after {percent(after.probability.mean())} before. The prior asks for colours and contrasts "
    "as in photographs. It compares the whole batch with the training set, and a batch of "
    f"{len(NAMES)} is small."
)

# %% [markdown]
# ## The control: a network that was never trained
#
# The same recipe on Lite0 with random weights. If the priors made the pictures, they would make
# them here, too.

# %%
untrained = freeze_for_inference(load("efficientnet_lite0", random_seed=0))
show(climb(waves(), network=untrained, **everything), "random weights")

# %% [markdown]
# ## All steps side by side

# %%
with plot("Mean probability of the class for both networks, by prior") as axes:
    rungs = list(verdicts)
    for place, name in enumerate(("Lite0", "Lite1, the judge")):
        means = [float(verdicts[rung][place].probability.mean()) for rung in rungs]
        axes.plot(means, range(len(rungs)), "o", label=name)
    axes.set_yticks(range(len(rungs)), rungs)
    axes.set(xlabel="mean probability of the class", xlim=(-0.03, 1.03))
    axes.invert_yaxis()
    axes.grid(axis="y")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)

# %% tags=["report"]
own, foreign = verdicts["random weights"]
say(
    "Lite0 is pleased with every image that was climbed on it; that says nothing. What the "
    "judge says tells the steps apart. The images from random weights convince neither: "
    f"{percent(own.probability.mean())} and {percent(foreign.probability.mean())}."
)

# %% [markdown]
# ## Exercise 1: How many starts find the object?
#
# A climb ends on the hill where it began. Start four bananas from other noise. How many does the
# judge recognise, and could the *source* have told which?
#
# Hint: `waves(seed)` starts four images in one batch, and `wanted` takes four classes.
# The source's own certainty under views is `confidence` in
# `site_lib.feature_visualisation.super_stimuli`.

# %% tags=["exercise"]
four = classes[:1].repeat(4)
before = judge(other, waves(1)().detach(), four)
print(
    f"probability of a banana before climbing: {percent(before.probability.mean())}"
)

# %% tags=["solution"]
from site_lib.feature_visualisation.super_stimuli import confidence

bananas = climb(waves(1), wanted=four, **everything)
told = judge(other, bananas, four)
sure = confidence(source, bananas, four, generator=torch.Generator().manual_seed(2))
labels = [
    f"source {own:.2f}, judge {percent(foreign)}"
    for own, foreign in zip(sure.tolist(), told.probability.tolist(), strict=True)
]
pictures(bananas, labels, alt="Four bananas from four starts")
recognised = int((told.rank == 1).sum())
print(f"{recognised} of {len(bananas)} are a banana for the judge")
assert bananas.shape == (4, 3, SIDE, SIDE)

# %% [markdown]
# ## Exercise 2: What does a hidden channel want?
#
# The objective need not be a class. Climb the mean answer of one channel of `blocks.8` and
# compare it with the same channel's answer to a photograph.
#
# Hint: `objectives.channel(layer, index)` goes in the place of the class; call `maximise`
# directly.

# %% tags=["exercise"]
LAYER, CHANNEL = "blocks.8", 5
goal = objectives.channel(LAYER, CHANNEL)
print("layers that the objective reads:", set(goal.layers))

# %% tags=["solution"]
from site_lib.images.images import load_photographs
from site_lib.networks.activations import record_activations

wanted_by_unit = maximise(
    source,
    goal,
    waves(0, 1),
    steps=range(40),
    num_steps=40,
    learning_rate=0.12,
    transforms=views,
    generator=torch.Generator().manual_seed(1),
)
photographs = load_photographs(["cat", "coffee", "palace", "flower"], SIDE)
with record_activations(source, [LAYER]) as recorded, torch.no_grad():
    source(torch.cat([wanted_by_unit, photographs]))
answers = recorded[LAYER][:, CHANNEL].mean(dim=(1, 2))
pictures(
    wanted_by_unit, [f"channel {CHANNEL} of {LAYER}"], alt="What a channel wants"
)
print(
    f"climbed: {answers[0]:.2f}; best of four photographs: {answers[1:].max():.2f}"
)
assert answers[0] > answers[1:].max()

# %% [markdown]
# ## Exercise 3: How fragile is it?
#
# An image that shows a thing should survive small changes. Shrink the images of the first rung
# and of the last by a tenth and let the *source* look again.
#
# Hint: `judge(network, images, classes, side=…)` resizes before it asks.

# %% tags=["exercise"]
bare, robust = made["no prior"], made["waves, views, statistics"]
own_side = judge(source, bare, classes, side=SIDE).probability
print(f"without priors, at their own side: {percent(own_side.mean())}")

# %% tags=["solution"]
smaller = round(0.9 * SIDE)
kept = {
    name: float(judge(source, images, classes, side=smaller).probability.mean())
    for name, images in (("no prior", bare), ("all priors", robust))
}
for name, probability in kept.items():
    print(f"{name}: {percent(probability)} after shrinking")
assert kept["all priors"] > kept["no prior"]

# %% [markdown]
# ## What was measured

# %% tags=["report"]
means = {
    rung: [float(v.probability.mean()) for v in both]
    for rung, both in verdicts.items()
}
best = "waves, views, statistics"
say(
    f"""
- Over {len(NAMES)} classes and {STEPS} steps, Lite0 reaches a mean probability of
  {percent(means["no prior"][0])} without any prior, and Lite1 gives those images
  {percent(means["no prior"][1])}.
- With waves, random views and the statistics of training, Lite1 gives
  {percent(means[best][1])}; for the same recipe on random weights
  {percent(means["random weights"][1])}.
- Of {len(bananas)} starts, {recognised} end as a banana for the judge.
- Shrunk by a tenth, the images keep {percent(kept["no prior"])} of Lite0's belief without priors
  and {percent(kept["all priors"])} with all of them.
"""
)

# %% [markdown]
# The images of this lab are small and climbed for a minute; those of
# [Super-stimuli](../optimising-the-input/super-stimuli.md) take longer and have more starts,
# classes and judges. Both judges there were trained on the same photographs, so their agreement
# is no proof that *you* would see a banana: look for yourself.
