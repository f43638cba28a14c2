from django.urls import path

from trends.views.change_asks import change_asks
from trends.views.change_detail import change_detail
from trends.views.change_list import change_list
from trends.views.change_new import change_edit, change_new, change_take_back
from trends.views.change_tell import change_tell
from trends.views.need_detail import need_detail
from trends.views.need_list import need_list
from trends.views.need_new import need_new, need_note_take_back, need_take_back
from trends.views.need_settle import need_meet, need_own, need_put_back, need_refuse, need_start
from trends.views.topic_detail import topic_detail
from trends.views.topic_leave import topic_join, topic_leave, topic_move_undo
from trends.views.topic_list import topic_list, topic_refresh
from trends.views.topic_merge import topic_merge, topic_merge_undo
from trends.views.topic_pin import topic_pin, topic_unpin
from trends.views.topic_rename import topic_rename
from trends.views.topic_split import topic_split
from trends.views.trends import asked, did_it_help, my_trends, trends, trends_csv, trends_effects

app_name = "trends"

urlpatterns = [
    path("courses/<slug:slug>/topics/", topic_list, name="topic-list"),
    path("courses/<slug:slug>/topics/refresh/", topic_refresh, name="topic-refresh"),
    path("topics/<int:topic_id>/", topic_detail, name="topic-detail"),
    path("topics/<int:topic_id>/rename/", topic_rename, name="topic-rename"),
    path("topics/<int:topic_id>/merge/", topic_merge, name="topic-merge"),
    path("topics/<int:topic_id>/merge/undo/", topic_merge_undo, name="topic-merge-undo"),
    path("topics/<int:topic_id>/split/", topic_split, name="topic-split"),
    path("topics/<int:topic_id>/pin/", topic_pin, name="topic-pin"),
    path("topics/<int:topic_id>/unpin/", topic_unpin, name="topic-unpin"),
    path("topics/<int:topic_id>/leave/", topic_leave, name="topic-leave"),
    path("topics/<int:topic_id>/join/", topic_join, name="topic-join"),
    path("topics/<int:topic_id>/move/undo/", topic_move_undo, name="topic-move-undo"),
    path("trends/", my_trends, name="my-trends"),
    path("trends/asked/", asked, name="asked"),
    path("courses/<slug:slug>/trends/", trends, name="trends"),
    path("courses/<slug:slug>/trends/effects/", trends_effects, name="trends-effects"),
    path("courses/<slug:slug>/trends/<slug:panel>.csv", trends_csv, name="trends-csv"),
    path("courses/<slug:slug>/material/", need_list, name="need-list"),
    path("courses/<slug:slug>/material/new/", need_new, name="need-new"),
    path("needs/<int:need_id>/", need_detail, name="need-detail"),
    path("needs/<int:need_id>/owner/", need_own, name="need-own"),
    path("needs/<int:need_id>/start/", need_start, name="need-start"),
    path("needs/<int:need_id>/put-back/", need_put_back, name="need-put-back"),
    path("needs/<int:need_id>/refuse/", need_refuse, name="need-refuse"),
    path("needs/<int:need_id>/meet/", need_meet, name="need-meet"),
    path("needs/<int:need_id>/take-back/", need_take_back, name="need-take-back"),
    path("needs/notes/<int:note_id>/take-back/", need_note_take_back, name="need-note-take-back"),
    path("courses/<slug:slug>/changes/", change_list, name="change-list"),
    path("courses/<slug:slug>/changes/new/", change_new, name="change-new"),
    path("changes/<int:change_id>/", change_detail, name="change-detail"),
    path("changes/<int:change_id>/tell/", change_tell, name="change-tell"),
    path("changes/<int:change_id>/asks/", change_asks, name="change-asks"),
    path("changes/<int:change_id>/edit/", change_edit, name="change-edit"),
    path("changes/<int:change_id>/take-back/", change_take_back, name="change-take-back"),
    path("did-it-help/", did_it_help, name="did-it-help"),
]
