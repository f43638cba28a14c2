"""Who hears by which mail of what happens to the cast."""

from collections.abc import Callable

from tests.conftest import Cast
from tests.telling.kinds.happenings import (
    add_admin,
    admin_mentors,
    answer_asked,
    answer_confided,
    answer_hidden,
    ask_hidden,
    ask_when_they_can,
    begin,
    begin_morning,
    cancel,
    change_material,
    close,
    confide,
    cover,
    cry,
    drop_out,
    go_away,
    go_away_covered,
    judge,
    leave,
    leave_help_for_the_summary,
    log_asked,
    log_held,
    lose_admin,
    lose_channel,
    lose_reader,
    meet_alone_on_thursday,
    meet_before,
    meet_on_thursday,
    meet_on_wednesdays,
    merge,
    move,
    move_to_admin,
    promise_to_bruno,
    put_off,
    remind_of_bruno,
    remind_of_check_in,
    request,
    say_away,
    settle_and_note_hours,
    settle_and_undo,
    settle_cry,
    shift,
    stand_in_goes_away,
    still_need_help,
    undo_cry,
)
from tracker.actions.reviews import approve, ask_for_changes

STUDENTS = ("ana", "bruno", "chidi", "dalia", "emre", "fatima")
EVERYBODY = (*STUDENTS, "marta", "tomas")
ASKED = "Ana asks: Why the root?"
JOINS = {
    "chidi": "You are in Juniper now",
    "marta": "Chidi left Clover",
    **dict.fromkeys(["dalia", "emre", "fatima", "tomas"], "Chidi joins Juniper"),
}
COVERS = "Tomás Reis is Clover’s stand-in"
NO_MEETING = "Clover does not meet in the week of Mon 14 to Sun 20 September"
CRIES = "Bruno needs help with Prompt engineering"
CONFIDED = "A private message for you"
LATER = "Clover meets Fri 18 September instead"
AGREED = "Clover: what you agreed on yesterday"

