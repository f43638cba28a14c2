"""A mail of each kind, in the words that its kind writes: for the gallery of mails, which needs no database."""

from people.models import User
from telling.mails import Mail, Part

BRUNO, MARTA, TOMAS, INES = (
    User(name=name, email=f"{name.partition(' ')[0].lower()}@example.com")
    for name in ("Bruno Sá", "Marta Pires", "Tomás Reis", "Inês Duarte")
)
ANSWER = """Set the proxy **before** you import the client:

```python
os.environ["HTTPS_PROXY"] = "http://proxy.example:3128"
```

- it holds for the notebook only
- the [page of the course](https://example.com/proxy) says more"""
ABOUT, MENTORED, STUDIED = "for Clover", "because you mentor Clover", "because you study in Clover"
GROUP, CHECK_IN = "/groups/4/", "/groups/4/check-ins/2026-W38/"

# By the name of the kind.
SAMPLES = {
    "help": Mail(
        subject="Bruno needs help with Prompt engineering",
        about=ABOUT,
        parts=(
            Part(
                "Marked today at 11:00. Due Sun 13 September. 1.5 h spent.",
                label="Prompt engineering",
                look="help",
            ),
            Part("How do I call the API from behind a company proxy?", label="Asked", look="quote"),
        ),
        label="Answer Bruno",
        path="/students/11/help/",
        why=MENTORED,
        reply_to=BRUNO,
    ),
    "blocker": Mail(
        subject="In the way of Bruno",
        about=ABOUT,
        parts=(Part("The proxy", label="Bruno", look="help"),),
        label="Open the check-in",
        path=CHECK_IN,
        why=MENTORED,
        reply_to=MARTA,
    ),
    "question": Mail(
        subject="Ana asks: Why the root?",
        about=ABOUT,
        heading="Why the root?",
        parts=(
            Part("Asked today at 11:00.", look="muted"),
            Part("Of *what*? The paper divides by the square root of the dimension.", look="markdown"),
            Part("Prompt engineering", label="About", path="/questions/milestones/2/"),
            Part("It was asked 3 times in the course."),
        ),
        label="Answer",
        path="/questions/71/#id_body",
        why=MENTORED,
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
    "change": Mail(
        subject="Changed because you asked: Why the root?",
        heading="The material was changed because you asked",
        parts=(
            Part("We explain the root first.", label="What was changed", look="quote"),
            Part("You asked", look="head"),
            Part("Why the root?", path="/questions/71/", look="row"),
        ),
        label="See your question",
        path="/questions/71/",
        why="because you asked",
        reply_to=INES,
        again="",
    ),
    "review": Mail(
        subject="Ana asks you to review RAG",
        about=ABOUT,
        parts=(
            Part("The second cell is slow.", label="Ana", look="quote"),
            Part("https://example.com/rag.ipynb", label="Code"),
        ),
        label="Open the review",
        path="/reviews/5/",
        why="because you review this code",
        reply_to=MARTA,
    ),
    "check-in": Mail(
        subject="Clover: what you agreed on yesterday",
        about=ABOUT,
        parts=(
            Part("The proxy keeps three of us busy. Marta asks IT.\nNext week: ingestion.", look="quote"),
            Part("What you agreed on", look="head"),
            Part("Finish the summarization notebook", label="by Fri 18 September", look="row"),
            Part("Send Marta the error of the proxy", note="for the whole group", look="row"),
        ),
        label="Open the check-in",
        path=CHECK_IN,
        why=STUDIED,
        reply_to=MARTA,
    ),
    "meeting": Mail(
        subject="Clover meets Fri 18 September instead",
        about=ABOUT,
        parts=(
            Part("In the week Mon 14 to Sun 20 September.", look="muted"),
            Part("Marta is at a conference on Thursday.", look="quote"),
        ),
        label="Open the check-in",
        path=CHECK_IN,
        why="because you belong to Clover",
        reply_to=MARTA,
    ),
    "begin": Mail(
        subject="You are in Clover",
        about=ABOUT,
        parts=(
            Part("You belong to Clover from Mon 31 August on."),
            Part("Bruno Sá, Chidi Okafor", label="Students"),
            Part("Marta Pires", label="Mentors"),
            Part("Thursdays 18:00, by video", label="Meets"),
        ),
        label="Open Clover",
        path=GROUP,
        why="because you belong to Clover",
        reply_to=MARTA,
        again="",
    ),
    "move": Mail(
        subject="You are in Juniper now",
        about="for Juniper",
        parts=(
            Part("You belong to Juniper from today on."),
            Part("Tomás Reis", label="Mentors"),
            Part("Thursdays 18:00, by video", label="Meets"),
        ),
        label="Open Juniper",
        path="/groups/5/",
        why="because it is your group",
        reply_to=TOMAS,
        again="",
    ),
    "mentor": Mail(
        subject="Tomás Reis is the cover of Clover",
        about=ABOUT,
        parts=(Part("Tomás Reis is the cover of Clover from today on."),),
        label="Open Clover",
        path=GROUP,
        why="because you belong to Clover",
        reply_to=TOMAS,
        again="",
    ),
    "away": Mail(
        subject="Clover needs a cover Mon 21 to Fri 25 September",
        about=ABOUT,
        parts=(Part("Marta Pires is away, and nobody else mentors Clover."),),
        label="Assign a cover",
        path="/groups/4/set-up/#mentors",
        why="because you run the course of Clover",
        reply_to=MARTA,
        again="",
    ),
    "dates": Mail(
        subject="New due dates for Clover",
        about=ABOUT,
        parts=(
            Part("Indexation", label="Sun 20 September", look="row"),
            Part("RAG", label="Mon 28 September", look="row"),
        ),
        label="See the whole plan",
        path=GROUP,
        why="because you belong to Clover",
        reply_to=MARTA,
    ),
    "closed": Mail(
        subject="Autumn 2026 is closed",
        about="for LLM specialisation",
        parts=(
            Part("Autumn 2026 of LLM specialisation is closed from today on: it can only be read."),
            Part("Thank you all. Spring begins in February.", label="Inês Duarte", look="quote"),
            Part("You finished the course."),
            Part("Its milestones, materials and known questions, and what you did, stay readable."),
            Part("Closed without an answer", look="head"),
            Part("Why the root?", path="/questions/71/", look="row"),
        ),
        label="Open my week",
        path="/week/",
        why="because you took part in Autumn 2026",
        reply_to=INES,
        again="",
    ),
    "request": Mail(
        subject="Inês answered a request of Clover",
        about=ABOUT,
        parts=(
            Part("Could we have a few notebooks in the cloud?", label="Asked", look="quote"),
            Part("Yes: **three**, from Monday on. Each of your group gets an invitation.", look="markdown"),
        ),
        label="Open the check-in",
        path=CHECK_IN,
        why="because you mentor Clover, or asked for it",
        reply_to=INES,
    ),
    "promise": Mail(
        subject="Bruno still needs help with Prompt engineering",
        about=ABOUT,
        parts=(Part("2 weekdays, promised within 1 weekday. Weekends and pauses do not count."),),
        label="Answer Bruno",
        path="/students/11/help/",
        why="because it waits for you",
    ),
    "channel": Mail(
        subject="The chat of Clover is told nothing more",
        about=ABOUT,
        parts=(
            Part("For a day nothing arrived in Slack at hooks.slack.com, so it was switched off."),
            Part("It answers 404.", label="The last time", look="muted"),
        ),
        label="Mend the channel",
        path="/channels/3/",
        why="because you added this channel",
    ),
    "concern": Mail(
        subject="Something was told in confidence",
        parts=(Part("It is in Trefoil only, for those who may read it."),),
        label="Read it",
        path="/concerns/2/",
        why="because you may read it",
        again="",
    ),
    "due": Mail(
        subject="Due Sun 20 September: Indexation, and 1 more",
        heading="Due soon",
        about=ABOUT,
        parts=(
            Part("Indexation", label="Sun 20 September", note="not begun yet", look="row"),
            Part("Read the paper", label="tomorrow", note="a step you agreed on", look="row"),
        ),
        label="Open my week",
        path="/week/4/",
        why="in the morning before something is due",
        again="",
    ),
    "check-in-due": Mail(
        subject="Today: Clover",
        heading="The check-in of today",
        about="Mon 14 to Sun 20 September",
        parts=(Part("Clover", label="Thursdays 18:00, by video", path=CHECK_IN, look="row"),),
        label="Log the check-in",
        path=CHECK_IN,
        why="on the day on which a group of yours meets",
        again="",
    ),
    "check-in-late": Mail(
        subject="Not logged yet: the check-in of Clover",
        about="Mon 14 to Sun 20 September",
        parts=(
            Part("If you did not meet, say so: that is a click, and counts as logged."),
            Part("Clover", path=CHECK_IN, look="row"),
        ),
        label="Log the check-in",
        path=CHECK_IN,
        why="once, when a check-in is late",
        again="",
    ),
    "reminder": Mail(
        subject="Not logged yet: the check-in of Clover",
        about=ABOUT,
        parts=(
            Part("Inês Duarte asks for it. If you did not meet, say so: that is a click, and counts as logged."),
            Part("Mon 14 to Sun 20 September", path=CHECK_IN, look="row"),
        ),
        label="Log the check-in",
        path=CHECK_IN,
        why=MENTORED,
        reply_to=INES,
        again="Nobody is reminded twice a day.",
    ),
    "digest": Mail(
        subject="Your week: Bruno needs help, 1 meeting",
        heading="Bruno needs help, 1 meeting",
        parts=(
            Part(
                "Asked 3 days ago, promised within 1 weekday; 1 milestone behind: Prompt engineering",
                label="Bruno, Clover: needs help with Prompt engineering",
                note="“How do I call the API from behind a company proxy?”",
                path="/students/11/",
                look="help",
            ),
            Part(
                "Silent for 8 days; 2 milestones behind",
                label="Emre, Juniper: was marked as stuck",
                path="/students/15/",
                look="help",
            ),
            Part(
                "The check-in of last week is not logged.", label="Juniper", path="/groups/5/check-ins/", look="row"
            ),
            Part("Your meetings", look="head"),
            Part("Clover", label="Thu 24 September 18:00", path=GROUP, look="row"),
            Part("Asked, and not answered", look="head"),
            Part("Why the root?", note="Ana · open 1 weekday", path="/questions/71/", look="row"),
            Part("What waited for this mail", look="head"),
            Part("New due dates for Clover", path=GROUP, look="row"),
        ),
        label="Open my groups",
        path="/groups/",
        why="every Monday at 8:00, your time",
        again="What you were told at once is not repeated, unless it still waits.",
    ),
}  # fmt: skip
