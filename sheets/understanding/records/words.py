"""What a choice is called in a workbook, as our pages show it, and what it is kept as.

The models have the same words; a test holds both together.
"""

from collections.abc import Mapping

type Words = Mapping[str, str]

OUTCOMES: Words = {
    "held": "held",
    "group absent": "group_absent",
    "cancelled": "cancelled",
    "moved": "moved",
}
ATTENDANCES: Words = {"present": "present", "excused": "excused", "absent": "absent"}
PACES: Words = {"ahead": "ahead", "on track": "on_track", "behind": "behind", "stuck": "stuck"}
MENTOR_ROLES: Words = {"mentor": "mentor", "co-mentor": "co-mentor", "cover": "cover"}
STUDENT = "student"
COURSE_ADMIN = "course admin"
STEP_STATES: Words = {"open": "open", "done": "done", "dropped": "dropped"}
REVIEW_STATES: Words = {"requested": "requested", "changes asked": "changes_asked", "approved": "approved"}
STAY_ENDS: Words = {
    "moved to another group": "moved",
    "finished": "finished",
    "dropped out": "dropped",
    "went to another cohort": "transferred",
}
ENROLMENT_ENDS: Words = {key: value for key, value in STAY_ENDS.items() if value != "moved"}
STATES: Words = {
    "not started": "not_started",
    "working on it": "working",
    "need help": "need_help",
    "done": "done",
    "skipped": "skipped",
}
CATEGORIES: Words = {
    "concept": "concept",
    "unclear material": "unclear_material",
    "wrong material": "wrong_material",
    "setup": "setup",
    "exercise": "exercise",
    "logistics": "logistics",
}
VISIBILITIES: Words = {
    "my group and its mentors": "group",
    "everybody in the cohort": "cohort",
    "everybody in the course": "course",
}
STATUSES: Words = {
    "open": "open",
    "answered": "answered",
    "needs follow-up": "follow_up",
    "duplicate": "duplicate",
}
