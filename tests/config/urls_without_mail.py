from config.urls import urlpatterns
from people.urls import without_mail

urlpatterns = [*without_mail, *urlpatterns]
