"""Other machines on this one: ``make anywhere``.

Under each arithmetic that this processor can imitate, and with both cores busy, the tests of
``site_lib`` run, and what depends on the path of a long climb is measured again. Its claims are
written to ``docs/evidence/measured/anywhere.json``, from which the page on reproducibility prints
claim × arithmetic. A measurement that is there already, made by the same code, is not repeated.

``--machine xeon`` gives the columns of a second machine a name of their own; those of others stay.
"""

import argparse
import inspect
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from figures_src.engine.catalogue import Figure, load_catalogue
from figures_src.engine.jobs import Job, Request, all_jobs
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.devices import gpu_name
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import ROOT, write_text
from site_lib.records.claims import Claim
from site_lib.records.measurement import load_result
from site_lib.records.provenance import machine
from site_lib.records.sources import package_versions, source_hashes
from tests.benchmarks.repeat import measured

RECORD = ROOT / "docs" / "evidence" / "measured" / "anywhere.json"
RESULTS = ROOT / "results" / "anywhere"
# Figures whose pixels are the end of a long climb, or whose attacks search for a way.
FIGURES = (
    "super-stimuli",
    "super-stimuli-seeds",
    "regulariser-ladder",
    "random-network-control",
    "cat-to-leopard",
    "dream-by-depth",
    "lbfgs-triptychs",
    "distortion-by-attack",
)


