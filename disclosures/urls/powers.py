"""/powers/"""

from django.urls import path

from ..views import powers
from . import converters as converters

app_name = "powers"
urlpatterns = [
    path("", powers.index, name="index"),
    path("<catalogue:code>/", powers.power, name="power"),
    path("<catalogue:code>/<ordinal:number>/", powers.matter, name="matter"),
]
