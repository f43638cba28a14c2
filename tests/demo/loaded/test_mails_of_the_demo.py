"""Of each kind that the demo has something of there is a mail, and the text of a mail says what its HTML does."""

import re
from html import unescape

import pytest
import time_machine
from pytest_django import DjangoDbBlocker

from demo.loading import LoadedDemo
from groups.models import Enrolment
from people.models import User
from telling.kinds import KINDS
from telling.kinds.kind import MailKind
from telling.mails import Mail
from tests.conftest import NOW
from tests.mail_samples import rendered, samples
from tracker.invited import invited_as

type Written = dict[str, tuple[MailKind, Mail, str, str]]
# In the demo no meeting is moved, nobody tells something in confidence, and no cohort closes or has a channel.
NOT_IN_THE_DEMO = {"news", "meeting", "closed", "channel", "concern"}


@pytest.fixture(scope="module")
def written_once(_loaded_once: LoadedDemo, django_db_blocker: DjangoDbBlocker) -> Written:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        return {
            name: (kind, mail, rendered(mail, "html"), rendered(mail, "txt"))
            for name, kind, mail in samples(NOW)
        }


@pytest.fixture
def written(demo: LoadedDemo, written_once: Written) -> Written:
    """By the name of each: its kind, the mail, and how it looks as HTML and as text."""
    return written_once


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>|[*`]", " ", text)).split())


def test_every_kind_of_which_the_demo_has_something_is_written(written: Written) -> None:
    assert {kind.name for kind, *_ in written.values()} == KINDS.keys() - NOT_IN_THE_DEMO
    for _, mail, html, text in written.values():
        assert mail.url in html
        assert mail.url in text


def test_text_and_html_say_the_same(written: Written) -> None:
    for _, mail, html, text in written.values():
        said = [mail.title, mail.place, mail.label, mail.why]
        said += [
            one
            for part in mail.parts
            if part.look != "markdown"
            for one in (
                *([who.name for who in part.people] if part.look == "people" else [part.line]),
                part.label,
                part.note,
            )
        ]
        for one in filter(None, said):
            assert words(one) in words(html)
            assert words(one).casefold() in words(text).casefold()
        for part in mail.parts:
            assert part.url in text
            assert not part.path or f'href="{part.url}"' in html


def test_lines_of_the_text_fit_a_window_of_80_characters(written: Written) -> None:
    for _, mail, _, text in written.values():
        # Text written by a person stays as it is.
        theirs = {
            line
            for part in mail.parts
            if part.look in ("markdown", "quote")
            for line in part.text.splitlines()
        }
        lines = [line for line in text.splitlines() if len(line) > 80 and "http" not in line]
        assert [line for line in lines if not any(one in line for one in theirs)] == []
        # No three empty lines in a row, which templates leave easily.
        assert "\n\n\n" not in text.strip()


def test_no_link_is_empty_and_nothing_is_asked_of_another_host(written: Written) -> None:
    for _, _, html, _ in written.values():
        links = re.findall(r"<a [^>]*>(.*?)</a>", html, re.DOTALL)
        assert links
        assert all(link.strip() for link in links)
        assert not re.search(r"<(?:img|link|script|iframe)|url\(", html)


def test_course_is_said_once_to_who_runs_two_cohorts_of_it(written: Written) -> None:
    _, mail, *_ = written["digest-course-admin"]
    heads = [part.text for part in mail.parts if part.look == "head"]
    assert len(heads) == len(set(heads))


# Words of the heading and the text, without what stands on every mail.
AT_MOST = 75
SHORT = {
    "help_needed",
    "group_formed",
    "student_moved",
    "student_left",
    "digest-mentor",
    "digest-course-admin",
    "digest-student",
}
# 40 letters, as names may have.
LONG = "Maria da Conceição Teixeira Vasconcelos"


def count_of(mail: Mail) -> int:
    parts = (f"{part.label} {part.text} {part.note}" for part in mail.parts)
    return len(" ".join([mail.title, *parts]).split())


def test_mails_are_short_and_no_heading_repeats_the_subject(written: Written) -> None:
    counts = {name: count_of(mail) for name, (_, mail, *_) in written.items() if name in SHORT}
    assert counts.keys() == SHORT
    assert {name: count for name, count in counts.items() if count > AT_MOST} == {}
    assert [
        name
        for name, (_, mail, *_) in written.items()
        if mail.parts and mail.title in mail.subject and mail.title
    ] == []


def test_long_names_make_mails_a_fifth_longer_at_most(demo: LoadedDemo) -> None:
    User.objects.update(name=LONG, short_name="")
    with time_machine.travel(NOW, tick=False):
        counts = {name: count_of(mail) for name, _, mail in samples(NOW) if name in SHORT}
        (said,) = invited_as(Enrolment.objects.latest("pk").person, NOW)[1]
    assert {name: count for name, count in counts.items() if count > AT_MOST * 1.2} == {}
    assert len(said.split()) < AT_MOST
