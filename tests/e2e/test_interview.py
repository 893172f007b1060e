"""`moui interview` as a user runs it: documents in, a whole interview on real models, and a report that quotes it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interview import samples
from interview.shapes import Language
from interview.speech.answers import content_stems
from models.engines.piper import load
from models.ports import SynthesizeRequest
from models.registry import EngineOptions
from server.caller.local import Server
from server.caller.sound import read_clip, write_wav

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

SPOKEN = (
    "I am a data analyst with five years of experience in retail, and I would like to work on health products now.",
    "I want to see my analysis help people, and this role works with experiments.",
    "I migrated the sales data to Snowflake, and I interviewed twelve store managers about it.",
    "We wrote the data pipeline in Snowflake together with the finance team.",
    "The new tables replaced twenty five spreadsheets, and I checked every number myself.",
    "I learned a lot there, and I would like to learn more about health care.",
)
"""What a candidate would say to questions about the sample résumé, each with something left out."""

TYPED = (
    "네, 편안하게 왔습니다.",
    "저는 커머스 주문과 결제 서버를 4년 동안 만들고 운영한 백엔드 개발자 이서준입니다.",
    "결제 승인 실패가 자주 발생해서 저희 팀에서 재시도와 멱등 키를 설계했습니다.",
    "제가 승인 요청마다 멱등 키를 저장하도록 구현했고 결제 실패율이 많이 낮아졌습니다.",
    "주문 조회 API가 느리다는 문의가 많아 복합 인덱스와 캐시를 적용했습니다.",
    "응답 시간이 1.8초에서 0.4초로 줄었습니다.",
    "정산 배치를 다시 작성하면서 파티셔닝을 적용했습니다.",
    "대사 리포트로 매일 아침 불일치를 확인했고 처리 시간이 50분으로 줄었습니다.",
    "신규 입사자의 코드 리뷰 기준 문서를 작성하고 온보딩을 맡았습니다.",
    "재고 관리 시스템에서는 입출고 화면을 개발하고 단위 테스트를 48개 작성했습니다.",
    "운영 중에 재고 수량이 맞지 않는 오류를 발견해서 계산 로직을 제가 고쳤습니다.",
    "그 뒤로 같은 오류가 다시 나오지 않았습니다.",
    "장애 알림 봇을 만들어 이상 징후를 메신저로 받도록 했습니다.",
    "컨테이너 운영은 개인 프로젝트로 연습하고 있고 배포 설정을 직접 작성해 보았습니다.",
    "팀에서는 배포 순서를 문서로 정리해서 공유했습니다.",
    "알림을 받은 뒤 원인을 찾는 시간이 절반으로 줄었습니다.",
    "앞으로는 결제 시스템을 더 깊이 배우고 싶습니다.",
)


@dataclass(frozen=True)
class Held:
    """An interview that was held: what the command printed as JSON, and what it wrote."""

    result: Mapping[str, Any]
    report: Any
    turns: Sequence[Mapping[str, Any]]
    out: Path

    def probes(self) -> list[tuple[str, str]]:
        """Each follow-up with the answer right before it."""
        return [
            (turn["text"], before["text"])
            for before, turn in pairwise(self.turns)
            if turn["step"] == "probe" and turn["speaker"] == "interviewer"
        ]


def hold(moui: Server, folder: Path, language: Language, resume: Path, minutes: int, *arguments: str) -> Held:
    posting, out = folder / "posting.md", folder / "out"
    posting.write_text((samples.FOLDER / language / "posting.md").read_text("utf-8"), "utf-8")
    command = [sys.executable, "-m", "server.cli", "interview", "--url", moui.url, "--json", "--language", language]
    command += ["--resume", str(resume), "--job", str(posting), "--kind", "mixed", "--minutes", str(minutes)]
    command += ["--answers", str(folder / "answers"), "--out", str(out), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    record = moui.get(f"/api/sessions/{result['session_id']}")
    return Held(result, json.loads((out / "report.json").read_text("utf-8")), record["turns"], out)


def quotes(report: Any) -> list[Mapping[str, Any]]:
    """All of the report's quotes: found by what a quote looks like, not by where the report is known to have some."""
    found = [report] if isinstance(report, dict) and {"text", "turn", "start", "end"} <= report.keys() else []
    inside = report.values() if isinstance(report, dict) else report if isinstance(report, list) else ()
    return found + [quote for part in inside for quote in quotes(part)]


