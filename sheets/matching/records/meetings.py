"""Check-ins, agreed steps and code reviews of our own workbook. Existing ones stay as they are."""

from collections import defaultdict
from datetime import date, datetime

from sheets.matching.enrolments import EnrolmentRef
from sheets.matching.ledger import Ledger, RowRefused, key_of, shown_day
from sheets.matching.plan import Verdict
from sheets.matching.sheet_changes import NewCheckIn, NewEntry, NewReview, NewStep
from sheets.understanding.records import CheckInRecord, ReviewRecord, StepRecord
from sheets.understanding.roster import group_key
from tracker.models import AgreedStep, CheckIn, CodeReview

# (key of the group, id of the enrolment, key of the text, when it was agreed)
type _StepKey = tuple[str, int | None, str, datetime | None]


class CheckInMatcher:
    """Costs one query for the whole cohort."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        names = ("group__name", "week_starts_on", "outcome", "held_on", "minutes", "summary", "request")
        rows = CheckIn.objects.filter(group__cohort=ledger.now.cohort).values_list(*names)
        self._existing = {(group_key(group), week): tuple(values) for group, week, *values in rows}
        self._planned: set[tuple[str, date]] = set()

    def match(self, lines: list[tuple[int, CheckInRecord]], group: str) -> None:
        """Plan check-ins, each of which has several rows; `group` is the workbook's, "" if unknown."""
        of: dict[tuple[str, date], list[tuple[int, CheckInRecord]]] = defaultdict(list)
        for n, line in lines:
            try:
                name = self._ledger.group(line.group, group)
                if not name:
                    raise RowRefused("No group is given.")
            except RowRefused as refusal:
                self._ledger.refuse(n, line, f"Check-in of the week of {shown_day(line.week)}", refusal)
                continue
            of[name, line.week].append((n, line))
        for (name, week), rows in of.items():
            self._match(name, week, rows)

    def _match(self, group: str, week: date, lines: list[tuple[int, CheckInRecord]]) -> None:
        ledger, (_, first) = self._ledger, lines[0]
        what = f"Check-in of {group}, week of {shown_day(week)}"
        key = (group_key(group), week)
        if key in self._planned:
            ledger.plan.add(Verdict.UNCHANGED, what, first.location, "also in another file")
            return
        if key in self._existing:
            values = (first.outcome, first.held_on, first.minutes, first.summary, first.request)
            same = [_plain(value) for value in values] == [_plain(value) for value in self._existing[key]]
            reason = "" if same else "different in Trefoil; Trefoil's version is kept"
            ledger.plan.add(Verdict.UNCHANGED, what, first.location, reason)
            return
        self._planned.add(key)
        entries = self._entries(lines, what)
        ledger.plan.changes.check_ins.append(
            NewCheckIn(
                group=group,
                week=week,
                outcome=first.outcome,
                held_on=first.held_on,
                minutes=first.minutes,
                summary=first.summary,
                request=first.request,
                private_note=first.private_note,
                logged_by=ledger.email_of(first.logged_by),
                logged_as=first.logged_as,
                logged_at=ledger.moment(first.logged_at),
                entries=tuple(entries),
            )
        )
        labels = [first.outcome.replace("_", " "), f"of {len(entries)} students" if entries else ""]
        ledger.plan.add(Verdict.NEW, what, first.location, ", ".join(filter(None, labels)))

    def _entries(self, lines: list[tuple[int, CheckInRecord]], what: str) -> list[NewEntry]:
        entries: dict[EnrolmentRef, NewEntry] = {}
        for n, line in lines:
            if line.person is None:
                continue
            try:
                ref = self._ledger.student(line.person, line.location, line.held_on or line.week)
                if ref in entries:
                    raise RowRefused("This student is listed twice in this check-in.")
            except RowRefused as refusal:
                self._ledger.refuse(n, line, f"{line.person}: {what}", refusal)
                continue
            entries[ref] = NewEntry(ref, line.attendance, line.pace, line.blocker, line.note)
        return list(entries.values())


