from django.urls import URLPattern, URLResolver, include, path

from groups.views import (
    cohorts,
    concerns,
    courses,
    deeds,
    free_times,
    groups,
    help_pages,
    invitations,
    materials,
    mentor_away,
    mentor_notes,
    milestones,
    pauses,
    people,
    plans,
    sections,
    wishes,
)

app_name = "groups"

invitation_urls = [
    path("", invitations.invitation_detail, name="invitation-detail"),
    path("send/", invitations.invitation_send, name="invitation-send"),
    path("revoke/", invitations.invitation_revoke, name="invitation-revoke"),
    path("correct/", invitations.person_correct, name="person-correct"),
]

course_urls: list[URLPattern | URLResolver] = [
    path("edit/", courses.course_edit, name="course-edit"),
    path("links/", courses.course_links, name="course-links"),
    path("sections/new/", sections.section_new, name="section-new"),
    path("archive/", courses.course_archive, {"restores": False}, name="course-archive"),
    path("restore/", courses.course_archive, {"restores": True}, name="course-restore"),
    path("thresholds/", courses.course_thresholds, name="course-thresholds"),
    path("admins/add/", courses.course_admin_add, name="course-admin-add"),
    path("admins/<int:person_id>/remove/", courses.course_admin_remove, name="course-admin-remove"),
    path("done/", deeds.deed_list, name="deed-list"),
    path("milestones/new/", milestones.milestone_new, name="milestone-new"),
    path("cohorts/", cohorts.cohort_list, name="cohort-list"),
    path("invitations/<int:person_id>/", include(invitation_urls)),
]

section_urls = [
    path("edit/", sections.section_edit, name="section-edit"),
    path("delete/", sections.section_delete, name="section-delete"),
]

milestone_urls = [
    path("", milestones.milestone_detail, name="milestone-detail"),
    path("edit/", milestones.milestone_edit, name="milestone-edit"),
    path("delete/", milestones.milestone_delete, name="milestone-delete"),
    path("materials/add/", materials.material_add, name="material-add"),
]

material_urls = [
    path("edit/", materials.material_edit, name="material-edit"),
    path("archive/", materials.material_archive, {"restores": False}, name="material-archive"),
    path("restore/", materials.material_archive, {"restores": True}, name="material-restore"),
    path("delete/", materials.material_delete, name="material-delete"),
]

cohort_urls = [
    path("edit/", cohorts.cohort_edit, name="cohort-edit"),
    path("archive/", cohorts.cohort_archive, {"restores": False}, name="cohort-archive"),
    path("restore/", cohorts.cohort_archive, {"restores": True}, name="cohort-restore"),
    path("calendar/", cohorts.cohort_calendar, name="cohort-calendar"),
    path("pauses/add/", pauses.pause_add, name="pause-add"),
    path("start/", cohorts.start_move, name="start-move"),
    path("start/undo/", cohorts.start_undo, name="start-undo"),
    path("people/", people.cohort_people, name="cohort-people"),
    path("people/invite/", invitations.invite_several, name="invite-several"),
    path("groups/new/", groups.group_new, name="group-new"),
    path("groups/form/wishes/", wishes.wish_list, name="wish-list"),
    path("groups/form/mentors/", wishes.willing_mentor_list, name="willing-mentor-list"),
]

enrolment_urls = [
    path("concern/", concerns.concern_new, name="concern-new"),
    path("would-mentor/", wishes.would_mentor, {"would": True}, name="would-mentor"),
    path("would-not-mentor/", wishes.would_mentor, {"would": False}, name="would-not-mentor"),
    path("mentor-note/", mentor_notes.mentor_note, name="mentor-note"),
]

group_urls = [
    path("edit/", groups.group_edit, name="group-edit"),
    path("meeting/", groups.group_meeting, name="group-meeting"),
    path("find-a-time/", free_times.find_a_time, name="find-a-time"),
    path("find-a-time/meet/", free_times.meeting_set, name="meeting-set"),
    path("find-a-time/remind/", free_times.times_remind, name="times-remind"),
    path("find-a-time/undo/", free_times.meeting_undo, name="meeting-undo"),
    path("delete/", groups.group_delete, name="group-delete"),
    path("plan/", plans.plan_edit, name="plan-edit"),
    path("plan/shift/", plans.plan_shift, name="plan-shift"),
    path("plan/reset/", plans.plan_reset, name="plan-reset"),
    path("plan/history/", plans.plan_history, name="plan-history"),
]

urlpatterns = [
    path("courses/", courses.course_list, name="course-list"),
    path("courses/new/", courses.course_new, name="course-new"),
    path("courses/<slug:slug>/", include(course_urls)),
    path("sections/<int:section_id>/", include(section_urls)),
    path("milestones/<int:milestone_id>/", include(milestone_urls)),
    path("materials/<int:material_id>/", include(material_urls)),
    path("cohorts/<int:cohort_id>/", include(cohort_urls)),
    path("pauses/<int:pause_id>/remove/", pauses.pause_remove, name="pause-remove"),
    path("enrolments/<int:enrolment_id>/", include(enrolment_urls)),
    path("plan-changes/<int:change_id>/undo/", plans.plan_change_undo, name="plan-change-undo"),
    path("groups/<int:group_id>/", include(group_urls)),
    path("mentorships/<int:mentorship_id>/away/", mentor_away.mentor_away_add, name="mentor-away-add"),
    path("wishes/<int:wish_id>/remove/", wishes.wish_remove, name="wish-remove"),
    path(
        "willing-mentors/<int:willing_id>/remove/",
        wishes.willing_mentor_remove,
        name="willing-mentor-remove",
    ),
    path("mentor-away/<int:away_id>/remove/", mentor_away.mentor_away_remove, name="mentor-away-remove"),
    path("help/", help_pages.help_home, name="help"),
    path("help/<slug:page>/", help_pages.help_page, name="help-page"),
    path("concerns/", concerns.concern_list, name="concern-list"),
    path("concerns/<int:number>/", concerns.concern_numbered, name="concern-numbered"),
    path("concerns/<uuid:key>/", concerns.concern_detail, name="concern-detail"),
    path("concerns/<uuid:key>/answer/", concerns.concern_answer, name="concern-answer"),
    path("away/", mentor_away.mentor_away, name="mentor-away"),
]
