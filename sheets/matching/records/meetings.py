"""Check-ins, agreed steps and code reviews of our own workbook. Existing ones stay as they are."""

from collections import defaultdict
from datetime import date, datetime

from groups.models import Group
from lib.mentions import Mention
from sheets.matching.cohort_snapshot import ref_of
from sheets.matching.ledger import DuplicateRow, Ledger, RowRefused, key_of, shown_day
from sheets.matching.plan import Verdict
from sheets.understanding.records import CheckInRecord, ReviewRecord, StepRecord
from sheets.understanding.roster import group_key
from tracker.models import AgreedStep, CheckIn, CheckInEntry, CodeReview

# (key of the group, reference of the enrolment, key of the text, when it was agreed)
type _StepKey = tuple[str, int | None, str, datetime]

_COMPARED = ("outcome", "held_on", "minutes", "summary", "request")


class CheckInMatcher:
    """Costs one query for the whole cohort."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        rows = CheckIn.objects.filter(group__cohort=ledger.cohort).select_related("group")
        # Existing check-ins and those that the files add, by key of the group and week.
        self._check_ins = {(group_key(row.group.name), row.week_starts_on): row for row in rows}

    def find(self, group: Group, week: date) -> CheckIn | None:
        return self._check_ins.get((group_key(group.name), week))

    def match(self, rows: list[tuple[int, CheckInRecord]], group: Group | None) -> None:
        """Plan check-ins, each of which has several rows; `group` is the workbook's, None if unknown."""
        of: dict[tuple[str, date], list[tuple[int, CheckInRecord]]] = defaultdict(list)
        for n, row in rows:
            week = row.check_in.week_starts_on
            try:
                named = self._ledger.group(row.group, group)
                if named is None:
                    raise RowRefused("No group is given.")
            except RowRefused as refusal:
                what = f"Check-in of the week of {shown_day(week)}"
                self._ledger.refuse(n, row.row, row.location, what, refusal)
                continue
            row.check_in.group = named
            of[group_key(named.name), week].append((n, row))
        for key, rows_of_one in of.items():
            self._match(key, rows_of_one)

    def _match(self, key: tuple[str, date], rows: list[tuple[int, CheckInRecord]]) -> None:
        ledger, (_, first) = self._ledger, rows[0]
        check_in = first.check_in
        what = f"Check-in of {check_in.group}, week of {shown_day(check_in.week_starts_on)}"
        known = self._check_ins.get(key)
        if known is not None:
            reason = "" if known.pk else "also in another file"
            if known.pk and any(_plain(known, name) != _plain(check_in, name) for name in _COMPARED):
                reason = "different in Trefoil; Trefoil's version is kept"
            ledger.plan.add(Verdict.UNCHANGED, what, first.location, reason)
            return
        check_in.logged_by = ledger.who(first.logged_by) or ledger.by
        self._check_ins[key] = check_in
        entries = self._entries(check_in, rows, what)
        ledger.changes.check_ins.append(check_in)
        ledger.changes.entries += entries
        labels = [check_in.outcome.replace("_", " "), f"of {len(entries)} students" if entries else ""]
        ledger.plan.add(Verdict.NEW, what, first.location, ", ".join(filter(None, labels)))

    def _entries(
        self, check_in: CheckIn, rows: list[tuple[int, CheckInRecord]], what: str
    ) -> list[CheckInEntry]:
        entries: dict[int, CheckInEntry] = {}
        for n, row in rows:
            if row.person is None:
                continue
            try:
                day = row.check_in.held_on or row.check_in.week_starts_on
                enrolment = self._ledger.student(row.person, row.location, day)
                if ref_of(enrolment) in entries:
                    raise DuplicateRow("This student is listed twice in this check-in.")
            except RowRefused as refusal:
                self._ledger.refuse(n, row.row, row.location, f"{row.person}: {what}", refusal)
                continue
            row.entry.check_in, row.entry.enrolment = check_in, enrolment
            entries[ref_of(enrolment)] = row.entry
        return list(entries.values())


