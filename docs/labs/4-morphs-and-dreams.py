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
# # Lab 4: Morphs and dreams
#
# What would it take for this cat to be a leopard, and who would believe it?
#
# The network stays fixed and the photograph changes. You follow the same gradient in several
# ways that differ in one point each, and a second network, which took no part, says which of
# the results still looks like a leopard to a stranger. Then no class is named at all: a layer
# gets more of what it sees already, and dreams. Needed: gradients, and the idea of [optimising
# the input](../optimising-the-input/super-stimuli.md).

# %%
import torch

from site_lib.data.imagenet import class_index, class_names
from site_lib.drawing.words import percent
from site_lib.feature_visualisation.dream import dream, gradient, octaves
from site_lib.feature_visualisation.judging import judge
from site_lib.feature_visualisation.morph import MorphRecipe, morph
from site_lib.feature_visualisation.objectives import (
    channel,
    class_log_probability,
    class_logit,
    layer_norm,
)
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import (
    FourierImage,
    PixelImage,
)
from site_lib.feature_visualisation.transforms import robust_views
from site_lib.images.images import eight_bit, load_photographs, resize
from site_lib.labs.lab_display import pictures, plot, say
from site_lib.networks.activations import record_activations
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load

SIDE, STEPS = 160, 60
source = freeze_for_inference(load("efficientnet_lite0"))
other = freeze_for_inference(load("efficientnet_lite1"))
untrained = freeze_for_inference(load("efficientnet_lite0", random_seed=0))
cat = load_photographs(["cat"], SIDE)

# %% [markdown]
# ## Before anything changes
#
# EfficientNet-Lite0 is the *source*: its gradients will be followed. EfficientNet-Lite1 is the
# *judge*: it never gives a gradient. Both look at the same cat.


# %%
def likelihood(network, images, name):
    """Probability of one class for each image, (N,)."""
    classes = torch.full((len(images),), class_index(name))
    # The source sees the pixels that were optimised, the judge its own size.
    side = SIDE if network is source else None
    return judge(network, images, classes, side=side).probability


@torch.no_grad()
def answer(network, image):
    """Name of the first of the thousand classes."""
    return class_names()[int(network(resize(image, network.input_side)).argmax())]


was = answer(source, cat)
pictures(cat, ["the start"], alt="Face of a tabby cat", width=200)

# %% tags=["report"]
sure = [
    percent(likelihood(network, cat, was).item()) for network in (source, other)
]
say(
    f"The source says *{was}* ({sure[0]}), and the judge says *{answer(other, cat)}* "
    f"({sure[1]}): they agree, so a change of mind can be seen."
)

# %% [markdown]
# ## A plain gradient makes an adversarial example
#
# The shortest recipe climbs the log probability of the new class $t$, in every pixel at once,
# by $\eta$ on average:
#
# $$
# x \leftarrow x + \eta\, \frac{g}{\overline{|g|}}, \qquad g = \nabla_x \log p_t(x).
# $$

# %%
leopard = torch.tensor([class_index("leopard")])
likely = class_log_probability(leopard)

plain = cat.clone()
for _ in range(20):
    slope = gradient(source, likely, plain)
    plain = (plain + 0.0005 * slope / slope.abs().mean()).clamp(0, 1)
plain = eight_bit(plain)  # the 256 grey levels of a file

change = plain - cat
levels = 255 * change.square().mean().sqrt().item()
pictures(
    torch.cat([cat, plain, (0.5 + 20 * change).clamp(0, 1)]),
    ["before", "after", "the change, 20 times, around grey"],
    alt="The cat before and after the plain gradient",
    width=200,
)

# %% tags=["report"]
fooled, unmoved = (
    percent(likelihood(network, plain, "leopard").item())
    for network in (source, other)
)
say(
    f"After a change of {levels:.1f} grey levels the source gives *leopard* {fooled}, the judge "
    f"{unmoved}, and you cannot see why anyone should change their mind."
)

