"""/desk/: where postings are written, reviewed, approved and published."""

from django.urls import path

from ..views.desk import (
    archive,
    autosave,
    bulk,
    errands,
    evidence,
    files,
    home,
    matters,
    notices,
    preview,
    starting,
    stepping,
    words,
    writing,
)
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
    path("matters/", matters.matters, name="matters"),
    path("matters/new/", matters.new, name="matter-new"),
    path("matters/<key:pk>/", matters.matter, name="matter"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<key:pk>/", notices.notice, name="notice"),
    path("versions/<key:pk>/", writing.version, name="version"),
    path("versions/<key:pk>/autosave/", autosave.autosave, name="autosave"),
    path("versions/<key:pk>/preview/", preview.preview, name="preview"),
    path("versions/<key:pk>/preview/phone/", preview.phone, name="preview-phone"),
    path("versions/<key:pk>/preview/framed/", preview.framed, name="preview-framed"),
    path("versions/<key:pk>/evidence/", evidence.evidence, name="evidence"),
    path("evidence/<key:pk>/photo/", evidence.photo, name="evidence-photo"),
    path("versions/<key:pk>/files/", files.upload, name="upload"),
    path("versions/<key:pk>/files/<key:file>/", files.file, name="file"),
    path("versions/<key:pk>/<slug:name>/", stepping.step, name="step"),
]
