"""What a page can ask for: figures, measured numbers, claims, references and credits.

``mkdocs.yml`` names this file as the module of mkdocs-macros. One line in Markdown, such as
``{{ figure("first-layer-filters") }}``, becomes HTML written by a template in
``docs/overrides/macros``. Everything is read from the sidecars in ``docs/figures``: neither
torch nor matplotlib is needed to build the site.
"""

import functools
import html
import inspect
import json
import logging
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import markdown
from markupsafe import Markup
from mkdocs.exceptions import Abort
from mkdocs.utils import get_relative_url
from mkdocs.utils.meta import get_data

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.toml_files import read_toml
from site_lib.data.facts import CHECKED, read_facts, short_count
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.records import claims
from site_lib.records.lab_records import labs
from site_lib.records.sidecars import sidecars
from site_lib.site import bibliography, long_descriptions, publishing, thumbnails, vendor
from site_lib.site.reference_pages import ReferencePages
from site_lib.site.source_code import source_of

log = logging.getLogger("mkdocs.plugins.pages")

CLAIMS_PAGE = "evidence/claims.md"
REFERENCES_PAGE = "evidence/references.md"
ATLAS_PAGE = "what-units-see/atlas.md"
ATLAS_INDEX = "figures/atlas/index.json"
# Units of a layer that the page of the atlas lists for readers without JavaScript.
UNITS_LISTED = 16
# The browser takes the narrow variant of a figure up to this width of the window.
NARROW_UP_TO_CSS_PIXELS = 600
# Scripts are published as plain text below this folder of the site.
SOURCE_FOLDER = "source"
# Pictures that were made for an earlier build, below the project.
CACHE = ".cache/site"
# Ids of all figures, one a line, for programs that read the published site.
LIST_OF_FIGURES = "figures/list.txt"
# What is read before the first page is written, as properties of the two classes of macros.
COURSE_FILES = ("texts", "catalogue", "sidecars", "ledger", "bibliography", "labs_by_page")
REFERENCE_FILES = ("terms", "all_slides", "faults")
FIGURE_CALL = re.compile(r"{{\s*figure\(\s*[\"']([\w-]+)[\"']")


def define_env(env: Any) -> None:
    """Register the macros; mkdocs-macros calls this once for each build."""
    course = Course(env)
    reference = ReferencePages(course)
    _read_all(course, reference)
    env.conf["markdown_extensions"].append(reference.first_uses())
    for addition in reference.macros:
        env.macro(_reporting(addition, env))
    for macro in (
        course.figure,
        course.figure_reference,
        course.figure_card,
        course.thumbnail,
        course.number,
        course.claim,
        course.cite,
        course.references,
        course.photograph_credits,
        course.atlas,
        course.atlas_links,
        course.code,
        course.fact_table,
        course.labs,
    ):
        env.macro(_reporting(macro, env))
    for problem in vendor.problems(Path(env.conf["docs_dir"])):
        log.warning(problem)


def _read_all(course: "Course", reference: ReferencePages) -> None:
    """Read everything once, so that a damaged file is told once and not by each of its pages."""
    damages = {}
    for source, names in ((course, COURSE_FILES), (reference, REFERENCE_FILES)):
        for name in names:
            try:
                getattr(source, name)
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
    (site / LIST_OF_FIGURES).parent.mkdir(exist_ok=True)
    (site / LIST_OF_FIGURES).write_text("".join(f"{figure}\n" for figure in course.sidecars))
    for sidecar in course.sidecars.values():
        for script in _scripts(sidecar):
            target = site / SOURCE_FOLDER / f"{script}.txt"
            target.parent.mkdir(parents=True, exist_ok=True)
            if (root / script).is_file():
                shutil.copyfile(root / script, target)
    try:
        publishing.publish(env.conf, course.sidecars, course.ledger.values(), root / CACHE)
    except CourseError as error:
        log.warning(error)


def _reporting(macro: Callable[..., str], env: Any) -> Callable[..., str]:
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
            log.warning("%s: %s", env.page.file.src_uri, error)
            return f'<span class="missing" role="note">{_as_markdown(str(error))}</span>'

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


