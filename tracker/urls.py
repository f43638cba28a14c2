from django.urls import path

from tracker.views.attention import (
    absence_accept,
    absence_take_back,
    attention_end_put_aside,
    attention_put_aside,
)
from tracker.views.board import board
from tracker.views.check_ins import (
    check_in_detail,
    check_in_draft,
    check_in_draft_discard,
    check_in_list,
    check_in_log,
    check_in_now,
    check_in_similar,
    request_open,
    request_settle,
    step_close,
)
from tracker.views.groups import group_detail, home, my_groups
from tracker.views.progress import (
    material_tick,
    progress_hours,
    progress_mark,
    progress_undo,
    progress_unwaive,
    progress_waive,
)
from tracker.views.reviews import (
    review_approve,
    review_ask_for_changes,
    review_detail,
    review_hand_in,
    review_list,
    review_request,
)
from tracker.views.students import student_detail
from tracker.views.weeks import my_week, week

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
