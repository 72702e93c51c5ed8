"""Archive volumes: what is filed, that it opens and can be checked without the portal, and that a volume stays."""

import csv
import hashlib
import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from catalogue.choices import Carrier, Scope
from disclosures import attachments, errands
from disclosures.actions import corrections, drafts, obligations, postings
from disclosures.archive import contents, pages, pdf, work
from disclosures.choices import ErrandState, ReviewConclusion, WithdrawalReason
from disclosures.errands import ErrandFailed
from disclosures.models import ArchiveVolume, CarrierEvidence, Posting
from organisations.access import can
from organisations.choices import Role
from tests.disclosures.files import PDF
from tests.disclosures.office import page, signed_in
from tests.disclosures.people import NOW, later, village
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return village(item__code="FEE", item__title="党费收缴情况")


@pytest.fixture
def no_pdf(monkeypatch):
    """A machine without Pango, as most are; and quicker."""
    monkeypatch.setattr(pdf, "_has_pango", lambda: False)


@pytest.fixture
def with_pdf():
    if why := pdf.why_not():
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


def published(place, title="党费收缴情况公示", body="<p>本季度收缴党费 3,640 元。</p>", files=(), **changes):
    """Through all the steps, by the people of the village."""
    obligation = ObligationFactory(organisation=place.organisation, item=ItemFactory())
    version = drafts.start_draft(obligation=obligation, by=place.secretary, at=NOW)
    content = {"title": title, "body": body, "stated_on": version.stated_on} | changes
    version = drafts.save_draft(version, expected_revision=1, by=place.secretary, at=NOW, **content)
    for name, data in files:
        drafts.attach(version, SimpleUploadedFile(name, data), by=place.secretary, at=NOW)
    return Posting.objects.get(pk=through(place, version).pk)


def through(place, version):
    postings.propose(version, by=place.secretary, at=later(1))
    postings.review(
        version, conclusion=ReviewConclusion.MAY_BE_DISCLOSED, grounds="不涉密", by=place.reviewer, at=later(2)
    )
    postings.approve(version, opinion="同意公开。", by=place.approver, at=later(3))
    return postings.publish(version, by=place.secretary, at=later(4))


def made(place, year=2026, by=None):
    """The errand, done."""
    errand = work.ask(place.organisation, year, by=by or place.secretary, at=later(60))
    errands.run_waiting(later(60))
    errand.refresh_from_db()
    return errand


def volume(place):
    errand = made(place)
    assert errand.state == ErrandState.DONE, errand.message
    return ArchiveVolume.objects.order_by("-pk")[0]