# %% [markdown]
# This is an [adversarial example](../adversarial-examples/index.md). The gradient was right. It
# says what would change *this network's* answer, at these pixels, most quickly, and that is
# fine grain.
#
# ## One thing at a time
#
# Two changes lead the same gradient away from the grain.
#
# - *Views.* At each step the network sees the picture moved, mirrored, cropped, in another light
#   and with some noise. Grain that works at one position only averages out.
# - *Fourier.* The picture is a sum of waves,
#   $x = \sigma\big(\sum_k c_k\, |k|^{-a}\, e^{ikr}\big)$, and the coefficients $c_k$ are what
#   changes. A step then moves coarse waves much further than fine ones.
#
# Four climbs with the same objective and the same number of steps try all combinations.

# %%
objective = likely + 0.1 * class_logit(leopard)


def climb(*, fourier, views):
    """The cat after STEPS steps of gradient ascent: (1, 3, SIDE, SIDE)."""
    generator = torch.Generator().manual_seed(0)
    if fourier:
        image, rate = FourierImage.of(cat, falloff=1.15), 0.13
    else:
        image, rate = PixelImage(1, SIDE, generator=generator), 0.01
        image.pixels.data = cat.clone()
    result = maximise(
        source,
        objective,
        image,
        steps=range(STEPS),
        num_steps=STEPS,
        learning_rate=rate,
        transforms=robust_views() if views else [],
        generator=generator,
    )
    return eight_bit(result)


ways = {
    "pixels": climb(fourier=False, views=False),
    "pixels, views": climb(fourier=False, views=True),
    "Fourier": climb(fourier=True, views=False),
    "Fourier, views": climb(fourier=True, views=True),
}
by_judge = {
    way: likelihood(other, end, "leopard").item() for way, end in ways.items()
}
pictures(
    torch.cat(list(ways.values())),
    [f"{way}: judge {percent(p)}" for way, p in by_judge.items()],
    alt="The cat after four climbs towards the leopard",
)

# %% tags=["report"]
least = min(likelihood(source, end, "leopard").item() for end in ways.values())
say(
    "Read the judge's verdicts and look for spots in the fur. The source gives *leopard* at least "
    f"{percent(least)} in each of the pictures, so its own confidence cannot tell them apart."
)

# %% [markdown]
# ## A morph, followed by both networks
#
# The course's recipe adds what a picture should look like, and a last term that keeps the start
# near. Seen at a few pixels, $S(x)$, the picture has to stay what it was:
#
# $$
# \max_x\; \log p_t + \alpha z_t - \beta B - \gamma\,\mathrm{TV} -
# \lambda\, \overline{\big(S(x) - S(x_0)\big)^2}
# $$
#
# $B$ is the distance from the statistics that batch normalisation learnt of photographs,
# $\mathrm{TV}$ the difference of neighbouring pixels.

# %%
recipe = MorphRecipe(steps=STEPS)


def morphed(network, name, recipe=recipe, on_step=None):
    """The cat, led by a network towards a class."""
    end = morph(
        network,
        cat,
        torch.tensor([class_index(name)]),
        push=torch.tensor([0.1]),
        recipe=recipe,
        generator=torch.Generator().manual_seed(0),
        on_step=on_step,
    )
    return eight_bit(end)


path = {}


def keep(step, image):
    """Every step at first, when most happens; later every tenth."""
    if step < 10 or step % 10 == 0:
        path[step] = eight_bit(image)


path[STEPS] = morphed(source, "leopard", on_step=keep)

# %%
along = torch.cat(list(path.values()))
with plot(
    "Probability of both classes against the step, for source and judge"
) as axes:
    for name, colour in ((was, "C0"), ("leopard", "C1")):
        for network, line in ((source, "-"), (other, "--")):
            axes.plot(
                list(path), likelihood(network, along, name), line, color=colour
            )
    axes.text(STEPS, 0.05, was, color="C0", ha="right")
    axes.text(STEPS, 0.88, "leopard", color="C1", ha="right")
    axes.text(12, 0.6, "solid: source\ndashed: judge")
    axes.set(xlabel="step", ylabel="probability", ylim=(-0.02, 1.02))
