"""A picture is pasted into a question, answered with another, and published; what goes wrong is said beside it."""

import base64
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from questions.models import Picture, Question
from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.pictures import picture_file

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SCREEN = picture_file(size=(1_800, 900))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
# A browser lets no script put a picture into the real clipboard.
PASTE = """([type, files, words]) => {
  const held = new DataTransfer();
  for (const file of files) {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    held.items.add(new File([bytes], "image.png", { type: "image/png" }));
  }
  if (words) held.setData("text/plain", words);
  const told = { bubbles: true, cancelable: true };
  const event = type === "paste"
    ? new ClipboardEvent(type, { ...told, clipboardData: held })
    : new DragEvent(type, { ...told, dataTransfer: held });
  document.activeElement.dispatchEvent(event);
}"""


def hand(page: Page, *files: bytes, by: str = "paste", words: str = "") -> None:
    page.evaluate(PASTE, [by, [base64.b64encode(file).decode() for file in files], words])


def is_loaded(picture: Locator) -> bool:
    return bool(picture.evaluate("(picture) => picture.decode().then(() => picture.naturalWidth > 0)"))


def check(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_picture_is_asked_answered_and_published(cast: Cast, page_as: PageAs) -> None:
    ana = page_as("ana", viewport=PHONE)
    ana.goto(f"/groups/{cast.clover.pk}/questions/new/")
    ana.get_by_label("What do you want to know?").fill("Why does the notebook not find my key?")
    ana.get_by_text("Who sees it, material, kind").click()
    ana.get_by_label("everybody in the course").check()
    ana.get_by_label("Milestone").select_option(label=cast.milestones[0].title)
    detail = ana.get_by_label("Details")
    detail.fill("This is what I see")
    hand(ana, SCREEN)
    line = ana.locator(".picture")
    expect(line).to_have_count(1)
    # The cursor stays where one writes.
    detail.press_sequentially(":")
    assert is_loaded(line.locator("img"))
    line.get_by_label("What it shows").fill("A terminal [with] a KeyError")
    expect(detail).to_have_value(
        re.compile(r"^This is what I see:\n\n!\[A terminal with a KeyError\]\(/pictures/\S+/\)\n$")
    )
    check(ana)
    ana.get_by_role("button", name="Ask", exact=True).last.click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Why does the notebook not find my key?")
    question = Question.objects.get()

    marta = page_as("marta")
    marta.goto(question.get_absolute_url())
    shown = marta.get_by_role("img", name="A terminal with a KeyError")
    assert is_loaded(shown)
    marta.get_by_label("Your answer").fill("Like this:")
    hand(marta, SCREEN, by="drop")
    marta.locator(".picture").get_by_label("What it shows").fill("A cell that reads the key")
    marta.get_by_role("button", name="Answer", exact=True).click()
    assert is_loaded(marta.get_by_role("img", name="A cell that reads the key"))
    check(marta)

    ines = page_as("ines", viewport=PHONE)
    ines.goto(question.get_absolute_url())
    ines.locator("summary", has_text="More").click()
    ines.get_by_role("button", name="Publish as frequent question").click()
    expect(ines.get_by_role("heading", level=1)).to_have_text("Publish with these pictures?")
    assert all(is_loaded(picture) for picture in ines.locator(".prose img").all())
    check(ines)
    ines.get_by_role("button", name="Publish", exact=True).click()
    expect(ines.locator(".messages")).to_contain_text("is published")

    ana.goto(reverse("questions:milestone-questions", args=[cast.milestones[0].pk]))
    ana.locator(".known summary").click()
    expect(ana.locator(".known img")).to_have_count(2)
    assert Picture.objects.used().count() == 2


def test_what_goes_wrong_with_a_picture_is_said_and_nothing_is_lost(
    cast: Cast, page_as: PageAs, tmp_path: Any
) -> None:
    page = page_as("ana")
    page.goto(f"/groups/{cast.clover.pk}/questions/new/")
    detail, wrong = page.get_by_label("Details"), page.locator("[data-pictures] [role=alert]")
    detail.fill("I see:")
    # A table of a sheet comes as words and as a picture of them.
    hand(page, SCREEN, words="a\tb")
    expect(page.locator(".picture, [data-sending]")).to_have_count(0)
    drawing = tmp_path / "drawing.png"
    drawing.write_bytes(SVG)
    page.get_by_label("Add a picture").set_input_files(drawing)
    expect(wrong).to_have_text(
        "This file is not a picture that can be shown. Choose a PNG, JPEG or WebP file."
    )
    hand(page, bytes(4_000_001))
    expect(wrong).to_contain_text("larger than 4 MB")
    expect(detail).to_have_value("I see:")

    # While it is on the way nothing else is sent, and it can be cancelled.
    waiting: list[Route] = []
    page.route("**/pictures/add/", lambda route: waiting.append(route))
    hand(page, SCREEN)
    expect(page.get_by_role("progressbar", name="Sending the picture")).to_be_visible()
    page.get_by_label("What do you want to know?").fill("Why?")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    expect(wrong).to_have_text("Wait until the picture is sent, or cancel it.")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-sending]")).to_have_count(0)
    page.unroute("**/pictures/add/")

    hand(page, SCREEN, SCREEN, SCREEN, SCREEN)
    expect(wrong).to_have_text("At most 3 pictures. Remove one first.")
    expect(page.locator(".picture")).to_have_count(3)
    page.locator(".picture").nth(1).get_by_role("button", name="Remove").click()
    expect(page.locator(".picture")).to_have_count(2)
    # Text that the browser kept still names them; it says which picture is gone by then.
    gone = page.locator(".picture").first.get_attribute("data-key")
    page.route(f"**/pictures/{gone}/", lambda route: route.fulfill(body=b"", content_type="image/webp"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(".picture")).to_have_count(2)
    expect(page.locator(".picture").first).to_contain_text("This picture is gone")
    assert is_loaded(page.locator(".picture img"))


def test_without_a_script_a_picture_is_chosen_in_the_form(cast: Cast, page_as: PageAs, tmp_path: Any) -> None:
    page = page_as("ana", java_script_enabled=False)
    page.goto(f"/groups/{cast.clover.pk}/questions/new/")
    screen = tmp_path / "screen.png"
    screen.write_bytes(SCREEN)
    page.get_by_label("Add a picture").set_input_files(screen)
    page.get_by_label("What it shows").fill("A terminal")
    page.get_by_label("Details").fill("I see:")
    # Refused for another reason, it has the picture.
    page.get_by_label("What do you want to know?").evaluate("(field) => field.removeAttribute('required')")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    expect(page.get_by_label("Details")).to_have_value(re.compile(r"^I see:\n\n!\[A terminal\]\(/pictures/"))
    page.get_by_label("What do you want to know?").fill("Why?")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    expect(page.get_by_role("img", name="A terminal")).to_be_visible()
