"""The experiment of Szegedy et al. (2014): box-constrained L-BFGS, line search over c."""

from collections.abc import Callable

import torch
from torch import Tensor

from site_lib.adversarial.attack import AttackResult, Network, begin, loss_and_gradient, per_image
from site_lib.adversarial.defences import defended, round_to_file
from site_lib.adversarial.rays import settle

# An objective: some images (M, 3, H, W) and their indices (M,) → values (M,) and gradients.
LossAndGradient = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
MAX_BACKTRACKS = 4


def lbfgs(
    network: Network,
    images: Tensor,
    labels: Tensor,
    *,
    targets: Tensor,
    num_iterations: int = 8,
    num_trials: int = 9,
    growth: float = 4.0,
    probability: float = 0.0,
    eight_bit: bool = False,
) -> AttackResult:
    """Smallest perturbation that turns each answer into the target.

    Minimises c ‖r‖² + loss(x + r, target) over x + r ∈ [0, 1] by L-BFGS, for the *largest* c
    at which the minimiser still is answered with the target. (The paper writes c |r| and
    "minimum c"; with c before the norm, small perturbations belong to large c. The square has
    the same stationary points for another c, and is smooth at r = 0.)

    num_iterations: of L-BFGS for each c, from the last minimiser.   num_trials: of c, for each
    image.   growth: factor between trials until one succeeds and one fails; then log c is
    bisected.   probability: success also asks for this probability of the target, up to 0.999.
    eight_bit: the network sees the image rounded to 256 grey levels, and so does the reader:
    rounded images are returned. :func:`~site_lib.adversarial.rays.settle` has the last word.
    Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    file = round_to_file if eight_bit else torch.nn.Identity()
    goal, already = begin(
        defended(network, file),
        images,
        labels,
        targets,
        targeted=True,
        num_iterations=num_iterations,
        num_trials=num_trials,
        growth=growth,
        probability=probability,
    )
    steps = torch.zeros_like(labels)
    active = (~already).nonzero()[:, 0]
    c = torch.ones(len(images)).to(images)
    low, high = torch.zeros_like(c), torch.full_like(c, torch.inf)
    found, current = images.clone(), images.clone()

    def objective(pixels: Tensor, chosen: Tensor) -> tuple[Tensor, Tensor]:
        index = active[chosen]
        steps[index] += 1
        r = pixels - images[index]
        loss, slope, _ = loss_and_gradient(lambda x: network(file(x)), pixels, goal.of(index))
        penalty = c[index] * r.square().flatten(1).sum(dim=1)
        return penalty + loss, 2 * per_image(c[index]) * r + slope

    if len(active):
        # A linear loss falls to 0 at ‖r‖ = loss / ‖gradient‖; there both terms weigh the same.
        loss, slope = objective(images[active], torch.arange(len(active), device=images.device))
        c[active] = slope.square().flatten(1).sum(dim=1) / loss
    for _ in range(num_trials if len(active) else 0):
        minimum = minimise(objective, current[active], 0.5 / c[active], num_iterations)
        with torch.no_grad():
            succeeds = goal.of(active).reached(network(file(minimum)))
        low[active] = torch.where(succeeds, c[active], low[active])
        high[active] = torch.where(succeeds, high[active], c[active])
        found[active] = torch.where(per_image(succeeds), minimum, found[active])
        # From here on the smallest success is where the next search starts.
        current[active] = torch.where(per_image(low[active] > 0), found[active], minimum)
        bracketed = (low > 0) & high.isfinite()
        c = torch.where(
            bracketed, (low * high).sqrt(), torch.where(low > 0, c * growth, c / growth)
        )
    found = torch.where(per_image(low > 0), found, current)
    adversarial, success = settle(network, images, found, goal, file=file)
    return AttackResult(images, adversarial, success, already, steps)


def minimise(
    objective: LossAndGradient,
    start: Tensor,
    scale: Tensor,
    num_iterations: int,
    *,
    memory: int = 8,
) -> Tensor:
    """Images in [0, 1] that minimise an objective, by L-BFGS with projection onto the box.

    All images are treated at once, each with a curvature and a step length of its own.
    start: (N, 3, H, W).   scale: (N,), length of the first step over that of the gradient.
    """
    x, everything = start, torch.arange(len(start), device=start.device)
    value, gradient = objective(x, everything)
    # No further than where a linear objective would reach 0.
    scale = torch.minimum(scale, value / dot(gradient, gradient).clamp(min=1e-30))
    pairs: list[tuple[Tensor, Tensor]] = []
    for _ in range(num_iterations):
        # Values at a bound that would be pushed beyond it stay there.
        free = ~(((x <= 0) & (gradient > 0)) | ((x >= 1) & (gradient < 0)))
        direction = -two_loop_recursion(gradient * free, pairs, scale) * free
        descends = dot(direction, gradient) < 0
        direction = torch.where(per_image(descends), direction, -per_image(scale) * gradient * free)
        new_x, new_value, new_gradient = backtrack(objective, x, value, gradient, direction)
        pairs = [*pairs, (new_x - x, new_gradient - gradient)][-memory:]
        x, value, gradient = new_x, new_value, new_gradient
    return x


def two_loop_recursion(
    gradient: Tensor, pairs: list[tuple[Tensor, Tensor]], scale: Tensor
) -> Tensor:
    """Inverse Hessian times gradient, from pairs of steps s and changes of gradient y.

    Nocedal (1980). A pair without positive curvature sᵀy takes no part.
    """
    curvatures = [dot(s, y) for s, y in pairs]
    weights = [torch.where(sy > 0, 1 / sy, 0) for sy in curvatures]
    q, alphas = gradient, []
    for (s, y), weight in zip(reversed(pairs), reversed(weights), strict=True):
        alphas.append(weight * dot(s, q))
        q = q - per_image(alphas[-1]) * y
    for (_, y), sy in zip(pairs, curvatures, strict=True):
        scale = torch.where(sy > 0, sy / dot(y, y).clamp(min=1e-30), scale)
    q = per_image(scale) * q
    for (s, y), weight, alpha in zip(pairs, weights, reversed(alphas), strict=True):
        q = q + per_image(alpha - weight * dot(y, q)) * s
    return q


def backtrack(
    objective: LossAndGradient, x: Tensor, value: Tensor, gradient: Tensor, direction: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """A point along each direction that lowers the objective enough (Armijo), or the start."""
    length = torch.ones_like(value)
    new_x, new_value, new_gradient = x.clone(), value.clone(), gradient.clone()
    waiting = torch.arange(len(x), device=x.device)
    for _ in range(MAX_BACKTRACKS):
        trial = (x[waiting] + per_image(length[waiting]) * direction[waiting]).clamp(0, 1)
        trial_value, trial_gradient = objective(trial, waiting)
        decrease = dot(gradient[waiting], trial - x[waiting])
        fine = trial_value <= value[waiting] + 1e-4 * decrease
        # A GPU is waited for here and below, and not for each of the three that follow.
        ended = fine.nonzero()[:, 0]
        done = waiting[ended]
        new_x[done], new_value[done] = trial[ended], trial_value[ended]
        new_gradient[done] = trial_gradient[ended]
        waiting = waiting[~fine]
        if not len(waiting):
            break
        length = length / 3
    return new_x, new_value, new_gradient


def dot(a: Tensor, b: Tensor) -> Tensor:
    """(N,), inner product of each pair of images."""
    return (a * b).flatten(1).sum(dim=1)
