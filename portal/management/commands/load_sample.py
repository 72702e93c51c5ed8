"""The sample district: a year of disclosure in Minhang, Qingpu and Xuhui."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.sample import PASSWORD, accounts
from portal.sample.loading import Loaded, SampleRefused, load


class Command(BaseCommand):
    help = (
        "Load the sample district (invented data, dated back from today) into an empty database, and print the "
        "accounts to sign in with. A second run changes nothing but makes the obligations of the day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="Load it beside organisations that are no sample data."
        )

    def handle(self, *args: Any, force: bool, verbosity: int, **options: Any) -> None:
        began = time.monotonic()
        try:
            loaded = load(now=timezone.now(), force=force, progress=self._progress)
        except SampleRefused as refusal:
            raise CommandError(str(refusal)) from None
        if verbosity:
            self._report(loaded, time.monotonic() - began)

    def _progress(self, words: str) -> None:
        self.stdout.write(f"  示例数据 · {words} …")
        self.stdout.flush()

    def _report(self, loaded: Loaded, seconds: float) -> None:
        done = f"已载入（{seconds:.0f}秒）" if loaded.is_new else "已在库中，未作改动"
        self.stdout.write(
            f"  示例数据{done}：组织{loaded.organisations}个，公开任务{loaded.obligations}项"
            f"（逾期{loaded.overdue}项），公开记录{loaded.postings}条。"
        )
        self.stdout.write(f"  示例账号（密码均为 {PASSWORD}，仅供演示）：")
        for account in accounts():
            self.stdout.write(
                f"    {account.username:<20}{account.organisation} · {account.role} · {account.full_name}"
            )
