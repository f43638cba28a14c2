from django.db.models import OuterRef

from lib.counting import count_of
from questions.access.questions import QuestionAccess, Reader, with_asker, with_marks
from questions.models import Answer
from questions.models.question import QuestionQuerySet


def question_rows(questions: QuestionQuerySet, *, reader: Reader) -> list[QuestionAccess]:
    """Return questions as lists show them, in their order."""
    rows = (
        with_asker(questions, reader)
        .select_related("milestone")
        .with_ask_count()
        .annotate(answer_count=count_of(Answer.objects.filter(question=OuterRef("pk"))))
        .prefetch_related("cohort__pauses")
        .defer("search_text", "detail")
    )
    return with_marks([QuestionAccess(question, reader) for question in rows])
