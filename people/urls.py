from django.urls import path

from people.views.account import account, session_end, session_list, sessions_end_others
from people.views.addresses import address, address_take_back, password_set
from people.views.sign_in import demo_sign_in, download, no_mail

app_name = "people"

urlpatterns = [
    path("account/", account, name="account"),
    # In the place of the pages of allauth, which do not ask whether somebody has just signed in.
    path("account/email/", address, name="address"),
    path("account/password/set/", password_set, name="password-set"),
    path("account/address/<str:token>/", address_take_back, name="address-take-back"),
    path("account/download/", download, name="download"),
    path("account/sessions/", session_list, name="session-list"),
    path("account/sessions/others/end/", sessions_end_others, name="sessions-end-others"),
    path("account/sessions/<int:session_id>/end/", session_end, name="session-end"),
    path("demo/sign-in/", demo_sign_in, name="demo-sign-in"),
]

# In the place of pages whose only use is an e-mail.
without_mail = [
    path("account/login/code/", no_mail),
    path("account/password/reset/", no_mail),
    path("account/email/", no_mail),
]
