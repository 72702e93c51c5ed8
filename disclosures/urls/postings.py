"""/postings/"""

from django.urls import path

from ..views import objections, postings
from . import converters as converters

app_name = "postings"
urlpatterns = [
    path("objections/", objections.track, name="track"),
    path("<number:number>/objections/", objections.objection, name="objection"),
    path("<number:number>/", postings.posting, name="posting"),
    path("<number:number>/versions/<ordinal:ordinal>/", postings.posting, name="version"),
    path(
        "<number:number>/versions/<ordinal:ordinal>/files/<ordinal:position>/", postings.attachment, name="attachment"
    ),
]
