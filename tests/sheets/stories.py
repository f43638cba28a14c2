"""Events in two groups of a cohort, in their order: stories for tests of what goes out and comes in again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from hypothesis import strategies as st

from courses.models import Cohort, Milestone
from groups.models import Enrolment, Group, Membership
from lib.cells import plain
from lib.text import folded
from people.models import User
from questions.models import Answer, Question
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tests.factories.questions import AnswerFactory, AskFactory
from tests.sheets.typed import bodies, lines, names_of_people, titles
from tracker.models import AgreedStep, CheckIn, CodeReview, Progress

moments = st.datetimes(datetime(2026, 9, 1), datetime(2026, 9, 15)).map(  # noqa: DTZ001 - made UTC below
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
days = st.dates(date(2026, 9, 1), date(2026, 10, 15))
texts = bodies.map(plain)
who = st.integers(0, 3)
some = st.integers(0, 3)


answers: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "body": texts.filter(lambda text: bool(text)),
        "by": st.sampled_from(["marta", "bruno", "ines"]),
        "at": moments,
    }
)
# Names that differ in a sign only, and are not the same.
_TITLES = (
    "Is C needed?", "Is C++ needed?", "Is C# needed?", "Why?", "Why!", "🐍?", "🦀?", "a = b", "a & b", "a - b",
)  # fmt: skip
_NAMES = (
    ("C", "C++"),
    ("C#", "C++"),
    ("Team 🐍", "Team 🦀"),
    ("Group 1", "Group-1"),
    ("Pine", "Pine (2)"),
    ("A&B", "A+B"),
)
names = st.sampled_from(_NAMES).flatmap(st.permutations)
questions: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "title": st.sampled_from(_TITLES) | lines(120),
        "detail": texts,
        "member": st.none() | who,
        "milestone": st.none() | some,
        "has_material": st.booleans(),
        "asked_at": st.just(datetime(2026, 9, 8, 15, 20, 31, tzinfo=UTC)) | moments,
        "category": st.sampled_from(["", *Question.Category.values]),
        "visibility": st.sampled_from(Question.Visibility.values),
        "is_hidden": st.booleans(),
        "status": st.sampled_from(["open", "answered", "follow_up"]),
        "is_duplicate": st.booleans(),
        "is_published": st.booleans(),
        "answers": st.lists(answers, max_size=2, unique_by=lambda one: folded(one["body"]) or one["body"]),
        "asked_again": st.sets(st.sampled_from(["bruno", "dalia"])),
    }
)
progress = st.fixed_dictionaries(
    {
        "state": st.sampled_from(list(Progress.State)),
        "since": moments,
        "hours": st.none() | st.integers(0, 1000).map(lambda quarter: quarter / 4),
        "began_before": st.integers(0, 9),
        "waived_by": st.sampled_from([None, "marta", "tomas"]),
    }
)
check_ins = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(list(CheckIn.Outcome)),
        "minutes": st.integers(0, 90),
        "summary": texts,
        "request": texts,
        "private_note": texts,
        "logged_by": st.sampled_from([("marta", "mentor"), ("tomas", "cover"), ("ines", "")]),
        "entries": st.dictionaries(
            who,
            st.tuples(
                st.sampled_from(["present", "excused", "absent"]),
                texts,
            ),
        ),
    }
)
steps: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "text": lines(120),
        "member": st.none() | who,
        "due_on": st.none() | days,
        "state": st.sampled_from(AgreedStep.State.values),
        "agreed_at": moments,
        "is_of_check_in": st.booleans(),
    }
)
reviews = st.fixed_dictionaries(
    {
        "members": st.permutations(range(4)).map(lambda numbers: numbers[:2]),
        "milestone": some,
        "state": st.sampled_from(CodeReview.State.values),
        "note": texts,
        "requested_at": moments,
    }
)


def first_of(one: Any) -> Any:
    return one[0]


def step_of(one: Any) -> Any:
    return one["text"], one["agreed_at"]


def question_of(one: Any) -> Any:
    return one["title"], one["asked_at"]


stories = st.fixed_dictionaries(
    {
        # Of Clover and of Juniper.
        "names": names
        | st.tuples(
            lines(60).filter(lambda name: bool(folded(name)) and folded(name) != "juniper"),
            st.just("Juniper"),
        ),
        "meeting": st.tuples(st.just("") | lines(60), st.just(""))
        | st.just(("Tuesdays, 17:00", "https://meet.example/a?b=1")),
        "called": st.lists(names_of_people, min_size=2, max_size=2),
        "titles": st.lists(titles, min_size=4, max_size=4, unique_by=folded),
        "plan": st.dictionaries(some, st.none() | days),
        "levels": st.lists(st.just("") | lines(40), min_size=4, max_size=4),
        "more_mentors": st.lists(
            st.tuples(
                st.sampled_from(["tomas", "zoe"]),
                st.sampled_from(["mentor", "co-mentor", "cover"]),
                st.none() | st.integers(0, 20),
            ),
            max_size=2,
            unique_by=first_of,
        ),
        # The fate of the third and the fourth member.
        "chidi": st.sampled_from(["stays", "dropped", "finished", "moved", "came back"]),
        "progress": st.dictionaries(st.tuples(who, some), progress, max_size=6),
        "check_ins": st.dictionaries(
            st.sampled_from([date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 14)]), check_ins
        ),
        "steps": st.lists(steps, max_size=3, unique_by=step_of),
        "reviews": st.lists(reviews, max_size=2),
        "questions": st.lists(
            questions,
            max_size=3,
            unique_by=question_of,
        ),
    }
)


def play(cast: Cast, story: dict[str, Any]) -> None:
    """Let it all have happened in Clover, of which Emre is a member too."""
    group = cast.clover
    (group.name, cast.juniper.name), (group.meeting, group.call) = story["names"], story["meeting"]
    cast.juniper.save()
    group.save()
    for name, called in zip(("ana", "bruno"), story.get("called", ()), strict=False):
        User.objects.filter(pk=cast.person(name).pk).update(name=called)
    for milestone, title in zip(cast.milestones, story.get("titles", ()), strict=False):
        Milestone.objects.filter(pk=milestone.pk).update(title=title)
    group.plan_items.all().delete()
    for n, due_on in story["plan"].items():
        group.plan_items.create(milestone=cast.milestones[n], due_on=due_on)
    Membership.objects.filter(pk=cast.emre.pk).update(group=group)
    for name, role, lasted in story["more_mentors"]:
        begun = date(2026, 9, 1)
        group.mentorships.create(
            person=cast.person(name),
            role=role,
            started_on=begun,
            ended_on=None if lasted is None else begun + timedelta(days=lasted),
        )
    members = [cast.enrolment(name) for name in ("ana", "bruno", "chidi", "emre")]
    for enrolment, level in zip(members, story["levels"], strict=True):
        enrolment.level = level
        enrolment.last_active_at = datetime(2026, 9, 9, 9, 30, 5, tzinfo=UTC) if level else None
        enrolment.hours_a_week = 4 if level else None
        enrolment.mentor_note = level and "Read papers;\nin the evening"
        enrolment.save()
    _become_of_chidi(cast, story["chidi"])
    told: dict[str, Any]
    for (n, milestone), told in story["progress"].items():
        _make_progress(cast, members[n], milestone, told)
    again = Enrolment.objects.filter(person=members[2].person).latest("started_on")

    def on(day: datetime | date) -> list[Enrolment]:
        """The members on a day: who came back is another enrolment by then."""
        return [*members[:2], again if f"{day:%m-%d}" >= "09-12" else members[2], members[3]]

    for week, told in story["check_ins"].items():
        _check_in(cast, on(week + timedelta(days=1)), week, told)
    for told in story["steps"]:
        _agree(cast, on(told["agreed_at"] + timedelta(hours=1)), told)
    for n, told in enumerate(story["reviews"]):
        author, reviewer = (
            on(told["requested_at"] + timedelta(hours=1))[number] for number in told["members"]
        )
        group.code_reviews.create(
            author=author, reviewer=reviewer, milestone=cast.milestones[told["milestone"]],
            url=f"https://example.com/code/{n}?a=1", state=told["state"], note=told["note"],
            requested_at=told["requested_at"], changed_at=told["requested_at"] + timedelta(hours=1),
        )  # fmt: skip
    material = MaterialFactory.create(milestone=cast.milestones[1], title="Attention, slowly")
    first: Question | None = None
    for told in story["questions"]:
        first = _ask(cast, on(told["asked_at"] + timedelta(hours=1)), told, first, material) or first


def _become_of_chidi(cast: Cast, what: str) -> None:
    chidi, left = cast.enrolment("chidi"), date(2026, 9, 12)
    if what == "moved":
        chidi.memberships.update(ended_on=left, end_reason="moved")
        chidi.memberships.create(group=cast.juniper, started_on=left)
    elif what != "stays":
        why = what if what in ("dropped", "finished") else "dropped"
        chidi.memberships.update(ended_on=left, end_reason=why)
        Enrolment.objects.filter(pk=chidi.pk).update(ended_on=left, end_reason=why)
    if what == "came back":
        again = Enrolment.objects.create(cohort=cast.cohort, person=chidi.person, started_on=left)
        again.memberships.create(group=cast.clover, started_on=date(2026, 9, 14))


def _make_progress(cast: Cast, enrolment: Enrolment, milestone: int, told: dict[str, Any]) -> None:
    row = Progress(
        enrolment=enrolment, milestone=cast.milestones[milestone], state_since=told["since"], hours=told["hours"],
        changed_at=told["since"] + timedelta(minutes=5), changed_by=enrolment.person,
    )  # fmt: skip
    since = cast.cohort.today(told["since"])
    if told["state"] != "not_started":
        row.enter("working", since - timedelta(days=told["began_before"]))
    row.enter(told["state"], since)
    if told["waived_by"]:
        row.waived_at, row.waived_by = told["since"], cast.person(told["waived_by"])
    row.save()


def _check_in(cast: Cast, members: list[Enrolment], week: date, told: dict[str, Any]) -> None:
    name, role = told["logged_by"]
    check_in = cast.clover.check_ins.create(
        week_starts_on=week, outcome=told["outcome"], held_on=week + timedelta(days=1), minutes=told["minutes"],
        summary=told["summary"], request=told["request"], private_note=told["private_note"],
        logged_by=cast.person(name), logged_as=role, logged_at=datetime.combine(week, datetime.min.time(), UTC),
    )  # fmt: skip
    for n, (attendance, note) in told["entries"].items():
        check_in.entries.create(enrolment=members[n], attendance=attendance, note=note)


def _agree(cast: Cast, members: list[Enrolment], told: dict[str, Any]) -> None:
    is_open = told["state"] == "open"
    cast.clover.agreed_steps.create(
        text=told["text"], enrolment=None if told["member"] is None else members[told["member"]],
        due_on=told["due_on"], state=told["state"], agreed_at=told["agreed_at"], agreed_by=cast.marta,
        check_in=cast.clover.check_ins.order_by("week_starts_on").first() if told["is_of_check_in"] else None,
        closed_at=None if is_open else told["agreed_at"] + timedelta(days=2),
        closed_by=None if is_open else cast.person("ana"),
    )  # fmt: skip


def _ask(
    cast: Cast, members: list[Enrolment], told: dict[str, Any], first: Question | None, material: Any
) -> Question | None:
    """Make a question; return it where others may be duplicates of it."""
    enrolment = None if told["member"] is None else members[told["member"]]
    milestone = None if told["milestone"] is None else cast.milestones[told["milestone"]]
    has_material = told["has_material"] and milestone == cast.milestones[1]
    is_duplicate = told["is_duplicate"] and first is not None
    status = told["status"] if told["answers"] or told["status"] != "answered" else "open"
    is_published = (
        told["is_published"] and told["visibility"] == "course" and bool(told["answers"]) and not is_duplicate
    )
    question = Question.objects.create(
        cohort=cast.cohort, group=cast.clover, asked_by=enrolment.person if enrolment else cast.marta,
        asked_at=told["asked_at"], is_asker_hidden=told["is_hidden"], milestone=milestone,
        material=material if has_material else None, title=told["title"], detail=told["detail"],
        category=told["category"], visibility=told["visibility"],
        status="duplicate" if is_duplicate else status, duplicate_of=first if is_duplicate else None,
        first_answered_at=told["answers"][0]["at"] if told["answers"] else None,
        published_at=told["answers"][0]["at"] if is_published else None,
        published_by=cast.ines if is_published else None,
    )  # fmt: skip
    ask = {"question": question, "group": cast.clover}
    AskFactory.create(**ask, enrolment=enrolment, asked_at=told["asked_at"], logged_by=cast.marta)
    for n, name in enumerate(sorted(told["asked_again"]), start=1):
        AskFactory.create(
            question=question,
            group=cast.clover if name == "bruno" else cast.juniper,
            enrolment=cast.enrolment(name),
            asked_at=told["asked_at"] + timedelta(days=n),
            logged_by=cast.person(name),
        )
    for answer in told["answers"]:
        AnswerFactory.create(
            question=question,
            body=answer["body"],
            answered_at=answer["at"],
            answered_by=cast.person(answer["by"]),
        )
    return question if told["visibility"] == "course" and not is_duplicate else None


def held(cohort: Cohort) -> dict[str, Any]:
    """All of a cohort that workbooks bring back."""
    return {group.name: held_of(group) for group in cohort.groups.in_order()}


def held_of(group: Group) -> dict[str, Any]:
    return {
        "meeting": (group.meeting, group.call),
        "plan": set(group.plan_items.values_list("milestone__title", "due_on")),
        "mentors": set(group.mentorships.values_list("person__email", "role", "started_on", "ended_on")),
        "stays": {
            _enrolment(stay.enrolment): (
                *_of(stay.enrolment, "ended_on end_reason level last_active_at hours_a_week mentor_note"),
                *_of(stay, "started_on ended_on end_reason"),
            )
            for stay in group.memberships.select_related("enrolment__person")
        },
        "progress": {
            (_enrolment(one.enrolment), one.milestone.title): _of(
                one,
                "state state_since hours started_on finished_on changed_at changed_by waived_at waived_by",
            )
            for one in told_of(Progress.objects.filter(enrolment__memberships__group=group))
        },
        "questions": {_question(one): _said(one) for one in group.questions.all()},
    }


def told_of(progress: QuerySet[Progress]) -> QuerySet[Progress]:
    """Leave out what says no more than a box that is not ticked: an import writes it, and it reads like no row."""
    return progress.exclude(state="not_started", hours=None, waived_at=None)


def _said(one: Question) -> dict[str, Any]:
    names = (
        "asked_by is_asker_hidden milestone material title detail category visibility status first_answered_at"
        " published_at published_by"
    )
    asks = one.asks.order_by("asked_at", "pk").select_related("enrolment__person", "group", "logged_by")
    return {name: _value(getattr(one, name)) for name in names.split()} | {
        "duplicate of": one.duplicate_of and _question(one.duplicate_of),
        "asks": [
            (
                ask.group.name,
                ask.enrolment and _enrolment(ask.enrolment),
                *_of(ask, "asked_at week_starts_on logged_by"),
            )
            for ask in asks
        ],
        "answers": sorted(
            _of(answer, "answered_at answered_by body") for answer in Answer.objects.filter(question=one)
        ),
    }


def _question(one: Question) -> Any:
    return one.title, _value(one.asked_at)


def _enrolment(enrolment: Enrolment) -> Any:
    return enrolment.person.email, enrolment.started_on


def _of(row: Any, names: str) -> tuple[Any, ...]:
    return tuple(_value(getattr(row, name)) for name in names.split())


def _value(value: Any) -> Any:
    """Moments to the second, as workbooks have them; people by address; rows by what they are called."""
    if isinstance(value, datetime):
        return f"{value.replace(microsecond=0).astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return (
        value if isinstance(value, str | int | float | date | None) else str(getattr(value, "email", value))
    )


def differing(one: Any, other: Any, where: str = "") -> list[str]:
    """The places where two such things differ, each with what stands in both."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [*one, *(key for key in other if key not in one)]
        return [line for key in keys for line in differing(one.get(key), other.get(key), f"{where} → {key}")]
    return [] if one == other else [f"{where}: {one!r} is not {other!r}"]
