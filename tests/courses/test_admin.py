from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from people.models import User
from tests.conftest import NOW, Cast
from tests.mails import deliver, first_names


def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.zoe.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(cast.zoe)
    return client


def test_admin_saves_a_version_so_that_pages_notice(cast: Cast) -> None:
    url = reverse("admin:courses_cohort_change", args=[cast.cohort.pk])
    fields = {
        "course": cast.course.pk,
        "title": "Autumn",
        "starts_on": "2026-08-31",
        "time_zone": "Europe/Lisbon",
        "pauses-TOTAL_FORMS": "0",
        "pauses-INITIAL_FORMS": "0",
    }
    assert operator(cast).post(url, fields).status_code == 302
    cohort = Cohort.objects.get(pk=cast.cohort.pk)
    assert (cohort.title, cohort.version, cohort.changed_by, cohort.changed_at) == (
        "Autumn",
        2,
        cast.zoe,
        NOW,
    )


def test_admin_gives_a_course_another_admin(cast: Cast) -> None:
    User.objects.update(last_login=NOW)
    url = reverse("admin:courses_course_change", args=[cast.course.pk])
    browser = operator(cast)
    form = browser.get(url).context["adminform"].form
    fields = {name: value for name, value in form.initial.items() if value is not None}
    fields |= {
        "admins-TOTAL_FORMS": "2",
        "admins-INITIAL_FORMS": "1",
        "admins-0-id": cast.course.admins.get().pk,
        "admins-0-person": cast.ines.pk,
        "links-TOTAL_FORMS": "1",
        "links-INITIAL_FORMS": "0",
        "links-0-position": "1",
        "links-0-name": "Chat",
        "links-0-url": "https://chat.example.com",
        "admins-1-person": cast.marta.pk,
        # Since when somebody is one says what they read: nobody may set it back.
        "admins-1-added_at": "2026-09-01 10:00:00",
    }
    assert browser.post(url, fields).status_code == 302
    assert {admin.person: admin.added_at for admin in cast.course.admins.exclude(person=cast.ines)} == {
        cast.marta: NOW
    }
    link = cast.course.links.get()
    assert (link.name, link.url) == ("Chat", "https://chat.example.com")
    fields |= {
        "links-INITIAL_FORMS": "1",
        "links-0-id": link.pk,
        "admins-TOTAL_FORMS": "1",
        "admins-0-DELETE": "on",
    }
    assert browser.post(url, fields).status_code == 302
    assert {admin.person for admin in cast.course.admins.all()} == {cast.marta}
    assert first_names(deliver()) == ["ines", "marta", "marta"]


def test_admin_builds_no_thousands_of_forms_for_one_request(cast: Cast) -> None:
    url = reverse("admin:courses_course_change", args=[cast.course.pk])
    sent = operator(cast).post(url, {"admins-TOTAL_FORMS": "2000", "admins-INITIAL_FORMS": "0"})
    inline, _ = sent.context["inline_admin_formsets"]
    assert len(inline.formset.forms) <= 300
    assert "Please submit at most 300 forms." in sent.text
