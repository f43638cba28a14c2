"""Every page of Trefoil with the arguments and fields by which the tests of roles ask for it, in a furnished cast.

Each page is about Ana, who studies in Clover, or about Clover: so the columns of docs/roles.md read as they stand.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort, Material, Pause
from groups.actions.absences import add_absence, last_change_id
from groups.actions.forming import note_willing, note_wish, propose
from groups.models import (
    Absence,
    Concern,
    MentorAway,
    PlanChange,
    ProposedGroup,
    WillingMentor,
    Wish,
)
from people.actions.addresses import tell_of_change
from people.actions.invitations import copied_link, invite
from people.actions.sign_in_link import sign_in_link
from people.models import Invitation, User
from questions.models import Answer, Ask, MaterialChange, MaterialNeed, NeedNote, Question
from sheets.actions.jobs import ask_for
from sheets.actions.sheet_addresses import renew_address
from sheets.actions.upload import Upload, upload
from sheets.models import ImportJob, SheetImport
from telling.actions.calendar_feeds import renew_feed
from telling.actions.channels import add_channel
from telling.links import stop_url
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import (
    CourseLinkFactory,
    CourseSectionFactory,
    MaterialFactory,
    PauseFactory,
)
from tests.factories.questions import AnswerFactory, PictureFactory, QuestionFactory, TopicFactory
from tests.factories.tracker import (
    AgreedStepFactory,
    CheckInEntryFactory,
    CheckInFactory,
    CodeReviewFactory,
    MeetingItemFactory,
    MeetingNoteFactory,
)
from tests.mails import deliver
from tests.moving import move_student
from tests.sheets.importing import confirmed, previewed
from tracker.actions.progress import mark
from tracker.models import AgreedStep, AttentionPutAside, CodeReview, MeetingItem, Progress
from trends.actions.needs import note_need

WEEK = "2026-W37"


@dataclass(frozen=True)
class Place:
    """A page: the arguments of its URL, and the fields to post where it needs some to know what it is about."""

    args: list[Any] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)


def furnish(cast: Cast) -> None:
    """Put one of everything into Clover, so that every page has something to show."""
    MaterialFactory.create(milestone=cast.milestones[0])
    CourseSectionFactory.create(course=cast.course, meant_for="students")
    CourseLinkFactory.create(course=cast.course)
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 9))
    ana = cast.enrolment("ana")
    mark(enrolment=ana, milestone=cast.milestones[0], state="done", by=cast.person("ana"), at=NOW)
    check_in = CheckInFactory.create(
        group=cast.clover, logged_by=cast.marta, request="May the key last longer?"
    )
    CheckInEntryFactory.create(check_in=check_in, enrolment=ana)
    AgreedStepFactory.create(group=cast.clover, enrolment=ana, check_in=check_in, agreed_by=cast.marta)
    question = QuestionFactory.create(
        membership=cast.ana, visibility="group", status="answered", first_answered_at=NOW
    )
    QuestionFactory.create(membership=cast.bruno, visibility="group")
    AnswerFactory.create(question=question, answered_by=cast.person("ana"))
    bruno = cast.enrolment("bruno")
    CodeReviewFactory.create(group=cast.clover, milestone=cast.milestones[0], author=bruno, reviewer=ana)
    CodeReviewFactory.create(
        group=cast.clover, milestone=cast.milestones[1], author=ana, reviewer=bruno, state="changes_asked"
    )
    later = TODAY + timedelta(days=30)
    Absence.objects.create(enrolment=ana, starts_on=later, ends_on=later, accepted_by=cast.marta)
    AttentionPutAside.objects.create(
        enrolment=ana,
        until_on=date(2026, 9, 30),
        reason="We talked",
        put_aside_at=NOW,
        put_aside_by=cast.marta,
    )
    Cohort.objects.update(asks_before_meeting=True)
    note = MeetingNoteFactory.create(enrolment=ana, group=cast.clover, going="stuck")
    assert note.changed_by == cast.person("ana")
    MeetingItemFactory.create(enrolment=ana, group=cast.clover, text="Which split?")
    Concern.objects.create(enrolment=ana, body="We do not get on.", told_at=timezone.now())
    need = note_need(course=cast.course, thing=question, why="No drawing", by=cast.marta, at=NOW).need
    note_need(course=cast.course, thing=question, why="Asked every week", by=cast.marta, at=NOW)
    MaterialChange.objects.create(
        course=cast.course,
        what="A drawing of the scores",
        milestone=cast.milestones[0],
        changed_on=date(2026, 9, 8),
        made_by=cast.ines,
        recorded_at=NOW,
    ).questions.add(need.question)
    MentorAway.objects.create(
        mentorship=cast.clover.mentorships.get(), starts_on=date(2026, 9, 20), ends_on=date(2026, 9, 27)
    )
    invite(email="gustavo@example.com", name="Gustavo Lima", by=cast.ines, at=timezone.now())
    gustavo = User.objects.get(email="gustavo@example.com")
    cast.cohort.enrolments.create(person=gustavo, started_on=date(2026, 8, 31), enrolled_by=cast.ines)
    propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    note_wish(one=ana, other=bruno, kind="apart", by=cast.ines, at=NOW)
    note_willing(cohort=cast.cohort, person=cast.marta, most_groups=2, by=cast.ines, at=NOW)
    for address in ("hana@example.com", "gus@example.com"):
        lines = (
            f"Name,E-mail,Group,Mentor\nAna,{address},Willow,Nadia <nadia@example.com>\nIvo,ivo@\n".encode()
        )
        confirmed_import = previewed("roster", ("people.csv", lines), by=cast.ines, cohort=cast.cohort)
        if address == "hana@example.com":
            confirmed(confirmed_import, cast.ines)
    files = [Upload("people.csv", lines)]
    waiting = upload(kind="roster", course=cast.course, cohort=cast.cohort, files=files, by=cast.ines, at=NOW)
    ask_for(work=ImportJob.Work.READ, sheet_import=waiting, by=cast.ines, at=NOW)


def course(cast: Cast) -> Place:
    return Place([cast.course.slug])


def cohort(cast: Cast) -> Place:
    return Place([cast.cohort.pk])


def imported(cast: Cast) -> Place:
    return Place([SheetImport.objects.get(state="confirmed").pk])


def previewed_import(cast: Cast) -> Place:
    return Place([SheetImport.objects.get(state="previewed").pk])


def import_worked_on(cast: Cast) -> Place:
    return Place([ImportJob.objects.get().sheet_import_id])


def group(cast: Cast) -> Place:
    return Place([cast.clover.pk])


def milestone(cast: Cast) -> Place:
    return Place([cast.milestones[0].pk], {"direction": "down"})


def material(cast: Cast) -> Place:
    return Place([Material.objects.get().pk], {"direction": "down"})


def week(cast: Cast) -> Place:
    return Place([cast.clover.pk, WEEK], {"line": "q0", "q0-title": "Why divide?"})


def student(cast: Cast) -> Place:
    return Place([cast.ana.enrolment_id], {"milestone": cast.milestones[1].pk})


def question(cast: Cast) -> Place:
    original = Question.objects.get(asked_by=cast.person("bruno"))
    return Place([Question.objects.get(asked_by=cast.person("ana")).pk], {"original": original.pk})


def not_same(cast: Cast) -> Place:
    other = Question.objects.get(asked_by=cast.person("bruno"))
    return Place([Question.objects.get(asked_by=cast.person("ana")).pk], {"other": other.pk})


def pair(cast: Cast) -> Place:
    names = ("ana", "bruno")
    return Place([Question.objects.get(asked_by=cast.person(name)).pk for name in names])


def picture(cast: Cast) -> Place:
    question = Question.objects.get(asked_by=cast.person("ana"))
    return Place([PictureFactory.create(question=question).key])


def topic(cast: Cast) -> Place:
    questions = Question.objects.filter(group=cast.clover)
    found = TopicFactory.create(course=cast.course, questions=questions)
    return Place([found.pk], {"chosen": questions[0].pk})


def invited(cast: Cast) -> Place:
    return Place([cast.course.slug, Invitation.objects.get().person_id])


def answer(cast: Cast) -> Place:
    return Place([Answer.objects.get().pk])


def review(cast: Cast) -> Place:
    return Place([CodeReview.objects.get(reviewer=cast.enrolment("ana")).pk])


def said_away(cast: Cast) -> Place:
    ana, on = cast.enrolment("ana"), TODAY + timedelta(days=5)
    absence = add_absence(enrolment=ana, starts_on=on, ends_on=on, reason="", by=ana.person, at=NOW)
    return Place([ana.pk, last_change_id(absence.pk)])


def put_aside(cast: Cast) -> Place:
    return Place([cast.ana.enrolment_id, AttentionPutAside.objects.get().pk])


def restored(cast: Cast) -> Place:
    found = Answer.objects.get()
    return Place([found.question_id, found.pk])


def progress_undo(cast: Cast) -> Place:
    found = Progress.objects.get()
    return Place([cast.clover.pk, found.pk, found.history.latest().pk])


def link_of(invitation: Invitation) -> str:
    """The signed part of the link that a course admin copies."""
    return copied_link(invitation).split("/")[-2]


def address_changed(cast: Cast) -> Place:
    """The link in the mail to an address that Ana had before."""
    tell_of_change(person=cast.person("ana"), before="ana-before@example.com", at=timezone.now())
    return Place([re.findall(r"/account/address/([^/]+)/", deliver()[-1].body)[0]])


def link_of_olga(cast: Cast) -> Place:
    olga, _ = User.objects.get_or_create(email="olga@example.com", name="Olga Reis", is_staff=True)
    return Place([sign_in_link(olga).rstrip("/").rpartition("/")[2]])


def provider_of_ana(cast: Cast) -> Place:
    told = {"provider": "Acme", "email": "ana@example.com"}
    tie = SocialAccount.objects.create(user=cast.person("ana"), provider="acme", uid="1", extra_data=told)
    return Place([tie.pk])


def session_of_ana(cast: Cast) -> Place:
    session = UserSession.objects.create(
        user=cast.person("ana"), ip="127.0.0.1", session_key="elsewhere", user_agent="Firefox"
    )
    return Place([session.pk])


def channel(cast: Cast) -> Place:
    address = "https://chat.example.com/hook"
    made = add_channel(
        of=cast.clover, service="slack", address=address, news=["question"], by=cast.marta, at=NOW
    )
    return Place([made.pk])


def moved(cast: Cast) -> Place:
    """Bruno is to go to Juniper, on a day to come."""
    move = move_student(
        enrolment=cast.enrolment("bruno"),
        group=cast.juniper,
        on=cast.cohort.starts_on + timedelta(weeks=3),
        reason="",
        by=cast.ines,
        at=NOW,
    )
    return Place([move.pk])


def plan_changed(cast: Cast) -> Place:
    item = cast.clover.plan_items.latest("due_on")
    days = {str(item.milestone_id): ["2026-09-14", str(item.due_on)]}
    return Place([PlanChange.objects.create(group=cast.clover, made_by=cast.marta, days=days).pk])


def nowhere(cast: Cast) -> Place:
    return Place()


def need(cast: Cast) -> Place:
    return Place([MaterialNeed.objects.get().pk])


def change(cast: Cast) -> Place:
    return Place([MaterialChange.objects.get().pk])


PLACES: dict[str, Callable[[Cast], Place]] = {
    "healthz": nowhere,
    "readyz": nowhere,
    "people:account": nowhere,
    "people:address": nowhere,
    "people:password-set": nowhere,
    "people:address-change-undo": address_changed,
    "people:download": lambda cast: Place(
        fields={"file": reverse("sheets:export-workbook", args=[cast.clover.pk])}
    ),
    "people:own-data": nowhere,
    "telling:calendar-feed": nowhere,
    "telling:calendar-feed-remove": nowhere,
    "telling:calendar-ics": lambda cast: Place([renew_feed(person=cast.person("ana"), at=NOW)]),
    "telling:mail-choices": nowhere,
    "telling:message-again": lambda cast: Place([1]),
    "telling:message-remove": lambda cast: Place([1]),
    "telling:outbox": nowhere,
    "telling:mail-stop": lambda cast: Place([stop_url(cast.person("ana"), "answer").split("/")[-2]]),
    "people:session-end": session_of_ana,
    "people:sessions-end-others": nowhere,
    "mfa_index": nowhere,
    "mfa_activate_totp": nowhere,
    "mfa_authenticate": nowhere,
    "mfa_deactivate_totp": nowhere,
    "mfa_generate_recovery_codes": nowhere,
    "mfa_reauthenticate": nowhere,
    "mfa_view_recovery_codes": nowhere,
    "people:demo-sign-in": nowhere,
    "people:first-operator": lambda cast: Place(["0123456789"]),
    "people:sign-in-link": link_of_olga,
    "people:provider-remove": provider_of_ana,
    **dict.fromkeys(["openid_connect_login", "openid_connect_callback"], lambda cast: Place(["acme"])),
    **dict.fromkeys(["github_login", "github_callback"], nowhere),
    "tracker:invitation-accept": lambda cast: Place([link_of(Invitation.objects.get())]),
    "groups:course-list": nowhere,
    "groups:course-new": nowhere,
    **dict.fromkeys(
        [
            "groups:cohort-list",
            "tracker:cohort-new",
            "groups:course-admin-add",
            "groups:deed-list",
            "tracker:course-detail",
            "groups:course-archive",
            "groups:course-links",
            "groups:section-new",
            "groups:course-restore",
            "groups:course-edit",
            "groups:course-thresholds",
            "telling:course-channels",
            "groups:milestone-new",
            "trends:topic-list",
            "trends:topic-new",
            "trends:trends",
            "trends:trends-csv",
            "trends:trends-effects",
        ],
        course,
    ),
    "groups:course-admin-remove": lambda cast: Place([cast.course.slug, cast.ines.pk]),
    **dict.fromkeys(
        [
            "groups:cohort-calendar",
            "groups:cohort-archive",
            "groups:cohort-restore",
            "tracker:cohort-close",
            "tracker:cohort-open-again",
            "groups:cohort-edit",
            "tracker:cohort-groups",
            "groups:cohort-people",
            "tracker:enrol",
            "groups:invite-several",
            "tracker:people-bulk",
            "tracker:moves-undo",
            "tracker:move-list",
            "groups:start-move",
            "groups:start-undo",
            "groups:group-new",
            "tracker:proposal",
            "tracker:proposal-delete",
            "tracker:proposal-form",
            "tracker:proposal-move",
            "tracker:proposal-publish",
            "tracker:proposal-publish-undo",
            "groups:willing-mentor-list",
            "groups:wish-list",
            "groups:pause-add",
            "tracker:board",
            "tracker:everybody",
            "tracker:request-list",
            "tracker:check-in-remind",
        ],
        cohort,
    ),
    **dict.fromkeys(
        [
            "groups:group-delete",
            "groups:group-edit",
            "groups:group-meeting",
            "groups:find-a-time",
            "groups:times-remind",
            "telling:group-channels",
            "tracker:group-set-up",
            "tracker:mentor-assign",
            "tracker:mentor-invite",
            "groups:plan-edit",
            "tracker:group-dates",
            "groups:plan-history",
            "groups:plan-reset",
            "groups:plan-shift",
            "tracker:students-add",
            "tracker:check-in-list",
            "tracker:check-in-now",
            "tracker:group-detail",
            "tracker:group-invite-again",
            "tracker:group-live",
            "questions:question-new",
            "questions:question-similar",
            "tracker:review-request",
            "tracker:week",
            "tracker:week-live",
        ],
        group,
    ),
    **dict.fromkeys(
        [
            "tracker:enrolment-detail",
            "tracker:enrolment-end",
            "tracker:enrolment-leave",
            "tracker:enrolment-move",
            "groups:mentor-note",
            "groups:would-mentor",
            "groups:would-not-mentor",
            "tracker:enrolment-return",
            "tracker:enrolment-swap",
        ],
        student,
    ),
    **dict.fromkeys(
        ["tracker:proposed-group-edit", "tracker:proposed-group-lock", "tracker:proposed-group-unlock"],
        lambda cast: Place([ProposedGroup.objects.get().pk]),
    ),
    "groups:wish-remove": lambda cast: Place([Wish.objects.get().pk]),
    "groups:willing-mentor-remove": lambda cast: Place([WillingMentor.objects.get().pk]),
    **dict.fromkeys(
        ["groups:invitation-detail", "groups:invitation-revoke", "groups:invitation-send"], invited
    ),
    "groups:person-correct": invited,
    **dict.fromkeys(
        ["groups:section-delete", "groups:section-edit"],
        lambda cast: Place([cast.course.sections.get().pk]),
    ),
    **dict.fromkeys(
        [
            "groups:material-add",
            "groups:milestone-delete",
            "groups:milestone-detail",
            "groups:milestone-edit",
            "questions:milestone-questions",
        ],
        milestone,
    ),
    **dict.fromkeys(
        [
            "groups:material-restore",
            "groups:material-delete",
            "groups:material-edit",
            "groups:material-archive",
        ],
        material,
    ),
    "tracker:move-undo": moved,
    "groups:plan-change-undo": plan_changed,
    "groups:meeting-set": lambda cast: Place([cast.clover.pk], {"slots": "2-18"}),
    "groups:meeting-undo": lambda cast: Place([cast.clover.pk], {"version": 1}),
    "groups:mentor-away-add": lambda cast: Place([cast.clover.mentorships.get().pk]),
    "tracker:mentorship-days": lambda cast: Place([cast.clover.mentorships.get().pk]),
    "tracker:mentorship-end": lambda cast: Place([cast.clover.mentorships.get().pk]),
    "groups:pause-remove": lambda cast: Place([Pause.objects.get().pk]),
    **dict.fromkeys(
        [
            "telling:channel-edit",
            "telling:channel-remove",
            "telling:channel-try",
        ],
        channel,
    ),
    "tracker:home": nowhere,
    "tracker:my-groups": nowhere,
    "tracker:my-groups-live": nowhere,
    "trends:my-trends": nowhere,
    "trends:search": nowhere,
    "trends:asked": course,
    "trends:question-list": course,
    "tracker:my-week": nowhere,
    "groups:mentor-away": nowhere,
    "groups:concern-list": nowhere,
    "groups:concern-numbered": lambda cast: Place([1]),
    "tracker:privacy": nowhere,
    "groups:concern-new": lambda cast: Place(
        [cast.enrolment("ana").pk],
        {"wish": "mentor", "body": "We do not get on.", "readers": str(cast.ines.pk)},
    ),
    "groups:concern-detail": lambda cast: Place([Concern.objects.get().key]),
    "groups:concern-answer": lambda cast: Place([Concern.objects.get().key], {"body": "Let us talk."}),
    "questions:question-list": nowhere,
    "tracker:review-list": nowhere,
    "groups:mentor-away-remove": lambda cast: Place([MentorAway.objects.get().pk]),
    **dict.fromkeys(
        [
            "tracker:student-away",
            "tracker:help-answer",
            "tracker:snooze",
            "tracker:progress-unwaive",
            "tracker:progress-waive",
            "tracker:student-detail",
            "tracker:student-remind",
            "tracker:as-student",
            "tracker:enrolment-days",
        ],
        student,
    ),
    **dict.fromkeys(
        ["tracker:student-away-end", "tracker:student-away-remove"],
        lambda cast: Place([cast.ana.enrolment_id, Absence.objects.get().pk]),
    ),
    "tracker:student-away-undo": said_away,
    "tracker:snooze-end": put_aside,
    "questions:answer-edit": answer,
    "questions:answer-remove": answer,
    "questions:answer-restore": restored,
    "questions:ask-remove": lambda cast: Place([Ask.objects.get(question__asked_by=cast.person("ana")).pk]),
    **dict.fromkeys(
        [
            "tracker:check-in-detail",
            "tracker:check-in-draft",
            "tracker:check-in-draft-delete",
            "tracker:check-in-undo",
            "tracker:check-in-log",
            "tracker:check-in-similar",
            "tracker:meeting-line",
            "tracker:request-answer",
            "tracker:request-hand-back",
            "tracker:request-open",
            "tracker:request-settle",
            "tracker:request-take",
        ],
        week,
    ),
    "questions:picture": picture,
    "questions:picture-add": nowhere,
    "questions:question-not-same": not_same,
    "tracker:material-opinion": lambda cast: Place(
        [cast.clover.pk, Material.objects.get().pk], {"opinion": ""}
    ),
    "tracker:material-tick": lambda cast: Place([cast.clover.pk, Material.objects.get().pk]),
    "tracker:meeting-note": lambda cast: Place([cast.clover.pk, WEEK], {"going": "stuck"}),
    "tracker:meeting-item-add": lambda cast: Place([cast.clover.pk, WEEK], {"text": "The due date"}),
    "tracker:meeting-item-close": lambda cast: Place(
        [MeetingItem.objects.get(enrolment=cast.enrolment("ana")).pk], {"state": "done"}
    ),
    "tracker:progress-hours": lambda cast: Place([cast.clover.pk, cast.milestones[0].pk], {"hours": "2"}),
    "tracker:progress-mark": lambda cast: Place(
        [cast.clover.pk],
        {"mark": f"{cast.ana.enrolment_id}-{cast.milestones[1].pk}-done"},
    ),
    "tracker:progress-undo": progress_undo,
    **dict.fromkeys(
        [
            "questions:question-again",
            "questions:question-answers-it",
            "questions:question-answer",
            "questions:question-close",
            "questions:question-detail",
            "questions:question-duplicate",
            "questions:question-duplicate-undo",
            "questions:question-edit",
            "questions:question-follow-up",
            "questions:question-publish",
            "questions:question-reopen",
            "questions:question-settle",
            "questions:question-remove",
            "questions:question-publish-undo",
        ],
        question,
    ),
    **dict.fromkeys(
        [
            "tracker:review-approve",
            "tracker:review-ask-for-changes",
            "tracker:review-detail",
            "tracker:review-undo",
        ],
        review,
    ),
    **dict.fromkeys(
        [
            "tracker:review-hand-in",
            "tracker:review-withdraw",
        ],
        lambda cast: Place([CodeReview.objects.get(author=cast.enrolment("ana")).pk]),
    ),
    **dict.fromkeys(["trends:change-list", "trends:change-new", "trends:need-list"], course),
    "trends:need-new": lambda cast: Place([cast.course.slug], {"question": question(cast).args[0]}),
    **dict.fromkeys(
        [
            "trends:need-detail",
            "trends:need-meet",
            "trends:need-own",
            "trends:need-reopen",
            "trends:need-refuse",
            "trends:need-remove",
        ],
        need,
    ),
    "trends:need-note-remove": lambda cast: Place([NeedNote.objects.get().pk]),
    **dict.fromkeys(
        [
            "trends:change-detail",
            "trends:change-edit",
            "trends:change-remove",
            "trends:change-tell",
        ],
        change,
    ),
    "trends:did-it-help": nowhere,
    "groups:help": nowhere,
    "groups:help-page": lambda cast: Place(["mentors"]),
    "tracker:step-close": lambda cast: Place([AgreedStep.objects.get().pk], {"state": "done"}),
    **dict.fromkeys(
        [
            "trends:topic-detail",
            "trends:topic-question-add",
            "trends:topic-question-remove",
            "trends:topic-question-add-undo",
            "trends:topic-question-remove-undo",
            "trends:topic-pin",
            "trends:topic-rename",
            "trends:topic-unpin",
        ],
        topic,
    ),
    **dict.fromkeys(
        ["trends:pair-yes", "trends:pair-no", "trends:pair-yes-undo", "trends:pair-no-undo"], pair
    ),
    "trends:topic-undo": lambda cast: Place([cast.course.slug, *topic(cast).args]),
    "trends:topic-merge": lambda cast: Place(topic(cast).args, {"chosen": topic(cast).args[0]}),
    "trends:trends-panel": lambda cast: Place([cast.course.slug, "weeks"]),
    "sheets:export": cohort,
    "sheets:export-csv": lambda cast: Place([cast.cohort.pk, "progress"]),
    "sheets:export-workbook": group,
    "sheets:export-workbooks": cohort,
    "sheets:export-work": cohort,
    "sheets:sheet-address-remove": lambda cast: Place([cast.cohort.pk, 1]),
    "sheets:sheet-csv": lambda cast: Place(
        [renew_address(cohort=cast.cohort, kind="progress", by=cast.ines, at=timezone.now())]
    ),
    "sheets:import-list": cohort,
    "sheets:import-give": lambda cast: Place([cast.cohort.pk, "roster"]),
    "sheets:course-import-list": course,
    "sheets:course-import-give": lambda cast: Place([cast.course.slug, "outline"]),
    **dict.fromkeys(
        [
            "sheets:import-tabs",
            "sheets:import-confirm",
            "sheets:import-days",
            "sheets:import-detail",
            "sheets:import-delete",
            "sheets:import-read",
        ],
        previewed_import,
    ),
    "sheets:import-undo": imported,
    "sheets:import-work": import_worked_on,
    "sheets:import-cancel": import_worked_on,
}
