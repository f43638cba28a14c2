"""All URLs of Trefoil."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.account.urls")),
    path("", include("people.urls")),
    path("", include("groups.urls")),
    path("", include("tracker.urls")),
    path("", include("sheets.urls")),
]

if settings.DEBUG:
    from config.gallery import gallery

    urlpatterns += [path("gallery/", gallery, name="gallery")]
