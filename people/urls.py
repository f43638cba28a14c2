from django.urls import path

from people.views import account, addresses, second_factor, sign_in
from people.views import providers as by_providers

app_name = "people"

urlpatterns = [
    path("account/", account.account, name="account"),
    # In the place of the pages of allauth, which do not ask whether somebody has just signed in.
    path("account/email/", addresses.address, name="address"),
    path("account/password/set/", addresses.password_set, name="password-set"),
    path("account/address/<str:token>/", addresses.address_change_undo, name="address-change-undo"),
    path("account/download/", sign_in.download, name="download"),
    path("account/privacy/data/", account.own_data, name="own-data"),
    path("account/sessions/others/end/", account.sessions_end_others, name="sessions-end-others"),
    path("account/sessions/<int:session_id>/end/", account.session_end, name="session-end"),
    path("account/providers/<int:account_id>/remove/", by_providers.provider_remove, name="provider-remove"),
    path("first-operator/<str:key>/", sign_in.first_operator, name="first-operator"),
    path("account/link/<str:token>/", sign_in.sign_in_link, name="sign-in-link"),
    path("demo/sign-in/", sign_in.demo_sign_in, name="demo-sign-in"),
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
    path("account/login/code/", sign_in.no_mail),
    path("account/password/reset/", sign_in.no_mail),
    path("account/email/", sign_in.no_mail),
]
