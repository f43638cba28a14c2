"""The pages of refusals and breakdowns say what to do, and need no database."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import RequestFactory
from django.views import csrf, defaults


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (400, "We could not read that request"),
        (403, "You do not have access to this page"),
        (404, "Page not found"),
        (500, "Something went wrong"),
    ],
)
def test_error_page_says_what_to_do_without_the_database(
    rf: RequestFactory, status: int, heading: str
) -> None:
    request = rf.get("/nowhere/")
    request.user = AnonymousUser()
    answers = {
        400: lambda: defaults.bad_request(request, SuspiciousOperation()),
        403: lambda: defaults.permission_denied(request, PermissionDenied()),
        404: lambda: defaults.page_not_found(request, Http404()),
        500: lambda: defaults.server_error(request),
    }
    response = answers[status]()
    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in page
    assert 'href="/">' in page


def test_refused_form_says_how_to_send_it_again(rf: RequestFactory) -> None:
    request = rf.post("/nowhere/")
    request.user = AnonymousUser()
    response = csrf.csrf_failure(request)
    assert response.status_code == 403
    assert "<h1>Your changes were not saved</h1>" in response.content.decode()
