"""Take the pictures of README and docs anew: `DEBUG=1 bin/pictures.py http://127.0.0.1:8000`, from a demo just made.

It gives two files to import, which stay there as drafts.
"""

import os
import re
import sys
from pathlib import Path
from typing import Literal

import django
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, sync_playwright

TOP = Path(__file__).resolve().parent.parent
IMAGES = TOP / "docs/img"
CHANGE = "The page on prompting begins with the API key."
MAILS: tuple[tuple[str, str, Literal["light", "dark"], int], ...] = (
    ("help_needed", "mail-help", "light", 640),
    ("question_answered", "mail-answer-phone", "dark", 390),
    ("digest-mentor", "mail-digest", "light", 640),
)
PEOPLE = """Nome,E-mail,Grupo
Ana Ruivo,ana@demo.example,Clover
Kaito Mori,kaito@demo.example,Tansy
Leila Haddad,leila@demo.example,Rowan
Tomasz Nowak,tomasz@demo,Rowan
"""
SHEET: dict[str, list[tuple[object, ...]]] = {
    "Tracker": [
        ("Group:", "Clover"),
        ("Name", "Discord", "LLM basics", "RAG (retrieval)", "Hours RAG"),
        ("Ana Ruivo", "@ana", "yes", "12/11", 2.5),
        ("Ravi", "@ravi_m", "almost", "", 1),
        ("Nguyen", "@trang", "yes", "3/11", 3),
    ],
}


def workbook(path: Path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in SHEET.items():
        tab = book.create_sheet(name)
        for row in rows:
            tab.append(list(row))
    book.save(path)
    return path


def sign_in(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name=name).click()


def picture(page: Page, name: str, height: int, *, width: int = 1200) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def give(page: Page, kind: str, file: Path) -> None:
    page.goto("/")
    # Behind *More*.
    imports = page.locator(".daily a", has_text="Import").first.get_attribute("href")
    page.goto(f"{imports}{kind}/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Check").click()


def take(page: Page) -> None:
    take_home_pages(page)
    sign_in(page, "Inês")
    picture(page, "board", 900)
    page.goto("/courses/")
    page.get_by_role("main").get_by_role("link", name="Large Language").first.click()
    page.goto(re.sub(r"(/courses/[^/]+/).*", r"\1changes/", page.url))
    page.get_by_role("link", name=CHANGE).first.click()
    picture(page, "did-it-help", 1000)
    take_imports(page)


def take_imports(page: Page) -> None:
    people = IMAGES / "people.csv"
    people.write_text(PEOPLE)
    give(page, "roster", people)
    people.unlink()
    page.get_by_role("button", name="Preview changes").click()
    picture(page, "import-preview", 760)
    sheet = workbook(IMAGES / "Clover.xlsx")
    give(page, "sheet", sheet)
    sheet.unlink()
    picture(page, "import-tabs", 900)
    page.locator("#questions").evaluate("section => section.scrollIntoView()")
    page.screenshot(path=IMAGES / "import-questions.png", animations="disabled")


def take_home_pages(page: Page) -> None:
    sign_in(page, "Ana")
    page.goto("/week/")
    picture(page, "my-week-phone", 844, width=390)
    sign_in(page, "Marta")
    page.goto("/groups/")
    picture(page, "my-groups", 1100)
    page.get_by_role("link", name=re.compile("^Log check-in ?: Clover")).first.click()
    picture(page, "check-in", 960)


def written_mails() -> dict[str, str]:
    """The HTML of one mail of each kind, from the database of the demo."""
    sys.path.insert(0, str(TOP))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.mail_samples import rendered, samples

    return {name: rendered(mail, "html") for name, _, mail in samples(timezone.now())}


def take_mails(browser: Browser, mails: dict[str, str]) -> None:
    """As wide as a mail is at a desk, or a phone."""
    for name, file, scheme, width in MAILS:
        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 200})
        page.set_content(mails[name])
        page.screenshot(path=IMAGES / f"{file}.png", full_page=True)
        page.close()


if __name__ == "__main__":
    mails = written_mails()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            channel="chromium",
            executable_path=next(iter(sys.argv[2:]), None),
            # The one without windows would set letters wider.
            args=["--font-render-hinting=none"],
        )
        take_mails(browser, mails)
        take(browser.new_page(base_url=sys.argv[1], color_scheme="light"))
        browser.close()
