"""An Atom feed of what changed, made from the built page of changes.

The page has a heading of the second level for each date, the newest first. A feed needs absolute
addresses, so there is one only where the configuration says where the site is published.
"""

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from posixpath import join
from urllib.parse import urljoin

from site_lib.common.errors import CourseError

FILE = "changes.xml"
HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)
HEADER_LINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
DATE = "%d %B %Y"


@dataclass(frozen=True)
class Change:
    """What happened on one date: anchor on the page, date, and the text as HTML."""

    anchor: str
    date: datetime
    text: str


def read_changes(page: str) -> list[Change]:
    """Changes on the built page; CourseError for a heading that is not a date."""
    article = page.partition("<article")[2].partition("</article>")[0]
    parts = HEADING.split(article)[1:]
    return [
        Change(anchor, _date(HEADER_LINK.sub("", title).strip()), text.strip())
        for anchor, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def _date(text: str) -> datetime:
    try:
        return datetime.strptime(text, DATE).replace(tzinfo=UTC)
    except ValueError:
        raise CourseError(
            f"the heading {text!r} of the page of changes is no date; write 23 November 2026"
        ) from None


def feed(changes: list[Change], *, title: str, author: str, address: str, folder: str) -> str:
    """The feed as XML.

    address: of the site, ends with ``/``.   folder: of the page of changes, below it.
    """
    page = join(address, folder)
    entries = "".join(_entry(change, page) for change in changes)
    updated = max((change.date for change in changes), default=datetime.fromtimestamp(0, UTC))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{html.escape(title)}</title>\n<id>{address}{FILE}</id>\n"
        f'<link rel="self" href="{address}{FILE}"/>\n<link href="{page}"/>\n'
        f"<updated>{updated.isoformat()}</updated>\n"
        f"<author><name>{html.escape(author)}</name></author>\n{entries}</feed>\n"
    )


def _entry(change: Change, page: str) -> str:
    link = f"{page}#{change.anchor}"
    absolute = re.sub(
        r'(href|src)="([^"]*)"', lambda m: f'{m[1]}="{urljoin(page, m[2])}"', change.text
    )
    return (
        f"<entry>\n<title>{change.date.strftime(DATE).lstrip('0')}</title>\n<id>{link}</id>\n"
        f'<link href="{link}"/>\n<updated>{change.date.isoformat()}</updated>\n'
        f'<content type="html">{html.escape(absolute)}</content>\n</entry>\n'
    )
