from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.models import Cohort, Milestone
from groups.access import refuse_if_closed, say_if_archived
from groups.models import Absence, Enrolment, Membership, Mentorship
from groups.relations import RecordedStay, RelationKind, Relations, recorded_stays, relations_of
from lib.weeks import Week, holds
from people.access import refuse
from people.models import User
from questions.access.sight import sight_of
from questions.models import Ask
from tracker.access.meeting_notes import studied_with
from tracker.access.reviews import is_review_to_read
from tracker.access.written_about import check_ins_about
from tracker.models import AttentionPutAside, CheckIn, CodeReview

# Of students with a name, how many are read at most to find those whose page may be opened.
_MOST_READ = 100


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a student in a group that a current or former mentor of the group may read."""

    group_id: int
    starts_on: date
    ends_before: date | None

    def holds(self, on: date) -> bool:
        return holds(on, self.starts_on, self.ends_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentAccess:
    """A student's enrolment, and what this person may do with it.

    `may_lead`: the person mentors the student's current group, or administers the course. `windows` are the days that
    the person may read as a current or former mentor. `mentors_today` are the groups the person mentors today, of those
    that the student is or was in. `may_see_as`: the week, as the student sees it. Of `check_ins_about_reader` the
    person reads what every student does.
    """

    reader: User
    enrolment: Enrolment
    today: date
    stays: tuple[Membership, ...]
    is_self: bool
    is_course_admin: bool
    may_lead: bool
    windows: tuple[Window, ...]
    relations: Relations
    mentors_today: frozenset[int] = frozenset()
    may_see_as: bool = False
    check_ins_about_reader: frozenset[int] = frozenset()
    recorded_stays: Sequence[RecordedStay] = ()

    @property
    def stay(self) -> Membership | None:
        return next((stay for stay in self.stays if stay.is_open(self.today)), None)

    @property
    def reads_all(self) -> bool:
        return self.may_lead or self.is_self

    @property
    def may_change(self) -> bool:
        """Whether they lead the student in a cohort that is open."""
        return self.may_lead and not self.enrolment.cohort.is_closed(self.today)

    @property
    def sees_attention(self) -> bool:
        """Attention is for mentors and course admins: not for the student, nor for who studies in their group."""
        return not self.is_self and (
            self.stay is None or self.stay.group_id not in self.relations.study_groups
        )

    def may_read(self, on: date) -> bool:
        return self.reads_all or any(window.holds(on) for window in self.windows)

    def may_read_entry(self, check_in: CheckIn) -> bool:
        """Whether this person may read what mentors wrote of the student in this check-in."""
        return not self.is_self and check_in.pk not in self.check_ins_about_reader

    def may_read_words(self, group_id: int, on: date, week: Week, said_at: datetime) -> bool:
        """Whether this person may read what the student told their mentors: not who studied in the group that week."""
        return self.is_self or (
            self.may_read(on) and not studied_with(self.recorded_stays, group_id, week, said_at)
        )

    def may_read_reason(self, absence: Absence) -> bool:
        """Whether this person may read why the student is or was away, as other words to their mentors."""
        if self.is_self:
            return True
        told_on = self.enrolment.cohort.today(absence.accepted_at)
        # What was told after somebody mentored the student is not for them, also of days before.
        if not all(self.may_read(on) for on in (absence.starts_on, max(absence.starts_on, told_on))):
            return False
        week, weeks = Week.of(absence.starts_on), []
        while week.starts_on <= absence.ends_on:
            weeks.append(week)
            week = week.next()
        return all(
            self.may_read_words(stay.group_id, absence.starts_on, week, told_at)
            for told_at in self._told_at(absence)
            for stay in self.stays
            for week in [*weeks, Week.of(self.enrolment.cohort.today(told_at))]
        )

    def _told_at(self, absence: Absence) -> list[datetime]:
        """When its words were told: those of days that were joined, one by one."""
        if not self.recorded_stays:
            return [absence.accepted_at]
        earlier = Absence.history.filter(enrolment=self.enrolment, accepted_at__lt=absence.accepted_at)
        words = earlier.exclude(reason="").values_list("accepted_at", "reason")
        return [absence.accepted_at, *{at for at, reason in words if reason in absence.reason}]

    def may_read_private(self, check_in: CheckIn, on: date) -> bool:
        """Whether this person may read its private note: course admins may, and the group's mentors of then or now."""
        return self.may_read_entry(check_in) and (
            self.is_course_admin
            or any(window.group_id == check_in.group_id and window.holds(on) for window in self.windows)
        )

    def may_read_shared(self, check_in: CheckIn, on: date) -> bool:
        """Whether this person may open the check-in itself, as a mentor or as one who was there on that day."""
        return self.may_read_private(check_in, on) or (
            self.is_self
            and any(stay.group_id == check_in.group_id and not stay.has_ended(on) for stay in self.stays)
        )

    def asks(self) -> QuerySet[Any]:
        """All asks of the student, with their questions."""
        is_led = sight_of(self.reader, self.relations).is_ask_led
        asks = Ask.objects.filter(enrolment=self.enrolment).annotate(is_led=is_led)
        return asks.select_related("question__milestone", "question__cohort")

    def may_read_ask(self, ask: Any) -> bool:
        """Whether this person may know that the student made this ask, which is one of `asks`.

        The student, course admins and today's mentors of the ask's group may, and who led the student while it was
        open; of a question that the student asked first, everyone who may read it, unless the name is hidden.
        """
        if self.is_self or self.is_course_admin or ask.group_id in self.mentors_today or ask.is_led:
            return True
        question = ask.question
        return (
            question.asked_by_id == self.enrolment.person_id
            and not question.is_asker_hidden
            and sight_of(self.reader, self.relations).covers(question)
        )

    def reviews(self) -> QuerySet[Any]:
        """The code reviews that the student asked for or was asked for, and whether this person `may_open` each."""
        own = CodeReview.objects.filter(Q(author=self.enrolment) | Q(reviewer=self.enrolment))
        return own.with_names().annotate(may_open=is_review_to_read(self.reader, self.relations.now))


