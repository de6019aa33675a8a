"""Macros for figures: the figure with its provenance card, numbers measured for it, the atlas."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from site_lib.common.errors import CourseError, unknown_name
from site_lib.data.facts import CHECKED, read_facts, short_count
from site_lib.records.sidecars import largest_picture
from site_lib.site import long_descriptions, search_index, thumbnails
from site_lib.site.contents import contents
from site_lib.site.course import CACHE, Course, as_markdown

CLAIMS_PAGE = "evidence/claims.md"
ATLAS_PAGE = "what-units-see/atlas.md"
# Units of a layer that the page of the atlas lists for readers without JavaScript.
UNITS_LISTED = 16
THEMES = ("light", "dark")
# The browser takes the narrow variant of a figure up to this width of the window.
NARROW_UP_TO_CSS_PIXELS = 600
# How wide a picture of photographs is shown, as the style sheet has it.
SIZES = "(min-width: 76.25em) min(1040px, 100vw - 280px), 100vw"


class FigureMacros:
    """What a page can ask for of a figure."""

    def __init__(self, course: Course) -> None:
        self.course = course
        course.templates.globals |= {
            "thumbnail": self.thumbnail,
            "duration": _duration,
            "short_number": lambda value: _formatted(float(value), ".4g"),
            "short_count": short_count,
            "checked": CHECKED,
            "narrow_up_to": NARROW_UP_TO_CSS_PIXELS,
            "sizes": SIZES,
        }

    def make_thumbnails(self) -> None:
        """Make the small pictures of all figures that no earlier build made."""
        thumbnails.make_all(
            (self._shown_small(figure, theme)
             for figure in self.course.sidecars for theme in THEMES),
            self._cache,
        )  # fmt: skip

    @property
    def _site_slug(self) -> str:
        """The name of the site, as files that are saved begin with."""
        return re.sub(r"\W+", "-", self.course.env.conf["site_name"].lower())

    @property
    def _cache(self) -> Path:
        return Path(self.course.env.project_dir) / CACHE

    def _shown_small(self, figure_id: str, theme: str) -> tuple[Path, dict[str, Any]]:
        """The picture that a thumbnail is made from, and its record."""
        image = largest_picture(self.course.sidecar(figure_id), theme)
        return self.course.docs / "figures" / image["file"], image

    def search_entries(self) -> Iterator[search_index.FigureEntry]:
        """Every figure of the pages as a result of the search."""
        folders = {entry.source: entry.folder for entry in contents(self.course.env.conf["nav"])}
        for page, figures in self.course.figures_of_pages.items():
            drawn = [figure for figure in figures if figure in self.course.sidecars]
            for figure_id in drawn if page in folders else ():
                sidecar = self.course.sidecar(figure_id)
                yield search_index.FigureEntry(
                    location=f"{folders[page]}#figure-{figure_id}",
                    title=f"Figure {figures.index(figure_id) + 1}. {sidecar['title']}",
                    caption=self.course.inline_markdown(sidecar["caption"]),
                    alt=sidecar["alt"],
                )

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (
            self.figure,
            self.figure_reference,
            self.figure_card,
            self.thumbnail,
            self.number,
            self.fact_table,
            self.atlas,
            self.atlas_links,
            self.depths,
        )

    def figure(self, figure_id: str) -> str:
        """A figure with its caption and its provenance card."""
        sidecar = self.course.sidecar(figure_id)
        figures = self.course.figures_of_pages[self.course.page]
        if figure_id not in figures:
            raise CourseError(f'write {{{{ figure("{figure_id}") }}}} out in full, on one line')
        number = figures.index(figure_id) + 1
        return self.course.render(
            "figure.html",
            figure=sidecar,
            experiments=one_record_per_experiment(sidecar["experiments"]),
            number=number,
            themes=[(theme, _variants(sidecar, theme)) for theme in ("light", "dark")],
            download_name=f"{self._site_slug}-{figure_id}",
            draft=_is_draft(sidecar),
            downloads=[*sidecar["data"], *sidecar["files"], f"{figure_id}.json"],
            claims=[
                entry.claim for entry in self.course.ledger.values() if entry.figure == figure_id
            ],
            claims_page=CLAIMS_PAGE,
            table=long_descriptions.read_table(self.course.docs / "figures" / sidecar["data"][0]),
        )

    def figure_reference(self, figure_id: str) -> str:
        """``Figure 2`` as a link to that figure, on this page or another."""
        self.course.sidecar(figure_id)
        page, number = self.course.figure_place(figure_id)
        link = self.course.address(f"{page}#figure-{figure_id}")
        return f'<a href="{link}">Figure&nbsp;{number}</a>'

    def place(self, figure_id: str) -> str:
        """Page and anchor of a figure, as a path below ``docs``."""
        page, _ = self.course.figure_place(figure_id)
        return f"{page}#figure-{figure_id}"

    def figure_card(self, figure_id: str, page: str, title: str, text: str, crop: str = "") -> str:
        """A thumbnail with a title and a sentence, all of it one link to a page.

        crop: the part of the figure that is shown, as left, top, right and bottom in shares of
        its width and height, such as ``"0.5 0 1 0.4"``; all of it by default.
        """
        return self.course.render("figure_card.html", page=page, title=title, text=text,
                           figure_id=figure_id, crop=crop)  # fmt: skip

    def thumbnail(self, figure_id: str, class_name: str = "thumbnail", crop: str = "") -> Markup:
        """A small picture of a figure, light and dark; decoration beside words that name it."""
        site, part, rows = Path(self.course.env.conf["site_dir"]), parse_crop(crop), []
        for theme in THEMES:
            source, image = self._shown_small(figure_id, theme)
            path = thumbnails.name(figure_id, theme, part)
            thumbnails.write(source, image, site / path, self._cache, part)
            rows.append((theme, path, *thumbnails.size(image, part)))
        return Markup(self.course.render("thumbnail.html", thumbnails=rows, class_name=class_name))

    def number(self, figure_id: str, key: str, spec: str = "", *, plain: bool = False) -> str:
        """A measured number of a figure, written with a Python format specification.

        key: name of the metric; dots lead into nested metrics (``"tuning.oriented"``).
        spec: for example ``".2f"``; without one, integers and text stay as they are and
        other numbers get three significant digits.   plain: without markup, for use within
        `code` or $mathematics$; text, such as the name of a layer, is always plain.
        """
        value: Any = self.course.sidecar(figure_id)["metrics"]
        for name in key.split("."):
            known = dict(enumerate(value)) if isinstance(value, list) else value
            known = {str(k): v for k, v in known.items()} if isinstance(known, dict) else {}
            if name not in known:
                raise unknown_name(f"metric of figure {figure_id!r}", key, _metric_keys(
                    self.course.sidecar(figure_id)["metrics"]))  # fmt: skip
            value = known[name]
        if isinstance(value, dict | list):
            raise CourseError(f"metric {key!r} of figure {figure_id!r} is not a single value")
        if plain or isinstance(value, str):
            return _formatted(value, spec)
        origin = html.escape(f"{key}, measured for figure {figure_id}")
        return (
            f'<data class="measured" value="{html.escape(str(value))}" title="{origin}">'
            f"{as_markdown(_formatted(value, spec))}</data>"
        )

    def fact_table(self, figure_id: str, unit: str, title: str) -> str:
        """The facts of one unit that a figure shows, as a folded table that can be sorted.

        Read from the data that the figure publishes, so that both say the same. A script makes
        the headings sort it; without one it is a plain table.
        """
        facts = read_facts(self.course.docs / "figures" / self.course.sidecar(figure_id)["data"][0])
        chosen = [fact for fact in facts if fact.unit == unit]
        if not chosen:
            raise unknown_name(f"unit of figure {figure_id!r}", unit, {f.unit for f in facts})
        return self.course.render("fact_table.html", facts=chosen, title=title)

    def atlas(self) -> str:
        """The unit atlas: a list of links, which a script turns into a grid of units."""
        return self.course.render("atlas.html", networks=self.course.atlas_index["networks"],
                           listed=UNITS_LISTED)  # fmt: skip

    def atlas_links(self, figure_id: str) -> str:
        """Links from the units of a figure to their entries in the atlas.

        Of units that the atlas does not show, the layer is linked, if it shows that.
        """
        sidecar = self.course.sidecar(figure_id)
        layers = {
            (network["name"], layer["name"]): layer
            for network in self.course.atlas_index["networks"]
            for layer in network["layers"]
        }
        rows = []
        for experiment in sidecar["experiments"]:
            model, names = (experiment["parameters"][part] for part in ("model", "layers"))
            depth = sidecar["drawing"]["parameters"].get("depth", len(names))
            layer = layers.get((model, names[depth - 1]))
            if layer is not None:
                units = sidecar["metrics"][model]["units"][depth - 1]
                shown = [unit for unit in units if unit in layer["units"]]
                rows.append((layer["title"], f"{model}/{layer['name']}", shown))
        return self.course.render("atlas_links.html", rows=rows, page=ATLAS_PAGE) if rows else ""

    def depths(self) -> str:
        """What the sections of class ``depths__step`` after it need to be shown one at a time."""
        return self.course.render("depths.html")


def parse_crop(crop: str) -> thumbnails.Crop:
    """Left, top, right and bottom of a part of a picture; CourseError when it is none."""
    try:
        left, top, right, bottom = map(float, crop.split()) if crop else thumbnails.WHOLE
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise ValueError
    except ValueError:
        raise CourseError(
            f"a crop is left, top, right and bottom between 0 and 1, not {crop!r}"
        ) from None
    return left, top, right, bottom


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
