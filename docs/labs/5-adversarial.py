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
# # Lab 5: Adversarial examples
#
# How little does it take to change the answer, and why is noise of the same size harmless?
#
# You take the gradient of an answer by hand, follow it for one step and for several, look for
# the smallest change there is, and walk along it. Each attack stands beside a control: noise of
# the same size, the rounding of a file, another network. Needed: gradients.

# %%
import torch

from site_lib.adversarial import distances, noise
from site_lib.adversarial.attack import Goal
from site_lib.adversarial.defences import blur, defended, jpeg, round_to_file
from site_lib.adversarial.fgsm import fgsm
from site_lib.adversarial.lbfgs import lbfgs
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import best_square, labelled_images
from site_lib.adversarial.rays import distance_along
from site_lib.adversarial.transfer import at_side
from site_lib.data.imagenet import class_index, class_names
from site_lib.drawing.words import percent
from site_lib.labs.lab_display import pictures, plot, say
from site_lib.networks.answers import first_answers, in_batches
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load

SIDE, LEVEL = 224, 1 / 255  # one grey level of a file
network = freeze_for_inference(load("efficientnet_lite0"))
other = at_side(freeze_for_inference(load("efficientnet_lite1")), SIDE)

# %% [markdown]
# ## Photographs that the network knows
#
# The espresso will be shown. The measurements use labelled photographs of ImageNet, whose
# licences are not known, so they are not shown. An attack on an answer that is wrong already
# would prove nothing, so only photographs that the network gets right take part.

# %%
square = best_square(network, "coffee", [class_index("espresso")], side=SIDE)
coffee, espresso = square.image, torch.tensor([square.class_index])

photographs, labels, _ = labelled_images(SIDE, 20)
right = first_answers(network, photographs) == labels
images, labels = photographs[right][:8], labels[right][:8]
pictures(
    coffee, ["the original"], alt="Cup of espresso, seen from above", width=200
)

# %% tags=["report"]
say(
    f"{int(right.sum())} of {len(right)} answers are right; the first {len(images)} of them "
    f"are attacked. This square is *{class_names()[int(espresso)]}* to the network, with "
    f"{percent(square.probability)}."
)

# %% [markdown]
# ## The gradient, by hand
#
# Let $m(x) = z_y - \max_{k \ne y} z_k$ be the margin by which the right class leads. To first
# order, a change $r$ moves it by $g^{\mathsf T} r$ with $g = \nabla_x m$. If every pixel may
# move by $\varepsilon$, the best choice is $r = -\varepsilon\, \mathrm{sign}(g)$, and the
# margin falls by
#
# $$
# \varepsilon \lVert g \rVert_1 = \varepsilon \sum_i |g_i| .
# $$

# %%
goal = Goal(espresso)
pixels = coffee.clone().requires_grad_(True)
margin = goal.margin(network(pixels))
(g,) = torch.autograd.grad(margin.sum(), pixels)

r = -LEVEL * g.sign()
with torch.no_grad():
    after = goal.margin(network((coffee + r).clamp(0, 1))).item()
foretold = LEVEL * g.abs().sum().item()
pictures(
    torch.cat([coffee, (0.5 + 0.5 * g / g.abs().quantile(0.99)).clamp(0, 1)]),
    ["the original", "the gradient, around grey"],
    alt="Espresso and the gradient of its margin",
    width=200,
)

# %% tags=["report"]
say(
    f"The margin is {margin.item():.1f} logits. One grey level in every pixel should take "
    f"{foretold:.0f} away, and it takes {margin.item() - after:.1f}: the network is not "
    "linear, and still a linear guess finds the way."
)

# %% [markdown]
# ## One step, more and more grey levels
#
# The fast gradient sign method (FGSM) takes exactly this step. Three curves against
# $\varepsilon$: the attack, the attack rounded to the 256 levels of a file, and noise in which
# every channel of every pixel moves by $\pm\varepsilon$ at random.


# %%
@torch.no_grad()
def num_right(network, shown):
    """How many of the labelled photographs keep their answer."""
    return int((first_answers(network, shown) == labels).sum())


levels = [0.25, 0.5, 1, 2, 4, 8, 16]
more_levels = [*levels, 32, 64]
signs = torch.randn(images.shape, generator=torch.Generator().manual_seed(0)).sign()
one_step = {
    e: fgsm(network, images, labels, epsilon=e * LEVEL).adversarial for e in levels
}
attacked = [num_right(network, one_step[e]) for e in levels]
rounded = [num_right(network, round_to_file(one_step[e])) for e in levels]
random = [
    num_right(network, (images + e * LEVEL * signs).clamp(0, 1))
    for e in more_levels
]

