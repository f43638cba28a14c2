from django.urls import path

from tracker.views.home import home

app_name = "tracker"

urlpatterns = [
    path("", home, name="home"),
]
