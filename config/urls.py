"""All URLs of Trefoil."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config.health import healthz, readyz
from people.urls import providers, second_factor_urls, without_mail

# Operators sign in on the same page as everyone, with its rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler500 = "config.health.broken"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    *([] if settings.SENDS_MAIL else without_mail),
    path("", include("people.urls")),
    *providers,
    path("", include("telling.urls")),
    path("account/second-factor/", include(second_factor_urls)),
    path("account/", include("allauth.account.urls")),
    path("", include("groups.urls")),
    path("", include("questions.urls")),
    path("", include("tracker.urls")),
    path("", include("trends.urls")),
    path("", include("sheets.urls")),
]

if settings.DEBUG:
    from config.gallery import gallery

    urlpatterns += [path("gallery/", gallery, name="gallery")]
