"""/oversight/: the discipline commission's pages."""

from django.urls import path

from . import views

app_name = "oversight"
urlpatterns = [path("", views.review, name="review")]
