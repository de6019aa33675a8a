"""Tests of the pictures themselves: what a picture of a unit, a class or a decision is worth.

Each module asks one question and answers it on a network that is given: does a synthetic stimulus
take the path of a photograph, can its picture be made to lie, does it tell a stranger which
photograph will excite the unit, what happens when the unit is taken out.
"""