with plot("Right answers against ε: attack, rounded attack, noise") as axes:
    axes.semilogx(more_levels, random, "o-", color="C0")
    axes.semilogx(levels, attacked, "o-", color="C1")
    axes.semilogx(levels, rounded, "x:", color="C1")
    axes.text(1, 0.87 * len(images), "noise", color="C0")
    axes.text(1, 0.25 * len(images), "FGSM (dotted: as a file)", color="C1")
    axes.set(
        xlabel="ε (grey levels)", ylabel="answers still right", ylim=(-0.3, None)
    )
    axes.set_xticks(more_levels, [f"{e:g}" for e in more_levels])
    axes.minorticks_off()

# %% [markdown]
# Look at the left end. Below half a grey level the attack works only as long as nobody saves
# the picture: rounding takes all of it away. From one level on, the file is as good. And look
# for the place where noise of the same size begins to matter.
#
# ## Several smaller steps
#
# Projected gradient descent (PGD) takes steps of size $\alpha$ and returns to the allowed box
# after each:
#
# $$
# x \leftarrow \Pi_{\lVert x' - x_0 \rVert_\infty \le \varepsilon}
# \big( x - \alpha\, \mathrm{sign}\, \nabla_x \mathrm{loss}(x) \big)
# $$

# %%
after_eight = {}
for e in (0.5, 2):
    result = pgd(network, images, labels, epsilon=e * LEVEL, num_steps=8)
    after_eight[e] = num_right(network, result.adversarial)

# %% tags=["report"]
for e, kept in after_eight.items():
    say(
        f"ε = {e:g}: {attacked[levels.index(e)]} of {len(images)} are still right after one "
        f"step, {kept} after at most eight."
    )

# %% [markdown]
# A single step goes far in a direction that was right at its start. Several steps look again.
#
# ## The smallest change, and noise that does as much
#
# How near is the boundary? `minimal_norm` jumps, again and again, to the nearest point of the
# linearised boundary, $r \leftarrow g\,(g^{\mathsf T} r - m) / \lVert g \rVert^2$. The other
# number is how far a random direction has to be followed until the answer changes.

# %%
nearest = minimal_norm(network, images, labels, num_steps=12)
smallest = distances.l2(nearest.perturbation)
levels_needed = 255 * distances.distortion(nearest.perturbation)

unit = noise.gaussian(
    images, torch.ones(len(images)), torch.Generator().manual_seed(0)
)
lengths = torch.tensor([5.0, 10, 20, 40, 80, 160])
by_noise = distance_along(
    network, images, unit, Goal(labels), lengths=lengths, num_halvings=3
)
ratio = (by_noise / smallest).median().item()

# %% tags=["report"]
say(
    f"The median distance to the boundary is {smallest.median():.2f}, that is "
    f"{levels_needed.median():.2f} grey levels in every pixel (root mean square). Noise has "
    f"to be {ratio:.0f} times as long, and {int(by_noise.isinf().sum())} of {len(images)} "
    "photographs withstand all the noise that was tried."
)

# %% [markdown]
# The boundary is much nearer than one grey level. In so many dimensions a random direction is
# nearly parallel to it, and hardly comes nearer.
#
# ## Along a ray
#
# Walk from the espresso in a straight line: along its own smallest change, and along noise.

# %%
step = minimal_norm(network, coffee, espresso, num_steps=12).perturbation
wander = noise.gaussian(
    coffee, distances.l2(step), torch.Generator().manual_seed(1)
)
multiples = torch.linspace(0, 4, 17)


@torch.no_grad()
def sure_along(direction):
    """Probability of espresso at multiples of a direction."""
    line = (coffee + multiples[:, None, None, None] * direction).clamp(0, 1)
    return in_batches(network, line).softmax(dim=1)[:, int(espresso)]


along_noise, along_attack = sure_along(wander), sure_along(step)
with plot(
    "Probability of espresso along the smallest change and along noise"
) as axes:
    axes.plot(multiples, along_noise, color="C0")
    axes.plot(multiples, along_attack, color="C1")
    axes.text(4, 0.85, "noise", color="C0", ha="right")
    axes.text(4, 0.08, "attack", color="C1", ha="right")
    axes.set(
        xlabel="multiple of the smallest change",
        ylabel="p(espresso)",
        ylim=(0, 1.02),
    )

