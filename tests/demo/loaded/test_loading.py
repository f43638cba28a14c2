import logging
import re
from datetime import timedelta
from typing import Any

import time_machine
from allauth.account.models import EmailAddress
from django.db import models
from django.utils import timezone

from courses.models import Course
from demo.files import read, read_all
from demo.loading import LoadedDemo
from groups.models import Enrolment, Membership, Mentorship, Move, PlanChange
from groups.relations import RelationKind, relations_of
from people.demo import DEMO_DOMAIN, DEMO_ROLES
from people.models import User
from questions.models import Answer, Ask, Picture, Question
from tests.conftest import NOW
from tests.demo.loaded.conftest import Loading
from tests.demo.test_load_demo import LISBON, assert_story, every_row, load
from tracker.models import AgreedStep, CheckIn, CheckInEntry, CodeReview, Progress


def test_demo_is_loaded_once_and_tells_its_story(loading: Loading, settings: Any) -> None:
    assert loading.seconds < 15
    assert loading.queries < 7_350
    assert_story(NOW.astimezone(LISBON))
    before = every_row()
    settings.DEMO = True
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        said = load()
    assert said == [
        "The demo is loaded already. Nothing was changed.",
        "The sign-in page offers one click as student, mentor, course admin.",
    ]
    assert every_row() == before
    # The log of who did what is silent for the demo alone.
    assert logging.getLogger("trefoil.audit").isEnabledFor(logging.INFO)


def test_demo_has_every_state_there_is(demo: LoadedDemo) -> None:
    assert set(Question.objects.values_list("category", flat=True)) == set(Question.Category)
    assert set(Question.objects.values_list("visibility", flat=True)) == set(Question.Visibility)
    closed = {Question.Status.CLOSED}
    assert set(demo.now.cohort.questions.values_list("status", flat=True)) == set(Question.Status) - closed
    assert (
        demo.past.cohort.questions.get(status="closed").title
        == "May others of our company read what we hand in?"
    )
    assert demo.past.cohort.closings.get().made_by == demo.now.demo.admin
    # One was asked with a picture, and one was answered before it was asked, in other words.
    assert Picture.objects.used().count() == 1
    assert Ask.objects.get(is_answered_already=True).question.duplicate_of is not None
    assert set(Progress.objects.values_list("state", flat=True)) == set(Progress.State)
    assert set(CheckIn.objects.values_list("outcome", flat=True)) == set(CheckIn.Outcome)
    assert set(CheckIn.objects.values_list("logged_as", flat=True)) == {"mentor", "cover"}
    assert set(CheckInEntry.objects.values_list("attendance", flat=True)) == set(CheckInEntry.Attendance)
    assert set(
        CodeReview.objects.filter(group__cohort=demo.now.cohort).values_list("state", flat=True)
    ) == set(CodeReview.State)
    assert set(AgreedStep.objects.values_list("state", flat=True)) == set(AgreedStep.State)
    assert set(Mentorship.objects.values_list("role", flat=True)) == set(Mentorship.Role)
    ends = Enrolment.objects.exclude(end_reason="").values_list("cohort__title", "end_reason")
    assert set(ends) == {
        (demo.past.cohort.title, "finished"),
        (demo.past.cohort.title, "dropped"),
        (demo.now.cohort.title, "dropped"),
    }
    assert not Membership.objects.filter(group__cohort=demo.past.cohort, ended_on=None).exists()
    assert not Mentorship.objects.filter(group__cohort=demo.past.cohort, ended_on=None).exists()
    fatima = Membership.objects.filter(enrolment__person__name="Fátima Nunes").order_by("started_on")
    assert list(fatima.values_list("group__name", "end_reason")) == [("Tansy", "moved"), ("Juniper", "")]
    assert set(Move.objects.values_list("kind", flat=True)) == {
        "joined", "moved", "swapped", "ended", "returned",
    }  # fmt: skip
    holiday = PlanChange.objects.filter(pause__title="Public holiday")
    assert [change.group.name for change in holiday] == ["Clover"]
    assert list(
        Mentorship.objects.filter(group__name="Tansy").order_by("pk").values_list("person__name", "ended_on")
    ) == [("Henrik Lindqvist", demo.now.cohort.starts_on + timedelta(days=1)), ("Ravi Menon", None)]
    mateus = Enrolment.objects.get(person__name="Mateus Ferreira")
    assert mateus.started_on > mateus.cohort.starts_on
    assert [row.milestone.title for row in mateus.progress.exclude(waived_at=None)] == ["LLM basics"]
    assert Question.objects.filter(is_asker_hidden=True).count() >= 2
    assert CheckIn.objects.exclude(private_note="").count() >= 5
    assert CheckIn.objects.exclude(request="").count() >= 2


