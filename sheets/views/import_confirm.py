import logging
from collections.abc import Generator
from smtplib import SMTPException

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.actions.invitations import send_invitation
from people.models import Invitation
from sheets.access import import_to_administer
from sheets.actions.confirm import confirm
from sheets.actions.preview import preview
from sheets.matching.plan import Step, Work, finished
from sheets.models import SheetImport
from sheets.views.working import answer_with

logger = logging.getLogger(__name__)


@audience(Audience.COURSE_ADMIN)
@require_POST
def import_confirm(request: HtmxRequest, import_id: int) -> HttpResponseBase:
    """Write what the preview shows."""
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_administer(user, import_id, now)
    return answer_with(
        request,
        sheet_import,
        _confirmed(request, confirm(sheet_import=sheet_import, by=user, at=now)),
        title="Writing what the preview showed",
        then=sheet_import.get_absolute_url,
        on_refusal=lambda: _look_again(sheet_import),
    )


def _look_again(sheet_import: SheetImport) -> None:
    """Make the preview anew, since what it showed is not so any more."""
    now = SheetImport.objects.select_related("course", "cohort__course").filter(pk=sheet_import.pk).first()
    if now is not None and now.is_open:
        finished(preview(sheet_import=now, at=timezone.now()))


def _confirmed(request: HttpRequest, work: Work[SheetImport]) -> Generator[Step, None, SheetImport]:
    """Do the work, then mail the invitations that it made, if any."""
    sheet_import = yield from work
    made = sheet_import.written.filter(model="people.invitation")
    ids = [row["pk"] for batch in made for row in batch.rows]
    for done, pk in enumerate(ids):
        yield Step("Mailing invitations", done, len(ids))
        invitation = Invitation.objects.select_related("person", "invited_by").get(pk=pk)
        try:
            send_invitation(invitation, request, at=timezone.now())
        except (SMTPException, OSError):
            # The people are in; who got no mail is seen under People, where the link can be copied.
            logger.exception("could not mail invitation %s", pk)
    return sheet_import