shown = [5, 20, STEPS]
pictures(
    torch.cat([path[step] for step in shown]),
    [f"step {step}" for step in shown],
    alt="The cat turns into a leopard",
    width=200,
)


# %% tags=["report"]
def convinced(network):
    """First step kept at which the leopard has more than half of the probability."""
    return list(path)[
        int((likelihood(network, along, "leopard") > 0.5).int().argmax())
    ]


say(
    f"*Leopard* has more than half of the probability from step {convinced(source)} on for the "
    f"source, and from step {convinced(other)} on for the judge, which waits until there is "
    "something to see."
)

# %% [markdown]
# ## Is it in the weights?
#
# The recipe might make spots of its own accord. So the same steps are taken with the same
# network before training, when it has never seen a leopard.

# %%
control = morphed(untrained, "leopard")
pictures(
    torch.cat([path[STEPS], control]),
    [
        f"{kind}: judge {percent(likelihood(other, end, 'leopard').item())}"
        for kind, end in (("trained", path[STEPS]), ("random weights", control))
    ],
    alt="The morph by trained and by random weights",
    width=200,
)

# %% [markdown]
# Both pictures changed; look at what appeared. Clouds of colour belong to the recipe, a
# leopard's fur to the weights.
#
# ## Dreaming, at two depths
#
# Now without a class. The gradient of half the squared norm of a layer $a(x)$, with respect to
# that layer, is the activation itself. So whatever is active is driven further:
#
# $$
# g = \nabla_x\, \tfrac{1}{2} \lVert a(x) \rVert^2
# $$
#
# The picture is dreamt small, enlarged, and dreamt again (*octaves*).


# %%
def dreamt(network, wish):
    """The cat after a dream of three octaves."""
    picture = dream(
        network,
        wish,
        cat,
        sides=octaves(SIDE, number=3, scale=1.4),
        steps=8,
        step_size=0.015,
        jitter=16,
        generator=torch.Generator().manual_seed(0),
    )
    return eight_bit(picture)


depths = ["blocks.4", "blocks.10"]
dreams = {depth: dreamt(source, layer_norm(depth)) for depth in depths}
pictures(
    torch.cat(list(dreams.values())),
    [f"{depth}: {answer(other, x)}" for depth, x in dreams.items()],
    alt="Dreams of the cat, with the judge's answer",
    width=200,
)

# %% [markdown]
# The early block draws gratings along the fur, the deep one fur, eyes and a snout. Below each
# dream stands what the judge calls it.
#
# ## The same dream before training

# %%
empty = {depth: dreamt(untrained, layer_norm(depth)) for depth in depths}
pictures(
    torch.cat(list(empty.values())),
    [f"{depth}, random: {answer(other, x)}" for depth, x in empty.items()],
    alt="Dreams of the cat by random weights, with the judge's answer",
    width=200,
)

# %% [markdown]
# There are as many steps, of the same length, and under the grain sits the same cat. The forms
# in the dream came from training.

# %% [markdown] points=4 minutes=35
# ## Exercise 1: Which channels carry the leopard?
#
# Take the morph and hold one channel of `blocks.10` after the other at the mean that it has on the
# cat, everywhere in its map. How much of the leopard does each of the 112 channels take away?
# That is an *ablation*: a correlation says what goes along with an answer, holding a channel still
# says what the answer needs.
#
# Hint: `network.layer(name).register_forward_hook(hook)` calls `hook(module, inputs, output)` after
# the layer, and what that returns takes the place of the output. The handle that it gives back
# has a method `remove`.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** How many channels must be held at once until the source no longer says
# leopard: one, about ten, or most of them? And how many if they are drawn at random?

# %% tags=["prediction"]
prediction_1 = (
    "About ten of the strongest: no channel is a leopard by itself, but few draw spots and fur. At "
    "random it takes far more."
)

# %% tags=["exercise"]
from contextlib import ExitStack

from site_lib.interpretability.ablation import channel_held

