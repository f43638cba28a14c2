"""The file about a person has their own words and what they are shown, and no word that is hidden from them.

Each text of each row, also of histories and of other packages, is a word of its own.
"""

import json
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import BinaryField, JSONField

from courses.models import Material
from groups.models import Concern, ProposedStay, Wish
from lib.texts import text_fields
from people.kept_rows import files_about
from people.models import MailChoice, Message
from tests.conftest import NOW, TODAY, Cast
from tests.moving import leave_group
from tests.security.every_page.test_leaks import write_secrets
from tracker.models import AttentionPutAside, MaterialTick, WeekLook

# A thousand rows are written, and three files read.
pytestmark = pytest.mark.no_cover

type Word = tuple[str, int]


@pytest.fixture
def words(furnished: Cast) -> dict[str, Word]:
    """Put a word into each text. Return where each stands: the name of the model and of its field, and the row."""
    write_secrets(furnished)
    ana, material = furnished.enrolment("ana"), furnished.course.milestones.all()[0].materials.all()[0]
    MaterialTick.objects.create(enrolment=ana, material=material, ticked_at=NOW, opinion="too_long")
    WeekLook.objects.create(enrolment=ana, person=furnished.marta, role="mentor", looked_at=NOW)
    Message.objects.create(recipient=ana.person, kind="account", due_at=NOW, try_at=NOW)
    MailChoice.objects.create(person=ana.person, kind="answer", soon="at_once")
    leave_group(enrolment=ana, on=TODAY + timedelta(days=5), reason="Why", by=furnished.ines, at=NOW)
    Concern.objects.update(answer="Yes", answered_by=furnished.ines, answered_at=NOW)
    placed: dict[str, Word] = {}
    for model in apps.get_models(include_auto_created=True):
        for field in text_fields(model):
            for pk in model._base_manager.values_list("pk", flat=True):
                word = f"zq{len(placed)}x"
                value: object = word.encode() if isinstance(field, BinaryField) else word
                value = [word] if isinstance(field, JSONField) else value
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=pk).update(**{field.name: value})
                except IntegrityError:
                    # What was sent keeps no words; a time zone and the like are what they may be.
                    continue
                placed[word] = (f"{model._meta.label}.{field.name}", pk)
    return placed


def told(cast: Cast, name: str, words: dict[str, Word], *, for_operator: bool = False) -> set[Word]:
    files = files_about(cast.person(name), NOW, for_operator=for_operator)
    read = {name: b"".join([of] if isinstance(of, bytes) else of).decode() for name, of in files}
    found = {name: set(re.findall(r"zq\d+x", text)) for name, text in read.items()}
    # The page for people tells what the file for programs does.
    assert found["data.json"] == found["page.html"]
    return {words[word] for texts in found.values() for word in texts}


OF_ANYBODY = "User.name User.name_key User.short_name User.email User.time_zone"
# By the first name of the person: the texts that they are told, each of rows that are theirs.
TOLD = {
    "ana": f"""
        {OF_ANYBODY} AddressChange.before MailChoice.kind Message.address Message.kind SocialAccount.extra_data
        SocialAccount.provider SocialAccount.uid UserSession.user_agent WeekLook.role
        Cohort.title Group.name Material.title Milestone.title
        Absence.reason HistoricalAbsence.reason Concern.body Concern.answer Enrolment.level Enrolment.mentor_note
        HistoricalEnrolment.level HistoricalEnrolment.mentor_note Move.what AgreedStep.text
        Answer.body HistoricalAnswer.body Question.title Question.detail HistoricalQuestion.title
        HistoricalQuestion.detail Picture.content CodeReview.note CodeReview.url HistoricalCodeReview.note
        HistoricalCodeReview.url MeetingItem.text MeetingNote.note HistoricalMeetingNote.note
        """,
    "marta": f"""
        {OF_ANYBODY} WeekLook.role Cohort.title Group.name Absence.reason HistoricalAbsence.reason CheckInDraft.fields
        """,
    "ines": f"{OF_ANYBODY} Cohort.title Course.title Group.name CheckInDraft.fields",
}
# What a site admin is not told besides.
FOR_THEM_ALONE = {"Concern", "MeetingItem", "MeetingNote", "HistoricalMeetingNote"}


@pytest.mark.parametrize("name", TOLD)
def test_who_downloads_what_is_kept_about_them_reads_their_own_words_alone(
    furnished: Cast, words: dict[str, Word], name: str
) -> None:
    found = told(furnished, name, words)
    assert {label.partition(".")[2] for label, _ in found} == set(TOLD[name].split())
    for label, pk in found:
        model, _, field = label.rpartition(".")
        if model == "people.User":
            assert pk == furnished.person(name).pk
        if field in ("body", "detail", "level", "mentor_note", "text", "note") and name == "ana":
            row = apps.get_model(model)._base_manager.get(pk=pk)
            people = [
                getattr(row, of, None)
                for of in ("answered_by", "asked_by", "enrolment", "author", "reviewer")
            ]
            ids = {getattr(one, "person_id", None) or one.pk for one in [row, *people] if one is not None}
            assert furnished.person("ana").pk in ids, label
    for_operators = told(furnished, name, words, for_operator=True)
    assert {label.split(".")[1] for label, _ in found - for_operators} == (
        FOR_THEM_ALONE if name == "ana" else set()
    )
    assert for_operators <= found


def test_rows_about_somebody_that_are_for_course_admins_are_left_out_and_opinions_for_site_admins(
    furnished: Cast, words: dict[str, Word]
) -> None:
    def tables(*, for_operator: bool = False) -> dict[str, list[dict[str, object]]]:
        (_, data), *_ = files_about(furnished.person("ana"), NOW, for_operator=for_operator)
        return dict(json.loads(b"".join(data))["tables"])

    assert all(
        model._base_manager.exists() for model in (Wish, ProposedStay, AttentionPutAside, MaterialTick)
    )
    read = {label for label, rows in tables().items() if rows}
    assert read.isdisjoint({"groups.Wish", "groups.ProposedStay", "tracker.AttentionPutAside"})
    [tick] = tables()["tracker.MaterialTick"]
    assert tick["opinion"] == "too_long"
    assert Material.objects.filter(pk=str(tick["material_id"]), title=str(tick["material"])).exists()
    [tick] = tables(for_operator=True)["tracker.MaterialTick"]
    assert tick.keys().isdisjoint({"opinion", "group_id"})
    assert "password" not in tables()["people.User"][0]
