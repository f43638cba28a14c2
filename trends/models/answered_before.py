from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from questions.models import Ask
from tracker.models import Progress

# Who asks about the milestone or needs help there within so long did not find the answer in what was offered.
_HELD = timedelta(days=7)


def answered_before(*, is_followed: bool) -> Q:
    """The condition on asks that an offered answer settled, for the figures.

    Whom a mentor asked for is not known: the next ask of somebody of the same group may be theirs.

    Args:
        is_followed: but not if it did not hold. Only course admins are told: a student may ask again, or need help, in
            another group by then.
    """
    if not is_followed:
        return Q(is_answered_already=True)
    asked_at = OuterRef("asked_at")
    asked = Ask.objects.filter(
        _at_milestone("question__milestone") | _at_milestone("question__duplicate_of__milestone"),
        is_answered_already=False,
        asked_at__gt=asked_at,
        asked_at__lte=asked_at + _HELD,
    )
    needed_help = Progress.history.filter(
        _at_milestone("milestone"),
        enrolment=OuterRef("enrolment"),
        state=Progress.State.NEED_HELP,
        state_since__gt=asked_at,
        state_since__lte=asked_at + _HELD,
    )
    of_nobody = Q(enrolment=None) & Q(Exists(asked.filter(enrolment=None, group=OuterRef("group"))))
    held = Q(~of_nobody, ~Exists(asked.filter(enrolment=OuterRef("enrolment"))), ~Exists(needed_help))
    return Q(is_answered_already=True) & held


def asked_again(*, is_followed: bool) -> Q:
    """The condition on asks whose offered answer did not hold. None are known if they are not followed."""
    return Q(is_answered_already=True) & ~answered_before(is_followed=is_followed)


def _at_milestone(field: str) -> Q:
    """Of what was asked, or of the question that was offered."""
    return Q(**{field: OuterRef("question__milestone")}) | Q(
        **{field: OuterRef("question__duplicate_of__milestone")}
    )
