"""The kinds of mail, in the order of docs/notifications.md."""

from telling.kinds.answer import ANSWER
from telling.kinds.change import CHANGE
from telling.kinds.channel import CHANNEL
from telling.kinds.check_in import CHECK_IN, MEETING, REQUEST
from telling.kinds.closing import CLOSED
from telling.kinds.concern import CONCERN
from telling.kinds.course_admins import COURSE_ADMINS
from telling.kinds.digest import DIGEST, NEWS
from telling.kinds.due import DUE
from telling.kinds.group import GROUP
from telling.kinds.help import HELP
from telling.kinds.kind import MailKind
from telling.kinds.log import LOG
from telling.kinds.promise import PROMISE
from telling.kinds.question import QUESTION
from telling.kinds.review import REVIEW

_ALL = (
    HELP, QUESTION, ANSWER, CHANGE, REVIEW, CHECK_IN, MEETING, GROUP, CLOSED, REQUEST, PROMISE, CHANNEL,
    CONCERN, COURSE_ADMINS, DUE, LOG, NEWS, DIGEST,
)  # fmt: skip
KINDS: dict[str, MailKind] = {kind.name: kind for kind in _ALL}


def kinds_of(event_kind: str) -> list[MailKind]:
    """Return the kinds of mail that an event leads to."""
    return [kind for kind in KINDS.values() if event_kind in kind.events]
