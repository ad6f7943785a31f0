"""One certificate per case: good cards of each kind, and each way in which one is bad."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from .authority import ANY_POLICY, Authority, Issued, Range, Use, Wish
from .names import Holder

NURSE = Holder(
    number="899700075122",
    given_name="Lucas",
    family_name="Moreau",
    title="Infirmier",
    profession=60,
)
STAFF = Holder(
    number="3990005788/CPET0002",
    given_name="Zoé",
    family_name="D’Ây-Lefèvre",
    title="Personnel santé ou social",
    structures=("1990005788",),
    structure_name="CHU de Grandval",
    department="Grandval (99)",
    card_type=2,
    card_number="8025000001/9900000002",
)
DIRECTOR = replace(STAFF, number="3990005788/CDEA0001", given_name="Anne", title="Directeur")
AUTHORISED = replace(
    STAFF,
    number="599000000029751/CPAT0001",
    structures=("399000000029751",),
    structure_name="Réseau Santé Grandval",
    card_type=3,
)
STUDENT = replace(NURSE, title="Infirmier (en formation)", card_type=1, in_training=60)
SERVICE = replace(
    STAFF,
    number="3990005788/CPET0001",
    given_name="",
    family_name="",
    pseudonym="CARTE DE SERVICE 1",
    title="Carte de service santé ou social",
)
SOFTWARE = replace(NURSE, category=0x83, card_type=None)
SERVER = Holder(
    number="proxy.grandval.example",
    structures=("1990005788",),
    structure_name="CHU de Grandval",
    category=0x83,
    card_type=None,
)


def cases(
    authority: Authority, impostor: Authority, now: datetime, holder: Holder = NURSE
) -> Mapping[str, Issued]:
    """By name. *impostor*: an authority of the same names and other keys. The one called
    `revoked` is good until a list or the responder says so.
    """
    return {
        **_good(authority, now, holder),
        **_not_cards(authority, now, holder),
        **_dates(authority, now, holder),
        **_odd(authority, impostor, now, holder),
    }


def card(authority: Authority, holder: Holder, now: datetime) -> Issued:
    """A good card, from the range that such cards come from."""
    return authority.issue(authority.persons[range_of(holder)], _wish(holder, now))


def range_of(holder: Holder) -> Range:
    if holder.pseudonym or holder.category not in (0x00, 0x80):
        return Range.ELEMENTARY
    return Range.STRONG if holder.card_type in (0, 1) else Range.STANDARD


def _wish(holder: Holder, now: datetime) -> Wish:
    first = now - timedelta(days=30)
    return Wish(holder=holder, first=first, last=first + timedelta(days=1096))


def _good(authority: Authority, now: datetime, holder: Holder) -> Mapping[str, Issued]:
    kinds = {
        "cps": holder,
        "cpf": replace(STUDENT, number=holder.number),
        "cpe": STAFF,
        "cde": DIRECTOR,
        "cpa": AUTHORISED,
        "no_profession": replace(holder, profession=None),
        "accents": replace(holder, given_name="Maëlle-Éléonore", family_name="L’Hôpital d’Arc"),
        "two_structures": replace(STAFF, structures=("1990005788", "1990005789")),
    }
    made = {name: card(authority, each, now) for name, each in kinds.items()}
    # The leading bit set: such a serial takes one octet more in DER, and is no negative number.
    high = replace(_wish(holder, now), serial=int.from_bytes(b"\xf8" + bytes(14) + b"\x01", "big"))
    renewed = replace(holder, card_number="8025000001/9900000077")
    return {
        **made,
        "revoked": card(authority, holder, now),
        "renewed": card(authority, renewed, now),
        "leading_bit": authority.issue(authority.persons[range_of(holder)], high),
    }


def _not_cards(authority: Authority, now: datetime, holder: Holder) -> Mapping[str, Issued]:
    by = authority.persons[range_of(holder)]
    good = _wish(holder, now)
    client = (ExtendedKeyUsageOID.CLIENT_AUTH,)
    encryption = (ExtendedKeyUsageOID.EMAIL_PROTECTION,)
    server = replace(_wish(SERVER, now), use=Use.SERVER)
    return {
        "service": card(authority, SERVICE, now),
        "software": card(authority, replace(SOFTWARE, number=holder.number), now),
        "server": authority.issue(authority.organisations[Range.ELEMENTARY], server),
        "signature": authority.issue(by, replace(good, use=Use.SIGNATURE)),
        "signing_client": authority.issue(by, replace(good, use=Use.SIGNATURE, extended=client)),
        "no_client_use": authority.issue(by, replace(good, extended=encryption)),
        "no_use": authority.issue(by, replace(good, extended=())),
        "real_category": card(authority, replace(holder, category=0x00), now),
        "no_policy": authority.issue(by, replace(good, policies=())),
        "any_policy": authority.issue(by, replace(good, policies=(ANY_POLICY,))),
        "other_policy": authority.issue(
            by, replace(good, policies=(ObjectIdentifier("2.999.213.1.70"),))
        ),
    }


def _dates(authority: Authority, now: datetime, holder: Holder) -> Mapping[str, Issued]:
    by = authority.persons[range_of(holder)]
    good = _wish(holder, now)
    past = replace(good, first=now - timedelta(days=1100), last=now - timedelta(days=4))
    coming = replace(good, first=now + timedelta(days=1), last=now + timedelta(days=1097))
    return {
        "expired": authority.issue(by, past),
        "not_yet_valid": authority.issue(by, coming),
    }


def _odd(
    authority: Authority, impostor: Authority, now: datetime, holder: Holder
) -> Mapping[str, Issued]:
    level = range_of(holder)
    by, good = authority.persons[level], _wish(holder, now)
    unknown = x509.UnrecognizedExtension(ObjectIdentifier("2.999.1"), b"\x05\x00")
    weak = generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the case
    below = authority.issue(by, replace(good, is_authority=True))
    longer = replace(by, certificate=below.certificate, key=below.key)
    return {
        "same_names_other_keys": impostor.issue(impostor.persons[level], good),
        "by_the_root": authority.issue(authority.roots[level], good),
        "an_authority": below,
        "below_a_card": authority.issue(longer, good),
        "unknown_critical": authority.issue(by, replace(good, more=((unknown, True),))),
        "weak_key": authority.issue(by, good, weak),
        "oversized": authority.issue(by, replace(good, more=((_large(), False),))),
        "two_numbers": card(authority, replace(holder, other_number="899700075064"), now),
        "no_number": card(authority, replace(holder, number="?"), now),
    }


def _large() -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(
        ObjectIdentifier("2.999.2"), b"\x04\x82\x4e\x20" + bytes(20_000)
    )
