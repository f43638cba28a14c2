from django.urls import path

from tracker.views.board import board
from tracker.views.home import home

app_name = "tracker"

urlpatterns = [
    path("cohorts/<int:cohort_id>/", board, name="board"),
    path("", home, name="home"),
]
