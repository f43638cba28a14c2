from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from courses.models import Cohort
from groups.actions.enrolment import join_group
from groups.actions.mentorship import HAND_OVER, move_mentors
from groups.models import Enrolment, Move
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from tests.messages import said
from tests.moving import end_enrolment, leave_group


def url(cast: Cast, deed: str, name: str = "ana") -> str:
    return reverse(f"tracker:enrolment-{deed}", args=[cast.enrolment(name).pk])


def stays(cast: Cast, name: str = "ana") -> list[tuple[str, str]]:
    rows = cast.enrolment(name).memberships.order_by("started_on", "pk")
    return [(row.group.name, row.end_reason) for row in rows]


@pytest.mark.parametrize("many", [1, 30])
def test_enrolment_detail_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    ana = cast.enrolment("ana")
    for group in GroupFactory.create_batch(many, cohort=cast.cohort):
        join_group(enrolment=ana, group=group, on=date(2026, 9, 1), by=cast.ines, at=NOW)
    browser = as_("ines")
    with django_assert_num_queries(14):
        answer = browser.get(url(cast, "detail"))
    assert len(answer.context["stays"]) == many + 1


def done(browser: Client, address: str, fields: dict[str, object]) -> Any:
    """Look at what it means, then do it. Looking changes nothing."""
    before = Move.objects.count()
    preview = browser.post(address, fields)
    assert (preview.status_code, Move.objects.count()) == (200, before)
    return browser.post(address, fields | {"seen": preview.context["preview"].key})


def test_enrolment_move_shows_what_it_means_and_keeps_why(cast: Cast, as_: SignIn) -> None:
    cast.juniper.plan_items.filter(milestone=cast.milestones[3]).update(due_on=date(2026, 10, 4))
    fields = {
        "move-group": cast.juniper.pk,
        "move-on": "2026-09-16",
        "move-reason": "Evenings suit her better",
    }
    ines = as_("ines")
    (place,) = ines.post(url(cast, "move"), fields).context["preview"].shown["places"]
    assert list(place["dates"][2:]) == [
        ("Indexation", "Sun 20 September", "Sun 20 September"),
        ("RAG", "Sun 27 September", "Sun 4 October"),
    ]
    assert list(place["sentences"]) == [
        "Juniper then has 4 students; groups of this course have 3.",
        "From Wed 16 September on Ana learns with Dalia Haddad, Emre Kaya and Fátima Nunes: they see each other’s"
        " progress.",
        "Tomás Reis can read Ana’s history from then on, and leads Juniper.",
        "Ana can read what Juniper shared before, too.",
        "Marta Pires can read only what happened until Tue 15 September, and later answers to what was asked until"
        " then.",
        "Of what Ana asked Clover alone, Tomás Reis can read the questions that are open on Wed 16 September or later.",
        "Ana can read what Clover shared until Tue 15 September.",
        "Earlier weeks stay with Clover: check-ins and their private notes, questions, code reviews, exports and"
        " figures.",
        "Progress, hours and agreed steps move with Ana.",
    ]
    answer = done(ines, url(cast, "move"), fields)
    assert "Ana Ruivo: from Clover to Juniper." in said(answer)
    assert stays(cast) == [("Clover", "moved"), ("Juniper", "")]
    page = ines.get(answer["Location"]).content.decode()
    assert "(moved to another group) · Evenings suit her better" in " ".join(page.split())
    assert page.count('method="post"') == page.count("csrfmiddlewaretoken")
    moves = ines.get(reverse("tracker:move-list", args=[cast.cohort.pk]))
    assert [(str(move), move.reason) for move in moves.context["page"]] == [
        ("Ana Ruivo: from Clover to Juniper", "Evenings suit her better")
    ]
    undone = ines.post(reverse("tracker:move-undo", args=[Move.objects.get().pk]))
    assert (said(undone), stays(cast)) == ("Undone: Ana Ruivo: from Clover to Juniper.", [("Clover", "")])
    assert "undone by Inês Duarte" in ines.get(moves.request["PATH_INFO"]).content.decode()


def history_said(browser: Client, cast: Cast) -> str:
    page = browser.get(url(cast, "detail")).text
    return " ".join(strip_tags(page[page.index('id="stays-title"') :]).split())


