"""What a request for help is about, and its age, are said in the same words on every page and in every mail."""

from datetime import timedelta
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst

from courses.models import Course
from people.models import Event, User
from telling.kinds.digest import DIGEST
from telling.kinds.help import HELP
from telling.kinds.kind import MailKind
from telling.kinds.promise import PROMISE
from tests.conftest import NOW, Cast, SignIn
from tests.factories.questions import QuestionFactory
from tests.tracker.dashboards.test_board import board_of, everybody_on_track, list_of, need_help, place
from tracker.actions.helping import ask_for_help
from tracker.dashboards.board.places import BoardList
from tracker.dashboards.my_groups import mentor_dashboard
from tracker.models import Progress
from trends.access.trends import trends_access
from trends.counts.view import trend_view
from trends.counts.waits import question_waits

AGE = "for 8 days, the answer 5 days late"


@pytest.mark.parametrize(
    ("words", "quoted"), [("Which key?", "Which key?"), ("", "No words yet")], ids=["words", "no words"]
)
def test_a_request_has_one_age_and_its_own_words_everywhere(
    cast: Cast, as_: SignIn, words: str, quoted: str
) -> None:
    Course.objects.update(help_days=1)
    User.objects.update(last_login=NOW)
    bruno, clover = cast.enrolment("bruno"), cast.clover
    ask_for_help(
        enrolment=bruno,
        milestone=cast.milestones[1],
        group=clover,
        words=words,
        by=bruno.person,
        at=NOW - timedelta(days=8),
    )
    asked = Event.objects.get(kind="help_needed")
    late = Event.objects.create(
        kind="promise_passed", ids={**asked.ids, "progress": bruno.progress.get().pk, "times": 1}, at=NOW
    )

    def page(name: str, url: str, *args: int | str) -> str:
        return " ".join(unescape(as_(name).get(reverse(url, args=args), follow=True).text).split())

    def mail(kind: MailKind, event: Event) -> str:
        written = kind.mail_of(cast.marta, event, NOW)
        assert written is not None
        return "\n".join(
            [written.heading, *(f"{part.label}: {part.text} {part.note}" for part in written.parts)]
        )

    says_words = {
        "my groups": page("marta", "tracker:my-groups"),
        "history": page("marta", "tracker:student-detail", bruno.pk),
        "my week": page("bruno", "tracker:week", clover.pk),
        "mail": mail(HELP, asked),
    }
    assert [where for where, text in says_words.items() if quoted not in text] == []
    says_age = says_words | {
        "board": page("ines", "tracker:board", cast.cohort.pk),
        "check-in": page("marta", "tracker:check-in-log", clover.pk, "2026-W38"),
        "late": mail(PROMISE, late),
    }
    digest = DIGEST.mail_of(cast.marta, asked, NOW)
    assert digest is not None
    assert digest.subject == "Bruno has waited 8 days"
    if not words:
        # With words it leads to the question.
        says_age["its page"] = page("marta", "tracker:help-answer", bruno.pk)
    assert [where for where, text in says_age.items() if AGE not in text and capfirst(AGE) not in text] == []


def test_the_words_of_a_request_are_named_by_it_alone(cast: Cast) -> None:
    """Wherever questions that wait are counted or listed, until the request is over."""
    everybody_on_track(cast)
    words = QuestionFactory.create(membership=cast.bruno, asked_at=NOW - timedelta(days=9))
    later = QuestionFactory.create(membership=cast.ana, asked_at=NOW - timedelta(days=6))

    def counted() -> dict[str, object]:
        (row,) = list_of(cast, BoardList.QUESTIONS)["page"]
        groups = mentor_dashboard(mentor=cast.marta, now=NOW)
        waits = question_waits(trend_view(trends_access(cast.ines, cast.course.slug, NOW), QueryDict()))
        return {
            "board": place(board_of(cast), "Open questions"),
            "by milestone": (row["questions"], row["open"], row["age"]),
            "my groups": [each.question for each in groups.questions],
            "group": [card.status.open_question_count for card in groups.cards],
            "trends": (waits.open_count, waits.oldest_age),
        }

    both = counted()
    assert both == {
        "board": "2, oldest 9 days",
        "by milestone": (2, 2, "9 days"),
        "my groups": [words, later],
        "group": [2],
        "trends": (2, "9 days"),
    }
    need_help(cast, "bruno", 3, days=9)
    Progress.objects.filter(state="need_help").update(question=words)
    assert counted() == {
        "board": "1, oldest 6 days",
        "by milestone": (2, 1, "6 days"),
        "my groups": [later],
        "group": [1],
        "trends": (1, "6 days"),
    }
    # Once the request is over, a question that is still open waits by itself.
    Progress.objects.filter(state="need_help").update(state="working")
    assert counted() == both