def _plain(value: object) -> object:
    """A value for comparison, without differences in line endings and outer spaces."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class StepMatcher:
    """Costs one query for the whole cohort. Closes steps that are open in Trefoil and closed in the file."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        names = ("pk", "group__name", "enrolment", "text", "agreed_at", "state")
        rows = AgreedStep.objects.filter(group__cohort=ledger.now.cohort).values_list(*names)
        self._existing: dict[_StepKey, tuple[int, str]] = {
            (group_key(group), enrolment, key_of(text), _second(agreed_at)): (pk, state)
            for pk, group, enrolment, text, agreed_at, state in rows
        }
        self._planned: set[tuple[str, EnrolmentRef | None, str, datetime | None]] = set()

    def match(self, n: int, line: StepRecord, group: str) -> None:
        ledger = self._ledger
        agreed_at, closed_at = ledger.moment(line.agreed_at), ledger.moment(line.closed_at)
        try:
            day = ledger.day(agreed_at)
            ref = ledger.student(line.person, line.location, day) if line.person else None
        except RowRefused as refusal:
            ledger.refuse(n, line, line.step, refusal)
            return
        who = line.person.name or line.person.email if line.person else "the whole group"
        key = (group_key(group), ref.id if ref else None, key_of(line.step), agreed_at)
        known = self._existing.get(key) if ref is None or ref.id is not None else None
        planned = (group_key(group), ref, key_of(line.step), agreed_at)
        if known is None and planned not in self._planned:
            self._planned.add(planned)
            ledger.plan.changes.steps.append(
                NewStep(
                    group=group,
                    enrolment=ref,
                    text=line.step,
                    due_on=line.due_on,
                    state=line.state,
                    agreed_at=agreed_at,
                    agreed_by=ledger.email_of(line.agreed_by),
                    closed_at=closed_at,
                    closed_by=ledger.email_of(line.closed_by),
                    week=line.week,
                )
            )
            ledger.plan.add(Verdict.NEW, line.step, line.location, f"{who}, {line.state}")
            return
        verdict = Verdict.UNCHANGED
        if known is not None and known[1] == "open" and line.state != "open":
            verdict = Verdict.CHANGED
            closed = (known[0], line.state, closed_at, ledger.email_of(line.closed_by))
            ledger.plan.changes.closed_steps.append(closed)
        ledger.plan.add(
            verdict, line.step, line.location, who if verdict is Verdict.UNCHANGED else line.state
        )


class ReviewMatcher:
    """Costs one query for the whole cohort."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        names = ("author", "reviewer", "milestone", "url")
        self._existing = set(CodeReview.objects.filter(group__cohort=ledger.now.cohort).values_list(*names))
        self._planned: set[tuple[EnrolmentRef, EnrolmentRef, int, str]] = set()

    def match(self, n: int, line: ReviewRecord, group: str) -> None:
        ledger = self._ledger
        requested_at = ledger.moment(line.requested_at)
        what = f"Review of {line.author.name or line.author.email} by {line.reviewer.name or line.reviewer.email}"
        try:
            day = ledger.day(requested_at)
            author = ledger.student(line.author, line.location, day)
            reviewer = ledger.student(line.reviewer, line.location, day)
            if author == reviewer:
                raise RowRefused("Author and reviewer are the same person.")
            milestone = ledger.milestone(line.milestone, line.location)
        except RowRefused as refusal:
            ledger.refuse(n, line, what, refusal)
            return
        key = (author, reviewer, milestone.pk, line.url)
        is_there = (author.id, reviewer.id, milestone.pk, line.url) in self._existing
        if is_there or key in self._planned:
            ledger.plan.add(Verdict.UNCHANGED, what, line.location, str(milestone))
            return
        self._planned.add(key)
        ledger.plan.changes.reviews.append(
            NewReview(
                group=group,
                author=author,
                reviewer=reviewer,
                milestone_id=milestone.pk,
                url=line.url,
                state=line.state,
                note=line.note,
                requested_at=requested_at,
                changed_at=ledger.moment(line.changed_at),
            )
        )
        ledger.plan.add(Verdict.NEW, what, line.location, f"{milestone}, {line.state.replace('_', ' ')}")


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
