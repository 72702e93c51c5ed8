"""Letters as files: whole or not at all, and never twice."""

import email
import email.policy
import os
import stat

import pytest
from django.core.mail import EmailMultiAlternatives

from notices.mail import FileBackend


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mail"


def letter(message_id="<abc123@portal.example>", text="各支部："):
    message = EmailMultiAlternatives(
        "党务公开提醒", text, "portal@portal.example", ["zhang@example.org"], headers={"Message-ID": message_id}
    )
    message.attach_alternative("<p>各支部：</p>", "text/html")
    return message


def send(folder, *messages):
    return FileBackend(file_path=folder).send_messages(messages)


def test_a_letter_is_a_file_named_after_its_message_id_that_any_mail_program_reads(folder):
    assert send(folder, letter()) == 1
    [path] = folder.iterdir()
    assert path.name == "abc123@portal.example.eml"
    read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (read["Subject"], read["To"]) == ("党务公开提醒", "zhang@example.org")
    assert read.get_body(("plain",)).get_content().strip() == "各支部："
    assert read.get_body(("html",)).get_content().strip() == "<p>各支部：</p>"


def test_the_same_letter_again_is_delivered_already(folder):
    send(folder, letter())
    assert send(folder, letter(text="另一份正文")) == 1
    [path] = folder.iterdir()
    assert "另一份正文" not in path.read_text()


def test_letters_are_for_their_reader_only(folder):
    send(folder, letter())
    [path] = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["<../../etc/passwd@x>", "<a b@x>", "<" + "a" * 300 + "@x>", "<.hidden@x>", "<>"])
def test_no_message_id_leads_out_of_the_folder(folder, name):
    send(folder, letter(message_id=name))
    [path] = folder.iterdir()
    assert path.suffix == ".eml"
    assert len(path.name) == 64 + 4


def test_a_full_disk_leaves_nothing_and_says_so(folder, monkeypatch):
    def no_space(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        send(folder, letter())
    assert list(folder.iterdir()) == []


def test_what_a_killed_process_left_half_written_is_not_a_letter_and_does_not_block_one(folder):
    folder.mkdir()
    (folder / f".abc123@portal.example.eml.{os.getpid()}").write_bytes(b"Subject: half")
    send(folder, letter())
    assert [path.name for path in folder.iterdir()] == ["abc123@portal.example.eml"]
