"""Phrases for everybody to begin with; administrators change them and add their own. Openings only grow."""

from django.db import migrations

from organisations.triggers import ForbidChange

PHRASES = {
    "review": [
        "经逐项核对，内容不涉及国家秘密、工作秘密和个人隐私，数据与原始凭证一致，可以公开。",
        "内容不涉密，表述准确，与会议记录一致，可以公开。",
        "已对姓名、证件号码、电话、住址等个人信息作遮盖处理，其余内容可以公开。",
        "依据《保守国家秘密法》第三十五条审查，未发现不得公开的内容。",
        "部分内容是否属于可公开范围把握不准，提请上级确定。",
    ],
    "approval": [
        "同意公开。",
        "经支部委员会研究，同意公开。",
        "同意按所报范围和载体公开。",
        "同意公开，请按时在公开栏同步张贴。",
    ],
    "return": [
        "数据与附件不一致，请核对后重新提出。",
        "内容要素不齐全，请按目录要求补充。",
        "含有个人信息，请遮盖后重新提出。",
        "公开范围与目录不符，请修改或说明理由。",
        "附件无法打开或不清晰，请重新上传。",
    ],
    "nil": [
        "本期未发生该事项。",
        "本期无新增内容，上期公开内容继续有效。",
    ],
}


def add(apps, schema_editor):
    phrases = apps.get_model("disclosures", "Phrase").objects
    for purpose, texts in PHRASES.items():
        for place, text in enumerate(texts, start=1):
            phrases.get_or_create(organisation=None, purpose=purpose, text=text, defaults={"place": place * 10})


def remove(apps, schema_editor):
    phrases = apps.get_model("disclosures", "Phrase").objects.filter(organisation=None)
    phrases.filter(text__in=[text for texts in PHRASES.values() for text in texts]).delete()


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0017_openings_and_ready_made_phrases")]

    operations = [
        migrations.RunPython(add, remove),
        ForbidChange(
            table="disclosures_opening",
            name="opening_only_grows",
            message="This table only grows: its rows are never changed and never deleted.",
        ),
    ]
