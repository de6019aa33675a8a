"""What the experiment on semantics found, as its drawings take it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from site_lib.drawing.words import network_title
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval
from site_lib.statistics.readout import resampled_shares

KINDS = ("trained", "random", "shuffled")
APPEARANCE = ("luminance", "hue", "orientation")
# What was asked of the photographs, by what it is called on the page.
ABOUT = ("category", *APPEARANCE, "place", "place_on_grid")
BASELINES = ("gabor", "pixels")


@dataclass(frozen=True)
class ReadOuts:
    """What the networks of one model tell, by kind and attribute."""

    result: Result
    model: str

    @property
    def depths(self) -> list[str]:
        """Names of the layers, the stem first."""
        return self.result[f"{self.model}_depths"].tolist()

    def shares(self, kind: str, about: str) -> np.ndarray:
        """Share of the error that is removed: (networks, depths)."""
        read = self.result[f"{self.model}_{kind}_{about}"]
        return 1 - read.sum(axis=-1) / guessed(self.result, about).sum()

    def band(self, kind: str, about: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Middle and ends by depth: of the trained network 95 % over photographs, of controls the
        mean and range over networks."""
        shares = self.shares(kind, about)
        if kind != "trained":
            return shares.mean(axis=0), shares.min(axis=0), shares.max(axis=0)
        low, high = np.quantile(self.drawn(about)[:, 1:], [0.025, 0.975], axis=-1)
        return shares[0], low, high

    def drawn(self, about: str) -> np.ndarray:
        """Shares of the trained network by depth, see :func:`drawn`."""
        return drawn(self.result, self.result[f"{self.model}_trained_{about}"][0], about)


def guessed(result: Result, about: str) -> np.ndarray:
    """Errors about each photograph without looking: (N,)."""
    return result[f"guessed_{about.removesuffix('_on_grid')}"]


def drawn(result: Result, read: np.ndarray, about: str) -> np.ndarray:
    """Shares of the error that is removed: as found, then for photographs drawn again.

    read: (…, N).   Returns (…, 1 + samples), of the same photographs whatever is read.
    """
    without = guessed(result, about)
    found = 1 - read.sum(axis=-1, keepdims=True) / without.sum()
    return np.concatenate([found, resampled_shares(read, without, seed=0)], axis=-1)


def baseline(result: Result, name: str) -> float:
    """Share of the error about categories that a baseline removes."""
    return float(drawn(result, result[f"{name}_category"], "category")[0])


def said_of(shares: np.ndarray, depths: list[str]) -> dict[str, Any]:
    """What is said of a curve: at its ends, where it is highest, and by depth."""
    by_depth = zip((depth.replace(".", "_") for depth in depths), shares.tolist(), strict=True)
    return {
        "stem": float(shares[0]),
        "last": float(shares[-1]),
        "best": float(shares.max()),
        "best_depth": depths[int(shares.argmax())],
        "at": dict(by_depth),
    }


def table(result: Result) -> dict[str, list]:
    """The curves of the first model, for downloading."""
    main = ReadOuts(result, result.numbers["models"][0])
    table: dict[str, list] = {"depth": main.depths}
    for kind in KINDS:
        for about in ABOUT:
            for part, values in zip(("mean", "low", "high"), main.band(kind, about), strict=True):
                table[f"{about}_{kind}_{part}"] = values.tolist()
    return table


def facts(result: Result) -> dict[str, Any]:
    """Numbers of the page, of the caption and of the claims."""
    main, other = (ReadOuts(result, model) for model in result.numbers["models"])
    said = {
        kind: {
            about: said_of(main.shares(kind, about).mean(axis=0), main.depths) for about in ABOUT
        }
        for kind in KINDS
    }
    return said | {
        "main": network_title(main.model),
        "second": network_title(other.model),
        "num_depths": len(main.depths),
        "other": said_of(other.shares("trained", "category")[0], other.depths),
        "other_place": said_of(other.shares("trained", "place")[0], other.depths),
        "crossing": crossing(main),
        **{name: baseline(result, name) for name in BASELINES},
        **differences(main, other),
        **of_controls(main),
        **of_recording(main),
    }


def crossing(main: ReadOuts) -> str:
    """The first depth from which on the category is ahead of all that a photograph looks like."""
    looks = np.max([main.shares("trained", name)[0] for name in APPEARANCE], axis=0)
    behind = np.flatnonzero(main.shares("trained", "category")[0] <= looks)
    return main.depths[min(behind[-1] + 1, len(main.depths) - 1)]


def differences(main: ReadOuts, other: ReadOuts) -> dict[str, Any]:
    """What is claimed of the trained networks, with intervals over the same photographs."""
    result = main.result
    of = {about: main.drawn(about) for about in ABOUT}
    of_other = other.drawn("category")
    without = [drawn(result, result[f"{name}_category"], "category") for name in BASELINES]
    looks = np.max([of[name][-1] for name in APPEARANCE], axis=0)
    colour = (of["luminance"] + of["hue"]) / 2
    best = {about: int(of[about][:, 0].argmax()) for about in ("orientation", "place")}
    found = {
        "rise": of["category"][-1] - of["category"][0],
        "other_rise": of_other[-1] - of_other[0],
        "beyond_baselines": of["category"][-1] - np.max(without, axis=0),
        "beyond_controls": of["category"][-1] - best_control(main, "category"),
        "fall": colour[0] - colour[-1],
        "ahead": of["category"][-1] - looks,
        "orientation_made": of["orientation"][best["orientation"]] - of["orientation"][0],
        "place_made": of["place"][best["place"]] - best_control(main, "place"),
        "place_last": of["place"][-1],
        "place_kept": of["place_on_grid"][-1] - of["place"][-1],
    }
    return {name: float(values[0]) for name, values in found.items()} | {
        f"{name}_interval": np.quantile(values[1:], [0.025, 0.975]).tolist()
        for name, values in found.items()
    }


def best_control(main: ReadOuts, about: str) -> np.ndarray:
    """Of all controls at all depths the one that tells most, see :func:`drawn`."""
    controls = [main.result[f"{main.model}_{kind}_{about}"] for kind in KINDS[1:]]
    reads = np.concatenate([one.reshape(-1, one.shape[-1]) for one in controls])
    return drawn(main.result, reads[reads.sum(axis=1).argmin()], about)


def of_controls(main: ReadOuts) -> dict[str, Any]:
    """What random and shuffled networks reach, and what they lose as well."""
    by_about = {
        about: np.concatenate([main.shares(kind, about) for kind in KINDS[1:]])
        for about in ("category", "luminance", "hue", "place")
    }
    # In the last block; worse than guessing is no more than nothing left.
    colour = np.mean([by_about[name][:, -2].clip(min=0) for name in ("luminance", "hue")], axis=0)
    return {
        "num_control_networks": len(colour),
        "controls_best": float(by_about["category"].max()),
        "controls_last": float(by_about["category"][:, -1].mean()),
        "controls_place": float(by_about["place"].max()),
        "controls_colour": float(colour.mean()),
        "controls_colour_interval": t_interval(colour),
    }


def of_recording(main: ReadOuts) -> dict[str, Any]:
    """The six categories of the 78 photographs, measured with the first model."""
    result = main.result
    controls = np.concatenate([result[f"recorded_{kind}"] for kind in KINDS[1:]])
    return {
        "recorded": said_of(result["recorded_trained"][0], main.depths),
        "recorded_interval": result["recorded_interval"][-1].tolist(),
        "recorded_controls_best": float(controls.max()),
        "recorded_gabor": float(result["recorded_gabor"]),
        "recorded_pixels": float(result["recorded_pixels"]),
    }
