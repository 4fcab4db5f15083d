"""The golden log: a life through every effect and every act, as one version wrote it.

``python -m tests.golden FOLDER`` writes the log that this version makes, with what it yields. A
golden log is never written anew: what a version wrote must replay to the same for ever. Where a
later version brings effects or acts, it gets a golden log of its own beside the others.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from states.calendar_data import china
from states.process_file import parse_process
from tests.cast import OWN, PROOF, UNIT
from tests.stage import ROUND, Scribe, Stage, a_stage, acting, registration
from workflow.memory import MemoryStore
from workflow.ports import Session
from workflow.proof.keys import draw_seed
from workflow.proof.sealing.adopting import adopt, rotate
from workflow.proof.sealing.recovering import recover, stand_by
from workflow.proof.sealing.sweep import Sealing, seal
from workflow.storage.bodies import encoded

FILE = {"sha256": PROOF, "size": 3, "name": "佐证.pdf"}
LATER = {"due": "2023-06-10", "reason": "汛期", "progress": "过半"}
DUTIES = {"duties": [{"text": "巡查", "when": "每月"}, {"text": "检查", "when": "每季度"}]}
ONE, TWO, THREE, FOUR = (f"{ROUND}-{number}" for number in (1, 2, 3, 4))


def lived(folder: Path) -> Stage:
    """Return an office in which everything has happened that can be written down."""
    stage = a_stage(MemoryStore(), issues=4, letters=Scribe())
    key = folder / "seal.key"
    sealing = Sealing(key_file=key, batch=40)
    adopt(stage.engine, key, acting("li"))
    _office(stage)
    _in_rectification(stage)
    seal(stage.engine.desk.store, stage.clock, sealing)
    _late(stage)
    rotate(stage.engine, key, acting("li"))
    seed = draw_seed()
    stand_by(stage.engine, key, acting("li"), seed)
    _completed(stage)
    seal(stage.engine.desk.store, stage.clock, sealing)
    _kept_up(stage)
    key.unlink()
    recover(stage.engine, key, acting("li"), seed)
    stand_by(stage.engine, key, acting("li"), draw_seed())
    _last(stage)
    seal(stage.engine.desk.store, stage.clock, sealing)
    stage.does("li", "note", {"note": "尚未封存"})
    return stage


def _acts(stage: Stage, event: str, **facts: Any) -> None:
    stage.clock.forward(minutes=7)
    stage.engine.act(event, facts, acting("li"))


def _office(stage: Stage) -> None:
    _acts(stage, "add_person", person="he", unit=UNIT, commitment="00" * 32)
    _acts(stage, "edit_person", person="he", unit=UNIT, department="办公室", commitment="11" * 32)
    _acts(stage, "grant_role", person="he", role="leader", unit=UNIT)
    _acts(stage, "revoke_role", person="he", role="leader", unit=UNIT)
    _acts(stage, "bind_account", person="he", account="os:1001")
    _acts(stage, "unbind_account", account="os:1001")
    _acts(stage, "delegate", principal="wang", recorder="he", until="2024-12-31")
    _acts(stage, "substitute", principal="zhou", recorder="sun", until="2023-04-01")
    _acts(stage, "end_delegation", number=2)
    stage.engine.register_round(registration(1, "YX2024", "34" * 32), acting("li"))
    _acts(stage, "adopt_process", process=stage.engine.office().process, name="默认流程")


def _in_rectification(stage: Stage) -> None:
    stage.planned()
    stage.clock.forward(days=1)
    stage.does("chen", "return_plan", {"reason": "责任不清"})
    stage.does("wang", "edit_measure", {"measure": 2, "text": "开展专项督查"})
    stage.does("wang", "add_measure", {"text": "重复的措施", "due": "2023-05-15"})
    stage.does("wang", "drop_measure", {"measure": 3, "reason": "重复"})
    stage.engine.advance(
        ONE, "draft_plan", {"note": "经党组会研究"}, by=acting("he", behalf="wang")
    )
    stage.clock.forward(days=1)
    stage.does("chen", "approve_plan", {"note": "同意"})
    stage.does("wang", "add_evidence", {**FILE, "measure": 1, "level": "secret", "apart": True})
    stage.does("wang", "add_evidence", {**FILE, "sha256": "cd" * 32, "replaces": 1})
    stage.does("wang", "finish_measure", {"measure": 1})
    stage.does("wang", "note", {"note": "第一项措施完成"})
    stage.does("chen", "classify", {"long_term": True})


def _late(stage: Stage) -> None:
    """Let time pass until a letter goes out, ask for a later date, stand still, and go on."""
    stage.does("wang", "request_extension", LATER)
    stage.does("chen", "refuse_extension", {"reason": "理由不足"})
    stage.does("wang", "request_extension", {**LATER, "due": "2023-06-20"})
    stage.does("chen", "approve_extension", {"note": "同意延期"})
    stage.does("chen", "change_due", {"due": "2023-06-30", "reason": "上级部署"})
    stage.does("chen", "suspend", {"reason": "防汛", "basis": "防汛指挥部通知"})
    stage.clock.forward(days=5)
    stage.does("chen", "resume", {"note": "汛情解除"})
    stage.does(
        "chen",
        "set_term",
        {"kind": "draft_plan", "after": "80 workdays", "reason": "跨部门"},
        issue=TWO,
    )
    stage.engine.adopt_calendar(china(), {"source": "国务院", "years": "2023"}, acting("li"))
    stage.ticks(date(2023, 3, 20), date(2023, 5, 30))
    stage.does("li", "void", {"reason": "重复登记"}, issue=THREE)


def _completed(stage: Stage) -> None:
    (letter, *_) = stage.engine.view(FOUR).issue.letters
    stage.does(letter.to[0], "acknowledge", {"letter": letter.number}, issue=FOUR)
    stage.does("wang", "add_evidence", {**FILE, "measure": 2})
    stage.does("wang", "finish_measure", {"measure": 2})
    stage.engine.hand_over("wang", "sun", {"reason": "调动", "keep_roles": True}, acting("li"))
    remainder = {
        "verdict": "basically_completed",
        "remains": "制度汇编",
        "by": "sun",
        "until": "2023-07-10",
    }
    stage.does("sun", "submit_completion", remainder)
    stage.does("chen", "return_completion", {"reason": "佐证不足"})
    stage.does("sun", "add_evidence", FILE)
    stage.does("sun", "submit_completion", remainder)
    stage.clock.forward(days=2)
    stage.does("chen", "accept", DUTIES)
    stage.does("sun", "add_evidence", {**FILE, "sha256": "ef" * 32})
    stage.does("sun", "finish_remainder", {"note": "已汇编"})


def _kept_up(stage: Stage) -> None:
    """Keep one duty up, miss another, look back, decline to reopen, reopen."""
    stage.does("sun", "add_evidence", {**FILE, "duty": 1})
    stage.clock.to(date(2023, 6, 30))
    stage.does("sun", "perform_duty", {"duty": 1})
    stage.does("chen", "add_duty", {"text": "培训", "when": "每年"})
    stage.ticks(date(2023, 7, 1), date(2023, 10, 20))
    stage.does("chen", "end_duty", {"duty": 3, "reason": "并入第1项"})
    visit = {"visit": 1, "verdict": "slipping", "reason": "松动"}
    stage.does("chen", "look_back", visit)
    stage.does("chen", "decline_reopening", {"reason": "已纠正"})
    stage.does("chen", "reopen", {"reason": "反弹", "basis": "回头看"})


def _last(stage: Stage) -> None:
    stage.engine.adopt(parse_process(OWN, "own.toml"), acting("li"))
    _acts(stage, "migrate_issues", process=stage.engine.office().process, name="本地流程", issues=0)
    _acts(stage, "leave", person="he", on="2023-10-01")
    _acts(stage, "rejoin", person="he")
    _acts(stage, "leave", person="he")
    _acts(stage, "redact", person="he", reason="本人申请")
    _acts(stage, "restore", backup="2023-10-01.db", entries=90, lost=[], reason="磁盘损坏")
    _acts(stage, "retry_notices", notices=[{"key": "x/1"}], reason="地址已更正")
    _acts(stage, "resolve_notices", notices=[{"key": "x/1"}], decision="arrived", reason="电话确认")
    _acts(stage, "release", stop=True)


def written(session: Session) -> Iterator[tuple[str, str]]:
    """Yield the files of a golden log by name."""
    rows = [row for _, row in session.indexed_rows()]
    yield "log.jsonl", "".join(row.body.decode() + "\n" for row in rows)
    yield "seals.jsonl", "".join(_line({"note": s.note}) for s in session.checkpoints())
    bodies = (*session.processes().values(), *session.calendars().values())
    yield "rules.jsonl", "".join(body.decode() + "\n" for body in bodies)
    last = {row.stream: row for row in rows}
    found = {key: _plain(issue) for key, issue in session.issues(sorted(last)).items()}
    office = session.office()
    assert office is not None
    expected = {
        "entries": len(rows),
        "hashes": {stream: row.hash for stream, row in sorted(last.items())},
        "issues": found,
        "office": _plain(office),
        "roots": {s.size: s.root for s in session.checkpoints()},
    }
    yield "expected.json", json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _plain(value: Any) -> Any:
    return json.loads(encoded(value))


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def main(folder: Path) -> None:
    """Write the golden log of this version."""
    with TemporaryDirectory() as keys:
        stage = lived(Path(keys))
    folder.mkdir(parents=True)
    with stage.engine.desk.store.reading() as session:
        for name, text in written(session):
            (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
