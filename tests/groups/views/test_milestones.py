from django.urls import reverse

from courses.models import Material, Milestone
from tests.conftest import Cast, SignIn
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.messages import told


def titles(cast: Cast) -> list[str]:
    return list(cast.course.milestones.in_order().values_list("title", flat=True))


def test_milestone_new_comes_last_and_goes_on_with_another(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:milestone-new", args=["llm"])
    fields = {"title": "Agents", "week": "5", "planned_hours": "2.5"}
    again = as_("ines").post(url, fields | {"another": "1"})
    assert again["Location"] == url
    assert told(again) == ["“Agents” was added to LLM specialisation."]
    made = Milestone.objects.get(title="Agents")
    assert (made.position, made.week, str(made.planned_hours), made.course) == (5, 5, "2.50", cast.course)
    assert as_("ines").post(url, {"title": "Evaluation"})["Location"] == "/courses/llm/"
    assert titles(cast)[-2:] == ["Agents", "Evaluation"]


def test_milestone_edit_shows_both_versions_to_the_second_of_two(cast: Cast, as_: SignIn) -> None:
    cast.course.admins.create(person=cast.marta)
    url = reverse("groups:milestone-edit", args=[cast.milestones[0].pk])
    as_("marta").post(url, {"title": "Basics", "week": "1", "planned_hours": "3.5", "version": "1"})
    second = as_("ines").post(url, {"title": "LLM basics", "week": "1", "planned_hours": "4", "version": "1"})
    conflict = second.context["form"].conflict
    assert [(field.label, field.theirs, field.yours) for field in conflict.fields] == [
        ("Title", "Basics", "LLM basics"),
        ("Planned hours", "3.50", "4"),
    ]
    assert Milestone.objects.get(pk=cast.milestones[0].pk).title == "Basics"


def test_milestone_is_put_in_its_place_by_its_form(cast: Cast, as_: SignIn) -> None:
    url, fields = (
        reverse("groups:milestone-edit", args=[cast.milestones[3].pk]),
        {"title": "RAG", "version": "1"},
    )
    form = as_("ines").get(url).context["form"]
    assert (form["place"].value(), len(form.fields["place"].choices)) == (4, 4)
    answer = as_("ines").post(url, fields | {"place": "2"})
    assert answer["Location"] == reverse("groups:milestone-detail", args=[cast.milestones[3].pk])
    assert titles(cast) == ["LLM basics", "RAG", "Prompt engineering", "Indexation"]
    refused = as_("ines").post(url, fields | {"place": "5", "version": "2"})
    assert set(refused.context["form"].errors) == {"place"}


def test_milestone_delete_of_one_in_use_says_what_refers_to_it(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:milestone-delete", args=[cast.milestones[0].pk])
    for answer in (as_("ines").get(url), as_("ines").post(url)):
        page = answer.content.decode()
        assert "“LLM basics” is in use" in page
        assert "2 plan items" in page
        assert "remove it from the groups&#x27; plans" in page or "remove it from the groups' plans" in page
    assert len(titles(cast)) == 4


def test_milestone_delete_asks_and_deletes(cast: Cast, as_: SignIn) -> None:
    spare = MilestoneFactory.create(course=cast.course, position=5, title="Spare")
    MaterialFactory.create_batch(2, milestone=spare)
    url = reverse("groups:milestone-delete", args=[spare.pk])
    assert "Its 2 materials go with it" in as_("ines").get(url).content.decode()
    answer = as_("ines").post(url)
    assert told(answer) == ["Deleted “Spare”."]
    assert (len(titles(cast)), Material.objects.count()) == (4, 0)
