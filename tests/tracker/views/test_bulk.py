"""One deed for many people of a cohort."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from courses.models import Course
from groups.actions import bulk
from groups.actions.bulk import do_for_many
from groups.actions.mentorship import assign_mentor
from groups.models import Enrolment, Group, Membership, Move
from lib.refusals import Refused
from people.actions.invitations import invite
from people.models import Event, Invitation, User
from tests.conftest import NOW, TODAY, Cast, SignIn, make_cast
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from tests.moving import end_enrolment
from tests.racing import at_once
from tracker.dashboards.moving import since_then


def places(names: str) -> dict[str, str]:
    return {
        name: str(Enrolment.objects.get(person__name__startswith=name).memberships.order_by("-pk")[0].group)
        for name in names.split()
    }


def undo(browser: Client, cast: Cast, *moves: Move) -> Any:
    fields = {"moves": " ".join(str(move.pk) for move in moves)}
    return browser.post(reverse("tracker:moves-undo", args=[cast.cohort.pk]), fields, follow=True)


def test_move_many_shows_who_stays_is_done_as_shown_and_undone_together(cast: Cast, as_: SignIn) -> None:
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    end_enrolment(
        enrolment=cast.enrolment("emre"), on=TODAY, end_reason="dropped", reason="", by=cast.ines, at=NOW
    )
    browser, url = as_("ines"), reverse("tracker:people-bulk", args=[cast.cohort.pk])
    people = reverse("groups:cohort-people", args=[cast.cohort.pk])
    assert "?choose=1" in browser.get(people).text
    listed = browser.get(people, {"choose": "1"}).text
    assert "Choose Ana Ruivo" in " ".join(listed.split())
    assert "Move to a group" in listed
    chosen: dict[str, Any] = {
        "deed": "move", "enrolment": [cast.enrolment(name).pk for name in ("ana", "dalia", "emre")],
    }  # fmt: skip
    asked = browser.post(url, chosen)
    assert list(asked.context["form"].fields) == ["group", "on", "reason"]
    fields = chosen | {"asked": "1", "with-group": fern.pk, "with-on": TODAY, "with-reason": "Evenings"}
    assert browser.post(url, fields | {"with-group": ""}).status_code == 422
    preview = browser.post(url, fields)
    assert [str(person) for person, _ in preview.context["preview"].shown["lines"]] == [
        "Ana Ruivo",
        "Dalia Haddad",
    ]
    assert [why for _, why in preview.context["preview"].shown["refused"]] == [
        "Emre Kaya is no longer enrolled. Enrol them again first."
    ]
    text = " ".join(preview.text.split())
    assert "3 chosen. To Fern, from Wed 16 September. Why: Evenings" in text
    assert "Clover keeps 2 of 3, Fern has 2 of 3, Juniper keeps 1 of 3." in text
    assert "Move 2 to Fern" in text
    assert "from Clover to Fern" in text
    changed = browser.post(url, fields | {"back": "1"})
    assert (changed.status_code, changed.context["form"]["reason"].value()) == (200, "Evenings")
    assert "Ana Ruivo, Dalia Haddad, Emre Kaya" in changed.text
    assert places("Ana Dalia Emre") == {"Ana": "Clover", "Dalia": "Juniper", "Emre": "Juniper"}
    # Somebody moved Dalia in the meantime: it is shown anew.
    seen = preview.context["preview"].key
    end_enrolment(
        enrolment=cast.enrolment("dalia"), on=TODAY, end_reason="dropped", reason="", by=cast.ines, at=NOW
    )
    anew = browser.post(url, fields | {"seen": seen})
    assert "This is different from what you saw before" in anew.text
    done = browser.post(url, fields | {"seen": anew.context["preview"].key}, follow=True)
    assert "Done for 1 person. 2 stay as they are." in done.text
    assert places("Ana Dalia") == {"Ana": "Fern", "Dalia": "Juniper"}
    move = Move.objects.get(kind="moved")
    assert (move.reason, move.made_by) == ("Evenings", cast.ines)
    assert f'name="moves" value="{move.pk}"' in done.text
    undone = undo(browser, cast, move)
    assert "Undone for 1 person." in undone.text
    assert places("Ana") == {"Ana": "Clover"}


@pytest.mark.parametrize("number", [1, 3])
def test_a_back_dated_move_of_many_says_who_was_there_and_which_check_ins_stay(
    cast: Cast,
    as_: SignIn,
    number: int,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    enrolment = EnrolmentFactory.create(cohort=cast.cohort, person__name="Vera Lund")
    MembershipFactory.create(group=fern, enrolment=enrolment, started_on=date(2026, 9, 10))
    chosen = [cast.enrolment(name).pk for name in ("ana", "bruno", "dalia")][:number]
    for week, day in ((date(2026, 8, 31), date(2026, 9, 1)), (date(2026, 9, 7), date(2026, 9, 9))):
        for group in (cast.clover, cast.juniper):
            check_in = CheckInFactory.create(group=group, week_starts_on=week, held_on=day)
            for pk in chosen:
                CheckInEntryFactory.create(check_in=check_in, enrolment_id=pk)
    # Nothing is said of who was in a check-in of another group than the one that they leave.
    check_in = CheckInFactory.create(group=cast.juniper, week_starts_on=date(2026, 9, 14), held_on=TODAY)
    CheckInEntryFactory.create(check_in=check_in, enrolment_id=chosen[0])
    url = reverse("tracker:people-bulk", args=[cast.cohort.pk])
    fields = {
        "deed": "move", "enrolment": chosen, "asked": "1", "with-group": fern.pk, "with-on": "2026-09-08",
        "with-reason": "",
    }  # fmt: skip
    preview = as_("ines").post(url, fields)
    there = "In Fern on Tue 8 September: nobody; today: Vera Lund."
    kept = [
        f"Check-ins since then that they were in (Wed 9 September) stay with {name}."
        for name in ("Clover", "Juniper")
    ]
    said = [there, *kept[: 1 if number == 1 else 2]]
    assert preview.context["preview"].shown["since"] == said
    assert all(sentence in " ".join(preview.text.split()) for sentence in said)
    assert as_("ines").post(url, fields | {"with-on": TODAY}).context["preview"].shown["since"] == []
    as_("ines").post(url, fields | {"seen": preview.context["preview"].key})
    moves = list(Move.objects.all())
    assert len(moves) == number
    with django_assert_num_queries(3):
        assert list(since_then(moves, fern, date(2026, 9, 8), TODAY)) == said


def test_what_is_refused_for_all_of_them_says_why(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise Refused("Ana Ruivo has just been moved.")

    monkeypatch.setattr("groups.actions.bulk.make_moves", refuse)
    fields = {
        "deed": "move", "enrolment": cast.ana.enrolment_id, "asked": "1", "with-group": cast.juniper.pk,
        "with-on": TODAY,
    }  # fmt: skip
    answer = as_("ines").post(reverse("tracker:people-bulk", args=[cast.cohort.pk]), fields, follow=True)
    assert "Ana Ruivo has just been moved." in answer.text
    assert answer.context["ticked"] == {cast.ana.enrolment_id}


def test_end_all_that_match_and_let_them_come_back(cast: Cast, as_: SignIn) -> None:
    browser, url = as_("ines"), reverse("tracker:people-bulk", args=[cast.cohort.pk])
    fields = {
        "deed": "end", "all": "on", "group": cast.clover.pk, "with-end_reason": "finished", "with-on": TODAY,
        "with-reason": "", "asked": "1",
    }  # fmt: skip
    key = browser.post(url, fields).context["preview"].key
    browser.post(url, fields | {"seen": key})
    ended = Enrolment.objects.filter(end_reason="finished")
    assert {str(row.person) for row in ended} == {"Ana Ruivo", "Bruno Sá", "Chidi Okafor"}
    back = {
        "deed": "return", "enrolment": [row.pk for row in ended], "asked": "1", "with-group": "", "with-on": TODAY,
        "with-reason": "",
    }  # fmt: skip
    browser.post(url, back | {"seen": browser.post(url, back).context["preview"].key})
    assert not Enrolment.objects.exclude(ended_on=None).exists()
    moves = Move.objects.filter(kind="returned")
    assert "Undone for 3 people." in undo(browser, cast, *moves).text
    twice = undo(browser, cast, *moves).text
    assert "Undone for 0 people." in twice
    assert "This was already undone." in twice


@pytest.mark.parametrize(("deed", "queries"), [("move", 22), ("end", 18), ("return", 30), ("invite", 13)])
@pytest.mark.parametrize("number", [3, 30])
def test_preview_takes_the_same_queries_however_many_are_chosen(
    cast: Cast,
    number: int,
    deed: str,
    queries: int,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    Course.objects.update(group_size=100)
    fern, oak = (GroupFactory.create(cohort=cast.cohort, name=name) for name in ("Fern", "Oak"))
    stays = MembershipFactory.create_batch(number, group=oak)
    if deed == "return":
        gone = {"ended_on": date(2026, 9, 10), "end_reason": "dropped"}
        Membership.objects.filter(group=oak).update(**gone)
        Enrolment.objects.filter(memberships__group=oak).update(**gone)
    data = {"group": fern, "on": TODAY, "reason": "", "end_reason": "dropped"}
    with django_assert_num_queries(queries):
        _, refused = do_for_many(
            deed=deed,
            cohort=cast.cohort,
            enrolments=[stay.enrolment_id for stay in stays],
            data=data,
            by=cast.ines,
            at=NOW,
        )
    assert refused == []
    assert fern.memberships.filter(ended_on=None).count() == (number if deed in ("move", "return") else 0)
    assert Enrolment.objects.exclude(ended_on=None).count() == (number if deed == "end" else 0)
    assert Invitation.objects.count() == (number if deed == "invite" else 0)


def test_who_cannot_be_moved_stays_and_the_others_are(cast: Cast) -> None:
    """A full group takes as many as it has room for, by name; nobody else loses the group that they are in."""
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    MembershipFactory.create_batch(2, group=fern)
    assign_mentor(group=fern, person=cast.person("chidi"), role="mentor", on=TODAY, by=cast.ines, at=NOW)
    names = ("ana", "bruno", "chidi", "dalia", "emre")
    done, refused = do_for_many(
        deed="move",
        cohort=cast.cohort,
        enrolments=[cast.enrolment(name).pk for name in names],
        data={"group": fern, "on": TODAY, "reason": "", "end_reason": ""},
        by=cast.ines,
        at=NOW,
    )
    assert len(done) == 2
    assert [why.partition(":")[0] for _, why in refused] == [
        "Chidi Okafor is a mentor of Fern and cannot be a student in it.",
        "Fern is full",
        "Fern is full",
    ]
    assert places("Ana Bruno Chidi Dalia Emre") == {
        "Ana": "Fern", "Bruno": "Fern", "Chidi": "Clover", "Dalia": "Juniper", "Emre": "Juniper",
    }  # fmt: skip
    assert not Membership.objects.filter(enrolment=cast.enrolment("dalia")).exclude(ended_on=None).exists()


def test_who_cannot_join_the_group_does_not_come_back(cast: Cast) -> None:
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    MembershipFactory.create_batch(2, group=fern)
    names = ("ana", "bruno", "chidi")
    for name in names:
        end_enrolment(
            enrolment=cast.enrolment(name), on=TODAY, end_reason="dropped", reason="", by=cast.ines, at=NOW
        )
    Event.objects.all().delete()
    done, refused = do_for_many(
        deed="return",
        cohort=cast.cohort,
        enrolments=[cast.enrolment(name).pk for name in (*names, "dalia")],
        data={"group": fern, "on": TODAY, "reason": "", "end_reason": ""},
        by=cast.ines,
        at=NOW,
    )
    assert [what for _, what, _ in done] == ["to Fern"] * 2
    assert [why.partition(":")[0] for _, why in refused] == [
        "Fern is full",
        "Dalia Haddad is enrolled already.",
    ]
    assert places("Ana Bruno Chidi Dalia") == {
        "Ana": "Fern", "Bruno": "Fern", "Chidi": "Clover", "Dalia": "Juniper",
    }  # fmt: skip
    assert Enrolment.objects.get(pk=cast.enrolment("chidi").pk).ended_on == TODAY
    assert Move.objects.filter(kind="returned").count() == Event.objects.count() == 2


def test_invite_and_invite_again(cast: Cast, as_: SignIn) -> None:
    User.objects.filter(pk=cast.person("ana").pk).update(last_login=NOW)
    invite(email="bruno@example.com", name="", by=cast.ines, at=NOW)
    Invitation.objects.update(sent_at=NOW)
    browser, url = as_("ines"), reverse("tracker:people-bulk", args=[cast.cohort.pk])
    names = ("ana", "bruno", "chidi")
    fields = {"deed": "invite", "enrolment": [cast.enrolment(name).pk for name in names]}
    User.objects.filter(pk__in=[cast.person(name).pk for name in names]).update(password="!")
    preview = browser.post(url, fields)
    assert [(person.name, what) for person, what in preview.context["preview"].shown["lines"]] == [
        ("Bruno Sá", "is invited again"), ("Chidi Okafor", "is invited"),
    ]  # fmt: skip
    assert [why for _, why in preview.context["preview"].shown["refused"]] == [
        "Ana Ruivo can sign in already."
    ]
    assert Invitation.objects.count() == 1
    browser.post(url, fields | {"asked": "1", "seen": preview.context["preview"].key})
    assert Invitation.objects.filter(revoked_at=None, queued_at__isnull=False).count() == 2


def test_a_closed_cohort_takes_nobody_back(cast: Cast) -> None:
    end_enrolment(
        enrolment=cast.enrolment("emre"), on=TODAY, end_reason="dropped", reason="", by=cast.ines, at=NOW
    )
    cast.cohort.closed_on = TODAY
    cast.cohort.save()
    data = {"group": cast.clover, "on": TODAY, "reason": "", "end_reason": "dropped"}
    more = {"cohort": cast.cohort, "data": data, "by": cast.ines, "at": NOW}
    for deed, name in (("return", "emre"), ("move", "dalia"), ("invite", "dalia")):
        with pytest.raises(PermissionDenied, match=r"Autumn 2026 is closed\. Reopen it first\."):
            do_for_many(deed=deed, enrolments=[cast.enrolment(name).pk], **more)
    _, refused = do_for_many(deed="end", enrolments=[cast.enrolment("dalia").pk], **more)
    assert refused == []


def test_nobody_too_many_and_no_deed_are_refused(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.views.bulk.MOST", 2)
    browser, url = as_("ines"), reverse("tracker:people-bulk", args=[cast.cohort.pk])
    three = {"enrolment": [cast.enrolment(name).pk for name in ("ana", "bruno", "chidi")]}
    other = EnrolmentFactory.create(started_on=date(2026, 8, 31))
    said = {
        "Choose what to do.": three,
        "At most 2 people at a time": three | {"deed": "end"},
        "Tick somebody first.": {"enrolment": [other.pk, "x"], "deed": "end"},
    }
    for words, fields in said.items():
        assert words in browser.post(url, fields, follow=True).text
    # The choice is kept, whether the page has it or not.
    two = {"enrolment": [cast.enrolment(name).pk for name in ("ana", "dalia")], "q": "Ana"}
    ana, dalia = two["enrolment"]
    listed = browser.post(url, two, follow=True)
    assert (listed.context["ticked"], listed.context["ticked_elsewhere"]) == ({ana, dalia}, [dalia])
    assert "selected>End their enrolments" in browser.post(url, {"deed": "end"}, follow=True).text


@pytest.mark.django_db(transaction=True)
def test_two_course_admins_move_the_same_people_once() -> None:
    cast = make_cast()
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    people = [cast.enrolment(name).pk for name in ("ana", "bruno", "dalia")]

    def to(group: Group) -> bulk.Done:
        data = {"group": group, "on": TODAY, "reason": ""}
        return do_for_many(
            deed="move", cohort=cast.cohort, enrolments=people, data=data, by=cast.ines, at=NOW
        )

    outcomes = at_once(lambda: to(fern), lambda: to(fern))
    assert sorted(len(refused) for _, refused in outcomes) == [0, 3]  # type: ignore[misc, has-type]
    assert fern.memberships.filter(ended_on=None).count() == 3
