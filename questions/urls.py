from django.urls import include, path

from questions.models import Question
from questions.views.answers import answer_edit, answer_remove, answer_restore, question_answer
from questions.views.asking import (
    ask_remove,
    question_again,
    question_new,
    question_similar,
)
from questions.views.duplicates import (
    question_duplicate,
    question_duplicate_undo,
    question_not_same,
)
from questions.views.known_questions import milestone_questions
from questions.views.pictures import picture, picture_add
from questions.views.questions import (
    question_detail,
    question_edit,
    question_list,
    question_publish,
    question_publish_undo,
    question_remove,
    question_status,
)

app_name = "questions"

question_urls = [
    path("", question_detail, name="question-detail"),
    path("edit/", question_edit, name="question-edit"),
    path("again/", question_again, name="question-again"),
    path("again/answered/", question_again, {"is_answered": True}, name="question-answers-it"),
    path("remove/", question_remove, name="question-remove"),
    path("reopen/", question_status, {"status": Question.Status.OPEN}, name="question-reopen"),
    path("settle/", question_status, {"status": Question.Status.ANSWERED}, name="question-settle"),
    path("follow-up/", question_status, {"status": Question.Status.FOLLOW_UP}, name="question-follow-up"),
    path("duplicate/", question_duplicate, name="question-duplicate"),
    path("duplicate/undo/", question_duplicate_undo, name="question-duplicate-undo"),
    path("not-same/", question_not_same, name="question-not-same"),
    path("answer/", question_answer, name="question-answer"),
    path("answers/<int:answer_id>/restore/", answer_restore, name="answer-restore"),
    path("publish/", question_publish, name="question-publish"),
    path("publish/undo/", question_publish_undo, name="question-publish-undo"),
]

answer_urls = [
    path("edit/", answer_edit, name="answer-edit"),
    path("remove/", answer_remove, name="answer-remove"),
]

group_urls = [
    path("new/", question_new, name="question-new"),
    path("similar/", question_similar, name="question-similar"),
]

urlpatterns = [
    path("questions/", question_list, name="question-list"),
    path("questions/<int:question_id>/", include(question_urls)),
    path("answers/<int:answer_id>/", include(answer_urls)),
    path("pictures/add/", picture_add, name="picture-add"),
    # As `lib.markdown_pictures` writes it.
    path("pictures/<slug:key>/", picture, name="picture"),
    path("asks/<int:ask_id>/remove/", ask_remove, name="ask-remove"),
    path("groups/<int:group_id>/questions/", include(group_urls)),
    path("milestones/<int:milestone_id>/questions/", milestone_questions, name="milestone-questions"),
]