def test_group_history_says_what_holds_and_what_was_undone(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    done(ines, url(cast, "move"), {"move-group": cast.juniper.pk, "move-on": "2026-09-16"})
    ines.post(reverse("tracker:move-undo", args=[Move.objects.get().pk]))
    said_then = history_said(ines, cast)
    assert "Undone by Inês Duarte on 16 September 2026: from Clover to Juniper." in said_then
    assert "Clover since 31 August 2026 " in f"{said_then} "
    assert "undone" not in said_then
    done(ines, url(cast, "end"), {"end-on": "2026-09-16", "end-end_reason": "dropped"})
    said_then = history_said(ines, cast)
    assert "Last: dropped out, from Clover" in said_then
    assert "left on 16 September 2026 (dropped out)" in said_then
    assert "ndone" not in said_then


def test_planned_end_is_one_that_is_to_come(cast: Cast, as_: SignIn) -> None:
    ines, people = as_("ines"), reverse("groups:cohort-people", args=[cast.cohort.pk])
    days = "since 31 August 2026, leaves on 21 September 2026"

    def shown(address: str) -> str:
        return " ".join(strip_tags(ines.get(address).text).split())

    leave_group(enrolment=cast.enrolment("ana"), on=date(2026, 9, 21), by=cast.ines, at=NOW)
    assert f"Group Clover {days}" in shown(url(cast, "detail"))
    assert "Clover leaves on 21 September 2026" in shown(people)
    end = {"on": date(2026, 9, 21), "end_reason": "dropped", "by": cast.ines, "at": NOW}
    end_enrolment(enrolment=cast.enrolment("bruno"), **end)
    ended = shown(url(cast, "detail", "bruno"))
    assert f"enrolled {days}" in ended
    assert f"Clover {days} (dropped out)" in ended
    done(ines, url(cast, "move", "chidi"), {"move-group": cast.juniper.pk, "move-on": "2026-09-21"})
    assert "Group Juniper from 21 September 2026" in shown(url(cast, "detail", "chidi"))
    for page in (shown(url(cast, "detail")), ended, shown(people)):
        assert "in no group" not in page
        assert "left on" not in page
    with time_machine.travel(datetime(2026, 9, 21, 12, tzinfo=UTC), tick=False):
        assert "dropped out on 21 September 2026" in shown(url(cast, "detail", "bruno"))
        assert "in no group" in shown(url(cast, "detail"))


def test_a_back_dated_move_says_who_was_there_and_which_check_ins_stay(cast: Cast, as_: SignIn) -> None:
    dalia = cast.juniper.memberships.get(enrolment__person=cast.person("dalia"))
    dalia.started_on = date(2026, 9, 10)
    dalia.save()
    for week, day in ((date(2026, 8, 31), date(2026, 9, 1)), (date(2026, 9, 7), date(2026, 9, 9))):
        check_in = CheckInFactory.create(group=cast.clover, week_starts_on=week, held_on=day)
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("ana"))
    fields = {"move-group": cast.juniper.pk, "move-on": "2026-09-08"}
    (place,) = as_("ines").post(url(cast, "move"), fields).context["preview"].shown["places"]
    assert (
        "In Juniper on Tue 8 September: Emre Kaya and Fátima Nunes; today: Dalia Haddad, Emre Kaya and Fátima Nunes."
        in place["sentences"]
    )
    assert "So do Ana’s check-ins since then (Wed 9 September)." in place["sentences"]
    fields["move-on"] = "2026-09-16"
    (place,) = as_("ines").post(url(cast, "move"), fields).context["preview"].shown["places"]
    assert not [
        sentence for sentence in place["sentences"] if "today:" in sentence or "since then" in sentence
    ]


def test_enrolment_move_is_shown_again_if_something_changed_meanwhile(cast: Cast, as_: SignIn) -> None:
    fields = {"move-group": cast.juniper.pk, "move-on": "2026-09-21"}
    key = as_("ines").post(url(cast, "move"), fields).context["preview"].key
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    join_group(enrolment=cast.enrolment("ana"), group=fern, on=TODAY, by=cast.ines, at=NOW)
    answer = as_("ines").post(url(cast, "move"), fields | {"seen": key})
    assert "This is different from what you saw before." in answer.content.decode()
    assert stays(cast) == [("Clover", "moved"), ("Fern", "")]
    assert "from Fern to Juniper, from 21 September 2026 on." in said(
        done(as_("ines"), url(cast, "move"), fields)
    )


