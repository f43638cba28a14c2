import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from groups.actions.mentorship import note_away
from groups.models import Group, Move
from people.models import User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInFactory
from tests.mails import deliver
from tests.messages import told
from tests.moving import move_student


def mentors(group: Group) -> set[tuple[str, str, date | None]]:
    return {(row.person.get_short_name(), row.role, row.ended_on) for row in group.mentorships.all()}


def assign(cast: Cast, as_: SignIn, person: User, role: str = "mentor", **fields: str):
    typed = {"person": person.pk, "role": role, "on": "2026-09-16", "found": ""} | fields
    return as_("ines").post(reverse("tracker:mentor-assign", args=[cast.clover.pk]), typed)


def test_mentor_assign_as_co_mentor(cast: Cast, as_: SignIn) -> None:
    answer = assign(cast, as_, cast.tomas, "co-mentor")
    assert answer["Location"] == f"{reverse('tracker:group-set-up', args=[cast.clover.pk])}#mentors"
    assert told(answer) == ["Tomás Reis is Clover’s co-mentor from 16 September 2026 on."]
    assert mentors(cast.clover) == {("Marta", "mentor", None), ("Tomás", "co-mentor", None)}


def test_another_mentor_is_proposed_from_today(cast: Cast, as_: SignIn) -> None:
    """Not from the start of the cohort, also while no check-in was logged."""
    page = as_("ines").get(reverse("tracker:group-set-up", args=[cast.clover.pk]))
    assert str(page.context["search_form"]["on"].value()) == "2026-09-16"
    assert (page.context["assign_on"], page.context["invite_form"]["on"].value()) == (TODAY, TODAY)


def previewed(cast: Cast, as_: SignIn, role: str, **fields: str) -> tuple[str, list[str], Any]:
    """The preview's title and text, and the answer to sending it as it was shown."""
    preview = assign(cast, as_, cast.tomas, role, **fields)
    sentences = [unescape(text) for text in re.findall("<li>([^<]*)</li>", preview.text.partition("<h1>")[2])]
    heading = unescape(preview.text.partition("<h1>")[2].partition("</h1>")[0])
    seen = preview.context["preview"].key
    return heading, sentences, assign(cast, as_, cast.tomas, role, seen=seen, **fields)


def test_a_stand_in_is_shown_first_and_can_be_undone(cast: Cast, as_: SignIn) -> None:
    note_away(
        mentorship=cast.clover.mentorships.get(), starts_on=date(2026, 9, 20), ends_on=date(2026, 9, 27),
        by=cast.ines, at=NOW,
    )  # fmt: skip
    fields = {"on": "2026-09-20", "until": "2026-09-25"}
    assert assign(cast, as_, cast.tomas, "cover", **fields).status_code == 200
    assert mentors(cast.clover) == {("Marta", "mentor", None)}
    heading, sentences, answer = previewed(cast, as_, "cover", **fields)
    assert heading == "Clover: gets a stand-in, Tomás Reis, until 25 September 2026"
    assert sentences == [
        "From Sun 20 September until 25 September 2026 Tomás Reis leads Clover beside Marta Pires: they log check-ins,"
        " and requests for help reach them.",
        "On these days they can read what happened in Clover before; later only what happened then.",
        "Marta Pires is away Sun 20 to Sun 27 September.",
    ]
    (message,) = told(answer)
    assert message.startswith(
        "Clover gets a stand-in: Tomás Reis, until 25 September 2026, from 20 September 2026 on."
    )
    assert reverse("tracker:move-undo", args=[Move.objects.get().pk]) in message
    assert mentors(cast.clover) == {("Marta", "mentor", None), ("Tomás", "cover", date(2026, 9, 26))}
    listed = as_("ines").get(reverse("tracker:move-list", args=[cast.cohort.pk])).text
    assert "gets a stand-in: Tomás Reis, until 25 September 2026" in " ".join(listed.split())
    undone = as_("ines").post(reverse("tracker:move-undo", args=[Move.objects.get().pk]))
    assert undone["Location"] == reverse("tracker:group-set-up", args=[cast.clover.pk])
    assert mentors(cast.clover) == {("Marta", "mentor", None)}
    assert told(as_("ines").post(reverse("tracker:move-undo", args=[Move.objects.get().pk])))[-1] == (
        "This was already undone."
    )


