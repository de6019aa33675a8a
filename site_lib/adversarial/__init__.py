"""Adversarial examples (Szegedy et al., 2014): images changed a little, answers changed.

Each attack is a function ``(network, images, labels, *, …) -> AttackResult`` on pixels in
[0, 1]. A *network* is anything that maps images (N, 3, H, W) to logits (N, classes): a
classifier, or one behind a filter of :mod:`~site_lib.adversarial.defences`. Attacks are faster
on a classifier from ``freeze_for_inference``.

An image whose answer is already wrong (or already the target) is left as it is: it counts as a
success without a perturbation, and ``AttackResult.already`` tells it from the others.
"""