def check_quotes(held: Held) -> None:
    said = {turn["number"]: turn for turn in held.turns}
    found = quotes(held.report)
    assert found, "a report without a quote"
    for quote in found:
        turn = said[quote["turn"]]
        assert turn["speaker"] == "candidate"
        assert quote["text"] == turn["text"][quote["start"] : quote["end"]] != ""
    assert (held.result["quotes"], held.result["missing"]) == (len(found), [])


def check_probes(held: Held, language: Language) -> None:
    related = [
        (probe, answer)
        for probe, answer in held.probes()
        if content_stems(probe, language) & content_stems(answer, language)
    ]
    assert len(related) >= 2, held.probes()
    assert held.result["probes"] == len(held.probes())


def check_files(held: Held) -> None:
    assert {path.name for path in held.out.iterdir()} >= {"report.json", "report.html", "report.md", "transcript.md"}
    transcript = (held.out / "transcript.md").read_text("utf-8")
    assert transcript.startswith("# ")
    page = (held.out / "report.html").read_text("utf-8")
    HTMLParser().feed(page)
    assert "http://" not in page.replace("http://www.w3.org", ""), "the page loads nothing"
    assert "<script" not in page
    assert (held.out / "report.md").read_text("utf-8").count("#") > 3


@pytest.fixture(scope="session")
def spoken_answers(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English answers in Piper's voice, a file each."""
    folder = tmp_path_factory.mktemp("spoken")
    (folder / "answers").mkdir()
    engine = load(EngineOptions(directory=weights / "piper-en-us-joe-medium", threads=2))
    try:
        for number, text in enumerate(SPOKEN, 1):
            chunks = list(engine.synthesize(SynthesizeRequest(text, "piper-en-joe", "en")))
            audio = np.concatenate([chunk.audio for chunk in chunks])
            write_wav(folder / "answers" / f"answer-{number}.wav", audio, chunks[0].sample_rate_hz)
    finally:
        engine.close()
    return folder


def resume_pdf(path: Path) -> Path:
    """The sample résumé as a word processor would save it."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    story = []
    for line in (samples.FOLDER / "en" / "resume.md").read_text("utf-8").splitlines():
        text = line.lstrip("#- ").strip()
        name = {"#": "Title", "##": "Heading2", "###": "Heading3", "-": "Bullet"}.get(line.split(" ")[0], "BodyText")
        if text:
            story.append(Paragraph(text, styles[name], bulletText="•" if name == "Bullet" else None))
    SimpleDocTemplate(str(path), pagesize=A4, title="Résumé").build(story)
    return path


def test_an_english_interview_with_spoken_answers(moui: Server, spoken_answers: Path) -> None:
    resume = resume_pdf(spoken_answers / "resume.pdf")
    held = hold(moui, spoken_answers, "en", resume, 5, "--samples", "0", "--recordings")
    assert held.result["how"] == "finished"
    assert held.result["used"] >= 5
    assert held.result["interview_s"] > held.result["talked_s"] > 20
    assert "Maya Bennett" in json.dumps(moui.get("/api/documents"), ensure_ascii=False), "the PDF was read"
    check_probes(held, "en")
    check_quotes(held)
    check_files(held)
    recordings = sorted((held.out / "recordings").iterdir())
    assert len(recordings) >= held.result["used"]
    assert sum(read_clip(path).seconds for path in recordings) >= held.result["talked_s"] - 1


def test_a_korean_interview_with_typed_answers(moui: Server, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "answers.txt").write_text("\n".join(TYPED) + "\n", "utf-8")
    resume = tmp_path / "resume.md"
    resume.write_text((samples.FOLDER / "ko" / "resume.md").read_text("utf-8"), "utf-8")
    held = hold(moui, tmp_path, "ko", resume, 10, "--samples", "0")
    assert held.result["how"] == "finished"
    assert held.result["talked_s"] == 0
    check_probes(held, "ko")
    check_quotes(held)
    check_files(held)
    typed = [turn["text"] for turn in held.turns if turn["speaker"] == "candidate"]
    assert typed[: held.result["used"]] == list(TYPED[: held.result["used"]])