@pytest.mark.parametrize("role", ["cover", "hand-over"])
def test_a_new_mentor_who_is_away_is_shown_so_and_can_be_undone_until_they_say_more(
    cast: Cast, as_: SignIn, role: str
) -> None:
    juniper = {"mentorship": cast.juniper.mentorships.get(), "by": cast.tomas, "at": NOW}
    note_away(**juniper, starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 25))
    for starts_on in (date(2026, 9, 28), None):
        _, sentences, _ = previewed(cast, as_, role)
        assert "Tomás Reis is away Mon 21 to Fri 25 September." in sentences
        new = cast.clover.mentorships.get(person=cast.tomas)
        assert new.away.get().starts_on == date(2026, 9, 21)
        if starts_on:
            more = note_away(mentorship=new, starts_on=starts_on, ends_on=starts_on, by=cast.tomas, at=NOW)
            undo = reverse("tracker:move-undo", args=[Move.objects.latest("pk").pk])
            assert "has recorded something in Clover since" in told(as_("ines").post(undo))[-1]
            more.delete()
        as_("ines").post(reverse("tracker:move-undo", args=[Move.objects.latest("pk").pk]))
        assert mentors(cast.clover) == {("Marta", "mentor", None)}


def test_a_hand_over_that_is_back_dated_says_who_was_there_and_what_stays(cast: Cast, as_: SignIn) -> None:
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 7), held_on=date(2026, 9, 9), logged_by=cast.marta
    )
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 8, 31), held_on=date(2026, 9, 2))
    heading, sentences, _ = previewed(cast, as_, "hand-over", on="2026-09-08", reason="A new job")
    assert heading == "Clover: gets another mentor, Tomás Reis"
    assert sentences == [
        "From Tue 8 September on Tomás Reis mentors Clover, and can read what happened in it before.",
        "Marta Pires can read only what happened until Mon 7 September.",
        "Clover’s mentors on Tue 8 September: Marta Pires; today: Tomás Reis.",
        "The check-ins since (Wed 9 September) stay as they are, and say who logged them.",
    ]
    assert mentors(cast.clover) == {("Marta", "mentor", date(2026, 9, 8)), ("Tomás", "mentor", None)}
    as_("ines").post(reverse("tracker:move-undo", args=[Move.objects.get().pk]))
    assert mentors(cast.clover) == {("Marta", "mentor", None)}


def test_a_hand_over_says_what_the_new_mentor_cannot_read(cast: Cast, as_: SignIn) -> None:
    dalia = cast.enrolment("dalia")
    move_student(enrolment=dalia, group=cast.clover, on=date(2026, 9, 10), by=cast.ines, at=NOW)
    MembershipFactory.create(
        group=cast.clover, enrolment__person=cast.tomas, enrolment__ended_on=date(2026, 9, 5),
        enrolment__end_reason="dropped",        ended_on=date(2026, 9, 5), end_reason="dropped",
    )  # fmt: skip
    _, sentences, _ = previewed(cast, as_, "cover", on="2026-09-20", until="2026-09-25")
    assert (
        "Of what its students asked other groups alone, Tomás Reis can read the questions that are open on these days."
        in sentences
    )
    _, sentences, _ = previewed(cast, as_, "hand-over", on="2026-09-26")
    assert sentences[1:3] == [
        "Of what its students asked other groups alone, Tomás Reis can read the questions that are open on"
        " Sat 26 September or later.",
        "What mentors wrote about Tomás Reis stays hidden from them.",
    ]


def test_a_hand_over_that_was_shown_otherwise_is_shown_again(cast: Cast, as_: SignIn) -> None:
    again = assign(cast, as_, cast.tomas, "hand-over-and-stay", seen="something else")
    assert "This is different from what you saw before." in again.text
    assert mentors(cast.clover) == {("Marta", "mentor", None)}
    heading, sentences, _ = previewed(cast, as_, "hand-over-and-stay")
    assert heading == "Clover: gets another mentor, Tomás Reis, with who was as co-mentor"
    assert sentences[1:] == ["Marta Pires goes on as co-mentor, and can do the same."]
    assert mentors(cast.clover) == {
        ("Marta", "mentor", TODAY), ("Marta", "co-mentor", None), ("Tomás", "mentor", None),
    }  # fmt: skip
    as_("ines").post(reverse("tracker:move-undo", args=[Move.objects.get().pk]))
    assert mentors(cast.clover) == {("Marta", "mentor", None)}