class Course:
    """The macros, and the files that they read: sidecars, claims and bibliography.

    env: the mkdocs-macros plugin; gives the configuration and the page being written.
    """

    def __init__(self, env: Any) -> None:
        self.env = env
        self.docs = Path(env.conf["docs_dir"])
        loader = jinja2.FileSystemLoader(self.docs / "overrides" / "macros")
        self.templates = jinja2.Environment(
            loader=loader,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self.templates.globals |= {
            "address": self.address,
            "inline_markdown": self.inline_markdown,
            "source_address": self.source_address,
            "thumbnail": self.thumbnail,
            "duration": _duration,
            "short_number": lambda value: _formatted(float(value), ".4g"),
            "short_count": short_count,
            "checked": CHECKED,
            "narrow_up_to": NARROW_UP_TO_CSS_PIXELS,
        }

    # ------------------------------------------------------------------- code

    def code(self, path: str, *names: str) -> str:
        """Functions of a file of the project as a block of code, with the file as its title."""
        parts = [source_of(Path(self.env.project_dir) / path, name) for name in names]
        return f'```python title="{path}"\n' + "\n\n".join(parts) + "\n```"

    # ------------------------------------------------------------------ files

    @functools.cached_property
    def sidecars(self) -> dict[str, dict[str, Any]]:
        """Sidecar of every figure that has been drawn, by figure id."""
        return sidecars(self.docs / "figures")

    @functools.cached_property
    def catalogue(self) -> list[str]:
        """Ids of every figure that the course can draw."""
        path = Path(self.env.project_dir) / "figures_src" / "catalogue.toml"
        return list(read_toml(path, dict[str, Any]).get("figures", {}))

    @functools.cached_property
    def ledger(self) -> dict[str, claims.Entry]:
        """Every claim of the course, by claim id."""
        return {entry.claim.id: entry for entry in claims.ledger(self.docs / "figures")}

    @functools.cached_property
    def bibliography(self) -> dict[str, bibliography.Reference]:
        """Every entry of the bibliography, by key."""
        return bibliography.read_references(self.docs / "references.bib")

    @functools.cached_property
    def texts(self) -> dict[str, str]:
        """Markdown of every page by the page's file name; CourseError when one is damaged."""
        return {
            path.relative_to(self.docs).as_posix(): _page_text(path)
            for path in sorted(self.docs.rglob("*.md"))
        }

    @functools.cached_property
    def figures_of_pages(self) -> dict[str, list[str]]:
        """Ids of the figures that each page shows, in order, by the page's file name."""
        return {page: FIGURE_CALL.findall(text) for page, text in self.texts.items()}

    @functools.cached_property
    def atlas_index(self) -> dict[str, Any]:
        """Networks, layers and units of the atlas; CourseError when it has not been drawn."""
        path = self.docs / ATLAS_INDEX
        if not path.is_file():
            raise CourseError("the unit atlas has not been built; run make figure NAME=atlas")
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CourseError(f"{path} is damaged ({error}); run make figure NAME=atlas") from None

    @functools.cached_property
    def labs_by_page(self) -> dict[str, dict[str, Any]]:
        """Title, question and record of every lab that has been run, by its page."""
        return {lab["page"]: lab for lab in labs(self.docs)}

    def sidecar(self, figure_id: str) -> dict[str, Any]:
        """Sidecar of one figure; CourseError when it is unknown or has not been drawn."""
        if figure_id in self.sidecars:
            return self.sidecars[figure_id]
        if figure_id in self.catalogue:
            raise CourseError(
                f"figure {figure_id!r} has not been built; run make figure NAME={figure_id}"
            )
        raise unknown_name("figure", figure_id, {*self.catalogue, *self.sidecars})

    # -------------------------------------------------------------- addresses

    def address(self, target: str) -> str:
        """Relative address, from the page being written, of a file or page of the course.

        target: path below ``docs``; a page may carry an anchor after ``#``.
        """
        path, mark, anchor = target.partition("#")
        if path.endswith(".md") or path in self.labs_by_page:
            file = self.env.variables["files"].get_file_from_path(path)
            if file is None:
                raise CourseError(f"no page {path!r} in docs")
            path = file.url
        return get_relative_url(path, self.env.page.url) + mark + anchor

    def source_address(self, script: str, commit: str) -> str:
        """Where a script can be read: at its commit in the repository, or on this site."""
        repository = (self.env.conf["repo_url"] or "").rstrip("/")
        if repository and re.fullmatch(r"[0-9a-f]{40}", commit):
            return f"{repository}/blob/{commit}/{script}"
        return self.address(f"{SOURCE_FOLDER}/{script}.txt")

    def figure_place(self, figure_id: str) -> tuple[str, int]:
        """Page that shows a figure, and the figure's number there; CourseError when none does."""
        for page, figures in self.figures_of_pages.items():
            if figure_id in figures:
                return page, figures.index(figure_id) + 1
        raise CourseError(
            f"no page shows the figure {figure_id!r}; embed it in one, or delete "
            f"docs/figures/{figure_id}.json if the course has it no more"
        )

    # ----------------------------------------------------------------- macros

    def figure(self, figure_id: str) -> str:
        """A figure with its caption and its provenance card."""
        sidecar = self.sidecar(figure_id)
        figures = self.figures_of_pages[self.env.page.file.src_uri]
        if figure_id not in figures:
            raise CourseError(f'write {{{{ figure("{figure_id}") }}}} out in full, on one line')
        number = figures.index(figure_id) + 1
        return self.render(
            "figure.html",
            figure=sidecar,
            experiments=one_record_per_experiment(sidecar["experiments"]),
            number=number,
            themes=[(theme, _variants(sidecar, theme)) for theme in ("light", "dark")],
            draft=_is_draft(sidecar),
            downloads=[*sidecar["data"], *sidecar["files"], f"{figure_id}.json"],
            claims=[entry.claim for entry in self.ledger.values() if entry.figure == figure_id],
            claims_page=CLAIMS_PAGE,
            table=long_descriptions.read_table(self.docs / "figures" / sidecar["data"][0]),
        )

    def figure_reference(self, figure_id: str) -> str:
        """``Figure 2`` as a link to that figure, on this page or another."""
        self.sidecar(figure_id)
        page, number = self.figure_place(figure_id)
        return f'<a href="{self.address(f"{page}#figure-{figure_id}")}">Figure&nbsp;{number}</a>'

    def figure_card(self, figure_id: str, page: str, title: str, text: str) -> str:
        """A thumbnail with a title and a sentence, all of it one link to a page."""
        return self.render("figure_card.html", page=page, title=title, text=text,
                           figure_id=figure_id)  # fmt: skip

    def thumbnail(self, figure_id: str, class_name: str = "thumbnail") -> Markup:
        """A small picture of a figure, light and dark; decoration beside words that name it."""
        site, cache = Path(self.env.conf["site_dir"]), Path(self.env.project_dir) / CACHE
        rows = []
        for theme in ("light", "dark"):
            image = _variants(self.sidecar(figure_id), theme)["wide"]["largest"]
            path = thumbnails.name(figure_id, theme)
            thumbnails.write(self.docs / "figures" / image["file"], image, site / path, cache)
            rows.append((theme, path, *thumbnails.size(image)))
        return Markup(self.render("thumbnail.html", thumbnails=rows, class_name=class_name))

    def number(self, figure_id: str, key: str, spec: str = "", *, plain: bool = False) -> str:
        """A measured number of a figure, written with a Python format specification.

        key: name of the metric; dots lead into nested metrics (``"tuning.oriented"``).
        spec: for example ``".2f"``; without one, integers and text stay as they are and
        other numbers get three significant digits.   plain: without markup, for use within
        `code` or $mathematics$; text, such as the name of a layer, is always plain.
        """
        value: Any = self.sidecar(figure_id)["metrics"]
        for name in key.split("."):
            known = dict(enumerate(value)) if isinstance(value, list) else value
            known = {str(k): v for k, v in known.items()} if isinstance(known, dict) else {}
            if name not in known:
                raise unknown_name(f"metric of figure {figure_id!r}", key, _metric_keys(
                    self.sidecar(figure_id)["metrics"]))  # fmt: skip
            value = known[name]
        if isinstance(value, dict | list):
            raise CourseError(f"metric {key!r} of figure {figure_id!r} is not a single value")
        if plain or isinstance(value, str):
            return _formatted(value, spec)
        origin = html.escape(f"{key}, measured for figure {figure_id}")
        return (
            f'<data class="measured" value="{html.escape(str(value))}" title="{origin}">'
            f"{_as_markdown(_formatted(value, spec))}</data>"
        )

    def claim(self, claim_id: str) -> str:
        """The sentence of a claim, linked to its line in the ledger."""
        if claim_id not in self.ledger:
            raise unknown_name("claim", claim_id, self.ledger)
        entry = self.ledger[claim_id]
        link = self.address(f"{CLAIMS_PAGE}#claim-{claim_id}")
        sentence = _as_markdown(entry.claim.sentence)
        if entry.claim.holds:
            return f'<a class="claim" href="{link}">{sentence}</a>'
        return (
            f'<a class="claim claim--refuted" href="{link}">{sentence} '
            "<strong>(does not hold in this build)</strong></a>"
        )

    def cite(self, key: str, *, parentheses: bool = False) -> str:
        """``Tan and Le (2019)``, or ``(Tan and Le, 2019)``, linked to the reference."""
        if key not in self.bibliography:
            raise unknown_name("reference", key, self.bibliography)
        reference = self.bibliography[key]
        authors, year = _as_markdown(reference.short_authors), reference.year
        link = self.address(f"{REFERENCES_PAGE}#{key}")
        text = f"({authors}, {year})" if parentheses else f"{authors} ({year})"
        return f'<a class="citation" href="{link}">{text}</a>'

    def references(self) -> str:
        """The whole bibliography as a list."""
        return self.render("references.html", references=self.bibliography.values())

    def photograph_credits(self) -> str:
        """Every photograph of the course with its author, licence and source."""
        return self.render("photograph_credits.html", photographs=PHOTOGRAPHS.values(),
                           thumbnails=vendor.PHOTOGRAPHS_FOLDER)  # fmt: skip

    def atlas(self) -> str:
        """The unit atlas: a list of links, which a script turns into a grid of units."""
        return self.render("atlas.html", networks=self.atlas_index["networks"],
                           listed=UNITS_LISTED)  # fmt: skip

    def atlas_links(self, figure_id: str) -> str:
        """Links from the units of a figure to their entries in the atlas."""
        index, depth = self.atlas_index, self.sidecar(figure_id)["drawing"]["parameters"]["depth"]
        metrics = self.sidecar(figure_id)["metrics"]
        rows = []
        for network in index["networks"]:
            layer = metrics[f"{network['name']}_layers"][depth - 1]
            units = metrics[f"{network['name']}_units"][depth - 1]
            rows.append((network["title"], f"{network['name']}/{layer}", units))
        return self.render("atlas_links.html", rows=rows, page=ATLAS_PAGE)

    def fact_table(self, figure_id: str, unit: str, title: str) -> str:
        """The facts of one unit that a figure shows, as a folded table that can be sorted.

        Read from the data that the figure publishes, so that both say the same. A script makes
        the headings sort it; without one it is a plain table.
        """
        facts = read_facts(self.docs / "figures" / self.sidecar(figure_id)["data"][0])
        chosen = [fact for fact in facts if fact.unit == unit]
        if not chosen:
            raise unknown_name(f"unit of figure {figure_id!r}", unit, {f.unit for f in facts})
        return self.render("fact_table.html", facts=chosen, title=title)

    def labs(self) -> str:
        """List of the labs: what each asks, how long it takes, and its files."""
        return self.render("labs.html", labs=self.labs_by_page.values())

    # ------------------------------------------------------------------- HTML

    def render(self, template: str, **values: Any) -> str:
        """HTML of a template in ``docs/overrides/macros``."""
        return self.templates.get_template(template).render(**values)

    def inline_markdown(self, text: str) -> Markup:
        """One paragraph of Markdown as HTML, with the extensions that ``mkdocs.yml`` names."""
        conf = self.env.conf
        # Those that are no names were added by plugins and macros, for whole pages.
        named = [name for name in conf["markdown_extensions"] if isinstance(name, str)]
        rendered = markdown.markdown(text, extensions=named, extension_configs=conf["mdx_configs"])
        return Markup(rendered.removeprefix("<p>").removesuffix("</p>"))


def _page_text(path: Path) -> str:
    """Text of a page; CourseError when it is no text, or its front matter is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is no text in UTF-8 ({error.reason}); save it as such") from None
    # MkDocs prints front matter that it cannot read on the page.
    if text.startswith("---") and not get_data(text)[1]:
        raise CourseError(f"{path}: what stands between the first lines of --- is no YAML")
    return text


def _variants(sidecar: dict[str, Any], theme: str) -> dict[str, dict[str, Any]]:
    """Images of one theme by layout: first file, ``srcset``, size, and the largest file."""
    found = {}
    for layout in ("wide", "narrow"):
        images: Sequence[dict[str, Any]] = sorted(
            (i for i in sidecar["images"] if (i["theme"], i["layout"]) == (theme, layout)),
            key=lambda image: image["scale"],
        )
        found[layout] = {"images": images, "first": images[0], "largest": images[-1]}
    return found


def one_record_per_experiment(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records for the provenance card, in which the runs of one experiment are one record.

    It lists the values of the parameter in which the runs differ, and adds up their seconds.
    """
    groups: list[list[dict[str, Any]]] = []
    for record in records:
        if groups and _differ_in_one_parameter(groups[-1][-1], record):
            groups[-1].append(record)
        else:
            groups.append([record])
    return [_summary(group) if len(group) > 1 else group[0] for group in groups]


def _differ_in_one_parameter(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two records are neighbouring runs of one experiment."""
    if not (one.get("run") and other.get("run") and one["script"] == other["script"]):
        return False
    before, after = one["parameters"], other["parameters"]
    return before.keys() == after.keys() and sum(before[k] != after[k] for k in before) == 1


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    summary = runs[0] | {"seconds": sum(run["seconds"] for run in runs), "parameters": {}}
    for name, value in runs[0]["parameters"].items():
        values = [run["parameters"][name] for run in runs]
        same = all(other == value for other in values)
        summary["parameters"][name] = value if same else values
    for kind in ("weights", "inputs"):
        items = {tuple(item.items()): item for run in runs for item in run[kind]}
        summary[kind] = list(items.values())
    return summary


def _is_draft(sidecar: dict[str, Any]) -> bool:
    return any(record["profile"] == "draft" for record in sidecar["experiments"])


def _scripts(sidecar: dict[str, Any]) -> list[str]:
    return [sidecar["script"], *(record["script"] for record in sidecar["experiments"])]


def _metric_keys(metrics: Any, prefix: str = "") -> list[str]:
    """Dotted names of all single values among nested metrics."""
    if isinstance(metrics, dict):
        items = list(metrics.items())
    elif isinstance(metrics, list):
        items = list(enumerate(metrics))
    else:
        return [prefix.removesuffix(".")]
    return [key for name, value in items for key in _metric_keys(value, f"{prefix}{name}.")]


def _duration(seconds: float) -> str:
    """Time in words, as exact as a reader can use."""
    if seconds >= 90:
        return f"{seconds / 60:.1f} min"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


def _formatted(value: Any, spec: str) -> str:
    """A value in words, with a true minus sign."""
    if not spec and isinstance(value, float):
        spec = ".3g"
    try:
        text = format(value, spec)
    except ValueError as error:
        raise CourseError(f"cannot write {value!r} with the format {spec!r}: {error}") from None
    return text if isinstance(value, str) else text.replace("-", "−")


def _as_markdown(text: str) -> str:
    """Plain text, escaped so that neither HTML nor Markdown finds anything to interpret."""
    escaped = html.escape(text, quote=False)
    return re.sub(r"[*_`$\[\]\\~]", lambda match: f"&#{ord(match[0])};", escaped)
