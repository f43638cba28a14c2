"""Each home page is one screen: how much may be on it, counted in the demo of a Tuesday and of a Saturday.

Something else on the page makes room for whatever is added. Words, fields and headings are those that are visible
when the page opens; what is folded counts by its one line, and marks of people do not count.
"""

from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import Page

from courses.models import Cohort
from groups.actions.forming import propose
from groups.models import Enrolment, Group, Proposal
from people.models import Invitation, User
from sheets.models import SheetImport
from tests.browser.conftest import PageAs, settled
from tests.browser.test_every_page import faults_between
from tests.sheets.importing import previewed
from tests.sheets.workbooks import Rows, workbook

pytestmark = pytest.mark.browser

DESK = {"width": 1440, "height": 900}
TABLETS = (744, 820)
PHONE = {"width": 390, "height": 844}

COUNT = """() => {
    const isSeen = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
        && !node.closest(".visually-hidden, .skip-link, .mark, [hidden]");
    const seen = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    let words = 0;
    while (texts.nextNode()) {
        const parent = texts.currentNode.parentElement;
        if (isSeen(parent) && !parent.closest("script, style, option")) {
            words += texts.currentNode.data.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length;
        }
    }
    return {
        words,
        fields: seen("input:not([type=hidden]), select, textarea").length,
        headings: seen("h1, h2, h3, h4, h5, h6").length,
        height: document.documentElement.scrollHeight,
    };
}"""


@dataclass
class Size:
    """The amount on a page: visible words of its main part, fields and headings, and its height in px."""

    words: int
    fields: int
    headings: int
    desk: int
    phone: int


def size_of(page: Page, address: str, name: str = "") -> Size:
    page.set_viewport_size(PHONE)
    open_page(page, address, name)
    phone = page.evaluate(COUNT)["height"]
    page.set_viewport_size(DESK)
    open_page(page, address, name)
    counted = page.evaluate(COUNT)
    return Size(counted["words"], counted["fields"], counted["headings"], counted["height"], phone)


def open_page(page: Page, address: str, name: str) -> None:
    if name == "my week, with news":
        Enrolment.objects.update(news_read_at=None)
    page.goto(address)
    settled(page)


def history_of(student: User) -> str:
    return reverse("tracker:student-detail", args=[student.enrolments.get().pk])


def propose_three_groups(admin: User) -> Proposal:
    """For the ten of the next cohort who come first by name, whom publishing invites, and one of their mentors."""
    cohort = Cohort.objects.latest("starts_on")
    first = list(cohort.enrolments.order_by("person__name")[:10])
    cohort.enrolments.exclude(pk__in=[enrolment.pk for enrolment in first]).delete()
    new = [*(enrolment.person_id for enrolment in first), User.objects.get(name="Henrik Lindqvist").pk]
    User.objects.filter(pk__in=new).update(last_login=None, password="!")
    Invitation.objects.filter(person__in=new).delete()
    return propose(cohort=cohort, by=admin, at=timezone.now())


# As teams have them: salaries and an old column are hidden, and no header says who it is.
PODS: Rows = [
    ["Pod", "Learner", "E-mail", "Mentor", "salary", "RAG OLD", "LLM basics", "Prompt engineering", "Indexation", "RAG",
     "Private note"],
    ["Topaz", "Yul Vane", "yul@h.example", "Zed Wick", 41000, True, True, True, False, False, "often late"],
    ["Topaz", "Zia Abel", "zia@h.example", "Zed Wick", 41000, True, True, False, False, False, None],
    ["Onyx", "Art Bond", "art@h.example", "Rita Moss", 38500, True, True, True, True, False, None],
    ["Onyx", "Kat Fry", "kat@h.example", "Rita Moss", 52000, True, True, True, False, False, "is leaving"],
]  # fmt: skip
THURSDAYS: Rows = [
    ["Hello all"],
    [None, "Ana", "Bruno", "Chidi"],
    ["12 Nov", "P", "A", "P"],
    ["19 Nov", "P", "P", "L"],
]


def sheets_of(admin: User, cohort: Cohort) -> list[SheetImport]:
    """One whose columns are to be chosen, and one that is not recognised."""

    def hide(book: Workbook) -> None:
        for letter in "EFK":
            book["Pods"].column_dimensions[letter].hidden = True

    files = {"Pods": workbook({"Pods": PODS}, hide), "Thursdays": workbook({"Thursdays": THURSDAYS})}
    return [
        previewed("sheet", (f"{name}.xlsx", content), by=admin, cohort=cohort)
        for name, content in files.items()
    ]


