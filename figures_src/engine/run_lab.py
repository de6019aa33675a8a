"""Run a lab from top to bottom in a fresh kernel, and write its notebooks.

    python -m figures_src.engine.run_lab --lab docs/labs/1-first-layer.py --executed … --copies …

The notebook with outputs becomes a page of the site; those without are for students and
instructors (``lab_copies``).
"""

import argparse
import asyncio
import os
import resource
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# Otherwise the packages below warn that the folders of Jupyter will move.
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")

import jupytext
import nbformat
import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from figures_src.engine.lab_copies import copies
from site_lib.common.command_line import errors_on_one_line, relative_path
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT, sha256_of_file, write_text
from site_lib.records.lab_records import PLANNED_CPU_SECONDS
from site_lib.records.provenance import git_commit, machine
from site_lib.records.sources import package_versions, source_hashes

# Of a kernel that will never end, however slow the machine: it says nothing, does not wait for its
# turn on the processor, and uses as much of that as a kernel that only waits.
MINUTES_WITHOUT_PROGRESS = 20
SECONDS_BETWEEN_LOOKS = 10.0
CPU_SECONDS_OF_WAITING = 1.0
# On a busy machine a kernel starts late, and outputs arrive late; none may be lost.
SECONDS_TO_ANSWER = 60 * MINUTES_WITHOUT_PROGRESS
SHOWN_PACKAGES = ("torch", "numpy", "matplotlib")


def main() -> None:
    """Command line; exit status 1 when the lab fails, and then earlier notebooks stay."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lab", type=Path, required=True, help="the script with cells")
    parser.add_argument("--executed", type=Path, required=True, help="notebook with outputs")
    parser.add_argument("--copies", type=Path, required=True, help="folder for those without")
    options = parser.parse_args()
    with errors_on_one_line():
        texts = copies(read_lab(options.lab), options.lab.stem)
        executed = executed_lab(options.lab)
        for name, text in texts.items():
            write_text(options.copies / name, text)
        write_text(options.executed, nbformat.writes(executed))


def read_lab(script: Path) -> NotebookNode:
    """The notebook of a script, without outputs; solutions are folded in Jupyter, too.

    Below the heading of an exercise stands what it is worth, from the cell's own metadata.
    """
    notebook = jupytext.read(script, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"  # jupytext's are new each time
        if {"solution", "result"} & set(cell.metadata.get("tags", [])):
            cell.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
        if "points" in cell.metadata:
            heading, _, text = cell.source.partition("\n")
            worth = f"*{cell.metadata.points} points · about {cell.metadata.minutes} minutes*"
            cell.source = f"{heading}\n\n{worth}\n{text}"
    return notebook


def lab_sources(script: Path) -> dict[str, str]:
    """Hashes of a lab, in which comments are the text, and of what it imports."""
    return {relative_path(script): sha256_of_file(script)} | source_hashes(script)


def executed_lab(script: Path) -> NotebookNode:
    """The notebook of a script with its outputs, and under ``lab`` how they came about.

    Raises CourseError that names the cell which fails, warns or stands still.
    """
    notebook, name = read_lab(script), relative_path(script)
    client = _Client(
        notebook,
        kernel_manager_class=_Kernel,
        record_timing=False,
        startup_timeout=SECONDS_TO_ANSWER,
        iopub_timeout=SECONDS_TO_ANSWER,
        raise_on_iopub_timeout=True,
    )
    start, earlier = time.perf_counter(), _cpu_seconds_of_children()
    with _kernel_files():
        try:
            client.execute(cwd=str(ROOT))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            place = _place(notebook, client.running) if client.running else "before its cells"
            raise CourseError(f"{name}: {place}: {_why(error, client)}") from None
        except RuntimeError as error:
            raise CourseError(f"{name}: its kernel did not start: {error}") from error
    cpu_seconds = _cpu_seconds_of_children() - earlier
    _without_stderr(name, notebook)
    notebook.metadata["lab"] = {
        "name": script.stem,
        "cpu_seconds": round(cpu_seconds, 1),
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds_planned": PLANNED_CPU_SECONDS,
        "machine": machine(),
        "versions": package_versions(SHOWN_PACKAGES),
        "commit": git_commit(),
        "sources": lab_sources(script),
    }
    return notebook


class Progress:
    """Whether a kernel still does something, from what is seen of it every few seconds.

    It counts looks, not time, so that a build which was suspended for an hour goes on.
    """

    def __init__(self) -> None:
        self._num_looks = 0
        self._last_seen: tuple[float, int] = (0.0, 0)

    def stands_still(self, cpu_seconds: float, num_messages: int, *, is_ready: bool) -> bool:
        """Look once more; True after looks in vain.

        cpu_seconds, num_messages: what it has used and said so far.   is_ready: it would compute
        if the machine let it, which may be a rare thing where many others compute.
        """
        used = abs(cpu_seconds - self._last_seen[0])  # less when a child process ended
        if is_ready or num_messages != self._last_seen[1] or used >= CPU_SECONDS_OF_WAITING:
            self._num_looks, self._last_seen = 0, (cpu_seconds, num_messages)
        else:
            self._num_looks += 1
        return self._num_looks * SECONDS_BETWEEN_LOOKS >= 60 * MINUTES_WITHOUT_PROGRESS


class _Client(NotebookClient):
    """A client that knows which cell is running, ends one that stands still, and leaves signals.

    nbclient would answer Ctrl-C with the end of its kernel, which looks like a lab that failed;
    the build would go on with the next one.
    """

    running: NotebookNode | None = None
    num_messages = 0
    stands_still = False

    async def async_execute_cell(self, cell: NotebookNode, *rest: Any, **options: Any) -> Any:
        """Run one cell, and remember it: a kernel that dies does not say where."""
        self.running = cell
        return await super().async_execute_cell(cell, *rest, **options)

    def process_message(self, *message: Any) -> Any:
        """Count what the kernel says."""
        self.num_messages += 1
        return super().process_message(*message)

    @asynccontextmanager
    async def async_setup_kernel(self, **options: Any) -> AsyncIterator[None]:
        """Start the kernel, take back the handlers that come with it, and watch it."""
        async with super().async_setup_kernel(**options):
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().remove_signal_handler(number)
            watching = asyncio.ensure_future(self._end_when_it_stands_still())
            try:
                yield
            finally:
                watching.cancel()

    async def _end_when_it_stands_still(self) -> None:
        assert self.km is not None
        assert isinstance(self.km.provisioner, LocalProvisioner)
        progress = Progress()
        with suppress(psutil.NoSuchProcess):  # nbclient sees that, too
            kernel = psutil.Process(self.km.provisioner.pid)
            while not progress.stands_still(
                _cpu_seconds(kernel), self.num_messages, is_ready=_is_ready(kernel)
            ):
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            self.stands_still = True
            kernel.kill()


class _Kernel(AsyncKernelManager):
    """A kernel of this Python, whatever kernels are installed for the user."""

    def __init__(self, **options: Any) -> None:
        # By TCP, anybody on the machine could listen, and the kernel warns of that. The sockets
        # are named after the connection file, which two kernels must not share.
        super().__init__(
            transport="ipc",
            connection_file=str(Path(jupyter_runtime_dir()) / "kernel.json"),
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            **options,
        )


@contextmanager
def _kernel_files() -> Iterator[None]:
    """A folder for what a kernel leaves behind, which would otherwise be the home folder."""
    with TemporaryDirectory(prefix="lab-") as folder:
        settings = {
            "IPYTHONDIR": folder,
            "JUPYTER_RUNTIME_DIR": folder,
            # The debugger would say that it cannot stop in frozen modules.
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            # Packages with progress bars miss ipywidgets, which nothing here needs.
            "PYTHONWARNINGS": "ignore:IProgress not found",
        }
        earlier = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            yield
        finally:
            for name, value in earlier.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


def _cpu_seconds(process: psutil.Process) -> float:
    """Processor time of a process and of those that it started."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total


