"""The commands: clear sentences, an exit code, nothing half done, and twice is as good as once."""

import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalogue.choices import CatalogueStatus
from catalogue.models import Catalogue, Item
from tests.catalogue.published import FOLDER, workbook_of
from tests.factories.catalogue import CatalogueFactory, DraftFactory, ItemFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db

TABLE = FOLDER / "yongan_dongpo_neighbourhood_affairs.csv"


@pytest.fixture(autouse=True)
def issuer():
    return OrganisationFactory(code="SH", name="上海市委")


def run(name, *arguments):
    output = StringIO()
    call_command(name, *map(str, arguments), stdout=output, stderr=output)
    return output.getvalue()


def fail(name, *arguments):
    output = StringIO()
    with pytest.raises(CommandError) as error:
        call_command(name, *map(str, arguments), stdout=output, stderr=output)
    assert error.value.returncode != 0
    return output.getvalue() + str(error.value)


def import_table(file, *further, code="trial"):
    return ["import_catalogue", file, "--code", code, "--title", "试行目录", "--issuer", "SH", *further]


class TestImportCatalogue:
    def test_it_reports_rows_items_and_every_warning(self):
        said = run(*import_table(TABLE))
        assert "居委会" in said and "试行目录" in said
        assert Catalogue.objects.get().status == CatalogueStatus.DRAFT and Item.objects.count() == 5

    def test_a_dry_run_reports_and_writes_nothing(self):
        assert "居委会" in run(*import_table(TABLE, "--dry-run"))
        assert not Catalogue.objects.exists()

    def test_twice_is_as_good_as_once(self):
        run(*import_table(TABLE))
        before = list(Item.objects.values())
        run(*import_table(TABLE))
        assert list(Item.objects.values()) == before

    def test_a_workbook_will_do(self, tmp_path):
        path = tmp_path / "目录.xlsx"
        path.write_bytes(workbook_of("yongan_dongpo_neighbourhood_affairs"))
        run(*import_table(path))
        assert Item.objects.count() == 5

    def test_gb18030_will_do_and_is_told(self, tmp_path):
        path = tmp_path / "gbk.csv"
        path.write_bytes(TABLE.read_text(encoding="utf-8-sig").encode("gb18030"))
        assert "GB18030" in run(*import_table(path))
        assert Item.objects.filter(title="居民小组").exists()

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("empty.csv", b""),
            ("header.csv", "甲,乙\n1,2\n".encode()),
            ("binary.csv", bytes(range(256)) * 40),
            ("nul.csv", "序号,公开事项,公开内容\n1,甲\0乙,丙\n".encode()),
            ("fake.xlsx", b"not a workbook"),
            ("long.csv", b"code,parent_code,title\nA,," + b"x" * 20_000 + b"\n"),
            ("circle.csv", b"code,parent_code,title\nA,B,x\nB,A,y\n"),
            ("orphan.csv", b"code,parent_code,title\nA,Z,x\n"),
            ("twice.csv", b"code,parent_code,title\nA,,x\nA,,y\n"),
            ("many.csv", b"code,parent_code,title\n" + b"A,,x\n" * 20_001),
            ("table.pdf", b"%PDF-1.7"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_bad_files_end_in_a_sentence_and_nothing_is_done(self, tmp_path, name, content):
        path = tmp_path / name
        path.write_bytes(content)
        assert len(fail(*import_table(path))) > 30
        assert not Catalogue.objects.exists()

    def test_a_missing_file_and_an_unknown_issuer_are_told(self, tmp_path):
        assert fail(*import_table(tmp_path / "nowhere.csv"))
        assert "XX" in fail("import_catalogue", TABLE, "--code", "t", "--title", "t", "--issuer", "XX")

    def test_of_very_many_problems_the_first_hundred_are_told(self, tmp_path):
        path = tmp_path / "orphans.csv"
        path.write_text("code,parent_code,title\n" + "".join(f"A{n},Z{n},x\n" for n in range(150)))
        assert "50" in fail(*import_table(path)).splitlines()[-2]


class TestPutInForce:
    @pytest.fixture
    def draft(self):
        draft = DraftFactory(code="trial")
        ItemFactory(catalogue=draft, code="A1")
        return draft

    def test_a_draft_is_put_in_force_and_again_is_no_mistake(self, draft):
        run("put_in_force", "trial", "--from", "2026-12-01")
        run("put_in_force", "trial", "--from", "2026-12-01")
        draft.refresh_from_db()
        assert (draft.status, str(draft.effective_from)) == (CatalogueStatus.IN_FORCE, "2026-12-01")

    def test_what_is_missing_is_listed(self, draft):
        Item.objects.update(scope="")
        assert "A1" in fail("put_in_force", "trial", "--from", "2026-12-01")

    @pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "1900-01-01", "9999-12-31", "2026-02-30", ""])
    def test_a_day_that_is_none_or_out_of_all_bounds_is_refused(self, draft, day):
        assert "YYYY-MM-DD" in fail("put_in_force", "trial", "--from", day)
        draft.refresh_from_db()
        assert draft.status == CatalogueStatus.DRAFT

    def test_an_unknown_code_or_one_without_a_draft_is_told(self):
        CatalogueFactory(code="settled")
        assert "nowhere" in fail("put_in_force", "nowhere", "--from", "2026-12-01")
        assert "settled" in fail("put_in_force", "settled", "--from", "2026-12-01")

    def test_a_day_not_later_than_the_edition_before_is_told(self, draft):
        CatalogueFactory(code="trial", edition=9, issuer=draft.issuer, effective_from="2026-12-01")
        assert fail("put_in_force", "trial", "--from", "2026-12-01")


@pytest.mark.django_db(transaction=True)
def test_a_bad_file_gives_the_shell_an_exit_code_and_one_clear_sentence(process_env, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(b"")
    command = [
        sys.executable,
        "manage.py",
        "import_catalogue",
        str(path),
        "--code",
        "t",
        "--title",
        "t",
        "--issuer",
        "SH",
    ]
    done = subprocess.run(command, env=process_env | {"PYTHONIOENCODING": "utf-8"}, capture_output=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr.decode() and len(done.stderr.decode()) > 10
