from django.urls import path

from people.views.account import account
from people.views.demo_sign_in import demo_sign_in
from people.views.invitation_accept import invitation_accept
from people.views.no_mail import no_mail

app_name = "people"

urlpatterns = [
    path("account/", account, name="account"),
    path("invitation/<str:token>/", invitation_accept, name="invitation-accept"),
    path("demo/sign-in/", demo_sign_in, name="demo-sign-in"),
]

# In the place of pages whose only use is an e-mail.
without_mail = [
    path("account/login/code/", no_mail),
    path("account/password/reset/", no_mail),
    path("account/email/", no_mail),
]