def _is_ready(process: psutil.Process) -> bool:
    """Whether a process, or one that it started, computes or waits for the machine to let it."""
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            if one.status() in (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP):
                return True
    return False


def _cpu_seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _why(error: Exception, client: _Client) -> str:
    """What ended a cell."""
    if isinstance(error, CellExecutionError):
        first_line = error.evalue.partition("\n")[0]
        return f"{error.ename}: {first_line}"
    if client.stands_still or isinstance(error, CellTimeoutError):
        return (
            f"for {MINUTES_WITHOUT_PROGRESS} minutes it has neither printed nor computed anything, "
            "so it was ended; see what it waits for, and run the lab again"
        )
    return "the kernel died"


def _without_stderr(name: str, notebook: NotebookNode) -> None:
    """Drop reports of progress, which a slow machine makes; CourseError for a warning."""
    for cell in notebook.cells:
        streams = [o for o in cell.get("outputs", []) if o.get("name") == "stderr"]
        for stream in streams:
            warning = next((line for line in stream.text.splitlines() if "Warning" in line), None)
            if warning:
                raise CourseError(f"{name}: {_place(notebook, cell)} warns: {warning}")
            cell.outputs.remove(stream)


def _place(notebook: NotebookNode, cell: Any) -> str:
    number = notebook.cells.index(cell) + 1
    return f'cell {number} ("{cell.source.strip().splitlines()[0]}")'


if __name__ == "__main__":
    main()
