from django.urls import path

from tracker.views.absence_accept import absence_accept
from tracker.views.absence_take_back import absence_take_back
from tracker.views.attention_end_put_aside import attention_end_put_aside
from tracker.views.attention_put_aside import attention_put_aside
from tracker.views.board import board
from tracker.views.change_asks import change_asks
from tracker.views.change_detail import change_detail
from tracker.views.change_list import change_list
from tracker.views.change_new import change_edit, change_new, change_take_back
from tracker.views.change_tell import change_tell
from tracker.views.check_in_detail import check_in_detail
from tracker.views.check_in_draft import check_in_draft, check_in_draft_discard
from tracker.views.check_in_list import check_in_list
from tracker.views.check_in_log import check_in_log, check_in_now
from tracker.views.check_in_similar import check_in_similar
from tracker.views.did_it_help import did_it_help
from tracker.views.group_detail import group_detail
from tracker.views.home import home
from tracker.views.material_tick import material_tick
from tracker.views.mentor_away import mentor_away, mentor_away_take_back
from tracker.views.milestone_questions import milestone_questions
from tracker.views.milestone_questions_publish import (
    milestone_questions_publish,
    milestone_questions_unpublish,
)
from tracker.views.my_groups import my_groups
from tracker.views.my_trends import my_trends
from tracker.views.my_week import my_week
from tracker.views.need_detail import need_detail
from tracker.views.need_list import need_list
from tracker.views.need_new import need_new, need_note_take_back, need_take_back
from tracker.views.need_settle import need_meet, need_own, need_put_back, need_refuse, need_start
from tracker.views.progress_hours import progress_hours
from tracker.views.progress_mark import progress_mark
from tracker.views.progress_undo import progress_undo
from tracker.views.progress_waive import progress_unwaive, progress_waive
from tracker.views.question_again import ask_take_back, question_again, question_take_back
from tracker.views.question_ask import question_ask, question_new, question_same
from tracker.views.question_detail import question_answer, question_detail
from tracker.views.question_edit import answer_edit, answer_remove, answer_restore, question_edit
from tracker.views.question_list import question_list
from tracker.views.question_merge import question_duplicate, question_duplicate_undo
from tracker.views.question_not_same import question_not_same, question_not_same_undo
from tracker.views.question_publish import question_publish, question_unpublish
from tracker.views.question_settle import question_follow_up, question_reopen, question_settle
from tracker.views.question_similar import question_similar
from tracker.views.questions_md import course_questions_md, milestone_questions_md
from tracker.views.request_settle import request_open, request_settle
from tracker.views.review_approve import review_approve
from tracker.views.review_ask_for_changes import review_ask_for_changes
from tracker.views.review_detail import review_detail
from tracker.views.review_hand_in import review_hand_in
from tracker.views.review_list import review_list
from tracker.views.review_request import review_request
from tracker.views.step_close import step_close
from tracker.views.student_detail import student_detail
from tracker.views.topic_detail import topic_detail
from tracker.views.topic_leave import topic_join, topic_leave, topic_move_undo
from tracker.views.topic_list import topic_list, topic_refresh
from tracker.views.topic_merge import topic_merge, topic_merge_undo
from tracker.views.topic_pin import topic_pin, topic_unpin
from tracker.views.topic_rename import topic_rename
from tracker.views.topic_split import topic_split
from tracker.views.trends import trends
from tracker.views.trends_csv import trends_csv
from tracker.views.trends_effects import trends_effects
from tracker.views.week import week

app_name = "tracker"

