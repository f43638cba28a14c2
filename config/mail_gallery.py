"""What mails look like, in DEBUG only: a mail of each kind, as HTML and as plain text."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from config.mail_samples import SAMPLES
from people.access import Audience, audience
from telling.kinds import KINDS


@audience(Audience.ANYBODY)
@login_not_required
@require_safe
def mail_gallery(request: HttpRequest) -> HttpResponse:
    samples = [(KINDS[name], mail) for name, mail in SAMPLES.items()]
    return render(request, "telling/mail_gallery.html", {"samples": samples})


@audience(Audience.ANYBODY)
@login_not_required
@require_safe
# Styles stand in the elements of a mail, as nowhere else in Trefoil.
@csp_override({"default-src": [CSP.NONE], "style-src": [CSP.UNSAFE_INLINE]})
def mail_sample(request: HttpRequest, name: str, ext: str) -> HttpResponse:
    mail = SAMPLES.get(name)
    if mail is None or ext not in ("html", "txt"):
        raise Http404
    content_type = "text/html" if ext == "html" else "text/plain"
    context = {"mail": mail, "choose": "/account/mails/", "stop": "/account/mails/stop/a-token/"}
    return render(request, f"telling/mail.{ext}", context, content_type=f"{content_type}; charset=utf-8")
