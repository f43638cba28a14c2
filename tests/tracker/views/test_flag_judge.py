from collections.abc import Callable
from datetime import date

from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, Cast
from tests.factories.groups import MembershipFactory
from tests.messages import said
from tracker.models import Flag

type SignIn = Callable[[str], Client]


def ended(cast: Cast, name: str = "", **fields: object) -> Flag:
    return Flag.objects.create(
        **{
            "group": cast.clover,
            "enrolment": cast.enrolment(name) if name else None,
            "rule": "needs_help",
            "started_on": date(2026, 9, 9),
            "ended_on": date(2026, 9, 12),
            **fields,
        }
    )


def judge(browser: Client, flag: Flag, verdict: str, **headers: str) -> str:
    answer = browser.post(
        reverse("tracker:flag-judge", args=[flag.pk]), {"verdict": verdict}, headers=headers
    )
    return answer.text if headers else said(answer)


def test_mentor_says_in_one_tap_whether_a_flag_was_worth_a_look(cast: Cast, as_: SignIn) -> None:
    flag, browser = ended(cast, "bruno"), as_("marta")
    page = browser.get(reverse("tracker:my-groups")).text
    assert "Needs help, Wed 9 to Fri 11 September" in page
    assert f'hx-target="#flag-{flag.pk}"' in page
    assert judge(browser, flag, "helpful").startswith("Needs help: Bruno Sá: marked as helpful.")
    flag.refresh_from_db()
    assert (flag.verdict, flag.verdict_by, flag.verdict_at) == ("helpful", cast.marta, NOW)
    assert "was it worth a look?" not in browser.get(reverse("tracker:my-groups")).text
    # Who comes second does not overwrite what the first said.
    assert judge(as_("ines"), flag, "false_alarm") == "Marta Pires has marked this as helpful."
    assert said(browser.post(reverse("tracker:flag-unjudge", args=[flag.pk]))).endswith("is removed.")
    kept = (
        flag.history.filter(history_type="~")
        .order_by("history_id")
        .values_list("verdict", "history_user__name", "history_date")
    )
    assert list(kept) == [("helpful", "Marta Pires", NOW), ("", "Marta Pires", NOW)]
    # With htmx the line says what was tapped, in place, and the message comes along.
    part = judge(browser, flag, "false_alarm", hx_request="true", hx_target=f"flag-{flag.pk}")
    assert "False alarm, Marta Pires" in part
    assert 'id="messages"' in part


def test_what_goes_on_is_not_judged_and_nobody_judges_who_looked_at_them(cast: Cast, as_: SignIn) -> None:
    assert judge(as_("marta"), ended(cast, "bruno", ended_on=None), "helpful").startswith(
        "This still goes on"
    )
    cast.course.admins.create(person=cast.person("bruno"))
    own = ended(cast, "bruno", rule="behind")
    url = reverse("tracker:flag-judge", args=[own.pk])
    assert as_("bruno").post(url, {"verdict": "helpful"}).status_code == 403
    assert as_("marta").post(url, {"verdict": "often"}).status_code == 404
    assert "Behind" not in as_("bruno").get(reverse("tracker:flag-list", args=[cast.cohort.pk])).text


def test_a_few_are_asked_for_a_few_days_of_whoever_dealt_with_them(cast: Cast, as_: SignIn) -> None:
    ended(cast, "ana", started_on=date(2026, 9, 1), ended_on=date(2026, 9, 8))
    for rule in ("needs_help", "behind", "stuck", "absent"):
        ended(cast, "chidi", rule=rule)
    ended(cast, rule="no_mentor")
    page = as_("marta").get(reverse("tracker:my-groups")).text
    assert (page.count('id="flag-'), "No mentor" in page, "Ana Ruivo</a>" in page) == (3, False, False)
    page = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).text
    assert (page.count('id="flag-'), "No mentor, Wed 9 to Fri 11 September" in page) == (1, True)


def test_course_admin_who_studies_in_a_group_neither_reads_nor_judges_flags_of_fellows(
    cast: Cast, as_: SignIn
) -> None:
    MembershipFactory.create(group=cast.clover, person=cast.ines)
    fellow, group, other = (
        ended(cast, "chidi", rule="stuck"),
        ended(cast, rule="no_mentor"),
        ended(cast, "ana"),
    )
    Flag.objects.filter(pk=other.pk).update(group=cast.juniper)
    url = reverse("tracker:flag-judge", args=[fellow.pk])
    assert as_("ines").post(url, {"verdict": "helpful"}).status_code == 403
    page = as_("ines").get(reverse("tracker:flag-list", args=[cast.cohort.pk])).text
    shown = {flag for flag in (fellow, group, other) if f'id="flag-{flag.pk}"' in page}
    assert shown == {group, other}
