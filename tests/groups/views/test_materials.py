import pytest
from django.urls import reverse

from courses.models import Material, Milestone
from tests.conftest import TODAY, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.questions import QuestionFactory
from tests.messages import told


def page_of(milestone: Milestone) -> str:
    return reverse("groups:milestone-detail", args=[milestone.pk])


def titles(milestone: Milestone) -> list[str]:
    return [material.title for material in milestone.materials.in_order()]


@pytest.mark.parametrize("many", [1, 30])
def test_milestone_detail_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    MaterialFactory.create_batch(many, milestone=cast.milestones[0])
    MaterialFactory.create_batch(many, milestone=cast.milestones[0], retired_on=TODAY)
    browser = as_("ines")
    with django_assert_num_queries(7):
        answer = browser.get(page_of(cast.milestones[0]))
    assert (len(answer.context["materials"]), len(answer.context["archived"])) == (many, many)


def test_material_add_leaves_the_form_ready_for_the_next(cast: Cast, as_: SignIn) -> None:
    basics = cast.milestones[0]
    url = reverse("groups:material-add", args=[basics.pk])
    for title in ("Tokens", "Attention"):
        answer = as_("ines").post(
            url, {"title": title, "url": "https://example.com/a", "kind": "video", "minutes": "12"}
        )
        assert answer["Location"] == f"{page_of(basics)}#add"
    assert told(answer) == ["“Attention” was added. You can add another one."]
    assert titles(basics) == ["Tokens", "Attention"]


def test_material_add_keeps_what_was_typed_beside_what_is_wrong(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:material-add", args=[cast.milestones[0].pk])
    answer = as_("ines").post(url, {"title": "Tokens", "url": "javascript:alert(1)", "kind": "page"})
    page = answer.content.decode()
    assert answer.context["form"].errors == {"url": ["Enter a full URL, starting with https:// or http://."]}
    assert 'value="Tokens"' in page
    assert 'value="javascript:alert(1)"' in page
    assert titles(cast.milestones[0]) == []


def test_material_edit_saves(cast: Cast, as_: SignIn) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0])
    fields = {"title": "Attention", "url": "", "kind": "exercise", "is_optional": "on", "version": "1"}
    answer = as_("ines").post(reverse("groups:material-edit", args=[material.pk]), fields)
    assert answer["Location"] == page_of(cast.milestones[0])
    material.refresh_from_db()
    assert (material.title, material.kind, material.is_optional, material.changed_by) == (
        "Attention", "exercise", True, cast.ines,
    )  # fmt: skip


def test_material_archive_and_restore(cast: Cast, as_: SignIn) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    as_("ines").post(reverse("groups:material-archive", args=[material.pk]))
    shown = as_("ines").get(page_of(cast.milestones[0]))
    assert (shown.context["materials"], shown.context["archived"]) == ([], [material])
    answer = as_("ines").post(reverse("groups:material-restore", args=[material.pk]))
    assert told(answer) == ["“Tokens” restored: students can see it again."]
    assert list(Material.objects.in_use()) == [material]


def test_material_delete_of_one_that_was_used_offers_to_archive_it(cast: Cast, as_: SignIn) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    QuestionFactory.create(membership=cast.ana, material=material)
    url = reverse("groups:material-delete", args=[material.pk])
    for answer in (as_("ines").get(url), as_("ines").post(url)):
        page = answer.content.decode()
        assert "1 question" in page
        assert reverse("groups:material-archive", args=[material.pk]) in page
    assert Material.objects.filter(pk=material.pk).exists()


def test_material_delete_of_an_unused_one(cast: Cast, as_: SignIn) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    url = reverse("groups:material-delete", args=[material.pk])
    assert "Delete this material?" in as_("ines").get(url).content.decode()
    assert told(as_("ines").post(url)) == ["Deleted “Tokens”."]
    assert not Material.objects.exists()