@dataclass(frozen=True)
class Arithmetic:
    """How numbers are added up. variables: of the environment, for PyTorch and its libraries.

    device: ``cpu`` or ``cuda``.   busy: two other programs use the processor meanwhile.
    machine: what its columns are called after, where it is not the one of the authors.
    """

    name: str
    words: str
    variables: dict[str, str] = field(default_factory=dict)
    device: str = "cpu"
    busy: bool = False
    machine: str = ""

    @property
    def column(self) -> str:
        """Name in the record, and of the folder of its results."""
        return f"{self.machine}-{self.name}" if self.machine else self.name


ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
ARITHMETICS = (
    Arithmetic("native", "one thread", ONE_THREAD),
    Arithmetic("threads", "two threads", {"OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}),
    Arithmetic(
        "avx2",
        "without AVX-512",
        ONE_THREAD | {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    ),
    Arithmetic(
        "plain",
        "without AVX",
        ONE_THREAD | {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"},
    ),
    Arithmetic("compatible", "MKL’s compatible kernels", ONE_THREAD | {"MKL_CBWR": "COMPATIBLE"}),
    # As the site is built and tested: two threads would spend their time waiting for each other.
    Arithmetic("busy", "both cores busy", ONE_THREAD, busy=True),
    Arithmetic("cuda", "GPU", device="cuda"),
)


def main() -> None:
    """Command line; exit status 1 when a test fails or a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    here = [a.name for a in ARITHMETICS if a.device == "cpu" or torch.cuda.is_available()]
    parser.add_argument("--arithmetic", nargs="+", default=here)
    parser.add_argument("--machine", default="", help="name of this machine, for its columns")
    parser.add_argument("--figure", nargs="+", default=list(FIGURES), help="what is measured")
    parser.add_argument("--without-tests", action="store_true", help="only measure")
    options = parser.parse_args()
    with errors_on_one_line():
        chosen = [replace(arithmetic_called(name), machine=options.machine)
                  for name in options.arithmetic]  # fmt: skip
        figures = load_catalogue().selected(options.figure, {}).figures
        failed = []
        for arithmetic in chosen:
            with at_work(arithmetic):
                if not options.without_tests and not tests_pass(arithmetic):
                    failed.append(f"the tests of site_lib, {arithmetic.words}")
                measure(arithmetic, list(figures))
        columns = [replace(arithmetic, machine=options.machine) for arithmetic in ARITHMETICS]
        rows = claim_rows(list(figures.values()), columns)
        earlier = json.loads(RECORD.read_text()) if RECORD.is_file() else {}
        kept = record(columns, rows, earlier, figures=figures)
        write_text(RECORD, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        for row in rows:
            print(f"{row['id']} ({row['bound']}): {row['values']}")
            failed += [f"{row['id']}, {name}" for name, holds in row["holds"].items() if not holds]
        if failed:
            raise CourseError("does not hold everywhere: " + "; ".join(failed))


def arithmetic_called(name: str) -> Arithmetic:
    """One of :data:`ARITHMETICS`; CourseError for an unknown name."""
    for arithmetic in ARITHMETICS:
        if arithmetic.name == name:
            return arithmetic
    raise unknown_name("arithmetic", name, [a.name for a in ARITHMETICS])


@contextmanager
def at_work(arithmetic: Arithmetic) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Keep both cores busy meanwhile, if the arithmetic says so; yields the programs that do."""
    endless = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(endless) for _ in range(2 if arithmetic.busy else 0)]
    try:
        yield others
    finally:
        for other in others:
            other.kill()
            other.wait()


def tests_pass(arithmetic: Arithmetic) -> bool:
    """Run the tests of ``site_lib``, printing what they print."""
    print(f"== tests, {arithmetic.words}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "tests/site_lib"]
    return subprocess.run(command, cwd=ROOT, env=environment(arithmetic)).returncode == 0


def measure(arithmetic: Arithmetic, figures: list[str]) -> None:
    """Measure what the figures show, unless that has been done by the same code."""
    for job in all_jobs(Request(figures=figures, device=arithmetic.device)):
        if not job.experiment:
            continue
        (product,) = job.products
        path = elsewhere(product, arithmetic)
        if is_current(job, path):
            continue
        print(f"== {job.name}, {arithmetic.words}", flush=True)
        try:
            measured(job, path, environment(arithmetic))
        except subprocess.CalledProcessError:
            raise CourseError(f"{job.name} failed, {arithmetic.words}; see above") from None


def environment(arithmetic: Arithmetic) -> dict[str, str]:
    """Variables of a program that computes so."""
    others = {name for each in ARITHMETICS for name in each.variables}
    inherited = {name: value for name, value in os.environ.items() if name not in others}
    return inherited | arithmetic.variables


def elsewhere(result: Path, arithmetic: Arithmetic) -> Path:
    """Where an arithmetic's version of a result lies."""
    return RESULTS / arithmetic.column / result.relative_to(ROOT / "results")


def is_current(job: Job, path: Path) -> bool:
    """Whether a result was made by the job's code with its parameters."""
    if not path.is_file():
        return False
    made = load_result(path).record
    asked = {name.removeprefix("parameter "): json.loads(value) for name, value in
             job.inputs.items() if name.startswith("parameter ")}  # fmt: skip
    given = made["parameters"] | ({"seed": made["seed"]} if "seed" in asked else {})
    return given == asked and made["sources"] == source_hashes(job.script)


def claim_rows(figures: list[Figure], columns: Sequence[Arithmetic]) -> list[dict[str, Any]]:
    """A row for each claim: what it asks for, and its value under every arithmetic measured."""
    rows: dict[str, dict[str, Any]] = {}
    for arithmetic in columns:
        for figure in figures:
            for claim in claims_of(figure, arithmetic):
                row = rows.setdefault(claim.id, {"id": claim.id, "figure": figure.id,
                                                 "bound": claim.bound, "values": {},
                                                 "holds": {}})  # fmt: skip
                row["values"][arithmetic.column] = float(f"{claim.value:.4g}")
                row["holds"][arithmetic.column] = claim.holds
    return list(rows.values())


def claims_of(figure: Figure, arithmetic: Arithmetic) -> list[Claim]:
    """What a figure claims from results under an arithmetic; none where they are missing."""
    runs = [run for experiment in figure.experiments for run in experiment.runs("default")]
    paths = [elsewhere(run.result, arithmetic) for run in runs]
    if not all(path.is_file() for path in paths):
        return []
    describe = runpy.run_path(str(figure.script))["describe"]
    taken = inspect.signature(describe).parameters
    options = {name: value for name, value in figure.parameters.items() if name in taken}
    return describe(*map(load_result, paths), **options).claims


def record(
    columns: Sequence[Arithmetic],
    rows: list[dict[str, Any]],
    earlier: dict[str, Any],
    *,
    figures: Collection[str],
) -> dict[str, Any]:
    """What the page prints: the columns measured here, and those of other machines as they were.

    earlier: the record so far; what it says of a claim that asks for something else today, or of
    one that is no more, is dropped.   figures: what was asked for now; claims of other figures
    keep their values.
    """
    here = {arithmetic.column for arithmetic in columns}
    others = [column for column in earlier.get("columns", []) if column["name"] not in here]
    names = {column["name"] for column in others}
    then = {(row["id"], row["bound"]): row for row in earlier.get("claims", [])}
    waiting = [row | {"values": {}, "holds": {}} for row in then.values()
               if row["figure"] not in figures]  # fmt: skip
    rows = [*waiting, *rows]
    for row in rows:
        old = then.get((row["id"], row["bound"]), {"values": {}, "holds": {}})
        for part in ("values", "holds"):
            row[part] |= {name: old[part][name] for name in old[part] if name in names}
    rows = [row for row in rows if row["values"]]
    measured = {name for row in rows for name in row["values"]}
    new = [
        {
            "name": arithmetic.column,
            "label": arithmetic.machine,
            "words": arithmetic.words,
            "variables": arithmetic.variables,
            "machine": machine(gpu_name(torch.device(arithmetic.device))),
            "processor": torch.backends.cpu.get_cpu_capability(),
            "versions": package_versions(("torch", "numpy")),
        }
        for arithmetic in columns
        if arithmetic.column in measured
    ]
    return {"columns": new + [c for c in others if c["name"] in measured], "claims": rows}


if __name__ == "__main__":
    main()
