from django.urls import path

from tracker.views.board import board
from tracker.views.home import home
from tracker.views.question_again import ask_take_back, question_again, question_take_back
from tracker.views.question_ask import question_ask, question_new, question_same
from tracker.views.question_detail import question_answer, question_detail
from tracker.views.question_edit import answer_edit, answer_remove, answer_restore, question_edit
from tracker.views.question_list import question_list
from tracker.views.question_merge import question_duplicate, question_duplicate_undo
from tracker.views.question_settle import question_follow_up, question_reopen, question_settle

app_name = "tracker"

urlpatterns = [
    path("cohorts/<int:cohort_id>/", board, name="board"),
    path("", home, name="home"),
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
    path("questions/<int:question_id>/answer/", question_answer, name="question-answer"),
    path(
        "questions/<int:question_id>/answers/<int:answer_id>/restore/", answer_restore, name="answer-restore"
    ),
    path("answers/<int:answer_id>/edit/", answer_edit, name="answer-edit"),
    path("answers/<int:answer_id>/remove/", answer_remove, name="answer-remove"),
    path("asks/<int:ask_id>/take-back/", ask_take_back, name="ask-take-back"),
    path("groups/<int:group_id>/questions/new/", question_new, name="question-new"),
    path("groups/<int:group_id>/questions/ask/", question_ask, name="question-ask"),
]