def student_to_read(user: User, enrolment_id: int, now: datetime) -> StudentAccess:
    """Return the student if it is the user, or the user is a course admin or mentors or mentored one of their groups.

    403 to other insiders of the course, 404 to strangers.
    """
    enrolment = Enrolment.objects.select_related("cohort__course", "person").filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404
    relations = relations_of(user, now)
    access = _access(user, enrolment, relations, enrolment.cohort.today(now))
    if not (access.reads_all or access.windows):
        is_insider = relations.is_insider(enrolment.cohort.course_id)
        refuse(user, f"read the history of enrolment {enrolment_id}", is_insider=is_insider)
    say_if_archived(user, enrolment.cohort, now)
    return access


def students_named(user: User, text: str, now: datetime, most: int) -> list[Enrolment]:
    """Return students of current cohorts with this name whose page the user may open, as `student_to_read` decides.

    Those who study today come first, each with their stays in groups.
    """
    relations = relations_of(user, now)
    administered = Q(cohort__course__in={row.course_id for row in relations.open(RelationKind.ADMINISTERS)})
    groups = {row.group_id for row in relations if row.kind is RelationKind.MENTORS and row.has_begun(now)}
    mentored = Q(pk__in=Membership.objects.filter(group__in=groups).values("enrolment"))
    stays = Membership.objects.select_related("group").order_by("started_on", "pk")
    rows = (
        Enrolment.objects.filter(administered | mentored | Q(person=user))
        .filter(cohort__in=Cohort.objects.current(), person__in=User.objects.with_names(text))
        .select_related("person", "cohort")
        .prefetch_related(Prefetch("memberships", stays))
        .order_by(F("ended_on").desc(nulls_first=True), "person__name_key", "pk")
    )
    # A former mentor may not open later members: a few more are read than are shown.
    return [
        row
        for row in rows[: _MOST_READ + most]
        if row.person_id == user.pk
        or relations.administers(row.cohort.course_id)
        or any(_windows(stay, relations) for stay in row.memberships.all())
    ][:most]


def student_to_lead(user: User, enrolment_id: int, now: datetime) -> StudentAccess:
    """Return the student if the user mentors them today or is a course admin; 403 to others who may read."""
    access = student_to_read(user, enrolment_id, now)
    if not access.may_lead:
        refuse(user, f"lead enrolment {enrolment_id}", is_insider=True)
    return access


def student_to_change(user: User, enrolment_id: int, now: datetime) -> StudentAccess:
    """Return what `student_to_lead` does; 403 in a closed cohort."""
    access = student_to_lead(user, enrolment_id, now)
    refuse_if_closed(user, access.enrolment.cohort, now)
    return access


def student_to_see_as(user: User, enrolment_id: int, now: datetime) -> tuple[StudentAccess, Membership, str]:
    """Return the student, their stay of today, and the role in which the user may see their week as they see it.

    For the current mentors of the student's group and course admins, but nobody who studies or studied in that group.
    Others who may read of the student get 403, and so do the students themselves; 404 while they are in no group.
    """
    access = student_to_lead(user, enrolment_id, now)
    stay = access.stay
    if stay is None:
        raise Http404
    if not access.may_see_as:
        refuse(user, f"see as the student of enrolment {enrolment_id}", is_insider=True)
    mentors = relations_of(user, now).mentors(stay.group_id)
    return access, stay, Mentorship.Role(mentors.role).label if mentors else "course admin"