# %% [markdown]
# At 1 the answer changes, and further on it stays changed: the boundary is a wall, and the
# attack goes straight through. Along noise of the same length nothing happens.
#
# ## Espresso becomes an ostrich, in a file
#
# The experiment of Szegedy and others: the smallest change, by L-BFGS, that makes the network
# say a class of our choice, after rounding to 256 levels.
#
# $$
# \begin{aligned}
# \min_r\;\; & c\,\lVert r \rVert^2 + \mathrm{loss}(x + r,\, t) \\
# \text{subject to}\;\; & x + r \in [0, 1]^n
# \end{aligned}
# $$

# %%
found = lbfgs(
    network,
    coffee,
    espresso,
    targets=torch.tensor([class_index("ostrich")]),
    probability=0.5,
    eight_bit=True,
)
changed = 255 * distances.distortion(found.perturbation).item()


@torch.no_grad()
def verdict(network, image):
    """First class and its probability."""
    probability, index = network(image).softmax(dim=1).max(dim=1)
    return f"{class_names()[int(index)]}, {percent(probability.item())}"


pictures(
    torch.cat(
        [coffee, (0.5 + 20 * found.perturbation).clamp(0, 1), found.adversarial]
    ),
    [
        verdict(network, coffee),
        "the change, 20 times",
        verdict(network, found.adversarial),
    ],
    alt="Espresso, the change, and the adversarial file",
    width=200,
)

# %% tags=["report"]
say(
    f"Look for the difference between left and right: it is {changed:.1f} grey levels (root "
    "mean square). Lite1, for which the change was not made, says "
    f"*{verdict(other, found.adversarial)}*."
)

# %% [markdown] points=5 minutes=35
# ## Exercise 1: PGD in six lines
#
# Write projected gradient descent yourself, and compare it with `pgd` of the course, with
# $\alpha = \varepsilon / 4$, eight steps and $\varepsilon$ = 2 grey levels.
#
# Hint: `Goal(labels).loss(logits)` is what descends, the projection is a `clamp` of the
# perturbation, and pixels stay in [0, 1]. `pgd` takes your step size, and `early_stop=False`.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** One step of 2 grey levels left some answers right (above). How many will
# eight smaller steps leave, in the same box?

# %% tags=["prediction"]
prediction_1 = (
    "None or nearly none: each step looks again where the loss falls fastest."
)

# %% tags=["exercise"]
epsilon, alpha, num_steps = 2 * LEVEL, 0.5 * LEVEL, 8
say(f"{num_right(network, images)} of {len(images)} answers are right before.")


# %% tags=["solution"]
def descend(network, images, labels, epsilon, step_size, num_steps):
    """Images after projected gradient descent of the loss in the box of half-width epsilon.

    network: (N, 3, H, W) → logits.   images: in [0, 1], and so is the result.   labels: (N,).
    """
    mine = images.clone()
    for _ in range(num_steps):
        pixels = mine.clone().requires_grad_(True)
        loss = Goal(labels).loss(network(pixels)).sum()
        (slope,) = torch.autograd.grad(loss, pixels)
        change = mine - step_size * slope.sign() - images
        mine = (images + change.clamp(-epsilon, epsilon)).clamp(0, 1)
    return mine


# %% tags=["result"]
mine = descend(network, images, labels, epsilon, alpha, num_steps)
theirs = pgd(
    network,
    images,
    labels,
    epsilon=epsilon,
    step_size=alpha,
    num_steps=num_steps,
    early_stop=False,
).adversarial
alike = ((mine - theirs).abs() < 1e-6).float().mean().item()
say(
    f"{num_right(network, mine)} of {len(images)} are still right; both attacks agree in "
    f"{percent(alike)} of the pixels."
)
assert alike > 0.99

# %% [markdown] points=4 minutes=20
# ## Exercise 2: Does it transfer?
#
# Make attacks on Lite0 at 4 and at 16 grey levels, with one step and with eight, and show them
# to Lite1. Only those images tell something that both networks got right before, and for which
# the attack changed Lite0's answer: in what share of them is Lite1 wrong, too? How much of it is
# just the size?
#
# Hint: work with the answers, (N,) class indices, and with masks of booleans.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** Eight steps fool Lite0 more surely than one. Do they transfer better?

# %% tags=["prediction"]
prediction_2 = (
    "More steps might fit Lite0 alone, and so transfer worse. With a large budget they transfer "
    "better all the same; of smaller differences so few photographs say nothing."
)

