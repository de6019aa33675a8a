"""What a build says while it runs: plain lines with what is built, why, and how long it took.

These are hooks of pytask, in place of its own tables and tracebacks.
"""

import json
import time
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pytask import ExecutionReport, PPathNode, PTask, Session, TaskOutcome, hookimpl
from pytask.tree_util import tree_leaves

from figures_src.engine.catalogue import Cost
from figures_src.engine.jobs import ScriptError, requested_jobs
from site_lib.common.files import ROOT

VERBS = {"measure": "measuring", "draw": "drawing", "run": "running"}
MAX_REASONS = 3


@dataclass
class Tally:
    """How the tasks of a build ended.

    slow: what took longer than planned.   summarised: the summary has been printed.
    finished: every task was reached.   worker_lost: a process was killed from outside.
    num_others: jobs that are up to date and that pytask does not see.
    """

    started: dict[str, float] = field(default_factory=dict)
    built: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    summarised: bool = False
    finished: bool = False
    worker_lost: bool = False
    num_others: int = 0

    @property
    def num_done(self) -> int:
        return len(self.built + self.unchanged + self.failed + self.skipped)


tally = Tally()


@hookimpl
def pytask_execute_log_start(session: Session) -> None:
    """Say what the measurements that are about to run will take, where it is known."""
    tasks = {_name(task): task for task in session.tasks}
    costs: dict[str, list[Cost]] = {}
    for job in requested_jobs():
        if job.cost and _why(session, tasks[job.name]):
            costs.setdefault(job.experiment, []).append(job.cost)
    for experiment, stated in costs.items():
        jobs = "1 job" if len(stated) == 1 else f"{len(stated)} jobs"
        units = sum(cost.units for cost in stated)
        seconds = sum(cost.units * cost.seconds_per_unit for cost in stated)
        _say(
            f"{experiment}: {jobs}, {units:.0f} units × {stated[0].seconds_per_unit:g} s "
            f"≈ {_duration(seconds)} on one worker"
        )


@hookimpl(tryfirst=True)
def pytask_execute_task(session: Session, task: PTask) -> None:
    """Announce a task that is about to run; pytask's own hook then runs it."""
    tally.started[_name(task)] = time.monotonic()
    verb, name = _name(task).split(" ", 1)
    number = len(tally.started) + len(tally.unchanged) + len(tally.skipped)
    _say(f"[{number}/{len(session.tasks)}] {VERBS[verb]} {name} ({_why(session, task)})")


@hookimpl(tryfirst=True)
def pytask_execute_task_log_end(report: ExecutionReport) -> None:
    """Say how a task ended."""
    name = _name(report.task)
    seconds = time.monotonic() - tally.started.get(name, time.monotonic())
    if report.outcome == TaskOutcome.SUCCESS:
        tally.built.append(name)
        plan = _planned_seconds()[name]
        late = f", planned for {_duration(plan)}" if plan and seconds > plan else ""
        tally.slow += [f"{name} ({_duration(seconds)}{late})"] if late else []
        _say(f"      {name.split(' ', 1)[1]}: {seconds:.1f} s{late}")
    elif report.outcome == TaskOutcome.SKIP_UNCHANGED:
        tally.unchanged.append(name)
    elif report.outcome == TaskOutcome.SKIP_PREVIOUS_FAILED:
        tally.skipped.append(name)
    else:
        error = report.exc_info[1] if report.exc_info else None
        if not isinstance(error, KeyboardInterrupt):
            tally.failed.append(name)
            _explain_failure(name, error)


@hookimpl(tryfirst=True)
def pytask_execute_log_end(session: Session) -> None:
    """Summarise the build."""
    tally.summarised = True
    tally.finished = tally.num_done == len(session.tasks)
    for warning in session.warnings:
        _say(f"warning: {warning.message.strip()}")
    if num_unchanged := len(tally.unchanged) + tally.num_others:
        _say(f"{num_unchanged} up to date")
    if tally.built:
        _say(f"{len(tally.built)} built in {_seconds_since_start(session):.1f} s")
    if tally.slow:
        _say(f"longer than planned, as on a busy machine: {', '.join(tally.slow)}")
    if tally.failed:
        _say(f"failed: {', '.join(tally.failed)}")
    if tally.skipped:
        _say(f"not built, because what they need failed: {', '.join(tally.skipped)}")
    if not tally.finished:
        _say("interrupted; the same command goes on from here")


@cache
def _planned_seconds() -> dict[str, float | None]:
    """What each job of the build takes at most on one quiet core, where that is known."""
    return {job.name: job.planned_seconds for job in requested_jobs()}


def _seconds_since_start(session: Session) -> float:
    """Wall-clock seconds since the tasks began."""
    return time.time() - session.execution_start


def _why(session: Session, task: Any) -> str | None:
    """Which inputs or files of a task differ from those of its last run, in words, if any do."""
    entry = session.config["lockfile_state"].get_task_entry(_task_id(task))
    if entry is None:
        return "first build"
    known = {**entry.depends_on, **entry.produces}
    files = [node for node in tree_leaves(task.produces) if isinstance(node, PPathNode)]
    missing = [node.path.name for node in files if not node.path.exists()]
    if missing:
        return f"missing: {_listed(missing)}"
    changed = [
        name
        for name, node in task.depends_on["inputs"].items()
        if known.get(_node_id(task, name, node)) != node.state()
    ]
    changed = [name for name in changed if name != "list of inputs"] or changed
    if changed:
        return f"changed: {_listed(changed)}"
    altered = [node.path.name for node in files if known.get(_relative(node)) != node.state()]
    if altered:
        return f"altered since it was built: {_listed(altered)}"
    return "the engine changed" if entry.state != task.state() else None


def _node_id(task: PTask, name: str, node: Any) -> str:
    """Name of an input in pytask's lock file."""
    if isinstance(node, PPathNode):
        return _relative(node)
    return f"{_task_id(task)}::inputs::{json.dumps([name], ensure_ascii=False)}"


def _relative(node: Any) -> str:
    return node.path.relative_to(ROOT).as_posix()


def _task_id(task: PTask) -> str:
    return f"figures_src/engine/task_figures.py::{_name(task)}"


def _name(task: PTask) -> str:
    """Name of the job: pytask puts the path of the module before it."""
    return task.name.rsplit("::", 1)[-1]


def _duration(seconds: float) -> str:
    """Time in words, as exact as a forecast can be."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 1.5 * length:
            return f"{seconds / length:.2g} {unit}"
    return f"{seconds:.0f} s"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MAX_REASONS} more" if len(names) > MAX_REASONS else ""
    return ", ".join(names[:MAX_REASONS]) + more


def _explain_failure(name: str, error: BaseException | None) -> None:
    """Say why a task failed, unless its script has said so itself, or the same was said before."""
    if isinstance(error, BrokenExecutor):
        if not tally.worker_lost:
            _say(
                "error: a process of the build was killed, as the system does when memory runs "
                "out; make room or use WORKERS=1, and run the same command again"
            )
        tally.worker_lost = True
    elif not isinstance(error, ScriptError):
        first_line = str(error).partition("\n")[0]
        _say(f"error: {name}: {type(error).__name__}: {first_line}")


def _say(line: str) -> None:
    print(line, flush=True)