def test_enrolment_swap_shows_both(cast: Cast, as_: SignIn) -> None:
    fields = {"swap-other": "dalia", "swap-on": "2026-09-16", "swap-reason": "Level"}
    preview = as_("ines").post(url(cast, "swap"), fields).context["preview"].shown
    assert [(str(place["who"]), str(place["after"])) for place in preview["places"]] == [
        ("Ana Ruivo", "Juniper"), ("Dalia Haddad", "Clover"),
    ]  # fmt: skip
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, role="co-mentor")
    places = as_("ines").post(url(cast, "swap"), fields).context["preview"].shown["places"]
    read = [
        [each for each in place["sentences"] if "can read" in each and "Pires" in each] for place in places
    ]
    assert read == [
        ["Tomás Reis and Marta Pires can read Ana’s history from then on, and lead Juniper."],
        ["Marta Pires can read Dalia’s history from then on, and leads Clover."],
    ]
    done(as_("ines"), url(cast, "swap"), fields)
    assert (stays(cast), stays(cast, "dalia")) == (
        [("Clover", "moved"), ("Juniper", "")], [("Juniper", "moved"), ("Clover", "")],
    )  # fmt: skip


def test_why_somebody_was_moved_is_not_told_to_them_as_a_course_admin(cast: Cast, as_: SignIn) -> None:
    cast.course.admins.create(person=cast.person("ana"))
    fields = {"swap-other": "dalia", "swap-on": "2026-09-16", "swap-reason": "Never came prepared"}
    done(as_("ines"), url(cast, "swap"), fields)
    assign = {"person": cast.zoe.pk, "found": "zoe@example.com", "role": "mentor", "on": "2026-09-16"}
    to = reverse("tracker:mentor-assign", args=[cast.clover.pk])
    as_("ines").post(to, assign | {"reason": "Never came prepared"})
    cast.course.admins.create(person=cast.zoe)
    lists = [
        reverse("tracker:move-list", args=[cast.cohort.pk]),
        url(cast, "detail"),
        reverse("tracker:group-set-up", args=[cast.clover.pk]),
    ]
    read = {
        name: ["Never came prepared" in as_(name).get(page).text for page in lists]
        for name in ("ines", "ana", "zoe")
    }
    assert read == {"ines": [True] * 3, "ana": [False, False, True], "zoe": [True, True, False]}
    # Nor on the page of who was swapped with them.
    assert "Never came prepared" not in as_("ana").get(url(cast, "detail", "dalia")).text


def test_why_a_group_was_handed_over_is_not_told_to_who_had_it(cast: Cast, as_: SignIn) -> None:
    cast.course.admins.create(person=cast.marta)
    # Two rows are written, not at the same moment.
    with time_machine.travel(NOW, tick=True):
        move_mentors(
            deed=HAND_OVER,
            group=cast.clover,
            person=cast.zoe,
            on=TODAY,
            by=cast.ines,
            at=NOW,
            until=None,
            reason="Misses meetings",
        )
    lists = [
        reverse("tracker:move-list", args=[cast.cohort.pk]),
        reverse("tracker:group-set-up", args=[cast.clover.pk]),
    ]
    read = {
        name: ["Misses meetings" in as_(name).get(page).text for page in lists] for name in ("ines", "marta")
    }
    assert read == {"ines": [True, True], "marta": [False, False]}


