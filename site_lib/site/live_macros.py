"""The macro for live figures: what a reader drives, on a network in the browser."""

import json
from collections.abc import Callable
from typing import Any

from site_lib.common.errors import CourseError, unknown_name
from site_lib.site.course import Course
from site_lib.site.vendor import FOLDER, RUNTIME_FOLDER

FILES = "figures/live-network"
KINDS = ("attack", "occlude", "rotate", "grow", "inside")
# Needs no network, and files of another figure.
BLINK, BLINK_FIGURE = "blink", "lbfgs-triptychs"


class LiveMacros:
    """What a page can ask for of live figures."""

    def __init__(self, course: Course) -> None:
        self.course = course

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (self.live,)

    def live(self, kind: str) -> str:
        """A live figure, one of KINDS or BLINK; each kind at most once on a page.

        Without scripts it says what it would need; nothing is loaded until a button is pressed.
        """
        if kind == BLINK:
            self.course.sidecar(BLINK_FIGURE)
            return self.course.render("blink.html")
        if kind not in KINDS:
            raise unknown_name("live figure", kind, (*KINDS, BLINK))
        description = self._description()
        packed = {name: sum(piece["bytes"] for piece in entry["pieces"]) / 1e6
                  for name, entry in description["networks"].items()}  # fmt: skip
        return self.course.render(
            "live.html",
            kind=kind,
            files=FILES,
            runtime=f"{FOLDER}/{RUNTIME_FOLDER}",
            photographs=description["photographs"],
            megabytes=packed["trained"] + self._megabytes_of_runtime(),
            megabytes_of_twin=packed["random"],
        )

    def _description(self) -> dict[str, Any]:
        path = self.course.docs / FILES / "network.json"
        if not path.is_file():
            raise CourseError(
                "the live network has not been built; run make figure NAME=live-network"
            )
        return json.loads(path.read_text(encoding="utf-8"))

    def _megabytes_of_runtime(self) -> float:
        folder = self.course.docs / FOLDER / RUNTIME_FOLDER
        return sum(path.stat().st_size for path in folder.glob("*.bin")) / 1e6
