"""Print the claims ledger, and fail when a claim does not hold.

Run it with ``python -m figures_src.engine.claims_report`` (or ``make claims``) after a build.
"""

from collections.abc import Collection

from figures_src.engine.catalogue import figures_folder, load_catalogue
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.records.claims import Claim, StatedClaim, ledger
from site_lib.records.looked_at import SENTENCES, sights
from site_lib.records.sidecars import read_sidecar

COLUMNS = ("holds", "kind", "claim", "test", "interval of", "sentence")


def main() -> None:
    """Command line; exit status 1 when a claim fails or a figure is missing."""
    with errors_on_one_line():
        ids = set(load_catalogue().figures)
        _check_sidecars(ids)
        entries = ledger(figures_folder())
        if not entries:
            raise CourseError("no figure states a claim; run `make figures`")
        print(_table(entries))
        others = _other_profiles(ids)
        for figure_id, profiles in others.items():
            print(f"note: {figure_id} was measured with profile {profiles}")
        failed = [entry.claim.id for entry in entries if not entry.claim.holds]
        if failed:
            raise CourseError(
                f"{len(failed)} of {len(entries)} claims do not hold: " + ", ".join(failed)
            )
        print(f"all {len(entries)} claims hold")
        _check_looks(others)


def _check_sidecars(ids: set[str]) -> None:
    found = {path.stem for path in figures_folder().glob("*.json")}
    if ids - found:
        raise CourseError(f"not built yet: {', '.join(sorted(ids - found))}; run `make figures`")
    if found - ids:
        names = ", ".join(f"{name}.json" for name in sorted(found - ids))
        raise CourseError(f"the catalogue has no figure for {names}; delete it from docs/figures")


def _check_looks(others: Collection[str]) -> None:
    """Say what pictures show, and fail where nobody has looked at one as it is now.

    others: figures that are not the published ones.
    """
    found = [one for one in sights(figures_folder().parent) if one.figure not in others]
    for sight in found:
        print(f"{sight.figure} shows: {sight.sentence} ({sight.test})")
    unseen = list(dict.fromkeys(sight.figure for sight in found if not sight.holds))
    if unseen:
        raise CourseError(
            f"nobody has looked at {', '.join(unseen)} in this build; compare the picture with "
            f"what docs/{SENTENCES} says of it, correct that, and run make looked NAME={unseen[0]}"
        )


def _table(entries: list[StatedClaim]) -> str:
    rows = [COLUMNS, *(_row(entry.claim) for entry in entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _row(claim: Claim) -> tuple[str, ...]:
    holds = "yes" if claim.holds else "NO"
    return holds, claim.kind, claim.id, claim.test, claim.interval_of, claim.sentence


def _other_profiles(ids: set[str]) -> dict[str, str]:
    """Figures that are not the published ones, and the profiles they were measured with."""
    found = {}
    for figure_id in sorted(ids):
        sidecar = read_sidecar(figures_folder() / f"{figure_id}.json")
        profiles = {record["profile"] for record in sidecar["experiments"]}
        if profiles != {"default"}:
            found[figure_id] = ", ".join(sorted(profiles))
    return found


if __name__ == "__main__":
    main()
