"""What all tests share: a second look by a browser, a summary that also says what they measured."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser draws and loads when it will, so a test in one that fails is tried once more.

    The summary names what needed it, and where it failed: a race of the test, or of the page.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded with ``record_property``, such as how much a page transfers."""
    for report in terminalreporter.getreports("passed"):
        for name, value in dict(report.user_properties).items():
            terminalreporter.write_line(f"{name}: {value}")
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"failed at first: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
