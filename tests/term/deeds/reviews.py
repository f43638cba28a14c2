"""Code reviews: a student asks another one of the group, who approves it or asks for changes, and may undo that."""

from tests.term.deeds.students import active
from tests.term.model.facts import Review
from tests.term.pages import Page
from tests.term.world import World


def asks_for_review(world: World, name: str) -> None:
    term = world.term
    group = term.students[name].group_on(world.today) or ""
    url = world.group_url(group, "reviews/request/")
    page = world.get(name, url)
    if not page.tree.first("input", name="reviewer"):
        return
    form = page.form(url, "Ask for a review")
    others = {f"{world.people[one.name].enrolment}": one.name for one in term.members(group, world.today)}
    reviewer = others[world.dice.choice(form.options["reviewer"])[0]]
    milestone = world.dice.choice(sorted(world.milestones))
    is_mutual = any(
        (one.author, one.reviewer, one.milestone) == (reviewer, name, milestone) for one in term.reviews
    )
    if is_mutual:
        # "not somebody whose code the author reviews"
        return
    code = f"https://code.example.com/{name.lower()}/{len(term.reviews)}"
    fill = {"reviewer": world.people[reviewer].enrolment, "milestone": world.milestones[milestone]}
    world.send(name, form, {**fill, "url": code, "note": "The loop is new."}, button="Ask for a review")
    made = Review(name, reviewer, milestone, group, code, world.now)
    term.reviews.append(made)
    active(world, name)
    of_turn(world, made, name)
    world.did(f"asks for a review: {milestone} of {reviewer}", reviewer, by=name)


def of_turn(world: World, review: Review, by: str) -> None:
    """ "The reviewer or the author, when it is their turn, while they are enrolled": what one of them asks for is over
    when they are not.
    """
    reader = review.reviewer if review.state == "requested" else review.author
    words = {
        "requested": "asks you to review",
        "changes_asked": "asks for changes to",
        "approved": "approved",
    }
    title = world.term.milestones[review.milestone].title
    said = (f"{by} {words[review.state]} {title}",)
    # Whose mail still waits hears only the latest.
    world.take_back(review.url)
    sides = [reader] if review.state == "approved" else [review.author, review.reviewer]
    students = [world.term.students[side] for side in sides]
    world.tell_later(
        "review", review.url, by,
        lambda day: ([reader] if all(one.ended_on is None for one in students) else [], said),
    )  # fmt: skip


def page_of(world: World, name: str, review: Review) -> Page | None:
    """By the link of the list of reviews; none while it may not be changed by them, as after a move."""
    title = f"{review.author} Silva’s {world.term.milestones[review.milestone].title}"
    for node in world.get(name, "/reviews/").main.all("a"):
        if node.text == title or node.text.endswith(f" {title}"):
            page = world.get(name, node.attrs["href"])
            if review.url in page.html:
                return page
    return None


def judges(world: World, name: str) -> None:
    waiting = [one for one in world.term.reviews if one.reviewer == name and one.state == "requested"]
    page = page_of(world, name, waiting[0]) if waiting else None
    if page is None or "Your review" not in page.html:
        return
    review, approves = waiting[0], world.chance(0.5)
    form = page.form("/approve/", "Approve")
    answer = world.send(
        name, form, {"note": "Shorter names, please."}, button="Approve" if approves else "Ask for changes"
    )
    review.state, review.changed_at = "approved" if approves else "changes_asked", world.now
    active(world, name)
    waits = [news for news in world.term.news if news.about == review.url and not news.sent_at]
    of_turn(world, review, name)
    world.did(f"judges: {review.milestone} of {review.author} {review.state}", review.author, by=name)
    if world.chance(0.2):
        world.send(name, next(form for form in answer.forms() if form.action.endswith("/undo/")))
        review.state, review.changed_at = "requested", world.now
        world.take_back(review.url)
        world.term.news += waits
        world.did(f"undoes a review: {review.milestone} of {review.author}", review.author, by=name)


def hands_in_again(world: World, name: str) -> None:
    waiting = [one for one in world.term.reviews if one.author == name and one.state == "changes_asked"]
    page = page_of(world, name, waiting[0]) if waiting else None
    if page is None or "Resubmit" not in page.html:
        return
    review = waiting[0]
    world.send(name, page.form("/hand-in/", "Resubmit"), button="Resubmit")
    review.state, review.changed_at = "requested", world.now
    active(world, name)
    of_turn(world, review, name)
    world.did(f"hands in again: {review.milestone}", review.reviewer, by=name)