AT_MOST = {
    "my week, with news": Size(words=205, fields=13, headings=5, desk=1060, phone=1980),
    "my week": Size(words=175, fields=13, headings=4, desk=990, phone=1850),
    "my groups": Size(words=210, fields=8, headings=5, desk=1300, phone=1900),
    "Clover's check-in": Size(words=165, fields=22, headings=6, desk=1060, phone=2300),
    "Clover's agenda": Size(words=120, fields=1, headings=3, desk=900, phone=1100),
    "board": Size(words=170, fields=0, headings=6, desk=1000, phone=1880),
    "questions": Size(words=225, fields=0, headings=5, desk=1070, phone=1720),
    "publish": Size(words=160, fields=4, headings=6, desk=1060, phone=1900),
    "new cohort": Size(words=100, fields=8, headings=2, desk=950, phone=1350),
    "everybody": Size(words=150, fields=3, headings=1, desk=1450, phone=1700),
    "people": Size(words=130, fields=1, headings=1, desk=1100, phone=1400),
    "groups": Size(words=115, fields=0, headings=1, desk=950, phone=1050),
    "Bruno's history": Size(words=385, fields=0, headings=4, desk=1450, phone=2500),
    "own history": Size(words=320, fields=0, headings=4, desk=1300, phone=2250),
    "privacy": Size(words=140, fields=0, headings=4, desk=900, phone=1140),
    "what is what": Size(words=205, fields=11, headings=2, desk=920, phone=1460),
    "what is what, unknown": Size(words=95, fields=5, headings=2, desk=900, phone=950),
    "export": Size(words=180, fields=5, headings=5, desk=920, phone=1740),
    "trends": Size(words=265, fields=0, headings=7, desk=1080, phone=2170),
    "topics": Size(words=310, fields=2, headings=1, desk=920, phone=1560),
}
# Heights on a small tablet, and on a larger one.
TALL_AT_MOST = {
    "my week, with news": (1450, 1450),
    "my week": (1400, 1400),
    "my groups": (1550, 1450),
    "Clover's check-in": (1600, 1600),
    "Clover's agenda": (1200, 1200),
    "questions": (1250, 1230),
    "board": (1700, 1700),
    "publish": (1300, 1200),
    "new cohort": (1180, 1180),
    "people": (1180, 1180),
    "groups": (1180, 1180),
    "everybody": (1700, 1650),
    "Bruno's history": (1900, 1900),
    "own history": (1700, 1700),
    "privacy": (1180, 1180),
    "what is what": (1180, 1180),
    "what is what, unknown": (1180, 1180),
    "export": (1180, 1180),
    "trends": (1270, 1230),
    "topics": (1180, 1180),
}
# Names of 40 letters may take a fifth more, and are broken in any column.
LONG = "Wolfeschlegelsteinhausenberger Dorffmann"
# A sheet has a row a student, whose name is then three lines on a phone.
LONGER = {("my groups", "phone"): 1.4}


@pytest.mark.parametrize(("day", "names"), [(15, (1.0, 1.2)), (19, (1.0,))])
def test_home_pages_are_one_screen(
    page_of: PageAs, transactional_db: None, day: int, names: tuple[float, ...]
) -> None:
    too_much = set()
    with time_machine.travel(datetime(2026, 9, day, 10, tzinfo=UTC)):
        call_command("load_demo", stdout=StringIO())
        ana, bruno, marta, ines = (
            User.objects.get(name=name) for name in ("Ana Ruivo", "Bruno Sá", "Marta Pires", "Inês Duarte")
        )
        of_ana, of_marta, of_ines = (page_of(person) for person in (ana, marta, ines))
        clover = Group.objects.get(name="Clover")
        pods, thursdays = sheets_of(ines, clover.cohort)
        pages = {
            "my week, with news": (of_ana, "/"),
            "my week": (of_ana, "/"),
            "my groups": (of_marta, "/"),
            # It meets on Wednesday.
            ("Clover's agenda" if day < 16 else "Clover's check-in"): (
                of_marta,
                reverse("tracker:check-in-now", args=[clover.pk]),
            ),
            "questions": (of_ana, reverse("questions:question-list")),
            "board": (of_ines, "/"),
            "publish": (of_ines, reverse("tracker:proposal", args=[propose_three_groups(ines).cohort_id])),
            "new cohort": (of_ines, reverse("tracker:cohort-new", args=[clover.cohort.course.slug])),
            "everybody": (of_ines, reverse("tracker:everybody", args=[clover.cohort_id])),
            "people": (of_ines, reverse("groups:cohort-people", args=[clover.cohort_id])),
            "groups": (of_ines, reverse("tracker:cohort-groups", args=[clover.cohort_id])),
            "Bruno's history": (of_marta, history_of(bruno)),
            "own history": (of_ana, history_of(ana)),
            "privacy": (of_ana, reverse("tracker:privacy")),
            "what is what": (of_ines, reverse("sheets:import-tabs", args=[pods.pk])),
            "what is what, unknown": (of_ines, reverse("sheets:import-tabs", args=[thursdays.pk])),
            "export": (of_ines, reverse("sheets:export", args=[clover.cohort_id])),
            "trends": (of_ines, reverse("trends:trends", args=[clover.cohort.course.slug])),
            "topics": (of_ines, reverse("trends:topic-list", args=[clover.cohort.course.slug])),
        }
        for more in names:
            if more > 1:
                User.objects.update(name=LONG)
                # A row a student is as high as the name.
                for name in ("everybody", "people", "groups"):
                    del pages[name]
            for name, (page, address) in pages.items():
                counts = zip(
                    asdict(size_of(page, address, name)).items(), astuple(AT_MOST[name]), strict=True
                )
                for (what, counted), most in counts:
                    may_be = most * (LONGER.get((name, what), more) if more > 1 else 1)
                    if counted > may_be:
                        too_much.add(f"{name}: {counted} {what}, {may_be:g} at most")
                if more == 1:
                    for width, most_high in zip(TABLETS, TALL_AT_MOST[name], strict=True):
                        page.set_viewport_size({"width": width, "height": 1180})
                        height = page.evaluate(COUNT)["height"]
                        if height > most_high:
                            too_much.add(f"{name}: {height} px tall at {width}, {most_high} at most")
                    too_much |= {f"{name}: {fault}" for fault in faults_between(page)}
    assert too_much == set()