@pytest.mark.parametrize("many", [1, 30])
def test_move_list_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    of = {"kind": "left", "what": "from Clover", "on": TODAY, "made_by": cast.ines}
    Move.objects.bulk_create(Move(enrolment=cast.enrolment("ana"), **of) for _ in range(many))
    browser = as_("ines")
    with django_assert_num_queries(10):
        answer = browser.get(reverse("tracker:move-list", args=[cast.cohort.pk]))
    assert len(answer.context["page"].object_list) == min(many, 25)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"move-group": ""}, {"group": ["This field is required."]}),
        (
            {"move-on": "2026-08-01"},
            {
                "__all__": [
                    "Ana Ruivo has been enrolled since 31 August 2026; choose that day or a later one."
                ]
            },
        ),
        ({"move-on": "1926-08-01"}, {"on": ["Choose a day between 30 August 2025 and 17 September 2027."]}),
        (
            {"move-reason": "x" * 101},
            {"reason": ["Ensure this value has at most 100 characters (it has 101)."]},
        ),
    ],
)
def test_enrolment_move_says_what_is_wrong(
    cast: Cast, as_: SignIn, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    typed = {"move-group": str(cast.juniper.pk), "move-on": "2026-09-16"} | fields
    answer = as_("ines").post(url(cast, "move"), typed)
    assert answer.context["move_form"].errors == errors
    assert answer.context["end_form"].errors == {}
    assert stays(cast) == [("Clover", "")]


def test_nobody_moves_after_the_end_of_the_cohort(cast: Cast, as_: SignIn) -> None:
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=date(2026, 10, 1))
    answer = as_("ines").post(url(cast, "move"), {"move-group": cast.juniper.pk, "move-on": "2026-10-02"})
    assert answer.context["move_form"].errors == {
        "on": ["Choose a day between 30 August 2025 and 1 October 2026."]
    }


def test_enrolment_move_offers_neither_the_own_group_nor_those_of_others(cast: Cast, as_: SignIn) -> None:
    GroupFactory.create(name="Elsewhere")
    form = as_("ines").get(url(cast, "detail")).context["move_form"]
    assert [str(label) for _, label in form["group"].field.choices] == ["Choose a group", "Juniper (3 of 3)"]


def test_enrolment_move_into_a_full_group_is_refused_with_words(cast: Cast, as_: SignIn) -> None:
    MembershipFactory.create(group=cast.juniper)
    answer = as_("ines").post(url(cast, "move"), {"move-group": cast.juniper.pk, "move-on": "2026-09-16"})
    assert "Juniper is full: 4 students, one more than the group size of 3." in answer.content.decode()
    assert stays(cast) == [("Clover", "")]


def test_enrolment_leave_keeps_them_enrolled(cast: Cast, as_: SignIn) -> None:
    fields = {"leave-on": "2026-09-16", "leave-reason": ""}
    assert "Ana Ruivo: from Clover." in said(done(as_("ines"), url(cast, "leave"), fields))
    assert stays(cast) == [("Clover", "moved")]
    again = as_("ines").post(url(cast, "leave"), {"leave-on": "2026-09-16"})
    assert again.context["leave_form"].non_field_errors() == ["Ana Ruivo is in no group."]


def test_enrolment_end_wants_a_reason(cast: Cast, as_: SignIn) -> None:
    answer = as_("ines").post(url(cast, "end"), {"end-on": "2026-09-16"})
    assert answer.context["end_form"].errors == {"end_reason": ["This field is required."]}
    answer = as_("ines").post(url(cast, "end"), {"end-on": "2026-08-01", "end-end_reason": "dropped"})
    assert answer.context["end_form"].non_field_errors() == [
        "Ana Ruivo started on 31 August 2026; choose a later day."
    ]
    assert Enrolment.objects.get(pk=cast.enrolment("ana").pk).ended_on is None


def test_enrolment_ends_and_comes_back(cast: Cast, as_: SignIn) -> None:
    answer = done(as_("ines"), url(cast, "end"), {"end-on": "2026-09-16", "end-end_reason": "dropped"})
    assert "Ana Ruivo: dropped out, from Clover." in said(answer)
    ended = Enrolment.objects.get(pk=cast.enrolment("ana").pk)
    assert (ended.ended_on, ended.end_reason, stays(cast)) == (TODAY, "dropped", [("Clover", "dropped")])
    page = as_("ines").get(answer["Location"]).content.decode()
    assert "dropped out on 16 September 2026" in " ".join(page.split())
    assert "End the enrolment" not in page
    fields = {"return-group": cast.juniper.pk, "return-on": "2026-09-21", "return-reason": "Time again"}
    assert "Ana Ruivo: to Juniper, from 21 September 2026 on." in said(
        done(as_("ines"), url(cast, "return"), fields)
    )
    assert stays(cast) == [("Clover", "dropped"), ("Juniper", "")]