LAYER = "blocks.10"
with record_activations(source, [LAYER]) as recorded, torch.no_grad():
    source(cat)
means = recorded[LAYER][0].mean(dim=(1, 2))
print(
    f"{len(means)} channels, on the cat from {means.min():.2f} to {means.max():.2f}"
)


# %% tags=["solution"]
@torch.no_grad()
def lost_when_held(network, images, layer, channel, value, wanted):
    """Log probability that a class loses while one channel is held at a value, everywhere.

    images: (N, 3, H, W).   wanted: index of the class.   The network is left as it was.
    Returns (N,); positive where the class loses.
    """

    def hold(_module, _inputs, output):
        held = output.clone()
        held[:, channel] = value
        return held

    before = network(images).log_softmax(dim=1)[:, wanted]
    handle = network.layer(layer).register_forward_hook(hold)
    try:
        after = network(images).log_softmax(dim=1)[:, wanted]
    finally:
        handle.remove()
    return before - after


# %% tags=["result"]
end, spotted = path[STEPS], int(leopard)
losses = torch.cat(
    [
        lost_when_held(source, end, LAYER, channel, float(mean), spotted)
        for channel, mean in enumerate(means)
    ]
)
ranked = losses.argsort(descending=True)


def left_of_leopard(channels):
    """Probability of the leopard with all of these channels held at once."""
    with ExitStack() as held:
        for channel in channels.tolist():
            held.enter_context(
                channel_held(source, LAYER, channel, float(means[channel]))
            )
        return likelihood(source, end, "leopard").item()


at_random = torch.randperm(len(means), generator=torch.Generator().manual_seed(0))
numbers = [0, 1, 2, 4, 8, 16, 32, 64]
remaining = {
    name: [left_of_leopard(order[:number]) for number in numbers]
    for name, order in (("strongest first", ranked), ("at random", at_random))
}
with plot("Probability of the leopard against the number of channels held") as axes:
    for name, curve in remaining.items():
        axes.plot(range(len(numbers)), curve, "o-", label=name)
    axes.set(xlabel="channels held", ylabel="p(leopard)", ylim=(-0.02, 1.02))
    axes.set_xticks(range(len(numbers)), numbers)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
needed = next(
    number
    for number, p in zip(numbers, remaining["strongest first"], strict=True)
    if p < 0.5
)
print("strongest channels:", ranked[:5].tolist())
print(f"with {needed} of them held, leopard has less than half of the probability")
assert remaining["strongest first"][-1] < 0.5
assert sum(remaining["strongest first"]) < sum(remaining["at random"])

# %% [markdown] points=4 minutes=15
# ## Exercise 2: How near to the start?
#
# `MorphRecipe(steps=STEPS, likeness_weight=…)` is the $\lambda$ of the morph. Set it to 0, and
# to a hundred times its value. How far does the picture move, and does the judge mind? Measure
# the distance as the root of the mean squared change, in the 256 grey levels of a file.
#
# Hint: `morphed` takes the recipe as `recipe=…`.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Does the judge see more of a leopard when nothing holds on to the start?

# %% tags=["prediction"]
prediction_2 = (
    "A little more, or the same: the term only holds what is seen at a few pixels, and a leopard "
    "in the cat's pose is a leopard too."
)

# %% tags=["exercise"]
weights = [0, 100 * recipe.likeness_weight]
print("weights of the term:", weights, "and the recipe's", recipe.likeness_weight)


# %% tags=["solution"]
def grey_levels(before, after):
    """Distance of each image from its start, root mean square in grey levels of a file.

    before, after: (N, 3, H, W) in [0, 1].   Returns (N,).
    """
    return 255 * (after - before).square().mean(dim=(1, 2, 3)).sqrt()


# %% tags=["result"]
held = [
    morphed(
        source, "leopard", recipe=MorphRecipe(steps=STEPS, likeness_weight=weight)
    )
    for weight in weights
]
distances = [grey_levels(cat, end).item() for end in held]
moved = grey_levels(cat, path[STEPS]).item()
assert distances[0] > moved > distances[1]
pictures(
    torch.cat(held),
    [
        f"weight {weight:g}: moved {distance:.0f}, judge "
        + percent(likelihood(other, end, "leopard").item())
        for weight, distance, end in zip(weights, distances, held, strict=True)
    ],
    alt="The morph with two other weights of the term that holds on to the start",
    width=200,
)

