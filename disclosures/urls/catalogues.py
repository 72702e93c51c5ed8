"""/catalogues/"""

from django.urls import path

from ..views import catalogues
from . import converters as converters

app_name = "catalogues"
urlpatterns = [
    path("", catalogues.index, name="index"),
    path("<catalogue:code>/", catalogues.catalogue, name="catalogue"),
    path("<catalogue:code>/<catalogue:item>/", catalogues.item, name="item"),
]