# %% tags=["exercise"]
before = [first_answers(n, images) for n in (network, other)]
say(
    f"Without an attack Lite1 is right on {num_right(other, images)} of {len(images)} photographs."
)


# %% tags=["solution"]
def transferred(own_before, own_after, other_before, other_after, labels):
    """Share of attacks that fool another network, too.

    All arguments: (N,) class indices. Counted are images that both networks got right before, and
    on which the attack made the own network wrong.   Returns a number, 0 when there are none.
    """
    counted = (
        (own_before == labels) & (other_before == labels) & (own_after != labels)
    )
    if not counted.any():
        return 0.0
    return float((other_after != labels)[counted].float().mean())


# %% tags=["result"]
rows, kept = [["ε", "one step", "eight steps", "noise"], ["---"] * 4], {}
for e in (4, 16):
    eight = pgd(
        network, images, labels, epsilon=e * LEVEL, num_steps=8, early_stop=False
    )
    noisy = (images + e * LEVEL * signs).clamp(0, 1)
    shares = [
        transferred(
            before[0],
            first_answers(network, x),
            before[1],
            first_answers(other, x),
            labels,
        )
        for x in (one_step[e], eight.adversarial, noisy)
    ]
    rows.append([f"{e}", *map(percent, shares)])
    kept[e] = num_right(other, one_step[e])
say("Attacks on Lite0 that fool Lite1 as well:")
say("\n".join(f"| {' | '.join(row)} |" for row in rows))
assert kept[16] < kept[4], "larger attacks carry over more often"

# %% [markdown] points=3 minutes=25
# ## Exercise 3: A defence, and an attacker who knows it
#
# Put a filter before the network: `jpeg(75)` or `blur(1.0)`. First defend against attacks that
# were made for the bare network. Then attack the defended network. JPEG rounds, so its gradient is
# zero nearly everywhere; an attacker pretends that it is the identity
# ([Athalye et al., 2018](https://arxiv.org/abs/1802.00420)): forwards the filter, backwards a
# straight line.
#
# Hint: `x.detach()` has the value of `x` and no gradient.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** How many answers survive behind JPEG if the attacker does not know of it,
# and how many if they do?

# %% tags=["prediction"]
prediction_3 = (
    "Most against the unaware attacker, few against the one who attacks through it."
)

# %% tags=["exercise"]
shield = defended(network, jpeg(75))
say(
    f"Behind JPEG, {num_right(shield, images)} of {len(images)} originals are still right."
)


# %% tags=["solution"]
def straight_through(filter):
    """A function with the values of a filter and the gradient of the identity.

    filter: (N, 3, H, W) → the same shape.
    """
    return lambda images: images + (filter(images) - images).detach()


# %% tags=["result"]
budget = 2 * LEVEL
unaware = pgd(network, images, labels, epsilon=budget, num_steps=8).adversarial
outcomes = {}
for name, filter in (("JPEG 75", jpeg(75)), ("blur", blur(1))):
    passed = straight_through(filter)

    def known(pixels, passed=passed):
        """The defended network, as the attacker sees it."""
        return network(passed(pixels))

    shield = defended(network, filter)
    aware = pgd(known, images, labels, epsilon=budget, num_steps=8).adversarial
    outcomes[name] = [num_right(shield, x) for x in (images, unaware, aware)]
rows = [
    ["filter", "no attack", "attacker unaware", "attacker who knows"],
    ["---"] * 4,
]
rows += [[name, *map(str, right)] for name, right in outcomes.items()]
say("\n".join(f"| {' | '.join(row)} |" for row in rows))
assert all(aware < unaware for _, unaware, aware in outcomes.values())

# %% [markdown] points=4 minutes=40
# ## Exercise 4: Train against it
#
# The defence that lasts is to train on attacks ([Madry et al.,
# 2018](https://arxiv.org/abs/1706.06083)): at every step the images are attacked first, then the
# weights learn from what the attack made of them. ImageNet is too large for a laptop; handwritten
# digits of 8 × 8 pixels are not. Train one small network on the digits as they are, and one on
# digits under attack.
#
# Hint: `F.cross_entropy(network(x), labels)` is the loss; `zero_grad`, `backward` and `step` follow
# each other.

# %% [markdown] tags=["prediction"]
# **Predict, then run.** What does it cost in right answers to clean digits to withstand attacks?

# %% tags=["prediction"]
prediction_4 = (
    "A few percent: the hardened network must not rely on single pixels, which also carry some "
    "information."
)

# %% tags=["exercise"]
import torch.nn.functional as F
from torch import nn

from site_lib.data.digits import digits

