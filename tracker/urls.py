from django.urls import include, path

from tracker.views.as_student import as_student, week_look_list
from tracker.views.attention import (
    absence_accept,
    absence_remove,
    snooze,
    snooze_end,
)
from tracker.views.board import board, check_in_remind, student_remind
from tracker.views.bulk import people_bulk
from tracker.views.check_ins import (
    check_in_detail,
    check_in_draft,
    check_in_draft_delete,
    check_in_list,
    check_in_log,
    check_in_now,
    check_in_similar,
    check_in_undo,
    step_close,
)
from tracker.views.closing import cohort_close, cohort_open_again
from tracker.views.cohort_groups import cohort_groups
from tracker.views.courses import course_detail
from tracker.views.days import enrolment_days, mentorship_days
from tracker.views.enrolments import enrol_person, enrolment_change, enrolment_detail
from tracker.views.first_day import group_invite_again
from tracker.views.group_set_up import (
    group_set_up,
    mentor_assign,
    mentor_invite,
    mentorship_end,
    students_add,
)
from tracker.views.groups import group_dates, group_detail, group_live, home, my_groups, my_groups_live
from tracker.views.helping import help_answer
from tracker.views.invitation_accept import invitation_accept
from tracker.views.meeting_notes import meeting_item_add, meeting_item_close, meeting_note
from tracker.views.moves import move_list, move_undo, moves_undo
from tracker.views.progress import (
    material_opinion,
    material_tick,
    progress_hours,
    progress_mark,
    progress_undo,
    progress_waive,
)
from tracker.views.proposals import (
    proposal,
    proposal_delete,
    proposal_form,
    proposal_move,
    proposal_publish,
    proposed_group_edit,
    proposed_group_lock,
)
from tracker.views.requests import request_answer, request_change, request_list
from tracker.views.reviews import (
    review_detail,
    review_hand_in,
    review_judge,
    review_list,
    review_request,
    review_undo,
    review_withdraw,
)
from tracker.views.students import student_detail
from tracker.views.weeks import my_week, news_close, week, week_live

app_name = "tracker"

