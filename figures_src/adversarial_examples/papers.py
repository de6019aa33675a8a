"""What papers report, with which the figures compare."""

# L-BFGS on AlexNet, mean over 64 images (Szegedy et al., 2014).
ALEXNET_DISTORTION = 0.006508
# Mean ‖r‖/‖x‖ of DeepFool (Moosavi-Dezfooli et al., 2016).
DEEPFOOL_RELATIVE = {"CaffeNet": 0.0027, "GoogLeNet": 0.0019}
