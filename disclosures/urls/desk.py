"""/desk/: where postings are written, reviewed, approved and published."""

from django.urls import path

from ..views.desk import files, home, starting, stepping, words, writing
from . import converters as converters

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("new/", starting.new, name="new"),
    path("words.js", words.editor_words, name="words"),
    path("owed/", home.owed, name="owed"),
    path("owed/<key:pk>/", home.obligation, name="obligation"),
    path("owed/<key:pk>/start/", starting.start, name="start"),
    path("versions/<key:pk>/", writing.version, name="version"),
    path("versions/<key:pk>/files/<key:file>/", files.file, name="file"),
    path("versions/<key:pk>/<slug:name>/", stepping.step, name="step"),
]
