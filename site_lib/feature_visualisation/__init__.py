"""Feature visualisation: optimise the input of a fixed network (Olah et al., 2017).

An *objective* says what to maximise, a *parameterisation* how the image is written down,
*priors* what images should look like, *transforms* against what the result must be robust;
:func:`~site_lib.feature_visualisation.optimise.maximise` brings them together.
"""
