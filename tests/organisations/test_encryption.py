"""Personal data is encrypted field by field, keys are rotated on the way, and limits hold without a cache."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from disclosures.models import Objection
from organisations.encryption import Undecipherable, decrypt, encrypt, is_available
from organisations.models import RateCounter
from organisations.throttle import spend
from tests.disclosures.notices import notice

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_what_is_encrypted_comes_back_and_looks_different_each_time():
    stored = [encrypt("公示人选有亲属关系"), encrypt("公示人选有亲属关系")]
    assert stored[0] != stored[1] and {decrypt(one) for one in stored} == {"公示人选有亲属关系"}
    assert encrypt("") == "" == decrypt("")


def test_without_keys_nothing_personal_is_stored(settings):
    settings.FIELD_KEYS = []
    assert not is_available()
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        encrypt("张三")


def test_a_damaged_key_is_named(settings):
    settings.FIELD_KEYS = ["short"]
    with pytest.raises(ImproperlyConfigured, match="damaged"):
        encrypt("张三")


def test_another_key_does_not_open_it(settings):
    stored = encrypt("张三")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Undecipherable):
        decrypt(stored)


@pytest.mark.django_db
class TestField:
    def test_the_database_holds_no_word_of_it(self):
        objection = notice().objected(words="拟任人选隐瞒亲属经商", name="王桂英", contact="13812345678")
        with connection.cursor() as cursor:
            cursor.execute("SELECT words, name, contact FROM disclosures_objection")
            stored = " ".join(cursor.fetchone())
        assert not any(word in stored for word in ("隐瞒", "王桂英", "13812345678"))
        found = Objection.objects.get(pk=objection.pk)
        assert (found.words, found.name, found.contact) == ("拟任人选隐瞒亲属经商", "王桂英", "13812345678")

    def test_it_cannot_be_looked_up(self):
        with pytest.raises(FieldError):
            Objection.objects.filter(name="王桂英").exists()


@pytest.mark.django_db
class TestRotation:
    def test_every_value_is_written_anew_and_the_old_key_can_go(self, settings, capsys):
        objection = notice().objected(words="程序不合规定", name="王桂英")
        new = Fernet.generate_key().decode()
        settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]
        call_command("rotate_keys")
        assert "加密2项" in capsys.readouterr().out
        settings.FIELD_KEYS = [new]
        assert Objection.objects.get(pk=objection.pk).name == "王桂英"
        call_command("rotate_keys")
        assert "加密0项" in capsys.readouterr().out

    def test_a_missing_key_is_told_and_nothing_is_lost(self, settings):
        objection = notice().objected()
        old = settings.FIELD_KEYS
        settings.FIELD_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(CommandError):
            call_command("rotate_keys")
        settings.FIELD_KEYS = old
        assert Objection.objects.get(pk=objection.pk).words

    def test_a_new_key_is_printed(self, capsys):
        call_command("rotate_keys", new=True)
        Fernet(capsys.readouterr().out.strip())

    def test_without_a_key_there_is_a_sentence(self, settings):
        settings.FIELD_KEYS = []
        with pytest.raises(CommandError):
            call_command("rotate_keys")


@pytest.mark.django_db
class TestLimits:
    def test_so_many_an_hour_and_no_more(self):
        assert [spend("objection:1.2.3.4", limit=2, within=HOUR, at=AT) for _ in range(4)] == [True, True, False, False]
        assert spend("objection:5.6.7.8", limit=2, within=HOUR, at=AT)
        assert spend("objection:1.2.3.4", limit=2, within=HOUR, at=AT + HOUR)

    def test_no_address_is_stored_and_old_counts_go(self):
        spend("objection:1.2.3.4", limit=2, within=HOUR, at=AT)
        assert "1.2.3.4" not in RateCounter.objects.get().key
        spend("objection:1.2.3.4", limit=2, within=HOUR, at=AT + timedelta(days=3))
        assert RateCounter.objects.count() == 1