def unpacked(found):
    with zipfile.ZipFile(found.file_path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_volume_holds_content_record_opinions_and_everybody_s_names(place, no_pdf):
    posting = published(place)
    html = unpacked(volume(place))["volume.html"].decode()
    for words in [
        posting.number, "本季度收缴党费 3,640 元。", "不涉密", "同意公开。", "可以公开", "向社会公开",
        str(place.secretary), str(place.reviewer), str(place.approver), "2026-10-23", "2026-11-21 09:34:00",
        "逾期 29 天",
    ]:  # fmt: skip
        assert words in html, words


def test_corrections_withdrawals_nil_returns_and_waivers_of_the_year_are_filed(place, no_pdf):
    corrected, gone = published(place, "更正的"), published(place, "撤下的")
    version = corrections.begin_correction(corrected, note="金额写错", by=place.secretary, at=later(5))
    drafts.save_draft(
        version, expected_revision=1, title="更正的", body="<p>更正后 3,650 元。</p>", stated_on=version.stated_on,
        by=place.secretary, at=later(5),
    )  # fmt: skip
    through(place, version)
    corrections.withdraw(gone, reason=WithdrawalReason.PERSONAL_DATA, note="含手机号", by=place.approver, at=later(9))
    obligations.nil_return(place.obligation, reason="本季度没有收缴", by=place.secretary, at=later(9))
    other = ObligationFactory(organisation=place.organisation)
    obligations.waive(other, reason="机构调整", by=place.approver, at=later(9))
    html = unpacked(volume(place))["volume.html"].decode()
    for words in [
        "金额写错",
        "3,640 元",
        "3,650 元",
        "有更正，共 2 版",
        "已撤回",
        "含手机号",
        "本季度没有收缴",
        "机构调整",
    ]:
        assert words in html, words


def test_the_evidence_of_each_carrier_is_filed_with_its_file(place, no_pdf):
    posting = published(place)
    kept = attachments.store_made(lambda file: file.write(PDF), folder="evidence", at=NOW)
    CarrierEvidence.objects.create(
        posting=posting, carrier=Carrier.BOARD, carried_on=NOW.date(), reference="村口公开栏", file=kept.path,
        name="公开栏.pdf", content_type="application/pdf", size=kept.size, sha256=kept.sha256,
        given_by=place.secretary, given_at=later(9),
    )  # fmt: skip
    files = unpacked(volume(place))
    assert "村口公开栏" in files["volume.html"].decode()
    assert [name for name in files if name.endswith("公开凭证_01_公开栏.pdf")]


def test_only_what_was_published_in_the_year_by_the_organisation_is_filed(place, no_pdf):
    published(place, "本村的")
    other = village()
    published(other, "别村的")
    drafts.start_draft(obligation=place.obligation, by=place.secretary, at=NOW)
    found = contents.gather(place.organisation, 2026)
    assert [piece.title for piece in found.pieces] == ["本村的"]
    assert contents.gather(place.organisation, 2025).pieces == []


def test_every_file_can_be_checked_by_the_list_of_checksums(place, no_pdf):
    published(place, files=[("花名册.pdf", PDF), ("../../etc/passwd.pdf", PDF + b"\n")])
    found = volume(place)
    files = unpacked(found)
    sums = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS.txt"].decode().splitlines())
    assert set(sums) == set(files) - {"SHA256SUMS.txt"}
    for name, digest in sums.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert found.sha256 == hashlib.sha256(found.file_path.read_bytes()).hexdigest()
    names = [name for name in files if name.startswith("附件/")]
    assert len(names) == 2
    assert not [name for name in names if ".." in name or name.startswith("/") or "\\" in name]
    assert "花名册.pdf" in names[0]
    assert "sha256sum -c SHA256SUMS.txt" in files["README.txt"].decode("utf-8-sig")


def test_the_page_for_the_screen_needs_nothing_from_anywhere(place, no_pdf):
    published(place, body='<p>见<a href="https://example.org/x">链接</a></p>', files=[("表.pdf", PDF)])
    html = unpacked(volume(place))["volume.html"].decode()
    assert "<link" not in html
    assert "<script" not in html
    assert "src=" not in html
    assert "@import" not in html
    assert "url(" not in html


def test_the_index_opens_in_excel_and_calculates_nothing(place, no_pdf):
    published(place, title="=HYPERLINK(1)")
    data = unpacked(volume(place))["index.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["序号", "编号", "责任者", "题名"]
    assert rows[1][3] == "'=HYPERLINK(1)"


def test_a_missing_or_altered_file_is_told_and_does_not_keep_the_rest_from_being_filed(place, no_pdf):
    posting = published(place, files=[("甲.pdf", PDF), ("乙.pdf", PDF + b"\n")])
    first, second = posting.current.attachments.all()
    Path(first.file.path).unlink()
    Path(second.file.path).write_bytes(b"other")
    found = volume(place)
    assert "服务器上找不到" in found.remarks
    assert "校验值与公开时不一致" in found.remarks
    assert "服务器上找不到" in unpacked(found)["README.txt"].decode()


def test_without_pango_the_volume_is_made_and_says_what_to_install(place, no_pdf):
    published(place)
    errand = made(place)
    assert errand.state == ErrandState.DONE
    assert pdf.PACKAGES in errand.message
    found = ArchiveVolume.objects.get()
    assert found.pages is None
    assert pdf.PACKAGES in unpacked(found)["README.txt"].decode()
    assert pdf.PACKAGES in page(signed_in(place.secretary), reverse("desk:archive"))


def test_made_again_without_any_change_the_volume_stands(place, no_pdf):
    published(place)
    volume(place)
    errand = made(place)
    assert "没有变化" in errand.message
    assert ArchiveVolume.objects.count() == 1


def test_made_again_after_a_change_it_is_another_edition_and_the_old_one_stays(place, no_pdf):
    posting = published(place)
    first = volume(place)
    corrections.withdraw(posting, reason=WithdrawalReason.CONTENT_WRONG, by=place.approver, at=later(9))
    second = volume(place)
    code = place.organisation.code
    assert (first.number, second.number) == (f"{code}-2026-AJ-01", f"{code}-2026-AJ-02")
    assert hashlib.sha256(first.file_path.read_bytes()).hexdigest() == first.sha256


def test_a_volume_is_a_record_that_never_changes(place, no_pdf):
    found = volume(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchiveVolume.objects.filter(pk=found.pk).update(sha256="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchiveVolume.objects.filter(pk=found.pk).delete()


def test_an_edition_is_given_once(place, no_pdf):
    found = volume(place)
    found.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(force_insert=True)


def test_an_empty_year_has_a_volume_that_says_so(place, no_pdf):
    found = volume(place)
    assert found.pieces == 0
    assert "本年度没有发布公开事项" in unpacked(found)["volume.html"].decode()


def test_a_year_in_which_there_was_nothing_yet_cannot_be_asked_for(place):
    with pytest.raises(ErrandFailed, match="1999"):
        work.ask(place.organisation, 1999, by=place.secretary, at=NOW)


@pytest.mark.parametrize("role", Role)
def test_those_at_work_and_those_above_read_a_volume_and_nobody_else(place, no_pdf, role):
    published(place, scope=Scope.UNIT)
    found = volume(place)
    here = AppointmentFactory(organisation=place.organisation, role=role).user
    above = AppointmentFactory(organisation=place.town, role=role).user
    beside = AppointmentFactory(organisation=OrganisationFactory(parent=place.town), role=role).user
    at_work = {Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR}
    assert can(here, "read", found) == (role in at_work)
    assert can(above, "read", found) == (role in {Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR})
    assert not can(beside, "read", found)


def test_the_volume_is_downloaded_by_those_who_may_and_cached_by_nobody(place, no_pdf):
    published(place)
    found = volume(place)
    url = reverse("desk:volume", args=[found.pk])
    response = signed_in(place.secretary).get(url)
    assert response["Cache-Control"] == "private, no-store"
    assert f"{found.number}.zip" in response["Content-Disposition"]
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == found.sha256
    assert signed_in(UserFactory()).get(url).status_code == 404


def test_who_lost_the_post_may_not_file_any_more(place, no_pdf):
    errand = work.ask(place.organisation, 2026, by=place.secretary, at=NOW)
    place.secretary.appointments.update(ends_on=NOW.date() - timedelta(days=1))
    errands.run_waiting(NOW)
    errand.refresh_from_db()
    assert errand.state == ErrandState.FAILED
    assert not ArchiveVolume.objects.exists()


def test_the_desk_asks_for_a_volume_and_lists_those_made(place, no_pdf):
    published(place)
    client = signed_in(place.secretary)
    response = client.post(reverse("desk:archive"), {"year": 2026})
    assert response.url.startswith("/desk/work/")
    errands.run_waiting(NOW)
    html = page(client, reverse("desk:archive"))
    assert ArchiveVolume.objects.get().sha256 in html


def test_an_inspector_finds_the_organisation_by_name_or_code(place, no_pdf):
    inspector = AppointmentFactory(organisation=place.town, role=Role.INSPECTOR).user
    other = OrganisationFactory(name="不相干村")
    client = signed_in(inspector)
    for words in (place.organisation.code, place.organisation.name):
        assert "生成案卷" in page(client, f"{reverse('desk:archive')}?organisation={words}")
    assert "没有找到" in page(client, f"{reverse('desk:archive')}?organisation={other.code}")


def test_people_without_such_a_post_have_no_archive_page(place):
    assert signed_in(UserFactory()).get(reverse("desk:archive")).status_code == 403


def test_queries_do_not_grow_with_the_postings(place, django_assert_max_num_queries):
    for n in range(12):
        published(place, f"第{n}件")
    with django_assert_max_num_queries(20):
        assert len(contents.gather(place.organisation, 2026).pieces) == 12


def test_the_pdf_has_chinese_text_embedded_fonts_and_page_numbers(place, with_pdf):
    published(place)
    published(place, "第二件公示")
    found = volume(place)
    data = unpacked(found)["volume.pdf"]
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) == found.pages == 6
    words = ["".join(each.extract_text().split()) for each in reader.pages]
    assert "党务公开案卷" in words[0]
    assert "卷内目录" in words[1]
    assert "本季度收缴党费3,640元。" in words[2]
    assert "—3—" in words[2]
    assert "备考表" in words[5]
    assert f"{reader.pages[0].mediabox.width:.0f}" == "595", "A4"
    fonts = fonts_of(reader)
    assert any("CJK" in name for name in fonts)
    assert all(fonts.values()), "embedded"
    assert b"pdfaid" in reader.trailer["/Root"]["/Metadata"].get_data(), "PDF/A"


def fonts_of(reader):
    """Names of the fonts, and whether each is embedded."""
    found = {}
    for each in reader.pages:
        for font in (each["/Resources"].get("/Font") or {}).values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            found[descendant["/BaseFont"]] = any(key.startswith("/FontFile") for key in descriptor)
    return found


def test_a_long_table_repeats_its_head_on_every_page(place, with_pdf):
    rows = "".join(f"<tr><td>{n}</td><td>村民{n}</td></tr>" for n in range(120))
    published(place, body=f"<table><thead><tr><th>序号</th><th>对象</th></tr></thead><tbody>{rows}</tbody></table>")
    reader = pypdf.PdfReader(io.BytesIO(unpacked(volume(place))["volume.pdf"]))
    with_rows = [text for each in reader.pages if "村民" in (text := each.extract_text())]
    assert len(with_rows) > 2
    assert all("对象" in text for text in with_rows)


def test_a_long_volume_comes_in_parts_and_the_index_says_where_each_piece_is(place, with_pdf, monkeypatch):
    monkeypatch.setattr(pages, "PIECES_CHARS", 1500)
    for n in range(3):
        published(place, f"第{n}件")
    found = volume(place)
    files = unpacked(found)
    names = sorted(name for name in files if name.endswith(".pdf"))
    assert names == ["volume-00.pdf", "volume-01.pdf", "volume-02.pdf", "volume-03.pdf"]
    assert "PDF 分为 4 册" in found.remarks
    index = pypdf.PdfReader(io.BytesIO(files["volume-00.pdf"])).pages[1].extract_text()
    assert "2–2" in index
    assert "— 3 —" in pypdf.PdfReader(io.BytesIO(files["volume-03.pdf"])).pages[0].extract_text()
    assert found.pages == sum(len(pypdf.PdfReader(io.BytesIO(files[name])).pages) for name in names)
