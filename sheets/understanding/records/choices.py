"""The labels of choices in a workbook, as our pages show them, and the values stored for them.

A test compares them with the choices of the models.
"""

from collections.abc import Mapping

type ChoiceLabels = Mapping[str, str]

OUTCOMES: ChoiceLabels = {
    "held": "held",
    "group absent": "group_absent",
    "cancelled": "cancelled",
    "moved": "moved",
}
ATTENDANCES: ChoiceLabels = {"present": "present", "excused": "excused", "absent": "absent"}
PACES: ChoiceLabels = {"ahead": "ahead", "on track": "on_track", "behind": "behind", "stuck": "stuck"}
MENTOR_ROLES: ChoiceLabels = {"mentor": "mentor", "co-mentor": "co-mentor", "cover": "cover"}
STUDENT = "student"
COURSE_ADMIN = "course admin"
STEP_STATES: ChoiceLabels = {"open": "open", "done": "done", "dropped": "dropped"}
REVIEW_STATES: ChoiceLabels = {
    "requested": "requested",
    "changes asked": "changes_asked",
    "approved": "approved",
}
STAY_ENDS: ChoiceLabels = {
    "moved to another group": "moved",
    "finished": "finished",
    "dropped out": "dropped",
    "went to another cohort": "transferred",
}
ENROLMENT_ENDS: ChoiceLabels = {key: value for key, value in STAY_ENDS.items() if value != "moved"}
STATES: ChoiceLabels = {
    "not started": "not_started",
    "working on it": "working",
    "need help": "need_help",
    "done": "done",
    "skipped": "skipped",
}
CATEGORIES: ChoiceLabels = {
    "concept": "concept",
    "unclear material": "unclear_material",
    "wrong material": "wrong_material",
    "setup": "setup",
    "exercise": "exercise",
    "logistics": "logistics",
}
VISIBILITIES: ChoiceLabels = {
    "my group and its mentors": "group",
    "everybody in the cohort": "cohort",
    "everybody in the course": "course",
}
STATUSES: ChoiceLabels = {
    "open": "open",
    "answered": "answered",
    "needs follow-up": "follow_up",
    "duplicate": "duplicate",
}