def student_to_snooze(user: User, enrolment_id: int, now: datetime) -> StudentAccess:
    """Return the student if the user leads them and sees their attention; 403 to others who may read, and if closed."""
    access = student_to_change(user, enrolment_id, now)
    if not access.sees_attention:
        refuse(user, f"snooze enrolment {enrolment_id}", is_insider=True)
    return access


def snooze_to_end(
    user: User, enrolment_id: int, snooze_id: int, now: datetime
) -> tuple[StudentAccess, AttentionPutAside]:
    """Return the snooze of such a student; 404 if it belongs to another student."""
    access = student_to_snooze(user, enrolment_id, now)
    return access, get_object_or_404(AttentionPutAside, pk=snooze_id, enrolment=access.enrolment)


def student_to_let_away(user: User, enrolment_id: int, now: datetime) -> StudentAccess:
    """Return the student if it is the user, in a group today, or the user leads them; 403 to others, and if closed."""
    access = student_to_read(user, enrolment_id, now)
    if not access.may_lead and (access.stay is None or not access.is_self):
        refuse(user, f"say that enrolment {enrolment_id} is away", is_insider=True)
    refuse_if_closed(user, access.enrolment.cohort, now)
    return access


def absence_to_end(
    user: User, enrolment_id: int, absence_id: int, now: datetime
) -> tuple[StudentAccess, Absence]:
    """Return days away of such a student; 404 if they are another student's."""
    access = student_to_let_away(user, enrolment_id, now)
    return access, get_object_or_404(Absence, pk=absence_id, enrolment=access.enrolment)


def absence_to_remove(
    user: User, enrolment_id: int, absence_id: int, now: datetime
) -> tuple[StudentAccess, Absence]:
    """Return days away of a student that the user leads; 404 if they are another student's."""
    access = student_to_change(user, enrolment_id, now)
    return access, get_object_or_404(Absence, pk=absence_id, enrolment=access.enrolment)


def absence_change_to_undo(
    user: User, enrolment_id: int, change_id: int, now: datetime
) -> tuple[StudentAccess, Any]:
    """Return what was said of the days away of such a student, as the history has it.

    403 to students if somebody else said it.
    """
    access = student_to_let_away(user, enrolment_id, now)
    change = get_object_or_404(Absence.history, history_id=change_id, enrolment=access.enrolment)
    if change.history_user_id != user.pk and not access.may_lead:
        refuse(user, f"undo change {change_id} of days away", is_insider=True)
    return access, change


def milestone_to_waive(access: StudentAccess, milestone_id: int) -> Milestone:
    return get_object_or_404(Milestone, pk=milestone_id, course=access.enrolment.cohort.course_id)


def _access(user: User, enrolment: Enrolment, relations: Relations, today: date) -> StudentAccess:
    stays = tuple(enrolment.memberships.select_related("group").order_by("started_on", "pk"))
    current = next((stay for stay in stays if stay.is_open(today)), None)
    mentored = frozenset(stay.group_id for stay in stays if relations.mentors(stay.group_id) is not None)
    is_self, is_course_admin = (
        enrolment.person_id == user.pk,
        relations.administers(enrolment.cohort.course_id),
    )
    may_lead = is_course_admin or (current is not None and current.group_id in mentored)
    # Members of one group do not see each other's week as its student does.
    is_of_group = current is not None and relations.has_studied_in(current.group_id)
    return StudentAccess(
        reader=user,
        enrolment=enrolment,
        today=today,
        stays=stays,
        is_self=is_self,
        is_course_admin=is_course_admin,
        may_lead=may_lead,
        may_see_as=may_lead and current is not None and not is_self and not is_of_group,
        windows=tuple(window for stay in stays for window in _windows(stay, relations)),
        relations=relations,
        mentors_today=mentored,
        check_ins_about_reader=frozenset() if is_self else check_ins_about(user, relations.now),
        recorded_stays=() if is_self else recorded_stays(user, relations.now),
    )


def _windows(stay: Membership, relations: Relations) -> list[Window]:
    """The whole stay if the user mentors its group now; else the days of it within an earlier mentorship."""
    if relations.mentors(stay.group_id) is not None:
        return [Window(stay.group_id, stay.started_on, stay.ended_on)]
    windows = []
    for row in relations.mentored(stay.group_id):
        starts_on = max(stay.started_on, row.started_on or stay.started_on)
        ends_before = min((on for on in (stay.ended_on, row.ended_on) if on is not None), default=None)
        if ends_before is None or starts_on < ends_before:
            windows.append(Window(stay.group_id, starts_on, ends_before))
    return windows
