from django.urls import include, path

from questions.models import Question
from questions.views import answers, asking, duplicates, known_questions, pictures, questions

app_name = "questions"

question_urls = [
    path("", questions.question_detail, name="question-detail"),
    path("edit/", questions.question_edit, name="question-edit"),
    path("again/", asking.question_again, name="question-again"),
    path("again/answered/", asking.question_again, {"is_answered": True}, name="question-answers-it"),
    path("remove/", questions.question_remove, name="question-remove"),
    path("reopen/", questions.question_status, {"status": Question.Status.OPEN}, name="question-reopen"),
    path("settle/", questions.question_status, {"status": Question.Status.ANSWERED}, name="question-settle"),
    path("close/", questions.question_status, {"status": Question.Status.CLOSED}, name="question-close"),
    path(
        "follow-up/",
        questions.question_status,
        {"status": Question.Status.FOLLOW_UP},
        name="question-follow-up",
    ),
    path("duplicate/", duplicates.question_duplicate, name="question-duplicate"),
    path("duplicate/undo/", duplicates.question_duplicate_undo, name="question-duplicate-undo"),
    path("not-same/", duplicates.question_not_same, name="question-not-same"),
    path("answer/", answers.question_answer, name="question-answer"),
    path("answers/<int:answer_id>/restore/", answers.answer_restore, name="answer-restore"),
    path("publish/", questions.question_publish, name="question-publish"),
    path("publish/undo/", questions.question_publish_undo, name="question-publish-undo"),
]

answer_urls = [
    path("edit/", answers.answer_edit, name="answer-edit"),
    path("remove/", answers.answer_remove, name="answer-remove"),
]

group_urls = [
    path("new/", asking.question_new, name="question-new"),
    path("similar/", asking.question_similar, name="question-similar"),
]

urlpatterns = [
    path("questions/", questions.question_list, name="question-list"),
    path("questions/<int:question_id>/", include(question_urls)),
    path("answers/<int:answer_id>/", include(answer_urls)),
    path("pictures/add/", pictures.picture_add, name="picture-add"),
    # As `lib.markdown_pictures` writes it.
    path("pictures/<slug:key>/", pictures.picture, name="picture"),
    path("asks/<int:ask_id>/remove/", asking.ask_remove, name="ask-remove"),
    path("groups/<int:group_id>/questions/", include(group_urls)),
    path(
        "milestones/<int:milestone_id>/questions/",
        known_questions.milestone_questions,
        name="milestone-questions",
    ),
]
