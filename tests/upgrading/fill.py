"""A script: fill the empty database of DATABASE_URL for an archive to keep: one of everything, the demo, and a term."""

from datetime import timedelta
from io import StringIO
from typing import Any

import django
from django.core.management import call_command
from django.db import transaction
from django.test.utils import setup_test_environment
from django.utils import timezone

# Jobs that need no other host.
WORKER_DID = ("heartbeat", "events", "mornings", "promises", "topics")


def main() -> None:
    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0)

    from benchmarks.learners import seed
    from courses.models import Course
    from tests.conftest import make_cast
    from tests.places import furnish
    from tests.security.everything import places
    from worker.management.commands import worker

    now = timezone.now()
    with transaction.atomic():
        cast = make_cast()
        furnish(cast)
        places(cast)
        # The term has a course of this address, too.
        Course.objects.filter(pk=cast.course.pk).update(slug="cast")
    call_command("load_demo", "--beside-others", stdout=StringIO())
    with transaction.atomic():
        term = seed(30, now)
    for name, _, work in worker.JOBS:
        if name in WORKER_DID:
            work(now)
    with transaction.atomic():
        add_the_rest(term.cohort)


def add_the_rest(cohort: Any) -> None:
    """A row of what is neither in the cast, nor in the demo, nor in the term."""
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.models import Group as Role
    from django.contrib.sessions.models import Session

    from people.models import KeptPassage, MailChoice, SentForm, User
    from questions.models import NotTheSame, Question
    from tracker.models import CheckIn, CheckInDraft, CheckInSave, WeekLook
    from tracker.snapshots import take_snapshot

    now = timezone.now()
    check_in = CheckIn.objects.exclude(summary="").select_related("group__cohort__course").latest("pk")
    group, mentor = check_in.group, check_in.logged_by
    first, other = Question.objects.order_by("pk")[:2]
    typed = {"summary": ["We met."], "e1-note": ["Quiet."]}
    CheckInDraft.objects.create(
        group=group,
        week_starts_on=check_in.week_starts_on + timedelta(weeks=1),
        person=mentor,
        saved_at=now,
        fields=typed,
    )
    CheckInSave.objects.create(check_in=check_in, person=mentor, saved_at=now, fields=typed)
    student = group.memberships.select_related("enrolment__person")[0].enrolment
    WeekLook.objects.create(enrolment=student, person=mentor, role="mentor", looked_at=now)
    KeptPassage.objects.create(
        person=student.person, where="question 1", reason="A name of a library", kept_at=now
    )
    MailChoice.objects.create(person=mentor, kind="help", soon="always")
    SentForm.objects.create(person=mentor, digest="0" * 64, sent_at=now, led_to="/groups/")
    NotTheSame.objects.create(question=first, other=other, said_by=mentor, said_at=now)
    take_snapshot(cohort, now)
    Authenticator.objects.create(user=mentor, type=Authenticator.Type.TOTP, data={"secret": "of-a-mentor"})
    Session.objects.create(session_key="of-a-mentor", session_data="", expire_date=now + timedelta(days=14))
    User.objects.get(pk=mentor.pk).groups.add(Role.objects.create(name="Helpers"))


if __name__ == "__main__":
    main()
