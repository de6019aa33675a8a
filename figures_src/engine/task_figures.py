"""The tasks that pytask collects: one for each experiment and one for each figure.

Everything else is in ``engine``. Leave this module alone: pytask runs every task again when
the module that declares it has changed.
"""

from pathlib import Path

from pytask import PythonNode, mark, task

from figures_src.engine.jobs import Job, requested_jobs, run
from site_lib.common.files import ROOT


def declare(job: Job) -> None:
    """Register one job: it runs when an input, a result it reads or one of its files changed."""
    values = {name: PythonNode(value=value, hash=True) for name, value in job.inputs.items()}
    files = {path.relative_to(ROOT).as_posix(): path for path in job.results}

    def run_job(inputs: dict[str, str | Path], produces: list[Path]) -> None:
        run(job)

    # What is short comes last, so that no process waits for a long one at the end.
    ordered = mark.try_last(run_job) if job.is_drawing else run_job
    task(name=job.name, kwargs={"inputs": values | files, "produces": job.products})(ordered)


for requested in requested_jobs():
    declare(requested)