def test_demo_has_enough_to_look_at(demo: LoadedDemo) -> None:
    assert demo.now.cohort.questions.count() >= 25
    assert demo.past.cohort.questions.count() >= 20
    assert not demo.past.cohort.questions.open().exists()
    summaries = list(CheckIn.objects.exclude(summary="").values_list("summary", flat=True))
    assert len(summaries) == len(set(summaries)) >= 15
    bodies = list(Answer.objects.values_list("body", flat=True))
    assert len(bodies) == len(set(bodies)) >= 50
    weeks = {
        (asked_at.date() - demo.past.cohort.starts_on).days // 7
        for asked_at in demo.past.cohort.questions.values_list("asked_at", flat=True)
    }
    assert weeks == {0, 1, 3, 4, 5}
    originals: Any = Question.objects.originals()
    assert max(originals.with_ask_count().values_list("ask_count", flat=True)) >= 5
    course = Course.objects.get()
    assert list(course.milestones.in_order().values_list("title", "week", "planned_hours")) == [
        ("LLM basics", 1, 3.5),
        ("Prompt engineering", 2, 3),
        ("Indexation and ingestion", 3, 2.5),
        ("RAG", 4, 3),
        ("Fine-tuning", None, None),
        ("LLM agents", None, None),
        ("Local deployment", None, None),
    ]


def test_demo_lets_nobody_in_but_by_a_click(demo: LoadedDemo) -> None:
    people = User.objects.all()
    assert {role.email for role in DEMO_ROLES.values()} <= set(people.values_list("email", flat=True))
    assert all(person.email.endswith(f"@{DEMO_DOMAIN}") for person in people)
    assert not any(person.has_usable_password() for person in people)
    assert not people.filter(is_staff=True).exists()
    assert [person.name for person in people.filter(last_login=None)] == ["Yusuf Adeyemi"]
    addresses = EmailAddress.objects.filter(verified=True, primary=True)
    assert set(addresses.values_list("user", "email")) == set(people.values_list("pk", "email"))


def test_demo_gives_the_three_roles_their_relations(demo: LoadedDemo) -> None:

    def open_ones(name: str) -> set[tuple[str, str, str]]:
        person = User.objects.get(email=f"{name}@{DEMO_DOMAIN}")
        relations = relations_of(person, timezone.now())
        return {
            (kind.value, str(row.group or ""), row.role)
            for kind in RelationKind
            for row in relations.open(kind)
        }

    assert open_ones("ana") == {("studies", "Clover", "")}
    assert open_ones("marta") == {
        ("mentors", "Clover", "mentor"),
        ("mentors", "Juniper", "mentor"),
        ("mentors", "Sorrel", "co-mentor"),
    }
    assert open_ones("ines") == {("administers", "", "")}
    assert open_ones("ravi") == {("studies", "Sorrel", ""), ("mentors", "Tansy", "mentor")}
    assert open_ones("wanjiru") == {("mentors", "Rowan", "mentor")}
    assert open_ones("tomas") == {("mentors", "Sorrel", "mentor"), ("mentors", "Rowan", "cover")}


def test_demo_dates_histories_by_what_happened(demo: LoadedDemo) -> None:
    for progress in Progress.objects.all():
        last = progress.history.order_by("-history_date", "-history_id")[0]
        assert (last.history_date, last.history_user) == (progress.changed_at, progress.changed_by)
    for stay in Membership.objects.select_related("enrolment"):
        made = stay.history.get(history_type="+")
        assert made.history_date.date() <= stay.started_on
        assert made.history_user is not None
    for check_in in CheckIn.objects.all():
        assert check_in.history.get(history_type="+").history_date == check_in.logged_at
    for question in Question.objects.all():
        assert question.history.get(history_type="+").history_date == question.asked_at
    assert not Answer.objects.filter(answered_at__lt=models.F("question__asked_at")).exists()


def test_demo_content_links_only_to_the_course() -> None:
    course = read("course")
    links = {url for milestone in course["milestones"] for _, _, url in milestone["materials"]}
    texts = [read(cohort, name) for cohort in ("past", "now") for name in ("groups", "check_ins", "reviews")]
    texts += [read_all(cohort, "questions") for cohort in ("past", "now")]
    # And to calls that nobody can join.
    assert re.findall(r"https?:(?!//meet\.example/)", str(texts)) == []
    assert len(links) > 70
    hosts = {re.split("[/:]+", link)[1].removeprefix("www.") for link in links}
    assert hosts == {"github.com", "youtube.com", "youtu.be", "deeplearning.ai", "sicara.fr"}
