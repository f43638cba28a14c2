import logging
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from lib.admin import never
from people.access import signed_in
from people.actions.anonymise import anonymise
from people.actions.holders import put_out
from people.actions.proof import remove_other_addresses, require_proof
from people.audit import note
from people.erased import note_erasure
from people.forgetting import Names, passages_about
from people.models import Invitation, KeptPassage, User

logger = logging.getLogger("trefoil.access")

# People see and end their sessions themselves. The page of allauth searches by user names, which nobody has. Ties to
# providers and second factors they undo themselves too, or `manage.py reset_second_factor` does, which tells them; the
# providers are set by the environment, and no token is kept.
admin.site.unregister([UserSession, Authenticator, SocialAccount, SocialApp, SocialToken])


class PersonCreationForm(AdminUserCreationForm[User]):
    """A person without a password signs in with a code by e-mail."""

    class Meta:
        model = User
        fields = ["email", "name"]


@admin.register(User)
class PersonAdmin(UserAdmin[User]):
    """People are created, corrected and anonymised, never deleted, because other rows refer to them."""

    add_form = PersonCreationForm
    ordering = ["name", "pk"]
    list_display = ["name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "short_name", "email"]
    readonly_fields = ["last_login", "date_joined", "anonymised_at"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        ("Person", {"fields": ["name", "short_name", "time_zone"]}),
        ("May", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("When", {"fields": ["last_login", "date_joined", "anonymised_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    actions = ["anonymise_people"]
    has_delete_permission = never

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            remove_other_addresses(obj)
        if {"is_staff", "is_superuser", "groups", "user_permissions"} & set(form.changed_data):
            require_proof(people=[obj.pk], by=signed_in(request))
        if "is_active" in form.changed_data:
            note_erasure(obj, timezone.now(), is_active=obj.is_active)
            if not obj.is_active:
                put_out(obj)
        noted = {"is_staff", "is_superuser", "is_active", "email", "groups", "user_permissions"}
        fields = sorted(noted & set(form.changed_data))
        if fields:
            note(f"changed {', '.join(fields)} of person {obj.pk}", request=request)

    @admin.action(description="Anonymise…", permissions=["change"])
    def anonymise_people(self, request: HttpRequest, queryset: QuerySet[User]) -> TemplateResponse | None:
        people = list(queryset.filter(anonymised_at=None).exclude(pk=signed_in(request).pk))
        keys, reason = {*request.POST.getlist("passages")}, request.POST.get("reason", "").strip()[:300]
        passages = [(person, passages_about(person, Names(person))) for person in people]
        for person, found in passages:
            if f"whole {person.pk}" in keys:
                keys |= {passage.key for passage in found if passage.place}
        is_any_kept = any(passage.key not in keys for _, found in passages for passage in found)
        if "confirmed" not in request.POST or (is_any_kept and not reason):
            for person, found in passages:
                if found:
                    reader = signed_in(request).pk
                    logger.info(
                        "site admin %s read what was written by and about person %s", reader, person.pk
                    )
                    self.log_change(request, person, "Read what was written by and about them.")
            context = {
                **self.admin_site.each_context(request),
                "title": "Anonymise people",
                "people": people,
                "passages": passages,
                "has_passages": any(found for _, found in passages),
                "keys": keys,
                "is_reason_missing": "confirmed" in request.POST,
                "opts": self.model._meta,
            }
            return TemplateResponse(request, "admin/people/anonymise.html", context)
        for person in people:
            self.log_change(request, person, "Anonymised")
            anonymise(person=person, at=timezone.now(), keys=keys, kept_because=reason, by=signed_in(request))
        self.message_user(request, f"Anonymised {len(people)}. What they did is kept.", messages.SUCCESS)
        return None


@admin.register(KeptPassage)
class KeptPassageAdmin(admin.ModelAdmin[KeptPassage]):
    """Passages that site admins kept although they still tell who an anonymised person was."""

    list_display = ["where", "person", "reason", "kept_by", "kept_at"]
    list_select_related = ["person", "kept_by"]
    search_fields = ["where", "reason"]
    date_hierarchy = "kept_at"
    has_add_permission = has_change_permission = has_delete_permission = never

    def get_queryset(self, request: HttpRequest) -> QuerySet[KeptPassage]:
        return super().get_queryset(request).order_by("-kept_at", "-pk")


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    """Read-only: course admins send and revoke invitations on their own pages."""

    list_display = [
        "person",
        "invited_by",
        "invited_at",
        "sent_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    ]
    list_select_related = ["person", "invited_by"]
    search_fields = ["person__name", "person__email"]
    date_hierarchy = "invited_at"
    has_add_permission = has_change_permission = has_delete_permission = never

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).order_by("-invited_at", "-pk")
