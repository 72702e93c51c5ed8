# ruff: noqa: E501
"""Text from Word and WPS: what a secretary pastes comes out as plain paragraphs, lists, tables and bold words."""

import re

import pytest

from disclosures import richtext

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta charset=utf-8><meta name=Generator content="Microsoft Word 15">
<style><!-- p.MsoNormal {mso-style-parent:""; font-size:10.5pt;} @page WordSection1 {size:595.3pt 841.9pt;} --></style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]--></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment--><div class=WordSection1>
<p class=MsoNormal align=center style='text-align:center'><b><span style='font-size:16.0pt;font-family:黑体;mso-hansi-font-family:Calibri'>党费收缴情况<span lang=EN-US><o:p></o:p></span></span></b></p>
<p class=MsoListParagraph style='margin-left:21.0pt;text-indent:-21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US style='mso-fareast-font-family:Calibri'><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]><span style='font-family:宋体'>按月收缴</span><span lang=EN-US><o:p></o:p></span></p>
<p class=MsoListParagraph style='margin-left:21.0pt;text-indent:-21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span></span><![endif]><span style='font-family:宋体'>逐笔登记</span></p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<table class=MsoTableGrid border=1 cellspacing=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'>
 <tr style='mso-yfti-irow:0'><td width=200 colspan=2 style='border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt'><p class=MsoNormal><b>收支<o:p></o:p></b></p></td></tr>
 <tr><td valign=top><p class=MsoNormal>合计</p></td><td><p class=MsoNormal><span lang=EN-US>3,640</span>元</p></td></tr>
</table></div><!--EndFragment--></body></html>"""

WPS = """<p class="MsoNormal" style="text-indent:32pt;mso-char-indent-count:2;"><span style="font-family:仿宋_GB2312;mso-ascii-font-family:'Times New Roman';font-size:16pt;font-weight:bold;">一、收缴标准</span><span style="font-size:16pt;"><o:p></o:p></span></p>
<p class="MsoNormal" style="mso-list:l1 level1 lfo2;"><!--[if !supportLists]--><span style="font-family:Wingdings;"><span style="mso-list:Ignore;">l<span>&nbsp;</span></span></span><!--[endif]--><font face="宋体">在职党员</font></p>
<p class="MsoNormal" style="mso-list:l1 level1 lfo2;"><!--[if !supportLists]--><span style="mso-list:Ignore;">·<span>&nbsp;</span></span><!--[endif]--><font face="宋体">离退休党员</font></p>
<p class="MsoNormal"><span style="font-weight:normal">以上。</span></p>"""


@pytest.mark.parametrize("sample", [WORD, WPS], ids=["Word", "WPS"])
def test_nothing_of_the_word_processor_is_left(sample):
    cleaned = richtext.clean(sample)
    assert not re.search(r"mso|class=|style=|<o:|<span|<font|<!--|xml|Wingdings|宋体|黑体", cleaned, re.IGNORECASE)
    assert richtext.clean(cleaned) == cleaned


def test_word_keeps_bold_numbered_list_and_table():
    cleaned = richtext.clean(WORD)
    assert "<strong>党费收缴情况</strong>" in cleaned
    assert "<ol><li>按月收缴</li><li>逐笔登记</li></ol>" in cleaned.replace("\n", "")
    assert '<td colspan="2">' in cleaned
    assert richtext.lines(cleaned) == ["党费收缴情况", "按月收缴", "逐笔登记", "收支", "合计｜3,640元"]


def test_wps_keeps_bold_and_turns_bullets_into_a_list():
    cleaned = richtext.clean(WPS)
    assert "<strong>一、收缴标准</strong>" in cleaned
    assert cleaned.count("<li>") == 2
    assert "在职党员</li>" in cleaned
    assert richtext.lines(cleaned) == ["一、收缴标准", "在职党员", "离退休党员", "以上。"]


def test_the_plain_marks_for_bold_and_italic_are_kept():
    assert richtext.clean("<p><b>甲</b><i>乙</i></p>") == "<p><strong>甲</strong><em>乙</em></p>"


@pytest.mark.parametrize("html", ["<p>甲</p>", "<b", "<!--[if", "<p style='mso-list:l0'>", "<o:p>", "</p></b>"])
def test_broken_pieces_do_no_harm(html):
    cleaned = richtext.clean(html)
    assert richtext.clean(cleaned) == cleaned