def test_a_hand_over_is_not_undone_once_it_is_needed(cast: Cast, as_: SignIn) -> None:
    previewed(cast, as_, "hand-over")
    move = Move.objects.get()
    undo = reverse("tracker:move-undo", args=[move.pk])
    check_in = CheckInFactory.create(group=cast.clover, logged_by=cast.tomas, logged_at=NOW)
    assert told(as_("ines").post(undo))[-1] == (
        "Tomás Reis has recorded something in Clover since. End the mentorship instead."
    )
    check_in.delete()
    assign(cast, as_, cast.marta, "co-mentor")
    assert (
        told(as_("ines").post(undo))[-1] == "Clover’s mentors have changed since, so this cannot be undone."
    )
    cast.clover.mentorships.get(person=cast.marta, role="co-mentor").delete()
    User.objects.filter(pk=cast.marta.pk).update(is_active=False)
    assert told(as_("ines").post(undo))[-1] == "The account of Marta Pires is disabled; ask a site admin."
    User.objects.filter(pk=cast.marta.pk).update(is_active=True)
    cast.clover.mentorships.filter(person=cast.tomas).update(ended_on=date(2026, 9, 30))
    assert (
        told(as_("ines").post(undo))[-1] == "Clover’s mentors have changed since, so this cannot be undone."
    )
    move.refresh_from_db()
    assert move.undone_at is None


def test_mentor_assign_of_a_second_mentor_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    assert told(assign(cast, as_, cast.tomas)) == [
        "Tomás Reis is Clover’s mentor from 16 September 2026 on."
        " Marta Pires is also its mentor. End that mentorship, or make one of them co-mentor."
    ]


def test_mentor_assign_refuses_a_student_of_the_group(cast: Cast, as_: SignIn) -> None:
    answer = assign(cast, as_, cast.person("ana"))
    assert told(answer) == ["Ana Ruivo is a student in Clover and cannot mentor it."]
    assert mentors(cast.clover) == {("Marta", "mentor", None)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"on": "soon"}, "Enter a valid date."),
        ({"on": "1926-01-01"}, "Choose a day between 30 August 2025 and 17 September 2027."),
        ({"role": "boss"}, "Select a valid choice. boss is not one of the available choices."),
    ],
)
def test_mentor_assign_says_what_is_wrong(cast: Cast, as_: SignIn, fields: dict[str, str], said: str) -> None:
    assert told(assign(cast, as_, cast.tomas, **fields)) == [said]
    assert mentors(cast.clover) == {("Marta", "mentor", None)}


def test_mentor_assign_of_people_from_elsewhere_wants_their_whole_address(cast: Cast, as_: SignIn) -> None:
    for found in ("", "zoe", "ana@example.com"):
        assert assign(cast, as_, cast.zoe, found=found).status_code == 404
    assert mentors(cast.clover) == {("Marta", "mentor", None)}
    assign(cast, as_, cast.zoe, "co-mentor", found="zoe@example.com")
    assert ("Zoe", "co-mentor", None) in mentors(cast.clover)


def test_mentor_assign_knows_nobody_who_may_not_sign_in(cast: Cast, as_: SignIn) -> None:
    User.objects.filter(pk=cast.tomas.pk).update(is_active=False)
    assert assign(cast, as_, cast.tomas).status_code == 404


def invite(cast: Cast, as_: SignIn, **fields: str):
    typed = {"name": "Gus Lind", "email": "gus@example.com", "role": "cover", "on": "2026-09-16"} | fields
    return as_("ines").post(
        reverse("tracker:mentor-invite", args=[cast.clover.pk]),
        {f"invite-{name}": value for name, value in typed.items()},
    )


def test_mentor_invite_of_somebody_new(cast: Cast, as_: SignIn) -> None:
    assert told(invite(cast, as_)) == [
        "Gus Lind is Clover’s stand-in from 16 September 2026 on. The invitation to gus@example.com is being sent."
    ]
    assert mentors(cast.clover) == {("Marta", "mentor", None), ("Gus", "cover", None)}
    assert [message.to for message in deliver()] == [["gus@example.com"]]


