"""The register of processing (RGPD, article 30): who learns what, what for, how long. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from hub.contract.services import Service
from hub.contract.values import value
from hub.service_settings import ServiceSettings


@value
class Line:
    """One row: words for people, except `data` of a service, which is the claim's own name."""

    who: str
    data: str
    purpose: str
    legal_basis: str
    kept: str


def told(
    services: Iterable[Service], declared: Mapping[str, ServiceSettings], missing: str
) -> Iterator[Line]:
    """What each service on the portal learns of people; *missing* stands where nobody said why."""
    for service in sorted(services, key=lambda each: each.id):
        if service.tile is None:
            continue
        said = declared.get(service.id)
        for claim in sorted(service.claims) or ["sub"]:
            yield Line(
                who=f"{service.tile.title} ({service.id})",
                data=claim,
                purpose=(said.purpose if said else "") or missing,
                legal_basis=(said.legal_basis if said else "") or missing,
                kept=(said.retention if said else "") or missing,
            )


def cells(line: Line) -> Sequence[str]:
    return [str(getattr(line, each.name)) for each in fields(Line)]


def markdown(title: str, heads: Sequence[str], lines: Iterable[Line]) -> str:
    """A table in which no cell can end its row or open a tag."""
    rows = [list(heads), ["---"] * len(heads), *(map(_quiet, cells(line)) for line in lines)]
    return "\n".join([f"# {title}", "", *(f"| {' | '.join(row)} |" for row in rows), ""])


def _quiet(cell: str) -> str:
    flat = " ".join(cell.split())
    return flat.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")
