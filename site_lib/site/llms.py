"""``llms.txt``: the course in one text file, for programs that read with a language model.

Written in the form that llmstxt.org describes: a title, a summary, and lists of links with a
sentence each. It names every page, the data of every figure, and every claim with its verdict.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from site_lib.records.claims import StatedClaim
from site_lib.site.contents import Entry

FILE = "llms.txt"


def text(
    *,
    site_name: str,
    summary: str,
    address: str,
    entries: Iterable[Entry],
    descriptions: Mapping[str, str],
    sidecars: Mapping[str, Mapping[str, Any]],
    ledger: Iterable[StatedClaim],
) -> str:
    """The file as Markdown.

    address: where the site is published; empty makes links relative.   descriptions: of the pages,
    by source.   sidecars: records of the figures, by id.   ledger: all claims.
    """
    lines = [
        f"# {site_name}",
        f"> {' '.join(summary.split())}",
        "Every figure is made by a script that runs an experiment on a real network. A figure's "
        "JSON file holds its caption, alternative text, measured numbers, claims and provenance; "
        "its CSV file holds the plotted data. Numbers in the text come from the same files.",
        *_pages(address, entries, descriptions),
        "## Figures and their data",
        "\n".join(_figure(address, figure) for figure in sidecars.values()),
        "## Claims",
        "\n".join(_claim(entry) for entry in ledger),
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def _pages(
    address: str, entries: Iterable[Entry], descriptions: Mapping[str, str]
) -> Iterator[str]:
    sections: dict[str, list[str]] = {}
    for entry in entries:
        link = f"[{entry.title}]({address}{entry.folder or './' * (not address)})"
        line = f"- {link}: {descriptions.get(entry.source, '')}".rstrip(": ")
        sections.setdefault(entry.section or entry.title, []).append(line)
    for title, lines in sections.items():
        yield f"## {title}"
        yield "\n".join(lines)


def _figure(address: str, figure: Mapping[str, Any]) -> str:
    data = ", ".join(f"[{name}]({address}figures/{name})" for name in figure["data"])
    record = f"[{figure['title']}]({address}figures/{figure['id']}.json)"
    return f"- {record}; data: {data}. {figure['alt']}"


def _claim(entry: StatedClaim) -> str:
    claim = entry.claim
    verdict = "holds" if claim.holds else "does not hold"
    measured = f"measured {claim.value:.4g}, true if {claim.bound}, {verdict}"
    return f"- {claim.sentence} ({measured}; figure {entry.figure}, claim {claim.id})"
