from courses.forms.course import CourseForm, ThresholdsForm
from courses.models import Course
from tests.conftest import NOW, Cast
from tracker.standing import Thresholds


def test_thresholds_form_holds_every_threshold_and_names_its_default() -> None:
    form = ThresholdsForm(instance=Course())
    fields = {name: field for name, field in form.fields.items() if name != "version"}
    promises = {"question_days", "review_days"}
    assert set(fields) == set(Thresholds.__dataclass_fields__) - {"weekly_minutes"} | promises
    for name, field in fields.items():
        by_length = (
            ", or a quarter of the course if that is less" if name in ("silent_days", "grace_days") else ""
        )
        assert str(field.help_text).endswith(f"Default: {getattr(Course(), name) or 14}{by_length}."), name


def test_thresholds_form_refuses_what_makes_no_sense(cast: Cast) -> None:
    typed = {
        name: str(getattr(cast.course, name) or "") for name in ThresholdsForm(instance=cast.course).fields
    }
    form = ThresholdsForm(typed | {"behind_count": "0", "help_days": "soon"}, instance=cast.course)
    assert form.errors == {
        "behind_count": ["Ensure this value is greater than or equal to 1."],
        "help_days": ["Enter a whole number."],
    }


def test_course_form_shows_both_versions_to_the_second_of_two(cast: Cast) -> None:
    typed = {"title": "LLM specialisation", "group_size": "3", "weekly_minutes": "30", "version": "1"}
    first = CourseForm(typed | {"summary": "Four weeks."}, instance=cast.course)
    assert first.is_valid()
    first.save_by(by=cast.marta, at=NOW)
    second = CourseForm(typed | {"summary": "Twelve hours."}, instance=Course.objects.get(pk=cast.course.pk))
    assert not second.is_valid()
    assert second.conflict is not None
    assert second.conflict.by == cast.marta
    assert [(field.label, field.theirs, field.yours) for field in second.conflict.fields] == [
        ("Summary", "Four weeks.", "Twelve hours.")
    ]
