"""/postings/"""

from django.urls import path

from ..views import postings
from . import converters as converters

app_name = "postings"
urlpatterns = [
    path("<number:number>/", postings.posting, name="posting"),
    path("<number:number>/versions/<ordinal:ordinal>/", postings.posting, name="version"),
    path(
        "<number:number>/versions/<ordinal:ordinal>/files/<ordinal:position>/", postings.attachment, name="attachment"
    ),
]