cohort_urls = [
    path("", board, name="board"),
    path("groups/", cohort_groups, name="cohort-groups"),
    path("groups/form/", proposal, name="proposal"),
    path("groups/form/anew/", proposal_form, name="proposal-form"),
    path("groups/form/move/", proposal_move, name="proposal-move"),
    path("groups/form/publish/", proposal_publish, name="proposal-publish"),
    path("groups/form/delete/", proposal_delete, name="proposal-delete"),
    path("people/enrol/", enrol_person, name="enrol"),
    path("people/bulk/", people_bulk, name="people-bulk"),
    path("moves/", move_list, name="move-list"),
    path("moves/undo/", moves_undo, name="moves-undo"),
    path("requests/", request_list, name="request-list"),
    path("remind/", check_in_remind, name="check-in-remind"),
    path("close/", cohort_close, name="cohort-close"),
    path("open-again/", cohort_open_again, name="cohort-open-again"),
]
enrolment_urls = [
    path("", enrolment_detail, name="enrolment-detail"),
    path("move/", enrolment_change, {"deed": "move"}, name="enrolment-move"),
    path("swap/", enrolment_change, {"deed": "swap"}, name="enrolment-swap"),
    path("leave/", enrolment_change, {"deed": "leave"}, name="enrolment-leave"),
    path("end/", enrolment_change, {"deed": "end"}, name="enrolment-end"),
    path("return/", enrolment_change, {"deed": "return"}, name="enrolment-return"),
]
proposed_group_urls = [
    path("edit/", proposed_group_edit, name="proposed-group-edit"),
    path("lock/", proposed_group_lock, {"is_locked": True}, name="proposed-group-lock"),
    path("unlock/", proposed_group_lock, {"is_locked": False}, name="proposed-group-unlock"),
]
group_urls = [
    path("", group_detail, name="group-detail"),
    path("set-up/", group_set_up, name="group-set-up"),
    path("students/add/", students_add, name="students-add"),
    path("mentors/assign/", mentor_assign, name="mentor-assign"),
    path("mentors/invite/", mentor_invite, name="mentor-invite"),
    path("live/", group_live, name="group-live"),
    path("progress/", progress_mark, name="progress-mark"),
    path("progress/<int:progress_id>/undo/<int:change_id>/", progress_undo, name="progress-undo"),
    path("milestones/<int:milestone_id>/hours/", progress_hours, name="progress-hours"),
    path("materials/<int:material_id>/tick/", material_tick, name="material-tick"),
    path("materials/<int:material_id>/opinion/", material_opinion, name="material-opinion"),
    path("news/close/", news_close, name="news-close"),
    path("before-meeting/<str:week_iso>/", meeting_note, name="meeting-note"),
    path("bring/", meeting_item_add, name="meeting-item-add"),
    path("reviews/request/", review_request, name="review-request"),
    path("dates/", group_dates, name="group-dates"),
    path("check-ins/", check_in_list, name="check-in-list"),
    path("invite-again/", group_invite_again, name="group-invite-again"),
    path("check-ins/now/", check_in_now, name="check-in-now"),
]
check_in_urls = [
    path("", check_in_detail, name="check-in-detail"),
    path("log/", check_in_log, name="check-in-log"),
    path("undo/", check_in_undo, name="check-in-undo"),
    path("draft/", check_in_draft, name="check-in-draft"),
    path("draft/delete/", check_in_draft_delete, name="check-in-draft-delete"),
    path("similar/", check_in_similar, name="check-in-similar"),
    path("request/take/", request_change, {"change": "take"}, name="request-take"),
    path("request/hand-back/", request_change, {"change": "hand-back"}, name="request-hand-back"),
    path("request/answer/", request_answer, name="request-answer"),
    path("request/settle/", request_change, {"change": "settle"}, name="request-settle"),
    path("request/open/", request_change, {"change": "open"}, name="request-open"),
]
review_urls = [
    path("", review_detail, name="review-detail"),
    path("approve/", review_judge, {"approves": True}, name="review-approve"),
    path("ask-for-changes/", review_judge, {"approves": False}, name="review-ask-for-changes"),
    path("undo/", review_undo, name="review-undo"),
    path("withdraw/", review_withdraw, name="review-withdraw"),
    path("hand-in/", review_hand_in, name="review-hand-in"),
]
student_urls = [
    path("", student_detail, name="student-detail"),
    path("as-student/", as_student, name="as-student"),
    path("days/", enrolment_days, name="enrolment-days"),
    path("waive/", progress_waive, {"is_waived": True}, name="progress-waive"),
    path("unwaive/", progress_waive, {"is_waived": False}, name="progress-unwaive"),
    path("absences/accept/", absence_accept, name="absence-accept"),
    path("absences/<int:absence_id>/remove/", absence_remove, name="absence-remove"),
    path("help/", help_answer, name="help-answer"),
    path("remind/", student_remind, name="student-remind"),
    path("snooze/", snooze, name="snooze"),
    path("snooze/<int:snooze_id>/end/", snooze_end, name="snooze-end"),
]
urlpatterns = [
    path("", home, name="home"),
    path("courses/<slug:slug>/", course_detail, name="course-detail"),
    path("cohorts/<int:cohort_id>/", include(cohort_urls)),
    path("enrolments/<int:enrolment_id>/", include(enrolment_urls)),
    path("proposed-groups/<int:group_id>/", include(proposed_group_urls)),
    path("moves/<int:move_id>/undo/", move_undo, name="move-undo"),
    # lib.log_lines keeps the token out of the log.
    path("invitation/<str:token>/", invitation_accept, name="invitation-accept"),
    path("account/looks/", week_look_list, name="week-look-list"),
    path("week/", my_week, name="my-week"),
    path("week/<int:group_id>/", week, name="week"),
    path("week/<int:group_id>/live/", week_live, name="week-live"),
    path("groups/", my_groups, name="my-groups"),
    path("groups/live/", my_groups_live, name="my-groups-live"),
    path("groups/<int:group_id>/", include(group_urls)),
    path("groups/<int:group_id>/check-ins/<str:week_iso>/", include(check_in_urls)),
    path("reviews/", review_list, name="review-list"),
    path("reviews/<int:review_id>/", include(review_urls)),
    path("mentorships/<int:mentorship_id>/end/", mentorship_end, name="mentorship-end"),
    path("mentorships/<int:mentorship_id>/days/", mentorship_days, name="mentorship-days"),
    path("students/<int:enrolment_id>/", include(student_urls)),
    path("meeting-items/<int:item_id>/close/", meeting_item_close, name="meeting-item-close"),
    path("steps/<int:step_id>/close/", step_close, name="step-close"),
]
