"""Which mailboxes a person may open, which opens first, and who is told."""

import runpy
from dataclasses import replace
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine

from hub import Fact, Identifier
from hub.testing.people import BOB
from hub_services.medimail import account_facts, holdings
from hub_services.medimail.tables import METADATA, TABLES
from hub.testing.settings import TableSettings
from tests.services_catalog.medimail.conftest import CLINIC, LIST, MARIE, SURGERY, Post


def test_one_s_own_mailboxes_count_everywhere_and_those_of_a_structure_only_there(
    post: Post,
) -> None:
    post.bring(*LIST)
    own = ["marie@mss.test", "robot@mss.test"]
    assert post.here(SURGERY) == ["marie@mss.test", "accueil@mss.test", "robot@mss.test"]
    assert post.here(CLINIC) == ["marie@mss.test", "urgences@mss.test", "robot@mss.test"]
    assert post.here(None) == own
    assert post.mailboxes.of(MARIE, SURGERY).elsewhere == 1


def test_nobody_opens_the_mailboxes_of_somebody_else(post: Post) -> None:
    post.bring(*LIST)
    assert post.here(SURGERY, BOB) == []
    namesake = replace(BOB, identifiers=(Identifier(system="adeli", number="99700075064"),))
    assert post.here(SURGERY, namesake) == []
    assert post.here(SURGERY, replace(BOB, identifiers=())) == []


def test_a_mailbox_known_by_two_numbers_is_one(post: Post) -> None:
    post.bring(*LIST, "robot@mss.test;APP;99700075064;;", "marie@mss.test;PER;marie.durand;;")
    assert post.here(None) == ["marie@mss.test", "robot@mss.test"]


def test_what_one_chose_opens_first_where_it_may_be_opened(post: Post) -> None:
    post.bring(*LIST)
    assert post.first(CLINIC) == "marie@mss.test"
    assert post.first(SURGERY) == "accueil@mss.test"
    choice = post.mailboxes.choice
    assert choice.choose(MARIE.id, "robot@mss.test")
    assert (post.first(CLINIC), post.first(SURGERY)) == ("robot@mss.test", "robot@mss.test")
    assert choice.choose(MARIE.id, "urgences@mss.test")
    assert (post.first(CLINIC), post.first(SURGERY)) == ("urgences@mss.test", "robot@mss.test")


def test_services_are_told_the_list_with_the_first_one_first(post: Post) -> None:
    post.bring(*LIST)
    (facts,) = account_facts(TableSettings(), post.toolbox)
    assert facts.claims == {"mailboxes"}
    fact = facts.tell(MARIE, SURGERY)["mailboxes"]
    assert fact.texts == ("accueil@mss.test", "marie@mss.test", "robot@mss.test")
    assert fact.shape == [
        {"address": "accueil@mss.test", "kind": "ORG", "default": True},
        {"address": "marie@mss.test", "kind": "PER", "default": False},
        {"address": "robot@mss.test", "kind": "APP", "default": False},
    ]
    assert facts.tell(BOB, SURGERY) == {"mailboxes": Fact(shape=[])}


def test_who_leaves_takes_their_list_and_choice_along(post: Post) -> None:
    post.bring(*LIST)
    post.mailboxes.choice.choose(MARIE.id, "robot@mss.test")
    kept = post.mailboxes.kept_of(MARIE)
    assert isinstance(kept, dict) and kept["opens_first"] == ["robot@mss.test"]
    assert {"address": "marie@mss.test", "kind": "PER", "structure": ""} in list(
        kept["may_open"] if isinstance(kept["may_open"], list) else ()
    )


def test_a_closed_account_opens_nothing_any_more(post: Post) -> None:
    post.bring(*LIST)
    (holding,) = holdings(TableSettings(), post.toolbox)
    assert holding.standing().rows == 5
    assert holding.forget(MARIE) == 4
    assert holding.forget(MARIE) == 0 and holding.standing().rows == 1
    assert post.here(SURGERY) == []


def test_the_choice_stands_sealed(post: Post) -> None:
    post.mailboxes.choice.choose(MARIE.id, "robot@mss.test")
    (kept,) = post.toolbox.drawer("choice").of(MARIE.id)
    assert "robot" not in f"{kept.label}{kept.public}" and b"robot" in kept.secret


def test_migrating_makes_the_table_the_code_speaks_of() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for script in sorted(Path(TABLES.migrations).glob("*.py")):
                runpy.run_path(str(script))["upgrade"]()
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_a_structure_of_the_same_name_is_not_told_of_the_mailboxes_of_another(post: Post) -> None:
    post.bring("urgences@mss.test;ORG;99700075064;990000029;no")
    homonym = replace(CLINIC, id="h", structure="540000011")
    named_so = replace(CLINIC, id="n", structure="Elsewhere", name="990000029")
    assert post.here(CLINIC) == ["urgences@mss.test"]
    assert post.here(homonym) == [] and post.here(named_so) == []
