"""What mails look like, in DEBUG only: every part of a mail in every look, as HTML and as plain text."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from people.access import Audience, audience
from people.models import User
from telling.mails import Mail, Part

BRUNO, MARTA = (User(name=f"{name} Sá", email=f"{name.lower()}@example.com") for name in ("Bruno", "Marta"))
ANSWER = """Set the proxy **before** you import the client:

```python
os.environ["HTTPS_PROXY"] = "http://proxy.example:3128"
```

- it holds for the notebook only
- the [page of the course](https://example.com/proxy) says more"""
SAMPLES = {
    "help": Mail(
        subject="Bruno needs help with Prompt engineering",
        about="for Clover",
        parts=(
            Part(
                "Marked today at 12:04. Due Mon 23 November. 1.5 h spent.",
                label="Prompt engineering",
                look="help",
            ),
            Part("How do I call the API from behind a company proxy?", label="Asked", look="quote"),
        ),
        label="Answer Bruno",
        path="/students/11/help/",
        why="because you mentor Clover",
        reply_to=BRUNO,
    ),
    "answer": Mail(
        subject="Answered: How do I call the API from behind a company proxy?",
        heading="How do I call the API from behind a company proxy?",
        parts=(Part("Your question is answered."), Part(ANSWER, look="markdown")),
        label="Open the question",
        path="/questions/71/",
        why="because you asked this question",
        reply_to=MARTA,
    ),
    "check-in": Mail(
        subject="Clover: what you agreed on yesterday",
        about="for Clover",
        parts=(
            Part("Logged yesterday.", look="muted"),
            Part("The proxy keeps three of us busy. Marta asks IT.\nNext week: ingestion.", look="quote"),
            Part("What you agreed on", look="head"),
            Part("Finish the summarization notebook", label="by Fri 20 November", look="row"),
            Part("Send Marta the error of the proxy", note="for the whole group", path="/week/", look="row"),
        ),
        label="Open the check-in",
        path="/groups/4/check-ins/2026-W47/",
        why="because you study in Clover",
    ),
}


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
