from django.urls import path

from people.views.account import account
from people.views.demo_sign_in import demo_sign_in
from people.views.invitation_accept import invitation_accept

app_name = "people"

urlpatterns = [
    path("account/", account, name="account"),
    path("invitation/<str:token>/", invitation_accept, name="invitation-accept"),
    path("demo/sign-in/", demo_sign_in, name="demo-sign-in"),
]
