from django.urls import URLPattern, URLResolver, path

from telling.views.calendar_feeds import calendar_feed, calendar_feed_remove, calendar_ics
from telling.views.channels import (
    channel_edit,
    channel_remove,
    channel_try,
    course_channels,
    group_channels,
)
from telling.views.choices import mail_choices, mail_stop, mail_switches
from telling.views.outbox import message_again, message_remove, outbox

app_name = "telling"

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/calendar/", calendar_feed, name="calendar-feed"),
    path("account/calendar/remove/", calendar_feed_remove, name="calendar-feed-remove"),
    # lib.log_lines keeps the token out of the log.
    path("calendar-feed/<str:token>/trefoil.ics", calendar_ics, name="calendar-ics"),
    path("account/mails/", mail_choices, name="mail-choices"),
    path("account/mails/switches/", mail_switches, name="mail-switches"),
    path("account/mails/stop/<str:token>/", mail_stop, name="mail-stop"),
    path("outbox/", outbox, name="outbox"),
    path("outbox/<int:message_id>/again/", message_again, name="message-again"),
    path("outbox/<int:message_id>/remove/", message_remove, name="message-remove"),
    path("groups/<int:group_id>/channels/", group_channels, name="group-channels"),
    path("courses/<slug:slug>/channels/", course_channels, name="course-channels"),
    path("channels/<int:channel_id>/", channel_edit, name="channel-edit"),
    path("channels/<int:channel_id>/try/", channel_try, name="channel-try"),
    path("channels/<int:channel_id>/remove/", channel_remove, name="channel-remove"),
]
