from django.urls import URLPattern, URLResolver, path

from telling.views.calendar_feeds import calendar_feed, calendar_feed_revoke, calendar_ics
from telling.views.choices import mail_choices, mail_stop

app_name = "telling"

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/calendar/", calendar_feed, name="calendar-feed"),
    path("account/calendar/revoke/", calendar_feed_revoke, name="calendar-feed-revoke"),
    # lib.log_lines keeps the token out of the log.
    path("calendar-feed/<str:token>/trefoil.ics", calendar_ics, name="calendar-ics"),
    path("account/mails/", mail_choices, name="mail-choices"),
    path("account/mails/stop/<str:token>/", mail_stop, name="mail-stop"),
]
