"""The headers of record tabs, by attribute of the record."""

from collections.abc import Mapping

type Headers = Mapping[str, str]

PLAN: Headers = {
    "milestone": "Milestone",
    "week": "Week",
    "planned_hours": "Planned hours",
    "is_optional": "Optional",
    "due_on": "Due on",
}
PROGRESS: Headers = {
    "group": "Group",
    "person": "Person",
    "email": "E-mail",
    "milestone": "Milestone",
    "state": "State",
    "since": "Since",
    "hours": "Hours",
    "changed_at": "Last changed",
    "changed_by": "Changed by",
    "waived_at": "Waived on",
    "left_on": "Left on",
    "why": "Why they left",
    "begun_on": "Begun on",
    "finished_on": "Finished on",
    "changed_by_email": "Changed by e-mail",
    "waived_by": "Waived by",
    "waived_by_email": "Waived by e-mail",
    "joined_on": "Joined the cohort on",
}
CHECK_INS: Headers = {
    "group": "Group",
    "week": "Week of",
    "outcome": "Outcome",
    "held_on": "Held on",
    "minutes": "Minutes",
    "logged_by": "Logged by",
    "logged_as": "Logged as",
    "summary": "For the group",
    "request": "Request to the course admin",
    "person": "Person",
    "email": "E-mail",
    "attendance": "Attendance",
    "pace": "Pace",
    "blocker": "Blocker",
    "note": "Note",
    "logged_at": "Logged at",
    "logged_by_email": "Logged by e-mail",
}
PRIVATE_NOTE = "Private note"
STEPS: Headers = {
    "person": "Person",
    "email": "E-mail",
    "step": "Step",
    "due_on": "Due on",
    "state": "State",
    "agreed_at": "Agreed on",
    "agreed_by": "Agreed by",
    "closed_at": "Closed on",
    "closed_by": "Closed by",
    "week": "Week of check-in",
    "agreed_by_email": "Agreed by e-mail",
    "closed_by_email": "Closed by e-mail",
}
REVIEWS: Headers = {
    "author": "Author",
    "author_email": "Author's e-mail",
    "reviewer": "Reviewer",
    "reviewer_email": "Reviewer's e-mail",
    "milestone": "Milestone",
    "url": "URL",
    "state": "State",
    "note": "Note",
    "requested_at": "Requested on",
    "changed_at": "Last changed",
}
ANSWERS: Headers = {
    "number": "Question no.",
    "asked": "Asked",
    "body": "Answer in full",
    "person": "Person",
    "email": "E-mail",
    "answered_at": "Answered on",
}
ASKS: Headers = {
    "number": "Question no.",
    "asked": "Asked",
    "group": "Group",
    "person": "Person",
    "email": "E-mail",
    "asked_at": "Asked on",
    "week": "Week asked",
    "logged_by": "Logged by",
    "logged_by_email": "Logged by e-mail",
}
PEOPLE: Headers = {
    "person": "Person",
    "email": "E-mail",
    "group": "Group",
    "time_zone": "Time zone",
    "role": "Role",
    "from": "From",
    "until": "Until",
    "why": "Why it ended",
    "left_on": "Left the cohort on",
    "why_left": "Why they left",
    "joined_on": "Joined the cohort on",
    "level": "Level",
    "last_active": "Last active",
}
# The columns of the questions tab beyond the seven of a tracking sheet.
MORE_OF_QUESTIONS: Headers = {
    "detail": "Detail",
    "category": "Category",
    "visibility": "Seen by",
    "status": "Question status",
    "duplicate_of": "Duplicate of",
    "times": "Times asked",
    "hidden_asker": "Asker, hidden from other students",
    "number": "Question no.",
    "duplicate_number": "Duplicate of no.",
    "asked_at": "Asked at",
    "entered_by": "Entered by",
    "is_hidden": "Name hidden",
    "material": "Material",
    "answered_at": "First answered at",
    "published_at": "Published at",
    "published_by": "Published by",
}
