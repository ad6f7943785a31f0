"""A service as it described itself, within what the operator allows to strangers."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from hub import Access, ConfigErrors, DeclaredPeer, Json, Service, ServiceId, Tile, value

from .client_book import FRONTEND
from .clients import declared_by
from .joining import Joining, table_of
from .logos import NONE, NoPicture, shown_at
from .registration_metadata import Metadata, refused_for, unfit
from .registration_metadata import table_of as table_from
from .sectors import SubjectType, hosts_of, sector_of_stranger
from .settings import OidcSettings


@value
class Applicant:
    name: str
    metadata: Metadata
    settings: OidcSettings


def described(
    applicant: Applicant, known: Mapping[str, Json], joining: Joining
) -> tuple[Service, str | None]:
    """The service, and its secret when one was made; raise `EndpointError` for what is wrong.

    *known* are the hashes of the secrets it has.
    """
    said = table_from(applicant.metadata, applicant.name, applicant.settings)
    table = {key: told for key, told in said.items() if told is not None}
    needs_one = joining.with_secret(table, None)
    made = None if known else needs_one
    secrets = made.table if made else {**table, **(known if needs_one else {})}
    try:
        service = joining.checked(_service(applicant, secrets))
    except ConfigErrors as wrong:
        raise refused_for(wrong.errors[0]) from None
    try:
        logo = shown_at(applicant.name, applicant.metadata.logo_uri, joining.fetcher)
    except NoPicture:
        # RFC 7591 3.2.2: said now, while its developer reads the answer, and not by its absence.
        raise unfit("logo_uri", NONE) from None
    tile = service.tile and replace(service.tile, logo=logo)
    asked = applicant.metadata.subject_type
    return _in_its_sector(replace(service, tile=tile), asked), made.secret if made else None


def _service(applicant: Applicant, table: Mapping[str, Json]) -> Service:
    metadata, settings = applicant.metadata, applicant.settings
    host = urlsplit(metadata.redirect_uris[0]).hostname or applicant.name
    # Nobody's portal shows a stranger that cannot be opened from there.
    listed = metadata.initiate_login_uri is not None
    return Service(
        id=ServiceId(applicant.name),
        # Never what was asked for: the operator says what strangers may have.
        access=Access(minimum=settings.registration_minimum),
        claims=frozenset(settings.registration_claims),
        tile=Tile(
            title=metadata.client_name or host,
            summary="",
            listed=listed,
            policy=metadata.policy_uri or "",
            terms=metadata.tos_uri or "",
        ),
        peer=DeclaredPeer(frontend=FRONTEND, table=table),
    )


def _in_its_sector(service: Service, asked: SubjectType | None) -> Service:
    declared = declared_by(table_of(service), "")
    several = len(hosts_of(declared)) > 1 and asked == "pairwise"
    if several and declared.sector_identifier_uri is None:
        # OpenID Connect Core 8.1: which host's names would it know people by?
        raise unfit("sector_identifier_uri", "is needed: redirect_uris name several hosts")
    return replace(service, sector=sector_of_stranger(declared))
