"""In the demo the last cohort's questions led to a change, and it shows: that is what the trends are for."""

from demo.loading import LoadedDemo
from people.models import Event
from questions.actions.telling import recipients_of_change
from questions.models import MaterialChange, MaterialNeed, Placement, Question, Topic
from tests.conftest import NOW
from trends.dashboards.effects import effects_of


def test_the_change_of_the_last_cohort_shows_an_effect(demo: LoadedDemo) -> None:
    key, videos = MaterialChange.objects.order_by("changed_on")
    effects = effects_of([key, videos], NOW)
    assert effects[key.pk].summary == (
        "fell by about 87%, asked 10 → 2 times in 12 → 18 student-weeks; unlikely to be chance alone"
    )
    across = effects[key.pk].across
    assert across is not None
    assert (across.before.students, across.after.students) == (9, 14)
    assert effects[videos.pk].summary.startswith("too early to say, asked 6 → 0 times so far")
    assert demo.past.cohort.closed_on is not None
    assert demo.past.cohort.closed_on <= key.changed_on < demo.now.cohort.starts_on <= videos.changed_on


def test_something_is_to_be_done_and_every_state_is_there(demo: LoadedDemo) -> None:
    needs = MaterialNeed.objects.select_related("question", "topic", "material")
    assert {(str(need.topic or need.question or need.material), need.state) for need in needs} == {
        ("Where the API key goes", "changed"),
        ("Are the four videos on how a network learns one series, or do I choose one?", "changed"),
        ("Versions of the ingestion notebook", "to_do"),
        ("My summary has numbers that are not in the text. What do I change?", "to_do"),
        ("A Simple Example", "to_do"),
        ("Which videos of the first week can I leave out?", "wont_change"),
    }
    assert {need.owner.name for need in needs if need.owner} == {"Inês Duarte"}


def test_topics_come_from_both_cohorts_and_have_a_past(demo: LoadedDemo) -> None:
    topics = Topic.objects.standing()
    assert topics.count() == 10
    assert [str(topic) for topic in topics.exclude(pinned_at=None)] == ["Versions of the ingestion notebook"]
    assert topics.filter(found_at__date__lt=demo.now.cohort.starts_on).count() == 2
    assert topics.filter(found_at=NOW).count() == 2
    both = [
        topic
        for topic in topics
        if {demo.past.cohort.pk, demo.now.cohort.pk}
        <= set(topic.placements.values_list("question__cohort", flat=True))
    ]
    assert len(both) == 8
    assert Placement.objects.count() == Question.objects.originals().count()


def test_the_next_cohort_finds_known_questions_at_every_milestone_it_takes(demo: LoadedDemo) -> None:
    known = Question.objects.known().filter(cohort=demo.past.cohort)
    milestones = demo.now.demo.milestones
    counts = {key: known.filter(milestone=milestone).count() for key, milestone in milestones.items()}
    assert counts == {
        "basics": 3, "prompts": 3, "ingestion": 3, "rag": 2, "tuning": 0, "agents": 0, "local": 1,
    }  # fmt: skip
    assert set(known.values_list("published_by__name", flat=True)) == {"Inês Duarte"}


def test_ana_is_told_what_changed_because_she_asked_and_nobody_is_mailed(demo: LoadedDemo) -> None:
    videos = MaterialChange.objects.order_by("changed_on")[1]
    told = recipients_of_change(videos, NOW, by=videos.made_by)
    assert "Ana Ruivo" in [one.name for one in told]
    assert MaterialChange.objects.filter(told_at=None).count() == 0
    assert not Event.objects.exists()
