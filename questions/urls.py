from django.urls import path

from questions.views.answers import answer_edit, answer_remove, answer_restore, question_answer
from questions.views.asking import (
    ask_take_back,
    question_again,
    question_ask,
    question_new,
    question_same,
    question_similar,
)
from questions.views.duplicates import (
    question_duplicate,
    question_duplicate_undo,
    question_not_same,
    question_not_same_undo,
)
from questions.views.known_questions import (
    course_questions_md,
    milestone_questions,
    milestone_questions_md,
    milestone_questions_publish,
    milestone_questions_unpublish,
)
from questions.views.questions import (
    question_detail,
    question_edit,
    question_follow_up,
    question_list,
    question_publish,
    question_reopen,
    question_settle,
    question_take_back,
    question_unpublish,
)

app_name = "questions"

urlpatterns = [
    path("questions/", question_list, name="question-list"),
    path("questions/<int:question_id>/", question_detail, name="question-detail"),
    path("questions/<int:question_id>/edit/", question_edit, name="question-edit"),
    path("questions/<int:question_id>/again/", question_again, name="question-again"),
    path("questions/<int:question_id>/same/", question_same, name="question-same"),
    path("questions/<int:question_id>/take-back/", question_take_back, name="question-take-back"),
    path("questions/<int:question_id>/reopen/", question_reopen, name="question-reopen"),
    path("questions/<int:question_id>/settle/", question_settle, name="question-settle"),
    path("questions/<int:question_id>/follow-up/", question_follow_up, name="question-follow-up"),
    path("questions/<int:question_id>/duplicate/", question_duplicate, name="question-duplicate"),
    path(
        "questions/<int:question_id>/duplicate/undo/", question_duplicate_undo, name="question-duplicate-undo"
    ),
    path("questions/<int:question_id>/not-same/", question_not_same, name="question-not-same"),
    path(
        "questions/<int:question_id>/not-same/<int:other_id>/undo/",
        question_not_same_undo,
        name="question-not-same-undo",
    ),
    path("questions/<int:question_id>/answer/", question_answer, name="question-answer"),
    path("questions/<int:question_id>/publish/", question_publish, name="question-publish"),
    path("questions/<int:question_id>/unpublish/", question_unpublish, name="question-unpublish"),
    path("milestones/<int:milestone_id>/questions/", milestone_questions, name="milestone-questions"),
    path("milestones/<int:milestone_id>/questions.md", milestone_questions_md, name="milestone-questions-md"),
    path(
        "milestones/<int:milestone_id>/questions/publish/",
        milestone_questions_publish,
        name="milestone-questions-publish",
    ),
    path(
        "milestones/<int:milestone_id>/questions/unpublish/",
        milestone_questions_unpublish,
        name="milestone-questions-unpublish",
    ),
    path("courses/<slug:slug>/questions.md", course_questions_md, name="course-questions-md"),
    path(
        "questions/<int:question_id>/answers/<int:answer_id>/restore/", answer_restore, name="answer-restore"
    ),
    path("answers/<int:answer_id>/edit/", answer_edit, name="answer-edit"),
    path("answers/<int:answer_id>/remove/", answer_remove, name="answer-remove"),
    path("asks/<int:ask_id>/take-back/", ask_take_back, name="ask-take-back"),
    path("groups/<int:group_id>/questions/new/", question_new, name="question-new"),
    path("groups/<int:group_id>/questions/ask/", question_ask, name="question-ask"),
    path("groups/<int:group_id>/questions/similar/", question_similar, name="question-similar"),
]
