from django.urls import URLPattern, URLResolver

app_name = "telling"

urlpatterns: list[URLPattern | URLResolver] = []
