"""Intervals, linear read-outs and growth: numbers about numbers, without torch."""
