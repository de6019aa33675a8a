"""Macros of the pages of evidence: what the build was measured with, speed, faults, licences."""

import functools
import importlib.metadata
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from site_lib.common.errors import CourseError
from site_lib.data.recordings import RECORDINGS
from site_lib.site import faults
from site_lib.site.citation import HASH_LETTERS
from site_lib.site.course import Course
from site_lib.site.figure_macros import CLAIMS_PAGE
from site_lib.site.text_macros import TextMacros


def short_time(seconds: float) -> str:
    """A time with three digits and its unit."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


class EvidencePages:
    """Macros that say where the numbers of the course come from."""

    FILES = ("faults",)

    def __init__(self, course: Course, text: TextMacros) -> None:
        self.course, self.text = course, text

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (
            self.measured_with,
            self.arithmetic_table,
            self.bench_table,
            self.bench_machine,
            self.builders_table,
            self.builders_differ,
            self.weights,
            self.recordings,
            self.licences,
            self.fault_table,
        )

    @functools.cached_property
    def faults(self) -> dict[str, list[faults.Fault]]:
        """What was broken on purpose, by area."""
        return faults.read_faults(self.course.docs / "evidence" / "faults")

    @functools.cached_property
    def records(self) -> list[dict[str, Any]]:
        """Records of all experiments behind the figures, each once."""
        found = {}
        for sidecar in self.course.sidecars.values():
            for record in sidecar["experiments"]:
                key = (record["script"], record.get("run"), str(record["parameters"]))
                found[key] = record
        return list(found.values())

    def measured_with(self) -> str:
        """Table of machines, profiles and versions that the figures of this build come from."""
        sidecars = self.course.sidecars.values()
        drawings = [sidecar["drawing"]["versions"] for sidecar in sidecars]
        rows = {
            "Figures": [str(len(drawings))],
            "Measurements": [str(len(self.records))],
            "Profile": _counted(record["profile"] for record in self.records),
            "Measured on": _counted(
                f"{record['machine']}, {record['device']}" for record in self.records
            ),
            "Time of all measurements": [
                f"{sum(record['seconds'] for record in self.records) / 60:.0f} minutes"
            ],
            "Measured with": _versions(record["versions"] for record in self.records),
            "Drawn with": _versions(drawings),
        }
        return self.course.render("facts_of_build.html", rows=rows, label="This build")

    def arithmetic_table(self) -> str:
        """Claims that depend on the path, under every arithmetic that `make anywhere` measured.

        A table for each machine, with the claims that were tried there.
        """
        record = self._measured("anywhere")
        machines: dict[str, dict[str, str]] = {}
        for column in record["columns"]:
            torch = f"PyTorch {column['versions']['torch']}"
            machine = f"{column['machine']}, {column['processor']}, {torch}"
            machine = f"{column['label']}: {machine}" if column["label"] else machine
            machines.setdefault(machine, {})[column["name"]] = column["words"]
        claims = [
            row | {"address": self.course.address(f"{CLAIMS_PAGE}#claim-{row['id']}")}
            for row in record["claims"]
        ]
        tables = [
            {
                "machine": machine,
                "columns": columns,
                "rows": [row for row in claims if not columns.keys().isdisjoint(row["values"])],
            }
            for machine, columns in machines.items()
        ]
        return self.course.render("arithmetic_table.html", tables=tables)

    def bench_table(self) -> str:
        """How fast the library was, beside others, when `make bench` ran last."""
        record = self._measured("bench")
        return self.course.render("bench_table.html", tables=record["tables"],
                                  short_time=short_time)  # fmt: skip

    def bench_machine(self) -> str:
        """What that was measured on."""
        record = self._measured("bench")
        versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
        return f"{record['machine']}, {record['processor']}, {versions}"

    def builders_table(self) -> str:
        """What is left in the pages by every plugin, under both builders."""
        record = self._measured("zensical")
        return self.course.render("builders_table.html", rows=record["rows"])

    def builders_differ(self) -> str:
        """Where that is not the same under both, and under which versions it was counted."""
        record = self._measured("zensical")
        rows, versions = record["rows"], record["versions"]
        differ = [row for row in rows if row["mkdocs"] != row["zensical"]]
        listed = "".join(
            f"\n- {row['what']}: {row['mkdocs']} and {row['zensical']}"
            + (f"; {row['why']}" if row["why"] else "")
            for row in differ
        )
        return (
            f"Of {len(rows)} counts, {len(rows) - len(differ)} are the same under MkDocs "
            f"{versions['mkdocs']} with Material {versions['material']} and under Zensical "
            f"{versions['zensical']}" + (f". Not the same are:\n{listed}" if differ else ".")
        )

    def _measured(self, target: str) -> dict[str, Any]:
        """What a target of the Makefile measured last."""
        path = self.course.docs / f"evidence/measured/{target}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CourseError(f"{path} cannot be read ({error}); run make {target}") from error

    def weights(self) -> str:
        """Table of the networks behind the figures, with the hash of their weights."""
        found: dict[str, str] = {}
        for record in self.records:
            for item in record["weights"]:
                found[item["model"]] = item["sha256"]
        lines = ["| Network | SHA-256 of its weights |", "|---|---|"]
        lines += [f"| {model} | `{digest[:HASH_LETTERS]}…` |"
                  for model, digest in sorted(found.items()) if re.fullmatch("[0-9a-f]{64}", digest)
                  ]  # fmt: skip
        return "\n".join(lines)

    def recordings(self) -> str:
        """Table of the recordings from brains, with their terms and references."""
        lines = ["| Recording | Terms | Reference |", "|---|---|---|"]
        lines += [f"| {r.title} | {r.licence} | {self.text.cite(r.citation)} |"
                  for r in RECORDINGS.values()]  # fmt: skip
        return "\n".join(lines)

    def licences(self, *packages: str) -> str:
        """Table of installed packages with version and licence, as their metadata state them."""
        lines = ["| Package | Version | Licence |", "|---|---|---|"]
        for package in packages:
            metadata = importlib.metadata.metadata(package)
            lines.append(f"| {package} | {metadata['Version']} | {_licence(metadata)} |")
        return "\n".join(lines)

    def fault_table(self) -> str:
        """Tables of what was broken on purpose and what happens then, one for each area.

        Headings are Markdown, so that they appear in the table of contents.
        """
        return self.course.render("fault_table.html", areas=self.faults)


def _counted(values: Iterable[str]) -> list[str]:
    """Different values, the most frequent first, with their numbers where there are several."""
    counts = Counter(values)
    if len(counts) == 1:
        return [*counts]
    return [f"{value} ({number} of {counts.total()})" for value, number in counts.most_common()]


def _versions(records: Iterable[dict[str, str]]) -> list[str]:
    """``name version`` of every package in some records, sorted."""
    return sorted({f"{name} {version}" for record in records for name, version in record.items()})


def _licence(metadata: Any) -> str:
    """Licence in a package's metadata: its expression, classifier, or short name."""
    names = [line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or ()
             if line.startswith("License ::")]  # fmt: skip
    stated = metadata.get("License-Expression") or ", ".join(names) or metadata.get("License")
    return "not stated" if stated in (None, "", "UNKNOWN") else stated
