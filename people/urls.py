from django.urls import path

from people.views import providers as by_providers
from people.views import second_factor
from people.views.account import account, session_end, session_list, sessions_end_others
from people.views.addresses import address, address_change_undo, password_set
from people.views.sign_in import demo_sign_in, download, first_operator, no_mail, sign_in_link

app_name = "people"

urlpatterns = [
    path("account/", account, name="account"),
    # In the place of the pages of allauth, which do not ask whether somebody has just signed in.
    path("account/email/", address, name="address"),
    path("account/password/set/", password_set, name="password-set"),
    path("account/address/<str:token>/", address_change_undo, name="address-change-undo"),
    path("account/download/", download, name="download"),
    path("account/sessions/", session_list, name="session-list"),
    path("account/sessions/others/end/", sessions_end_others, name="sessions-end-others"),
    path("account/sessions/<int:session_id>/end/", session_end, name="session-end"),
    path("account/providers/<int:account_id>/remove/", by_providers.provider_remove, name="provider-remove"),
    path("first-operator/<str:key>/", first_operator, name="first-operator"),
    path("account/link/<str:token>/", sign_in_link, name="sign-in-link"),
    path("demo/sign-in/", demo_sign_in, name="demo-sign-in"),
]

# To a provider and back, by the names that allauth asks for.
_oidc = "account/oidc/<str:provider_id>/login/"
providers = [
    path(_oidc, by_providers.openid_connect_login, name="openid_connect_login"),
    path(f"{_oidc}callback/", by_providers.openid_connect_callback, name="openid_connect_callback"),
    path("account/github/login/", by_providers.github_login, name="github_login"),
    path("account/github/login/callback/", by_providers.github_callback, name="github_callback"),
]

# By the names that allauth gives them, so without the namespace.
second_factor_urls = [
    path("", second_factor.set_up, name="mfa_index"),
    path("set-up/", second_factor.set_up, name="mfa_activate_totp"),
    path("remove/", second_factor.remove, name="mfa_deactivate_totp"),
    path("codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", second_factor.recovery_codes_new, name="mfa_generate_recovery_codes"),
    path("sign-in/", second_factor.at_sign_in, name="mfa_authenticate"),
    path("again/", second_factor.again, name="mfa_reauthenticate"),
]

# In the place of pages whose only use is an e-mail.
without_mail = [
    path("account/login/code/", no_mail),
    path("account/password/reset/", no_mail),
    path("account/email/", no_mail),
]
