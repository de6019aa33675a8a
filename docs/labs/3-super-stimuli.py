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
from site_lib.images.images import eight_bit, resize
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
FINAL = "waves, views, statistics"
show(climb(waves(), **everything), FINAL)

# %% tags=["report"]
_, final = verdicts[FINAL]
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

# %% [markdown] points=3 minutes=15
# ## Exercise 1: How many starts find the object?
#
# A climb ends on the hill where it began. Start four bananas from other noise. For how many does
# the judge put the banana first of all classes, and could the *source* have told which?
#
# Hint: the place of a class is one more than the number of classes with a larger logit.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** How many of four will the judge recognise? Will the source be less sure
# of the others?

# %% tags=["prediction"]
prediction_1 = (
    "Some and not all. The source climbed each of them, so it is sure of all; asked under random "
    "views, it may be less sure of those that the judge does not know."
)

# %% tags=["exercise"]
from site_lib.feature_visualisation.super_stimuli import confidence

four = classes[:1].repeat(4)
bananas = climb(waves(1), wanted=four, **everything)
sure = confidence(
    source, bananas, four, views=views, generator=torch.Generator().manual_seed(2)
)
with torch.no_grad():
    told = other(resize(bananas, other.input_side))
print(
    "mean log probability of the source under random views:", sure.round(decimals=2)
)


# %% tags=["solution"]
def places(logits, wanted):
    """Place of the wanted class of each image among all, from 1.

    logits: (N, classes).   wanted: (N,) indices.   Returns (N,) whole numbers.
    """
    return (logits > logits.gather(1, wanted[:, None])).sum(dim=1) + 1


# %% tags=["result"]
at = places(told, four)
labels = [
    f"source {own:.2f}, place {place} for the judge"
    for own, place in zip(sure.tolist(), at.tolist(), strict=True)
]
pictures(bananas, labels, alt="Four bananas from four starts")
recognised = int((at == 1).sum())
print(f"{recognised} of {len(bananas)} are a banana for the judge")
assert at.tolist() == judge(other, bananas, four).rank.tolist()

# %% [markdown] points=4 minutes=30
# ## Exercise 2: Where is the banana?
#
# A picture of a banana should lose its class when the banana is hidden, and not when a corner is.
# Slide a grey square over an image and note how much of the answer is lost at each place
# ([Zeiler and Fergus, 2014](https://arxiv.org/abs/1311.2901)). Do source and judge look at the same
# place?
#
# Hint: the first rows of the squares are `range(0, side - square + 1, stride)`, and so are the
# first columns. Show all the copies to the network in one batch.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** For the image without priors and for the one with all of them: will the
# maps of source and judge agree?

# %% tags=["prediction"]
prediction_2 = (
    "With all priors they agree, because both see the same thing in the same place. Without priors "
    "the judge sees no banana, so it has nothing to lose anywhere."
)

# %% tags=["exercise"]
SQUARE, STRIDE = 32, 12


def logit_of(network, index):
    """Function that tells the logit of a class above the mean of all: (N, 3, H, W) → (N,)."""

    def answer(images):
        with torch.no_grad():
            logits = network(
                resize(images, SIDE if network is source else network.input_side)
            )
        return logits[:, index] - logits.mean(dim=1)

    return answer


banana = int(classes[0])
grown = {"no prior": made["no prior"][:1], "all priors": made[FINAL][:1]}
for name, image in grown.items():
    values = [float(logit_of(n, banana)(image)) for n in (source, other)]
    print(
        f"{name}: source {values[0]:.1f}, judge {values[1]:.1f} logits above the mean"
    )


# %% tags=["solution"]
def lost_behind(answer, image, square, stride):
    """How much of an answer is lost while a square of mid-grey hides a part of the image.

    answer: (N, 3, S, S) → (N,).   image: (1, 3, S, S).   square, stride: in pixels.
    Returns (n, n): rows and columns by the place of the square; positive where something is lost.
    """
    starts = range(0, image.shape[-1] - square + 1, stride)
    copies = image.repeat(len(starts) ** 2, 1, 1, 1)
    corners = [(top, left) for top in starts for left in starts]
    for copy, (top, left) in zip(copies, corners, strict=True):
        copy[:, top : top + square, left : left + square] = 0.5
    return (answer(image) - answer(copies)).view(len(starts), len(starts))


