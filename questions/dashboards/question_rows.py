from django.db.models import OuterRef, Prefetch

from lib.counting import count_of
from questions.access.questions import QuestionAccess, Reader, with_asker, with_marks
from questions.models import Answer
from questions.models.question import QuestionQuerySet


def question_rows(
    questions: QuestionQuerySet, *, reader: Reader, matches: QuestionQuerySet | None = None
) -> list[QuestionAccess]:
    """Return questions as lists show them, in their order.

    Args:
        matches: all that a search found; duplicates among them are listed with their originals.
    """
    rows = (
        with_asker(questions, reader)
        .select_related("milestone")
        .with_ask_count()
        .annotate(answer_count=count_of(Answer.objects.filter(question=OuterRef("pk"))))
        .prefetch_related("cohort__pauses")
        .defer("search_text", "detail")
    )
    if matches is not None:
        duplicates = matches.order_by("asked_at", "pk").only("title", "duplicate_of")
        rows = rows.prefetch_related(Prefetch("duplicates", duplicates, to_attr="also_asked_as"))
    return with_marks([QuestionAccess(question, reader) for question in rows])
