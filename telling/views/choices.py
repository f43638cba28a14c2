from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from groups.relations import RelationKind, relations_of
from lib.editing import status_of
from lib.requests import form_page
from people.access import Audience, audience, signed_in
from people.models import MailChoice, User
from telling.actions.choosing import choose, choose_by_link, ends_help, kept_for
from telling.forms.choices import ChoicesForm
from telling.kinds import KINDS
from telling.kinds.kind import MailKind
from telling.links import read_stop

_ROLES = {
    RelationKind.STUDIES: "student",
    RelationKind.MENTORS: "mentor",
    RelationKind.ADMINISTERS: "course admin",
}


@audience(Audience.PERSON)
@form_page
def mail_choices(request: HttpRequest) -> HttpResponse:
    """Show the choices of e-mail: three switches, and three topics."""
    person = signed_in(request)
    chosen = dict(MailChoice.objects.filter(person=person).values_list("kind", "soon"))
    form = ChoicesForm(request.POST or None, kinds=_kinds_for(person), chosen=chosen)
    if request.method == "POST" and form.is_valid():
        choose(person=person, soon_by_kind=form.soon_by_kind, at=timezone.now())
        messages.success(request, "Notifications saved.")
        return redirect("telling:mail-choices")
    return render(request, "telling/mail_choices.html", {"form": form}, status=status_of(form))


def _kinds_for(person: User) -> list[MailKind]:
    """Return the kinds that somebody of the roles that the person has or had may get."""
    relations = relations_of(person, timezone.now())
    roles = {_ROLES[row.kind] for row in relations}
    if any(row.kind is RelationKind.STUDIES and row.course.has_code_reviews for row in relations):
        roles.add("reviewer")
    if person.has_perm("groups.read_left_concern"):
        roles.add("site admin")
    return [kind for kind in KINDS.values() if roles.intersection(kind.roles)]


@csrf_exempt
@audience(Audience.ANYBODY)
@login_not_required
@form_page
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail to hear less of its kind. Opening it changes nothing: programs that check mails open links.

    Mail programs post to it by themselves (RFC 8058), without a cookie; its signature stands for the person. Requests
    for help end by the buttons of the page alone, and the person is told.
    """
    read = read_stop(token)
    kind = KINDS.get(read[1]) if read else None
    if read is None or kind is None:
        raise Http404
    person = get_object_or_404(User, pk=read[0], anonymised_at=None)
    soon = ""
    # Named before it is chosen, and after.
    lost = [KINDS[name].label for name in kept_for(person, kind)]
    asks = ends_help(person, kind)
    if request.method == "POST" and ("soon" in request.POST or not asks):
        in_digest = request.POST.get("soon") == MailChoice.Soon.DIGEST and not kind.is_digest
        soon = MailChoice.Soon.DIGEST if in_digest else MailChoice.Soon.NEVER
        choose_by_link(person=person, kind=kind, soon=soon, at=timezone.now())
    context = {"kind": kind, "soon": soon, "token": token, "lost": lost, "asks": asks}
    return render(request, "telling/mail_stop.html", context)