urlpatterns = [
    path("cohorts/<int:cohort_id>/", board, name="board"),
    path("courses/<slug:slug>/topics/", topic_list, name="topic-list"),
    path("courses/<slug:slug>/topics/refresh/", topic_refresh, name="topic-refresh"),
    path("topics/<int:topic_id>/", topic_detail, name="topic-detail"),
    path("topics/<int:topic_id>/rename/", topic_rename, name="topic-rename"),
    path("topics/<int:topic_id>/merge/", topic_merge, name="topic-merge"),
    path("topics/<int:topic_id>/merge/undo/", topic_merge_undo, name="topic-merge-undo"),
    path("topics/<int:topic_id>/split/", topic_split, name="topic-split"),
    path("topics/<int:topic_id>/pin/", topic_pin, name="topic-pin"),
    path("topics/<int:topic_id>/unpin/", topic_unpin, name="topic-unpin"),
    path("topics/<int:topic_id>/leave/", topic_leave, name="topic-leave"),
    path("topics/<int:topic_id>/join/", topic_join, name="topic-join"),
    path("topics/<int:topic_id>/move/undo/", topic_move_undo, name="topic-move-undo"),
    path("trends/", my_trends, name="my-trends"),
    path("courses/<slug:slug>/trends/", trends, name="trends"),
    path("courses/<slug:slug>/trends/effects/", trends_effects, name="trends-effects"),
    path("courses/<slug:slug>/trends/<slug:panel>.csv", trends_csv, name="trends-csv"),
    path("", home, name="home"),
    path("week/", my_week, name="my-week"),
    path("week/<int:group_id>/", week, name="week"),
    path("groups/<int:group_id>/", group_detail, name="group-detail"),
    path("groups/<int:group_id>/progress/", progress_mark, name="progress-mark"),
    path(
        "groups/<int:group_id>/progress/<int:progress_id>/undo/<int:change_id>/",
        progress_undo,
        name="progress-undo",
    ),
    path("groups/<int:group_id>/milestones/<int:milestone_id>/hours/", progress_hours, name="progress-hours"),
    path("groups/<int:group_id>/materials/<int:material_id>/tick/", material_tick, name="material-tick"),
    path("reviews/", review_list, name="review-list"),
    path("groups/<int:group_id>/reviews/request/", review_request, name="review-request"),
    path("reviews/<int:review_id>/", review_detail, name="review-detail"),
    path("reviews/<int:review_id>/approve/", review_approve, name="review-approve"),
    path("reviews/<int:review_id>/ask-for-changes/", review_ask_for_changes, name="review-ask-for-changes"),
    path("reviews/<int:review_id>/hand-in/", review_hand_in, name="review-hand-in"),
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
    path("groups/", my_groups, name="my-groups"),
    path("away/", mentor_away, name="mentor-away"),
    path("away/<int:away_id>/take-back/", mentor_away_take_back, name="mentor-away-take-back"),
    path("students/<int:enrolment_id>/", student_detail, name="student-detail"),
    path("students/<int:enrolment_id>/waive/", progress_waive, name="progress-waive"),
    path("students/<int:enrolment_id>/unwaive/", progress_unwaive, name="progress-unwaive"),
    path("students/<int:enrolment_id>/absences/accept/", absence_accept, name="absence-accept"),
    path(
        "students/<int:enrolment_id>/absences/<int:absence_id>/take-back/",
        absence_take_back,
        name="absence-take-back",
    ),
    path("students/<int:enrolment_id>/put-aside/", attention_put_aside, name="attention-put-aside"),
    path(
        "students/<int:enrolment_id>/put-aside/<int:put_aside_id>/end/",
        attention_end_put_aside,
        name="attention-end-put-aside",
    ),
    path("groups/<int:group_id>/check-ins/", check_in_list, name="check-in-list"),
    path("groups/<int:group_id>/check-ins/now/", check_in_now, name="check-in-now"),
    path("groups/<int:group_id>/check-ins/<str:week_iso>/", check_in_detail, name="check-in-detail"),
    path("groups/<int:group_id>/check-ins/<str:week_iso>/log/", check_in_log, name="check-in-log"),
    path("groups/<int:group_id>/check-ins/<str:week_iso>/draft/", check_in_draft, name="check-in-draft"),
    path(
        "groups/<int:group_id>/check-ins/<str:week_iso>/draft/discard/",
        check_in_draft_discard,
        name="check-in-draft-discard",
    ),
    path(
        "groups/<int:group_id>/check-ins/<str:week_iso>/similar/", check_in_similar, name="check-in-similar"
    ),
    path(
        "groups/<int:group_id>/check-ins/<str:week_iso>/request/settle/",
        request_settle,
        name="request-settle",
    ),
    path("groups/<int:group_id>/check-ins/<str:week_iso>/request/open/", request_open, name="request-open"),
    path("courses/<slug:slug>/material/", need_list, name="need-list"),
    path("courses/<slug:slug>/material/new/", need_new, name="need-new"),
    path("needs/<int:need_id>/", need_detail, name="need-detail"),
    path("needs/<int:need_id>/owner/", need_own, name="need-own"),
    path("needs/<int:need_id>/start/", need_start, name="need-start"),
    path("needs/<int:need_id>/put-back/", need_put_back, name="need-put-back"),
    path("needs/<int:need_id>/refuse/", need_refuse, name="need-refuse"),
    path("needs/<int:need_id>/meet/", need_meet, name="need-meet"),
    path("needs/<int:need_id>/take-back/", need_take_back, name="need-take-back"),
    path("needs/notes/<int:note_id>/take-back/", need_note_take_back, name="need-note-take-back"),
    path("courses/<slug:slug>/changes/", change_list, name="change-list"),
    path("courses/<slug:slug>/changes/new/", change_new, name="change-new"),
    path("changes/<int:change_id>/", change_detail, name="change-detail"),
    path("changes/<int:change_id>/tell/", change_tell, name="change-tell"),
    path("changes/<int:change_id>/asks/", change_asks, name="change-asks"),
    path("changes/<int:change_id>/edit/", change_edit, name="change-edit"),
    path("changes/<int:change_id>/take-back/", change_take_back, name="change-take-back"),
    path("did-it-help/", did_it_help, name="did-it-help"),
    path("steps/<int:step_id>/close/", step_close, name="step-close"),
]
