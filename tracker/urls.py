from django.urls import path

from tracker.views.absence_accept import absence_accept
from tracker.views.absence_take_back import absence_take_back
from tracker.views.attention_end_put_aside import attention_end_put_aside
from tracker.views.attention_put_aside import attention_put_aside
from tracker.views.board import board
from tracker.views.check_in_detail import check_in_detail
from tracker.views.check_in_draft import check_in_draft, check_in_draft_discard
from tracker.views.check_in_list import check_in_list
from tracker.views.check_in_log import check_in_log, check_in_now
from tracker.views.check_in_similar import check_in_similar
from tracker.views.group_detail import group_detail
from tracker.views.home import home
from tracker.views.material_tick import material_tick
from tracker.views.my_groups import my_groups
from tracker.views.my_week import my_week
from tracker.views.progress_hours import progress_hours
from tracker.views.progress_mark import progress_mark
from tracker.views.progress_undo import progress_undo
from tracker.views.progress_waive import progress_unwaive, progress_waive
from tracker.views.request_settle import request_open, request_settle
from tracker.views.review_approve import review_approve
from tracker.views.review_ask_for_changes import review_ask_for_changes
from tracker.views.review_detail import review_detail
from tracker.views.review_hand_in import review_hand_in
from tracker.views.review_list import review_list
from tracker.views.review_request import review_request
from tracker.views.step_close import step_close
from tracker.views.student_detail import student_detail
from tracker.views.week import week

app_name = "tracker"

urlpatterns = [
    path("cohorts/<int:cohort_id>/", board, name="board"),
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
    path("groups/", my_groups, name="my-groups"),
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
    path("steps/<int:step_id>/close/", step_close, name="step-close"),
]
