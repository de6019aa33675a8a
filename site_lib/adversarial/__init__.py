"""Adversarial examples (Szegedy et al., 2014): images changed a little, answers changed.

Each attack is a function ``(network, images, labels, *, …) -> AttackResult`` on pixels in
[0, 1]. A *network* is anything that maps images (N, 3, H, W) to logits (N, classes): a
classifier, or one behind a filter of :mod:`~site_lib.adversarial.defences`. Attacks are faster
on a classifier from ``freeze_for_inference``.

Success is judged by the pixels that are returned, and only an answer that is ahead by more than
rounding can change counts (``attack.ROUNDING``). The attacks that look for the smallest change
enlarge one that falls just short (``rays.settle``); those with a budget keep to it.

An image whose answer is already wrong (or already the target) is left as it is: it counts as a
success without a perturbation, and ``AttackResult.already`` tells it from the others.
"""
