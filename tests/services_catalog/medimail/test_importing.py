"""The list of mailboxes comes in line by line; what cannot be believed is named."""

from dataclasses import replace

import pytest

from hub.contract.identifiers import AccountId
from hub_services.medimail.commands import run
from hub_services.medimail.importing import WrongList, may_remove
from tests.services_catalog.medimail.conftest import CLINIC, HEAD, LIST, MARIE, SURGERY, Post


def test_the_same_list_twice_is_the_same_and_a_line_is_renewed(post: Post) -> None:
    assert post.bring(*LIST).kept == 5 and post.bring(*LIST).kept == 5
    assert post.openings.count() == 5
    post.bring("accueil@mss.test;CAB;login:MARIE.durand;990000029;no")
    assert post.openings.count() == 5
    assert "accueil@mss.test" in post.here(CLINIC) and "accueil@mss.test" not in post.here(SURGERY)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("marie@mss.test;PER;99700075064", "3 columns"),
        ("marie;PER;99700075064;;", "address"),
        ("<script>@mss.test;PER;99700075064;;", "address"),
        (f"{'a' * 300}@mss.test;PER;99700075064;;", "address"),
        ("284127645110207@patient.mssante.fr;PER;99700075064;;", "patient"),
        ("marie@mss.test;FAX;99700075064;;", "kind"),
        ("marie@mss.test;PER;;;", "person"),
        ("marie@mss.test;PER;a b;;", "person"),
        ("marie@mss.test;PER;:997;;", "person"),
        ("accueil@mss.test;ORG;99700075064;;", "without its structure"),
        ("accueil@mss.test;CAB;99700075064;\x1b[31m;", "structure"),
        ("marie@mss.test;PER;99700075064;;maybe", "first"),
        ('"marie@mss.test;PER;99700075064;;', "columns"),
        (f"{'a' * 200_000};PER;99700075064;;", "too long"),
    ],
)
def test_a_line_that_cannot_be_kept_is_named_and_the_others_come_in(
    post: Post, line: str, why: str
) -> None:
    done = post.bring(LIST[0], line, LIST[4])
    assert done.kept == 2
    ((number, told),) = done.refused
    assert number == 3 and why in told
    assert "284127645110207" not in told and "<script>" not in told


@pytest.mark.parametrize(
    "head",
    ["", "address;kind\n", "address|kind|person|structure|first\n", "\ufeffadresse;kind\n", "\0"],
)
def test_a_file_with_another_head_is_no_list(post: Post, head: str) -> None:
    with pytest.raises(WrongList):
        post.bring(*LIST, head=head)
    assert post.openings.count() == 0


def test_a_file_in_another_encoding_is_no_list(post: Post) -> None:
    file = post.folder / "latin.csv"
    file.write_bytes((HEAD + "a@mss.test;CAB;99700075064;Cabinet Léa;\n").encode("latin-1"))
    assert run(post.toolbox, ["import", str(file)]) == 1
    assert post.openings.count() == 0


def test_commas_and_the_mark_of_a_spreadsheet_are_read_too(post: Post) -> None:
    head = "\ufeff" + HEAD.replace(";", ",")
    done = post.bring('a@mss.test,CAB,99700075064,"Cabinet Durand, Nancy",oui', head=head)
    assert (done.kept, done.refused) == (1, [])
    assert [each.structure for each in post.openings.of(MARIE)] == ["Cabinet Durand, Nancy"]


def test_a_whole_list_removes_what_it_does_not_name(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.bring(*LIST)
    post.bring(*LIST[:3])
    file = str(post.folder / "mailboxes.csv")
    assert run(post.toolbox, ["import", file]) == 0 and post.openings.count() == 5
    assert run(post.toolbox, ["import", file, "--whole"]) == 0
    assert post.openings.count() == 3 and "2 were removed" in capsys.readouterr().out


def test_half_a_list_and_a_list_with_a_bad_line_remove_nothing(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.bring(*LIST)
    file = str(post.folder / "mailboxes.csv")
    assert not may_remove(post.bring(*LIST[:1]))
    assert run(post.toolbox, ["import", file, "--whole"]) == 1 and post.openings.count() == 5
    assert not may_remove(post.bring(*LIST[:4], "broken"), all_gone=True)
    assert run(post.toolbox, ["import", file, "--whole", "--accept-removals"]) == 1
    assert post.openings.count() == 5 and "line 6" in capsys.readouterr().out
    post.bring(*LIST[:1])
    assert run(post.toolbox, ["import", file, "--whole", "--accept-removals"]) == 0
    assert post.openings.count() == 1


def test_many_lines_come_in_at_once(post: Post) -> None:
    lines = [f"box{n}@mss.test;PER;{n:011};;" for n in range(2000)]
    assert post.bring(*lines).kept == 2000 and post.openings.count() == 2000


def test_a_name_that_two_structures_have_is_refused_with_its_line(post: Post) -> None:
    homonym = replace(CLINIC, id="h", structure="540000011")
    colleague = replace(MARIE, id=AccountId("paul"), identifiers=(), situations=(homonym,))
    post.toolbox.people.create(colleague)
    done = post.bring(
        "a@mss.test;ORG;99700075064;Clinique du Parc;no",
        "b@mss.test;ORG;99700075064;540000011;no",
    )
    assert done.kept == 1
    ((number, why),) = done.refused
    assert number == 2 and "2 structures are called so" in why and "Parc" not in why
    assert post.here(CLINIC) == [] and post.here(homonym) == ["b@mss.test"]


def test_a_name_that_one_structure_has_stands_for_its_identifier(post: Post) -> None:
    post.bring("a@mss.test;ORG;99700075064;clinique du parc;no")
    assert [each.structure for each in post.openings.of(MARIE)] == ["990000029"]
