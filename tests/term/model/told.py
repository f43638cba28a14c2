"""Who hears at once of what happened, by the table of docs/notifications.md; mails of the morning are in `mails`."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta

from tests.term.model.facts import News, Term

# "At once" is on weekdays; these kinds are told at once, or after ten minutes.
AT_ONCE = {"help", "answer", "review", "check-in", "meeting", "group", "closed"}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# What happens from this hour on may be told the next morning.
LATE = 20


def tell(
    term: Term, kind: str, readers: Iterable[str], words: tuple[str, ...], about: str, at: datetime,
    *, by: str, days: Iterable[date] = (), is_for_summary: bool = False,
) -> None:  # fmt: skip
    """ "Nobody is notified of what they did themselves. People who never signed in get an invitation and nothing
    else."
    """
    said = tuple(near(day, term.day(at)) for day in days)
    for reader in sorted(set(readers) & term.signed_in - {by}):
        term.news.append(News(kind, reader, words, about, at, by, said, is_for_summary=is_for_summary))


def sort(term: Term, now: datetime) -> None:
    """Who hears of it is asked as its mails are made ("what is no longer true is withdrawn")."""
    waits = [each for each in term.news if each.ask]
    term.news = [each for each in term.news if not each.ask]
    for each in waits:
        readers, words = each.ask(term.day(now)) if each.ask else ((), ())
        is_later = each.is_for_summary
        tell(term, each.kind, readers, words, each.about, each.at, by=each.by, is_for_summary=is_later)


def is_said(news: News, kind: str, subject: str, body: str) -> bool:
    """Whether a mail of this kind to its reader tells of it: in the subject, or as one thing of a summary.

    "A morning is one e-mail": it may have one thing alone, and "what was over five e-mails a day" is in it; "on Monday
    it is part of the digest".
    """
    if kind == "digest":
        # Its subject names the milestone of the week.
        subject, body = "", body.partition("ALSO NEW")[2]
    is_summary = news.is_for_summary or kind in ("news", "digest")
    lines = f"{subject}\n{body}".splitlines() if is_summary else [subject]
    is_of_kind = is_summary or kind == news.kind
    return is_of_kind and any(all(word in line for word in news.words) for line in lines)


def take_back(
    term: Term, about: str, at: datetime, words: tuple[str, ...] = (), by: str = "",
    *, groups: Collection[str] = (),
) -> None:  # fmt: skip
    """ "What is undone is told to who got the mail of it, and of a group only to who is in it (in a closed cohort, on
    its last day) or leads it today, or whom it is about. Whose mail still waits gets neither."
    """
    told = [news for news in term.news if news.about == about]
    term.news = [news for news in term.news if news.about != about or news.sent_at]
    for news in told if words else ():
        # Nothing is undone twice, nor held back by what was undone.
        news.about = f"{about}, before"
        if news.sent_at and news.reader != by and is_of(term, news, groups, term.day(at)):
            term.news.append(News(news.kind, news.reader, words, f"{about} undone", at))


def withdraw(term: Term, reader: str, such: Callable[[News], object]) -> None:
    """What waits is "read through the same permissions as the pages" when it leaves."""
    term.news = [each for each in term.news if each.sent_at or each.reader != reader or not such(each)]


def near(day: date, today: date) -> str:
    names = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return names.get((day - today).days) or f"{day:%a} {day.day} {day:%B}"


def fellows(term: Term, group: str, day: date) -> set[str]:
    return {student.name for student in term.members(group, day)}


def is_of(term: Term, news: News, groups: Collection[str], day: date) -> bool:
    """ "Only to who is in it (in a closed cohort, on its last day) or leads it today, or whom it is about." """
    name, led = news.reader, term.led_by(news.reader, day)
    last = min(day, term.closed_on - DAY) if term.closed_on else day
    is_theirs = any(each in led or name in fellows(term, each, last) for each in groups)
    return not groups or is_theirs or name in term.admins or name in news.about.split()


def who_helps(term: Term, name: str, day: date) -> Iterable[str]:
    """ "The group’s mentors and stand-in, except those who are away or have not signed in; if nobody is left, the
    course admins; of a student in no group, whom the board names, nobody": nor of anybody who has left the cohort.
    """
    student = term.students[name]
    group = student.group_on(day)
    if group is None or (student.ended_on and student.ended_on <= day):
        return ()
    return set(term.mentors(group, day)) & term.signed_in or term.admins


def of_closing(term: Term, day: date) -> set[str]:
    """ "Its students and mentors." """
    students = {one.name for one in term.students.values() if one.ended_on is None or one.ended_on > day}
    return students | {lead.mentor for lead in term.leads if lead.end is None or lead.end > day}


def thread(news: News) -> str:
    """ "Repeated events about the same thing, such as one student’s requests for help"."""
    if news.about.startswith("dates of "):
        # "Several changes that wait come as one."
        return news.about.removesuffix(" undone")
    return news.about.partition(" with ")[0] if news.kind == "help" else news.about


def must_have_come(term: Term, news: News) -> bool:
    """Whether it left on its day: on a weekday, alone in its hour, and nothing of the same thread in the day before.

    "One mail per kind and thread until the reader has opened its page while signed in, or a day has passed." "If two of
    them wait, only the newer one is sent."
    """
    same = [
        each for each in term.news
        if each is not news and (each.kind, each.reader, thread(each)) == (news.kind, news.reader, thread(news))
    ]  # fmt: skip
    is_alone = all(abs(each.at - news.at) > HOUR for each in same)
    is_first = all(each.sent_at is None or each.sent_at < news.at - DAY for each in same)
    local = news.at.astimezone(term.zone)
    return not news.is_for_summary and local.weekday() < 5 and local.hour < LATE and is_alone and is_first
