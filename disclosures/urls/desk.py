"""/desk/: where postings are written, reviewed, approved and published."""

from django.urls import path

from ..views.desk import archive, bulk, errands, files, home, starting, stepping, words, writing
from . import converters as converters

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("new/", starting.new, name="new"),
    path("words.js", words.editor_words, name="words"),
    path("owed/", home.owed, name="owed"),
    path("owed/<key:pk>/", home.obligation, name="obligation"),
    path("owed/<key:pk>/start/", starting.start, name="start"),
    path("work/", errands.errands, name="errands"),
    path("work/<token:token>/", errands.errand, name="errand"),
    path("work/<token:token>/file/", errands.result, name="errand-file"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("bulk/template/", bulk.template, name="bulk-template"),
    path("bulk/<token:token>/", bulk.checked, name="bulk-checked"),
    path("bulk/<token:token>/confirm/", bulk.confirm, name="bulk-confirm"),
    path("archive/", archive.archive, name="archive"),
    path("archive/<key:pk>/", archive.volume, name="volume"),
    path("versions/<key:pk>/", writing.version, name="version"),
    path("versions/<key:pk>/files/<key:file>/", files.file, name="file"),
    path("versions/<key:pk>/<slug:name>/", stepping.step, name="step"),
]
