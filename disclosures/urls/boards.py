"""/boards/"""

from django.urls import path

from ..views import boards
from . import converters as converters

app_name = "boards"
urlpatterns = [
    path("", boards.index, name="index"),
    path("<organisation:code>/", boards.board, name="board"),
    path("<organisation:code>/catalogue/", boards.catalogue, name="catalogue"),
    path("<organisation:code>/overdue/", boards.overdue, name="overdue"),
]