# %% tags=["result"]
def as_picture(lost):
    """Losses as grey squares, white: most is lost."""
    grey = (lost / lost.max()).clamp(0, 1)
    return grey.repeat_interleave(8, 0).repeat_interleave(8, 1).expand(3, -1, -1)


lost, agreement = {}, {}
for name, image in grown.items():
    maps = [
        lost_behind(logit_of(network, banana), image, SQUARE, STRIDE)
        for network in (source, other)
    ]
    agreement[name] = float(torch.corrcoef(torch.stack(maps).flatten(1))[0, 1])
    lost[name] = [float(one.max()) for one in maps]
    pictures(image, alt=f"Banana, {name}", title=f"{name}: image, source, judge")
    pictures(
        torch.stack([as_picture(one) for one in maps]),
        [f"at most {most:.1f} logits lost" for most in lost[name]],
        alt=f"What is lost behind the square, {name}",
    )
    print(f"{name}: correlation of the two maps {agreement[name]:.2f}")
assert lost["all priors"][1] > lost["no prior"][1]
assert agreement["all priors"] > agreement["no prior"]

# %% [markdown] points=4 minutes=20
# ## Exercise 3: How fragile is it?
#
# An image that shows a thing should survive small changes. Shift the images of the first rung
# and of the last by a few pixels, around the edge, and let the *source* look again. How much
# of its belief is left?
#
# Hint: `images.roll((down, right), dims=(2, 3))` shifts a batch.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** What share of the source's belief survives shifts of up to three pixels,
# without priors and with all of them?

# %% tags=["prediction"]
prediction_3 = (
    "Without priors little, as noise was made for these very pixels; with all of them nearly "
    "everything, since the climb went through random shifts."
)

# %% tags=["exercise"]
SHIFTS = [(0, 1), (1, 0), (2, 2), (-2, 1), (3, -3), (-1, -2)]


def belief(images):
    """The source's probability of each wanted class: (4, 3, H, W) → (4,)."""
    return judge(source, images, classes, side=SIDE).probability


print("without priors, where they are:", percent(belief(made["no prior"]).mean()))


# %% tags=["solution"]
def survival(answer, images, shifts):
    """Mean answer to shifted images as a share of the answer to the images themselves.

    answer: (N, 3, H, W) → (N,).   shifts: (down, right) in pixels, around the edge.
    Returns (N,).
    """
    shifted = [answer(images.roll(shift, dims=(2, 3))) for shift in shifts]
    return torch.stack(shifted).mean(dim=0) / answer(images)


# %% tags=["result"]
kept = {
    name: float(survival(belief, made[rung], SHIFTS).mean())
    for name, rung in (("no prior", "no prior"), ("all priors", FINAL))
}
for name, share in kept.items():
    print(f"{name}: {percent(share)} of the belief survives")
assert kept["all priors"] > kept["no prior"]

# %% [markdown]
# ## What was measured

# %% tags=["report"]
means = {
    rung: [float(v.probability.mean()) for v in both]
    for rung, both in verdicts.items()
}
say(
    f"""
- Over {len(NAMES)} classes and {STEPS} steps, Lite0 reaches a mean probability of
  {percent(means["no prior"][0])} without any prior, and Lite1 gives those images
  {percent(means["no prior"][1])}.
- With waves, random views and the statistics of training, Lite1 gives
  {percent(means[FINAL][1])}; for the same recipe on random weights
  {percent(means["random weights"][1])}.
- Of {len(bananas)} starts, {recognised} end as a banana for the judge.
- Hiding a part of the banana costs Lite1 up to {lost["all priors"][1]:.1f} logits with all priors
  and {lost["no prior"][1]:.1f} without; the maps of both networks correlate with
  {agreement["all priors"]:.2f} and {agreement["no prior"]:.2f}.
- Shifted by a few pixels, the images keep {percent(kept["no prior"])} of Lite0's belief without
  priors and {percent(kept["all priors"])} with all of them.
"""
)

# %% [markdown]
# The images of this lab are small and climbed for a minute; those of
# [Super-stimuli](../optimising-the-input/super-stimuli.md) take longer and have more starts,
# classes and judges. Both judges there were trained on the same photographs, so their agreement
# is no proof that *you* would see a banana: look for yourself.