EPSILON, EPOCHS = 0.15, 8
pixels, digit = (torch.as_tensor(array) for array in digits())
shown_digits = pixels.view(-1, 1, 8, 8).expand(-1, 3, -1, -1).contiguous()
LEARNT = 1400  # the others, mostly of other writers, are kept out
pictures(
    1 - shown_digits[:8], [str(int(d)) for d in digit[:8]], alt="Digits", width=48
)


def small_network():
    """Two convolutions and a linear layer, before training."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 24, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(24, 48, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(48 * 16, 10),
    )


# %% tags=["solution"]
def trained_step(network, optimiser, images, labels, attack):
    """One step of training on what an attack makes of the images, which change the weights alone.

    optimiser: of the network's weights.   attack: (network, images, labels) → images.
    Returns the loss on the attacked images before the step, a number.
    """
    attacked = attack(network, images, labels).detach()
    loss = F.cross_entropy(network(attacked), labels)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


# %% tags=["result"]
def no_attack(_network, images, _labels):
    return images


def four_steps(network, images, labels):
    """PGD with four steps, from a network whose weights still learn."""
    return pgd(network, images, labels, epsilon=EPSILON, num_steps=4).adversarial


accuracies, losses = {}, {}
for name, attack in (("as they are", no_attack), ("under attack", four_steps)):
    learner = small_network()
    optimiser = torch.optim.Adam(learner.parameters(), lr=2e-3)
    generator = torch.Generator().manual_seed(0)
    losses[name] = []
    for _ in range(EPOCHS):
        for batch in torch.randperm(LEARNT, generator=generator).split(100):
            part = shown_digits[batch], digit[batch]
            losses[name].append(trained_step(learner, optimiser, *part, attack))
    kept_out = shown_digits[LEARNT:], digit[LEARNT:]
    strong = pgd(learner, *kept_out, epsilon=EPSILON, num_steps=10).adversarial
    accuracies[name] = [
        (first_answers(learner, x) == kept_out[1]).float().mean().item()
        for x in (kept_out[0], strong)
    ]
with plot("Loss in training against the step, without and with attacks") as axes:
    for name, curve in losses.items():
        axes.semilogy(curve, label=f"trained {name}", linewidth=1)
    axes.set(xlabel="step", ylabel="loss")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
rows = [["trained on digits", "clean", "attacked"], ["---"] * 3]
rows += [[name, *map(percent, shares)] for name, shares in accuracies.items()]
say("\n".join(f"| {' | '.join(row)} |" for row in rows))
assert accuracies["under attack"][1] > accuracies["as they are"][1] + 0.2

# %% [markdown]
# ## What was measured

# %% tags=["report"]
at_one, at_two = levels.index(1), levels.index(2)
say(
    f"""
- After one step of {levels[at_one]} grey level, {attacked[at_one]} of {len(images)} answers
  are still right, and {rounded[at_one]} when the picture is saved as a file; after noise of
  the same size, {random[at_one]}.
- The smallest change is {levels_needed.median():.2f} grey levels (median of {len(images)}
  photographs); noise has to be {ratio:.0f} times as long.
- Espresso becomes an ostrich, in a file, by {changed:.1f} grey levels.
- A small network names {percent(accuracies["as they are"][1])} of attacked digits when it was
  trained on digits as they are, and {percent(accuracies["under attack"][1])} when it was trained
  under attack; of clean ones, {percent(accuracies["as they are"][0])} and
  {percent(accuracies["under attack"][0])}.
"""
)
# What the text says about these numbers holds, or the lab does not build.
assert after < margin.item() / 2
assert rounded[0] == len(images) > attacked[0]
assert max(rounded[at_one], attacked[at_one]) < random[at_one] == len(images)
assert random[-1] < len(images)
assert after_eight[2] <= attacked[at_two]
assert levels_needed.median() < 0.5
assert ratio > 100
assert along_noise.min() > 0.9
assert along_attack[multiples > 1].max() < 0.5
assert found.success.all()
assert "ostrich" not in verdict(other, found.adversarial)

# %% [markdown]
# Few photographs and one family of small networks: with other images other numbers come out,
# and every distance is an upper bound. The chapter [Adversarial
# examples](../adversarial-examples/index.md) measures all this with intervals and follows the
# change through the network; [Transfer and
# defences](../adversarial-examples/transfer-and-defences.md) says what others make of it, and what
# has been learnt since. What the same gradient does under other rules is the subject of [Morphs and
# dreams](4-morphs-and-dreams.ipynb).