def _plain(check_in: CheckIn, name: str) -> object:
    """A value for comparison, without differences in line endings and outer spaces."""
    value: object = getattr(check_in, name)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class StepMatcher:
    """Costs one query for the whole cohort. Closes steps that are open in Trefoil and closed in the file."""

    def __init__(self, ledger: Ledger, check_ins: CheckInMatcher) -> None:
        self._ledger = ledger
        self._check_ins = check_ins
        # Existing steps and those that the files add.
        self._steps: dict[_StepKey, AgreedStep] = {
            (group_key(step.group.name), step.enrolment_id, key_of(step.text), _second(step.agreed_at)): step
            for step in AgreedStep.objects.filter(group__cohort=ledger.cohort).select_related("group")
        }

    def match(self, n: int, row: StepRecord, group: Group) -> None:
        ledger, step = self._ledger, row.step
        try:
            if row.person:
                step.enrolment = ledger.student(row.person, row.location, ledger.day(step.agreed_at))
        except RowRefused as refusal:
            ledger.refuse(n, row.row, row.location, step.text, refusal)
            return
        step.group = group
        who = _label(row.person) if row.person else "the whole group"
        ref = ref_of(step.enrolment) if step.enrolment else None
        known = self._steps.setdefault(
            (group_key(group.name), ref, key_of(step.text), _second(step.agreed_at)), step
        )
        is_open = step.state == AgreedStep.State.OPEN
        is_closing = bool(known.pk) and known.state == AgreedStep.State.OPEN and not is_open
        if known is step or is_closing:
            step.agreed_by = ledger.who(row.agreed_by) or ledger.by
            step.closed_at = None if is_open else step.closed_at or ledger.at
            step.closed_by = None if is_open else ledger.who(row.closed_by) or ledger.by
        if known is step:
            if row.week:
                step.check_in = self._check_ins.find(group, row.week)
            ledger.changes.steps.append(step)
            ledger.plan.add(Verdict.NEW, step.text, row.location, f"{who}, {step.state}")
        elif is_closing:
            ledger.changes.closed_steps[known.pk] = step
            ledger.plan.add(Verdict.CHANGED, step.text, row.location, step.state)
        else:
            ledger.plan.add(Verdict.UNCHANGED, step.text, row.location, who)


class ReviewMatcher:
    """Costs one query for the whole cohort."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        names = ("author", "reviewer", "milestone", "url")
        # Existing reviews and those that the files add.
        self._reviews = set(CodeReview.objects.filter(group__cohort=ledger.cohort).values_list(*names))

    def match(self, n: int, row: ReviewRecord, group: Group) -> None:
        ledger, review = self._ledger, row.review
        what = f"Review of {_label(row.author)} by {_label(row.reviewer)}"
        try:
            day = ledger.day(review.requested_at)
            review.author = ledger.student(row.author, row.location, day)
            review.reviewer = ledger.student(row.reviewer, row.location, day)
            if review.author is review.reviewer:
                raise RowRefused("Author and reviewer are the same person.")
            review.milestone = ledger.milestone(row.milestone, row.location)
        except RowRefused as refusal:
            ledger.refuse(n, row.row, row.location, what, refusal)
            return
        key = (ref_of(review.author), ref_of(review.reviewer), review.milestone.pk, review.url)
        if key in self._reviews:
            ledger.plan.add(Verdict.UNCHANGED, what, row.location, str(review.milestone))
            return
        self._reviews.add(key)
        review.group = group
        ledger.changes.reviews.append(review)
        reason = f"{review.milestone}, {review.state.replace('_', ' ')}"
        ledger.plan.add(Verdict.NEW, what, row.location, reason)


def _label(mention: Mention) -> str:
    return mention.name or mention.email


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
