"""Tags and filters of the templates of telling/mails."""

from collections.abc import Iterable
from datetime import date, timedelta

from django import template
from django.template import Context

from lib.days import moment_label, near_day
from lib.markdown_pictures import keys_in, without_pictures
from lib.marks import PersonMark
from lib.text import counted, joined
from telling.mails import Part

# Longest text that somebody wrote, in characters.
LONGEST = 3_000

# The hues by day, as in static/css/tokens.css: a mail says its colours itself.
HUES = ("#f1efe8", "#2c5f8d", "#6a4fa3", "#8c3f70", "#23696e", "#6f5a33", "#4b5b6c")
# The tones of `tracker.standing.Words`.
TONES = {"help": "#a8281e", "late": "#874a00", "quiet": "#56615a"}

register = template.Library()
register.filter(joined)
register.filter(near_day)
register.simple_tag(moment_label)


@register.filter
def on_day(day: date, today: date) -> str:
    """Return "today", "tomorrow", else "on Tue 17 November"."""
    return near_day(day, today) if abs(day - today) <= timedelta(days=1) else f"on {near_day(day, today)}"


@register.filter
def hue_colour(hue: int | None) -> str:
    return HUES[hue or 0]


@register.filter
def tone_colour(tone: str) -> str:
    return TONES[tone]


@register.simple_block_tag
def words(content: str) -> str:
    """Name what it holds: {% words as by %}By {{ day }}{% endwords %}."""
    return " ".join(content.split())


@register.simple_block_tag(takes_context=True)
def part(
    context: Context,
    content: str,
    look: str = "text",
    *,
    label: object = "",
    note: str = "",
    path: str = "",
    people: Iterable[PersonMark] = (),
) -> str:
    """Add a `telling.mails.Part`, unless it has no text. Markdown links to `path` if it has pictures.

    Args:
        people: whom it is about. Without other text it names them.
    """
    text, people = content.strip(), tuple(people)
    if people and not text and look == "text":
        look, text = "people", joined(who.name for who in people)
    if look in ("markdown", "words"):
        count = len(keys_in(text))
        text, note, path = (
            without_pictures(text),
            counted(count, "picture") if count else "",
            path if count else "",
        )
    if look not in ("quote", "markdown", "words"):
        text = " ".join(text.split())
    elif len(text) > LONGEST:
        text = f"{text[:LONGEST].rstrip()} …"
    if text:
        # Stripped, a text is no longer marked as safe, as those of a template are: the HTML of a mail escapes it.
        context["parts"].append(
            Part(
                text,
                label=str(label).strip(),
                note=note.strip(),
                path=path.strip(),
                look=look,
                people=people,
            )
        )
    return ""