# %% [markdown] points=3 minutes=20
# ## Exercise 3: The dream of one channel
#
# The norm of a layer mixes the wishes of all its channels. Dream of a single channel of
# `blocks.10`, which has 112, and find one that wants eyes. Has its activation risen?
#
# Hint: the objective is `channel("blocks.10", index)`, and `record_activations` gives what a layer
# answers, (N, channels, H, W).

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Must a channel's mean activation rise when the picture dreams of it?

# %% tags=["prediction"]
prediction_3 = (
    "Nearly always: the dream climbs this very number. But it climbs it at other sizes of the "
    "picture and under shifts, so a small fall would be no contradiction."
)

# %% tags=["exercise"]
chosen = (20, 30)  # ← try others
singles = {index: dreamt(source, channel(LAYER, index)) for index in chosen}


# %% tags=["solution"]
@torch.no_grad()
def mean_activation(network, images, layer, channel):
    """Mean of one channel over its map, for each image.   Returns (N,)."""
    with record_activations(network, [layer]) as activations:
        network(images)
    return activations[layer][:, channel].mean(dim=(1, 2))


# %% tags=["result"]
activity = {
    index: mean_activation(source, torch.cat([cat, image]), LAYER, index).tolist()
    for index, image in singles.items()
}
pictures(
    torch.cat(list(singles.values())),
    [
        f"channel {index}: {before:.2f} → {after:.2f}"
        for index, (before, after) in activity.items()
    ],
    alt="Dreams of two channels",
    width=200,
)
assert all(after > before for before, after in activity.values())

# %% [markdown]
# ## What was measured

# %% tags=["report"]
ends = {
    "plain gradient": plain,
    **ways,
    "morph": path[STEPS],
    "morph, random weights": control,
}
rows = [
    f"| {way} | "
    + " | ".join(
        percent(likelihood(n, end, "leopard").item()) for n in (source, other)
    )
    for way, end in ends.items()
]
say(
    "\n".join(
        [
            "| leopard? | source | judge |",
            "|---|---|---|",
            *(f"{row} |" for row in rows),
        ]
    )
)
say(
    f"The plain gradient changed the picture by {levels:.1f} grey levels, the morph by "
    f"{moved:.0f}. The judge was convinced from step {convinced(other)} on, "
    f"the source from step {convinced(source)} on. To the judge, the dreams of trained weights are "
    f"*{'* and *'.join(answer(other, x) for x in dreams.values())}*, those of random weights "
    f"*{'* and *'.join(answer(other, x) for x in empty.values())}*. Held at their means on the "
    f"cat, {needed} of the {len(means)} channels of one block are enough to end the leopard."
)
# What the text says about these numbers holds, or the lab does not build.
assert answer(other, cat) == was
assert (
    likelihood(other, plain, "leopard")
    < 0.1
    < 0.5
    < likelihood(other, path[STEPS], "leopard")
)
assert by_judge["pixels"] < min(by_judge["pixels, views"], by_judge["Fourier"])
assert by_judge["Fourier, views"] > max(
    by_judge["pixels, views"], by_judge["Fourier"]
)
assert least > 0.9
assert likelihood(other, control, "leopard") < 0.1
assert convinced(source) < convinced(other)

# %% [markdown]
# One photograph, one seed, one target, and a judge of the source's own family: this is a
# demonstration. [Morphing](../optimising-the-input/morphing.md) and
# [Dreaming](../optimising-the-input/dreaming.md) carry it further, with other starts and a
# judge that had been left out; [Super-stimuli](../optimising-the-input/super-stimuli.md) begins
# the same climb at noise; and [Adversarial examples](../adversarial-examples/index.md) follows
# the plain gradient, as does [the next lab](5-adversarial.ipynb).