def test_mentor_invite_of_somebody_known_needs_no_invitation(cast: Cast, as_: SignIn) -> None:
    known = UserFactory.create(name="Gus Lind", email="gus@example.com", last_login=NOW)
    invite(cast, as_, name="")
    assert cast.clover.mentorships.filter(person=known).count() == 1
    # But they are told what they are now.
    assert [mail.subject for mail in deliver()] == ["You are Clover’s stand-in"]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"email": "gus"}, {"email": ["Enter a valid email address."]}),
        (
            {"name": ""},
            {"__all__": ["This address is new to Trefoil. Enter a name too."]},
        ),
        (
            {"email": "ana@example.com"},
            {"__all__": ["Ana Ruivo is a student in Clover and cannot mentor it."]},
        ),
    ],
)
def test_mentor_invite_says_what_is_wrong(
    cast: Cast, as_: SignIn, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = invite(cast, as_, **fields)
    assert answer.context["invite_form"].errors == errors
    assert mentors(cast.clover) == {("Marta", "mentor", None)}
    assert not User.objects.filter(email="gus@example.com").exists()
    assert deliver() == []


def test_mentorship_end_asks_and_ends(cast: Cast, as_: SignIn) -> None:
    url = reverse("tracker:mentorship-end", args=[cast.clover.mentorships.get().pk])
    page = as_("ines").get(url).content.decode()
    assert "Marta Pires can still read what happened while they were the mentor" in page
    assert told(as_("ines").post(url, {"on": "2026-09-16"})) == [
        "Marta Pires’s mentorship of Clover ends now."
    ]
    assert mentors(cast.clover) == {("Marta", "mentor", TODAY)}


def test_mentorship_end_on_a_day_to_come(cast: Cast, as_: SignIn) -> None:
    url = reverse("tracker:mentorship-end", args=[cast.clover.mentorships.get().pk])
    assert told(as_("ines").post(url, {"on": "2026-09-30"})) == [
        "Marta Pires’s mentorship of Clover ends on 30 September 2026."
    ]
    page = as_("ines").get(reverse("tracker:group-set-up", args=[cast.clover.pk]))
    assert "ends on 30 September 2026" in " ".join(page.content.decode().split())


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("", "This field is required."),
        ("2026-08-01", "Marta Pires began on 31 August 2026; choose a later day."),
        ("2036-08-01", "Choose a day between 30 August 2025 and 17 September 2027."),
    ],
)
def test_mentorship_end_says_beside_the_field_what_is_wrong(
    cast: Cast, as_: SignIn, on: str, said: str
) -> None:
    url = reverse("tracker:mentorship-end", args=[cast.clover.mentorships.get().pk])
    assert as_("ines").post(url, {"on": on}).context["form"].errors == {"on": [said]}
    assert mentors(cast.clover) == {("Marta", "mentor", None)}


def test_mentor_away_add_and_remove(cast: Cast, as_: SignIn) -> None:
    mentorship = cast.clover.mentorships.get()
    url = reverse("groups:mentor-away-add", args=[mentorship.pk])
    answer = as_("ines").post(url, {"starts_on": "2026-09-21", "ends_on": "2026-09-25"})
    assert told(answer) == ["Marta Pires is away. Assign a stand-in, so that Clover still has its check-in."]
    page = as_("ines").get(reverse("tracker:group-set-up", args=[cast.clover.pk])).content.decode()
    assert "Away Mon 21 September to Fri 25 September" in page
    away = mentorship.away.get()
    answer = as_("ines").post(reverse("groups:mentor-away-remove", args=[away.pk]))
    assert told(answer) == ["Removed Marta Pires’s days away."]
    assert not mentorship.away.exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "errors"),
    [
        ("2026-09-25", "2026-09-21", {"ends_on": ["The last day is before the first day."]}),
        (
            "2026-09-25",
            "2028-09-21",
            {"ends_on": ["For more than a year, end the mentorship instead."]},
        ),
        ("", "2026-09-21", {"starts_on": ["This field is required."]}),
        (
            "2026-09-22",
            "2026-09-23",
            {
                "starts_on": [
                    "Marta Pires is away from Clover from 21 September to 25 September 2026 already."
                ]
            },
        ),
    ],
)
def test_mentor_away_add_says_what_is_wrong(
    cast: Cast, as_: SignIn, starts_on: str, ends_on: str, errors: dict[str, list[str]]
) -> None:
    mentorship = cast.clover.mentorships.get()
    note_away(
        mentorship=mentorship, starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 25), by=cast.ines, at=NOW
    )
    url = reverse("groups:mentor-away-add", args=[mentorship.pk])
    answer = as_("ines").post(url, {"starts_on": starts_on, "ends_on": ends_on})
    assert answer.context["form"].errors == errors
    assert mentorship.away.count() == 1
