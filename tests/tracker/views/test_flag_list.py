from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse

from courses.models import Course
from tests.conftest import NOW, Cast
from tests.factories.tracker import ProgressFactory
from tests.tracker.views.test_flag_judge import ended
from tracker.models import FlagCount

type SignIn = Callable[[str], Client]


def test_page_tells_the_share_flagged_and_how_often_rules_were_right(
    cast: Cast, as_: SignIn, django_assert_num_queries
) -> None:
    for number in range(6):
        for rule in ("behind", "stuck")[: 2 if number < 4 else 1]:
            verdict = "helpful" if number < 4 else "false_alarm"
            ended(cast, "bruno", rule=rule, verdict=verdict, verdict_at=NOW, verdict_by=cast.marta)
    ended(cast, "ana", rule="behind", ended_on=None)
    for days, flagged in ((0, 3), (1, 2), (7, 6)):
        FlagCount.objects.create(
            cohort=cast.cohort, day=date(2026, 9, 16) - timedelta(days=days),
            students=6, flagged_students=flagged, groups=2, flagged_groups=1,
        )  # fmt: skip
    browser = as_("ines")
    with django_assert_num_queries(27):
        page = browser.get(reverse("tracker:flag-list", args=[cast.cohort.pk])).text
    cells = " ".join(page.replace("<", " <").split())
    # The nights of a week together: five of twelve.
    assert '>42 % </td> <td class="number">50 % </td> <td class="number">2 </td>' in cells
    assert '>100 % </td> <td class="number">50 % </td> <td class="number">1 </td>' in cells
    # Four verdicts of five are too few to say.
    behind, stuck = (
        page.split(f'<th scope="row">{rule}</th>')[1].split("</tr>")[0] for rule in ("Behind", "Stuck")
    )
    assert [part.split("<")[0] for part in behind.split('"number">')[1:]] == ["7", "1", "67 %", "6"]
    assert [part.split("<")[0] for part in stuck.split('"number">')[1:]] == ["4", "0", "too few", "4"]
    assert page.count("Helpful, Marta Pires") == 8


def test_flags_say_less_only_where_more_are_flagged_than_the_course_allows(cast: Cast, as_: SignIn) -> None:
    url = reverse("tracker:flag-list", args=[cast.cohort.pk])
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state="need_help")
    said = "The more are flagged, the less a flag says."
    share = as_("ines").get(url).context["page"].students
    Course.objects.filter(pk=cast.course.pk).update(flagged_share=(share.flagged * 100 - 1) // share.total)
    assert said in " ".join(as_("ines").get(url).text.split())
    Course.objects.filter(pk=cast.course.pk).update(flagged_share=-(-share.flagged * 100 // share.total))
    assert said not in " ".join(as_("ines").get(url).text.split())
