"""My week as a student sees it, for who leads them: what both may read, changed by nobody, and told to the student."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.urls import reverse

from groups.models import Concern, Membership
from people.actions.anonymise import anonymise
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory, MaterialFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory, MeetingNoteFactory
from tracker.actions.helping import ask_for_help
from tracker.models import CheckInDraft, MaterialTick, WeekLook


def url_of(cast: Cast, name: str = "ana") -> str:
    return reverse("tracker:as-student", args=[cast.enrolment(name).pk])


def test_mentor_sees_the_week_and_the_student_reads_who_looked(cast: Cast, as_: SignIn) -> None:
    AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"), text="Read the paper")
    QuestionFactory.create(membership=cast.ana, title="Why the root?", visibility="group")
    mentor = as_("marta")
    story = mentor.get(reverse("tracker:student-detail", args=[cast.enrolment("ana").pk]))
    assert url_of(cast) in story.text
    page = mentor.get(url_of(cast))
    assert all(words in page.text for words in ("LLM basics", "Read the paper", "Not started", "Bruno"))
    assert "Why the root?" not in page.text
    # Nothing to send, but signing out and what every page has.
    assert page.text.split("<main")[1].split("</main>")[0].count("<form") == 0
    other = mentor.get(url_of(cast), {"milestone": cast.milestones[2].pk})
    assert other.context["week"]["heading"] == "Indexation"
    WeekLook.objects.update(looked_at=NOW - timedelta(hours=1))
    mentor.get(url_of(cast))
    as_("ines").get(url_of(cast))
    looks = as_("ana").get(reverse("tracker:privacy")).context["looks"]
    assert [(str(look["person"]), look["role"], look["times"]) for look in looks] == [
        ("Inês Duarte", "course admin", 1), ("Marta Pires", "mentor", 2),
    ]  # fmt: skip
    assert as_("bruno").get(reverse("tracker:privacy")).context["looks"] == []
    anonymise(person=cast.marta, at=NOW)
    looks = as_("ana").get(reverse("tracker:privacy")).context["looks"]
    assert [str(look["person"]) for look in looks][1:] == [f"Former person {cast.marta.pk}"]
    anonymise(person=cast.person("ana"), at=NOW)
    assert not WeekLook.objects.exists()


def test_the_week_costs_the_same_for_more_of_everything(
    cast: Cast, as_: SignIn, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    mentor = as_("marta")
    mentor.get(url_of(cast))
    for number in (1, 3):
        for _ in range(number):
            AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
            QuestionFactory.create(membership=cast.ana)
            QuestionFactory.create(membership=cast.bruno)
            MaterialFactory.create(milestone=cast.milestones[0])
        with django_assert_num_queries(23):
            mentor.get(url_of(cast))


def test_only_what_both_may_read(cast: Cast, as_: SignIn) -> None:
    ana, person = cast.enrolment("ana"), cast.person("ana")
    # Asked hidden in another group, in another cohort, and about a material that was ticked and judged.
    past = GroupFactory.create(cohort=cast.cohort, name="Fern")
    before = Membership.objects.create(
        enrolment=ana, group=past, started_on=date(2026, 8, 1), ended_on=date(2026, 8, 2), end_reason="moved"
    )
    QuestionFactory.create(membership=before, title="Hidden elsewhere", is_asker_hidden=True)
    QuestionFactory.create(membership=before, title="For Fern alone", visibility="group")
    abroad = GroupFactory.create(cohort=CohortFactory.create(title="Statistics"), name="Abroad")
    QuestionFactory.create(
        membership=MembershipFactory.create(group=abroad, person=person), title="Another course"
    )
    material = MaterialFactory.create(milestone=cast.milestones[0], title="The paper")
    MaterialTick.objects.create(enrolment=ana, material=material, ticked_at=NOW, opinion="too_long")
    Concern.objects.create(enrolment=ana, body="We do not get on.", told_at=NOW)
    check_in = CheckInFactory.create(
        group=cast.clover, private_note="Ana is shy.", summary="Keys and values."
    )
    CheckInEntryFactory.create(check_in=check_in, enrolment=ana, note="Quiet. The proxy")
    CheckInDraft.objects.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), person=cast.tomas, fields={"summary": ["Typed"]},
        saved_at=NOW,
    )  # fmt: skip
    # Other things that mentors read come here by a decision only, not by themselves.
    MeetingNoteFactory.create(
        enrolment=ana, group=cast.clover, week_starts_on=date(2026, 9, 14), note="Chunk sizes"
    )
    ask_for_help(
        enrolment=ana,
        group=cast.clover,
        milestone=cast.milestones[0],
        words="Where is the key?",
        by=person,
        at=NOW,
    )
    page = as_("marta").get(url_of(cast))
    main = page.text.split("<main")[1]
    assert "The paper" in main
    assert "Keys and values." in main
    secrets = (
        "Hidden elsewhere", "For Fern alone", "Another course", "Abroad", "We do not get on", "Ana is shy", "Quiet.",
        "The proxy", "Chunk sizes", "Where is the key?", "Typed", "too long", "/account/email/", "ticked",
    )  # fmt: skip
    assert [words for words in secrets if words in main] == []
    # The student sees on my week what they asked for help, and the answer.
    own = as_("ana").get(reverse("tracker:week", args=[cast.clover.pk])).text
    assert "Where is the key?" in own


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_everything_but_reading_is_refused(cast: Cast, as_: SignIn, method: str) -> None:
    assert getattr(as_("marta"), method)(url_of(cast)).status_code == 405
    assert not WeekLook.objects.exists()


def test_others_are_refused(cast: Cast, as_: SignIn) -> None:
    yesterday = TODAY - timedelta(days=1)
    MentorshipFactory.create(group=cast.clover, person=cast.zoe, role="cover", ended_on=TODAY)
    ines = MembershipFactory.create(group=cast.juniper, person=cast.ines, started_on=yesterday)
    refused = {
        "mentor of another group": ("tomas", "ana"),
        "student of the group": ("bruno", "ana"),
        "oneself": ("ana", "ana"),
        "cover after the last day": ("zoe", "ana"),
        "course admin who studies in the group": ("ines", "dalia"),
    }
    answers = {what: as_(who).get(url_of(cast, whom)).status_code for what, (who, whom) in refused.items()}
    assert answers == dict.fromkeys(refused, 403)
    assert (
        "See Dalia’s week"
        not in as_("ines").get(reverse("tracker:student-detail", args=[cast.dalia.enrolment_id])).text
    )
    cast.clover.mentorships.filter(person=cast.marta).update(ended_on=TODAY)
    assert as_("marta").get(url_of(cast)).status_code == 403
    # Former members learned with them, too.
    ines.ended_on, ines.end_reason = TODAY, "moved"
    ines.save()
    assert as_("ines").get(url_of(cast, "dalia")).status_code == 403
    assert not WeekLook.objects.exists()
    Membership.objects.filter(enrolment=cast.enrolment("bruno")).update(ended_on=TODAY, end_reason="moved")
    assert as_("ines").get(url_of(cast, "bruno")).status_code == 404
