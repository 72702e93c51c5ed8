"""The command line; see the package."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from . import stores, targets

KINDS = ("reading", "nightly", "tree", "publishing", "web", "sqlite")
GROUPS = {"writing": ("nightly", "tree", "publishing")}
IN_CHECK = ("reading", "nightly", "tree")
SCALES = ("district", "ten", "city")
REGRESSION = 0.1

Found = dict[targets.Store, dict[str, Any]]


def main(arguments: list[str]) -> int:
    """Run what was asked for; the exit code."""
    chosen = _parser().parse_args(arguments)
    return int(chosen.do(chosen) or 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="build what is missing, measure, write JSON under var/bench/")
    run.add_argument("--scales", type=_words(SCALES), default=list(SCALES[:2]), help="district,ten,city")
    run.add_argument("--only", type=_words((*KINDS, *GROUPS)), default=list(KINDS), help=",".join((*KINDS, *GROUPS)))
    run.set_defaults(do=_run)
    report = commands.add_parser("report", help="each target with its value and whether it is reached; slopes")
    report.add_argument("files", nargs="*", type=Path, help="later files replace the figures of earlier ones")
    report.set_defaults(do=_report)
    check = commands.add_parser("check", help="measure what noise cannot move; exit code 1 on a miss")
    check.add_argument("--scales", type=_words(SCALES), default=list(SCALES[:2]))
    check.set_defaults(do=_check)
    compare = commands.add_parser("compare", help="what became dearer by more than a tenth; exit code 1 if anything")
    compare.add_argument("old", type=Path)
    compare.add_argument("new", type=Path)
    compare.set_defaults(do=_compare)
    measure = commands.add_parser("measure", help="measure one thing in the database of this environment; used by run")
    measure.add_argument("kind", choices=(*KINDS, "pages"))
    measure.add_argument("scale", choices=SCALES)
    measure.add_argument("file", type=Path)
    measure.set_defaults(do=_measure)
    return parser


def _words(known: tuple[str, ...]) -> Any:
    def words(text: str) -> list[str]:
        found = text.split(",")
        if unknown := set(found) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not one of {', '.join(known)}")
        return found

    return words


def _run(chosen: argparse.Namespace) -> None:
    kinds = [kind for word in chosen.only for kind in GROUPS.get(word, (word,))]
    found, skipped = _measured(chosen.scales, kinds)
    stores.VAR.mkdir(parents=True, exist_ok=True)
    file = stores.VAR / f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.json"
    file.write_text(json.dumps({"machine": _machine(), "skipped": skipped, "figures": _nested(found)}, indent=1))
    print(f"\n{file.relative_to(stores.ROOT)}")
    for line in skipped:
        print(f"SKIPPED, and so not reached: {line}")


def _measured(scales: list[str], kinds: list[str]) -> tuple[Found, list[str]]:
    """Figures by database and scale, each measure in a process of its own; and what could not be measured."""
    found: Found = {}
    skipped: list[str] = []
    for scale in scales:
        _prepare(scale, "postgres", found)
        for kind in kinds:
            if kind != "sqlite":
                _one(kind, scale, "postgres", found, skipped)
    if "sqlite" in kinds and "district" in scales:
        _prepare("district", "sqlite", found)
        _one("sqlite", "district", "sqlite", found, skipped)
        _one("pages", "district", "postgres", found, skipped)
        pages = {name: value for name, value in found["postgres", "district"].items() if name.startswith("page.")}
        found["sqlite", "district"] |= {f"postgres.{name}": value for name, value in pages.items()}
    return found, skipped


def _prepare(scale: str, db: str, found: Found) -> None:
    figures = found.setdefault((db, scale), {})
    if (took := stores.build(scale, db)) is not None:
        figures["load.seconds"] = took
    stores.collect_static(scale, db)


def _one(kind: str, scale: str, db: str, found: Found, skipped: list[str]) -> None:
    print(f"measuring {kind} on {db}, {scale}; load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, "-m", "benchmarks", "measure", kind, scale, file.name]
        code = subprocess.run(command, env=stores.environment(scale, db), cwd=stores.ROOT, check=False).returncode
        if code:
            skipped.append(f"{kind} on {db}, {scale}: ended with {code}")
            return
        found[db, scale] |= json.loads(Path(file.name).read_text())


def _measure(chosen: argparse.Namespace) -> None:
    from importlib import import_module

    import django

    django.setup()
    from django.utils import timezone

    from oversight import rollups
    from oversight.models import OverdueRollup
    from portal import planner

    from . import cost

    now = timezone.now()
    planner.look_again()
    rollups.refresh(now=now, on=timezone.localdate(now))
    cost.vacuum(OverdueRollup._meta.db_table)
    module = import_module(f"benchmarks.measures.{chosen.kind}")
    figures = module.measure(chosen.scale) if chosen.kind == "sqlite" else module.measure()
    figures["organisations"] = _organisations()
    chosen.file.write_text(json.dumps(figures))


def _organisations() -> int:
    from organisations.models import Organisation

    return Organisation.objects.filter(is_sample=True).count()


def _report(chosen: argparse.Namespace) -> int:
    files = chosen.files or sorted(stores.VAR.glob("20*.json"))[-1:]
    if not files:
        print("Nothing was measured yet: python -m benchmarks run")
        return 1
    found: Found = {}
    for file in files:
        for store, figures in _read(file).items():
            found.setdefault(store, {}).update(figures)
    results = targets.judged(found)
    print(targets.table(results))
    print(_summary(results))
    return 0


def _check(chosen: argparse.Namespace) -> int:
    found, skipped = _measured(chosen.scales, list(IN_CHECK))
    results = targets.judged(found, check=True)
    print(targets.table(results))
    print(*skipped, _summary(results), sep="\n")
    return 1 if skipped or targets.worse(results) else 0


def _summary(results: list[targets.Result]) -> str:
    judged = [result for result in results if result.reached is not None]
    return f"{len(judged) - len(targets.missed(results))} of {len(judged)} reached."


def _compare(chosen: argparse.Namespace) -> int:
    lines = targets.dearer(_read(chosen.old), _read(chosen.new), by=REGRESSION)
    print(*lines or ["Nothing became dearer by more than a tenth."], sep="\n")
    return 1 if lines else 0


def _nested(found: Found) -> dict[str, dict[str, dict[str, Any]]]:
    nested: dict[str, dict[str, dict[str, Any]]] = {}
    for (db, scale), figures in found.items():
        nested.setdefault(db, {})[scale] = figures
    return nested


def _read(file: Path) -> Found:
    """A file's figures."""
    nested = json.loads(file.read_text())["figures"]
    return {(db, scale): figures for db, scales in nested.items() for scale, figures in scales.items()}


def _machine() -> dict[str, Any]:
    memory = Path("/proc/meminfo").read_text().split()[1]
    return {
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory) / 2**20),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": os.getloadavg(),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