LOSES_ADMIN = (
    lambda cast: lose_reader(cast, lose_admin),
    {"olga": CONFIDED, "ines": "You are no longer a course admin of LLM specialisation"},
)
# By kind and event: what happens, and the subject of each mail. What happens returns when the worker looks, if not now.
TOLD: dict[str, tuple[Callable[[Cast], object], dict[str, str]]] = {
    "answer/question_answered": (answer_hidden, {"ana": "Answered: Why the root?"}),
    "answer/questions_merged": (merge, {"emre": "Answered: Why the root?"}),
    "promise/promise_passed": (promise_to_bruno, {"marta": "Bruno still needs help with Prompt engineering"}),
    "channel/channel_switched_off": (
        lose_channel,
        {"marta": "Slack at chat.example.com is switched off for Clover"},
    ),
    "concern/concern_told": (confide, {"ines": CONFIDED}),
    "concern/concern_answered": (answer_confided, {"ana": "Your private message is answered"}),
    "concern/course_admin_removed": LOSES_ADMIN,
    "concern/mentor_began": (
        lambda cast: lose_reader(cast, admin_mentors),
        dict.fromkeys(("ana", "bruno", "chidi"), "Inês Duarte is Clover’s co-mentor")
        | {"olga": CONFIDED, "ines": "You are Clover’s co-mentor"},
    ),
    "concern/student_moved": (
        lambda cast: lose_reader(cast, move_to_admin),
        {"olga": CONFIDED, "ines": "Ana joins Fern", "ana": "You are in Fern now"},
    ),
    "admins/course_admin_added": (add_admin, {"marta": "You are now a course admin of LLM specialisation"}),
    "admins/course_admin_removed": LOSES_ADMIN,
    "log/check_in_reminded": (remind_of_check_in, {"marta": "Check-in not logged yet: Clover"}),
    "log/student_reminded": (remind_of_bruno, {"marta": f"{CRIES}, since today"}),
    "group/morning": (meet_alone_on_thursday, {"ines": "Clover meets today without a mentor"}),
    "log/morning": (meet_on_thursday, {"marta": "Check-in today: Clover"}),
    "due/morning": (
        lambda cast: begin_morning(18),
        dict.fromkeys(STUDENTS, "Due Sun 20 September: Indexation")
        | {"marta": "Check-in today: Clover", "tomas": "Check-in today: Juniper"},
    ),
    "news/morning": (leave_help_for_the_summary, {"marta": CRIES}),
    "digest/morning": (
        lambda cast: begin_morning(21),
        dict.fromkeys(STUDENTS, "Your week: LLM basics")
        | dict.fromkeys(("marta", "tomas"), "3 need you")
        | {"ines": "Autumn 2026: 8 need you today"},
    ),
    "help/help_needed": (cry, {"marta": CRIES}),
    "answer/help_settled": (settle_cry, {"bruno": "Prompt engineering: marked as done"}),
    "answer/help_settled, undone": (settle_and_undo, {}),
    "answer/help_settled, and hours are noted": (
        settle_and_note_hours,
        {"bruno": "Prompt engineering: marked as done"},
    ),
    "help/help_needed, by who undid its settling": (still_need_help, {"marta": CRIES}),
    "answer/help_settled, since it was undone": (
        undo_cry,
        {"bruno": "Prompt engineering: marked as not started"},
    ),
    "question/question_asked": (ask_hidden, {"marta": ASKED}),
    "question/question_asked, logged": (log_asked, {"tomas": "Somebody in Clover asks: Which key?"}),
    "change/material_changed": (change_material, {"ana": "Changed because you asked: Why the root?"}),
    "review/review_asked": (request, {"bruno": "Ana asks you to review RAG"}),
    "review/review_changes_asked": (
        lambda cast: judge(cast, ask_for_changes),
        {"ana": "Bruno asks for changes to RAG"},
    ),
    "review/review_approved": (lambda cast: judge(cast, approve), {"ana": "Bruno approved RAG"}),
    "check-in/check_in_logged": (log_held, {"ana": AGREED, "bruno": AGREED, "chidi": AGREED}),
    "check-in/check_in_logged, instead of the meeting": (
        lambda cast: meet_before(cast, is_besides=False),
        dict.fromkeys(("ana", "bruno", "chidi"), "Clover met yesterday instead of tomorrow"),
    ),
    # Nothing to read.
    "check-in/check_in_logged, besides the meeting": (lambda cast: meet_before(cast, is_besides=True), {}),
    "request/request_answered": (answer_asked, {"marta": "Inês answered Clover’s request"}),
    "meeting/meeting_changed": (cancel, dict.fromkeys(("ana", "bruno", "chidi"), NO_MEETING)),
    "meeting/meeting_changed, rescheduled": (put_off, dict.fromkeys(("ana", "bruno", "chidi"), LATER)),
    "group/student_moved": (move, JOINS),
    "group/student_left": (leave, {"chidi": "You are no longer in Clover", "marta": "Chidi left Clover"}),
    "group/student_left, dropped out": (
        drop_out,
        {
            "chidi": "You leave Clover, from Mon 21 September on",
            "marta": "Chidi leaves Clover on Mon 21 September",
        },
    ),
    "group/group_formed": (
        begin,
        {"chidi": "You are in Acacia", "tomas": "You mentor Acacia", "marta": "Chidi left Clover"},
    ),
    "group/mentor_began": (
        cover,
        dict.fromkeys(("ana", "bruno", "chidi", "marta"), COVERS) | {"tomas": "You are Clover’s stand-in"},
    ),
    "group/student_away": (say_away, {"marta": "Bruno is away Thu 17 to Fri 18 September"}),
    "group/meeting_set": (
        meet_on_wednesdays,
        dict.fromkeys(("ana", "bruno", "chidi"), "Clover meets Wednesdays 18:00"),
    ),
    "group/times_reminded": (
        ask_when_they_can,
        dict.fromkeys(("ana", "chidi"), "Clover needs a time: when can you?"),
    ),
    "group/mentor_away": (go_away, {"ines": "Clover needs a stand-in Mon 21 to Fri 25 September"}),
    "group/mentor_away, the stand-in": (
        stand_in_goes_away,
        {"ines": "Clover needs a stand-in Fri 25 September"},
    ),
    "group/mentor_away, covered": (
        go_away_covered,
        {"tomas": "Marta Pires is away Mon 21 to Fri 25 September"},
    ),
    "closed/cohort_closed": (close, dict.fromkeys(EVERYBODY, "Autumn 2026 is closed")),
    "group/dates_changed": (
        shift,
        dict.fromkeys(("ana", "bruno", "chidi"), "RAG is due Mon 28 September, not Sun 27 September"),
    ),
}
