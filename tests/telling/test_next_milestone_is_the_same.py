"""What a late joiner does next is told alike: my week, the course, the welcome, the mail, the invitation."""

import re
from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from groups.models import Enrolment, Membership
from people.models import User
from people.outbox import tell
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.tracker import ProgressFactory
from tests.mails import deliver
from tracker.access.courses import course_to_read
from tracker.dashboards.arriving import arrivals_in
from tracker.dashboards.course_detail import course_context
from tracker.dashboards.group_overviews import group_overview
from tracker.invited import invited_as


def told(cast: Cast, as_: SignIn) -> dict[str, str]:
    """The milestone that each page and mail names to Chidi."""
    chidi = cast.person("chidi")
    with transaction.atomic():
        tell("student_moved", by=cast.ines, at=NOW, membership=cast.chidi.pk)
    (mail,) = [one for one in deliver() if one.to == [chidi.email]]
    week = as_("chidi").get(reverse("tracker:week", args=[cast.clover.pk])).context["week"]
    (arrival,) = arrivals_in(group_overview(cast.clover, now=NOW))
    course = course_context(course_to_read(chidi, "llm", NOW), NOW)
    (invited,) = invited_as(chidi, NOW)[1]
    texts = {
        "mail": re.search(r"You start with ([\w ]+)", " ".join(str(mail.body).split())),
        "invitation": re.search(r"You start with ([\w ]+)", invited),
    }
    return {
        "my week": week.shown.milestone.title,
        "welcome": arrival.first.title if arrival.first else "",
        "course": next(row.milestone.title for row in course["rows"] if row.is_now),
        **{where: found[1] if found else "" for where, found in texts.items()},
    }


def test_next_milestone_of_a_late_joiner_is_the_same_everywhere(cast: Cast, as_: SignIn) -> None:
    """LLM basics and Prompt engineering were due before Chidi came."""
    User.objects.update(last_login=NOW)
    for rows in (
        Enrolment.objects.filter(pk=cast.chidi.enrolment_id),
        Membership.objects.filter(pk=cast.chidi.pk),
    ):
        rows.update(started_on=TODAY - timedelta(days=1))
    said = told(cast, as_)
    assert said == dict.fromkeys(said, "Indexation")
    ProgressFactory.create(
        enrolment=cast.enrolment("chidi"), milestone=cast.milestones[2], state="not_started",
        waived_at=NOW, waived_by=cast.marta,
    )  # fmt: skip
    said = told(cast, as_)
    assert said == dict.fromkeys(said, "RAG")
    # What was due before they came comes last, and is promised to nobody.
    ProgressFactory.create(enrolment=cast.enrolment("chidi"), milestone=cast.milestones[3])
    assert told(cast, as_) == {
        "my week": "LLM basics", "course": "LLM basics", "invitation": "LLM basics", "welcome": "", "mail": "",
    }  # fmt: skip
