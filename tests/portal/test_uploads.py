"""The upload that would fill the disk."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory


def request(size: int):
    return RequestFactory().post("/", {"file": SimpleUploadedFile("a.bin", b"x" * size), "word": "甲"})


def test_an_upload_larger_than_the_limit_is_refused_before_it_is_read(settings, tmp_path):
    settings.UPLOAD_BYTES, settings.FILE_UPLOAD_TEMP_DIR, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000, tmp_path, 100
    body = request(5_001)
    with pytest.raises(RequestDataTooBig):
        _ = body.FILES
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("in_memory", [100, 1_000_000])
def test_a_smaller_one_arrives_whole(settings, tmp_path, in_memory):
    settings.UPLOAD_BYTES, settings.FILE_UPLOAD_TEMP_DIR = 5_000, tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = in_memory
    body = request(4_000)
    assert body.FILES["file"].read() == b"x" * 4_000
    assert body.POST["word"] == "甲"


def test_the_visitor_is_told_and_the_portal_stays_up(client, settings):
    settings.UPLOAD_BYTES = 100
    response = client.post("/accounts/login/", {"file": SimpleUploadedFile("a.bin", b"x" * 200)})
    assert response.status_code == 400
