"""What a page can ask for: the macros, registered with mkdocs-macros.

``mkdocs.yml`` names this file as the module of mkdocs-macros. One line in Markdown, such as
``{{ figure("first-layer-filters") }}``, becomes HTML written by a template in
``docs/overrides/macros``. Everything is read from the sidecars in ``docs/figures``: neither
torch nor matplotlib is needed to build the site.
"""

import functools
import inspect
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mkdocs.exceptions import Abort

from site_lib.common.errors import CourseError
from site_lib.site import publishing, search_index, vendor
from site_lib.site.citation import read_citation
from site_lib.site.claims_page import ClaimsPage
from site_lib.site.course import CACHE, SOURCE_FOLDER, Course, as_markdown
from site_lib.site.evidence_pages import EvidencePages
from site_lib.site.figure_macros import FigureMacros
from site_lib.site.hands_on_macros import HandsOnMacros
from site_lib.site.live_macros import LiveMacros
from site_lib.site.reference_pages import ReferencePages
from site_lib.site.text_macros import TextMacros

log = logging.getLogger("mkdocs.plugins.pages")

# Ids of all figures, one a line, for programs that read the published site.
LIST_OF_FIGURES = "figures/list.txt"


def define_env(env: Any) -> None:
    """Register the macros; mkdocs-macros calls this once for each build."""
    course = Course(env)
    figures, text = FigureMacros(course), TextMacros(course)
    reference = ReferencePages(course, figures, text)
    evidence = EvidencePages(course, text)
    _read_all(course, reference, evidence)
    figures.make_thumbnails()
    env.conf["markdown_extensions"].append(reference.first_uses())
    live, hands_on = LiveMacros(course), HandsOnMacros(course)
    for group in (figures, live, hands_on, text, reference, evidence, ClaimsPage(course, figures)):
        for macro in group.macros:
            env.macro(_reporting(macro, course))
    for problem in vendor.problems(Path(env.conf["docs_dir"])):
        log.warning(problem)


def _read_all(*readers: Course | ReferencePages | EvidencePages) -> None:
    """Read everything once, so that a damaged file is told once and not by each of its pages."""
    damages = {}
    for reader in readers:
        for name in reader.FILES:
            try:
                getattr(reader, name)
            except CourseError as error:
                damages[str(error)] = error
    for damage in damages:
        log.error(damage)
    if damages:
        raise Abort("the pages cannot be written without these files")


def on_post_build(env: Any) -> None:
    """Publish the scripts and the list of figures, and what is made from all pages."""
    root, site = Path(env.project_dir), Path(env.conf["site_dir"])
    course = Course(env)
    figures = FigureMacros(course)
    search_index.finish(site, figures.search_entries())
    (site / LIST_OF_FIGURES).parent.mkdir(exist_ok=True)
    (site / LIST_OF_FIGURES).write_text("".join(f"{figure}\n" for figure in course.sidecars))
    for sidecar in course.sidecars.values():
        for script in _scripts(sidecar):
            target = site / SOURCE_FOLDER / f"{script}.txt"
            target.parent.mkdir(parents=True, exist_ok=True)
            if (root / script).is_file():
                shutil.copyfile(root / script, target)
    try:
        cited = read_citation(root / "CITATION.cff")
        cited = replace(cited, url=cited.url or env.conf["site_url"] or "")
        publishing.publish_citations(env.conf, cited, course.sidecars, course.figures_of_pages)
        publishing.publish(env.conf, course.sidecars, course.ledger.values(), root / CACHE)
    except CourseError as error:
        log.warning(error)


def _reporting(macro: Callable[..., str], course: Course) -> Callable[..., str]:
    """The macro, with a warning and a visible placeholder in place of a CourseError.

    A warning fails ``mkdocs build --strict``, but only after every page has been read, so
    one build lists all mistakes; ``mkdocs serve`` goes on.
    """

    @functools.wraps(macro)
    def wrapped(*arguments: Any, **keywords: Any) -> str:
        try:
            _check_call(macro, arguments, keywords)
            return macro(*arguments, **keywords)
        except CourseError as error:
            log.warning("%s: %s", course.page, error)
            return f'<span class="missing" role="note">{as_markdown(str(error))}</span>'

    return wrapped


def _check_call(
    macro: Callable[..., str], arguments: Sequence[Any], keywords: Mapping[str, Any]
) -> None:
    """CourseError when a page calls a macro with other arguments than it takes."""
    signature = inspect.signature(macro)
    try:
        given = signature.bind(*arguments, **keywords).arguments
    except TypeError as error:
        raise CourseError(f"{macro.__name__}: {error}; it takes {signature}") from None
    for name, value in given.items():
        parameter = signature.parameters[name]
        values = value if parameter.kind is parameter.VAR_POSITIONAL else (value,)
        for one in values:
            if not isinstance(one, parameter.annotation):
                kind = parameter.annotation.__name__
                raise CourseError(f"{macro.__name__}: {name} must be {kind}, not {one!r}")


def _scripts(sidecar: dict[str, Any]) -> list[str]:
    return [sidecar["script"], *(record["script"] for record in sidecar["experiments"])]
