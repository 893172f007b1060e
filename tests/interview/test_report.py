"""The report: every quote is the candidate's, nothing is made up, and the page is safe to open."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from interview.codec import from_json, to_json
from interview.delivery import analyse
from interview.judging.scores import ContentScores, CriterionScore
from interview.pages import html as report_html
from interview.pages import markdown as report_markdown
from interview.pages.quotes import quotes_of, verify
from interview.pages.star import classify, sentences
from interview.pages.words import TEMPLATES
from interview.report import QuoteError, Report, build, delivery_rows
from interview.shapes import InterviewRecord
from tests.interview.report_records import earlier, english, english_content, hum, korean, korean_content


def report(record: InterviewRecord, content: ContentScores | None, **kwargs: object) -> Report:
    delivery = analyse(record, lambda number: None)
    return build(record, content, delivery, **kwargs)  # type: ignore[arg-type]


@pytest.fixture
def ko() -> Report:
    return report(korean(), korean_content(), earlier=earlier("ko"))


@pytest.fixture
def en() -> Report:
    return report(english(), english_content())


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_quote_is_in_the_transcript_letter_for_letter(ko: Report, en: Report) -> None:
    for found, record in ((ko, korean()), (en, english())):
        texts = {turn.number: turn.text for turn in record.turns if turn.speaker == "candidate"}
        quotes = list(quotes_of(found))
        assert len(quotes) > 12
        for quote in quotes:
            assert texts[quote.turn][quote.start : quote.end] == quote.text
            assert quote.start_sample is not None
            assert quote.end_sample is not None
            assert quote.start_sample < quote.end_sample


def test_a_quote_that_was_never_said_stops_the_report(ko: Report) -> None:
    assert ko.flags
    forged = replace(ko, flags=(replace(ko.flags[0], said=replace(ko.flags[0].said, text="저는 천재입니다")),))
    with pytest.raises(QuoteError):
        verify(forged, korean())


def test_a_score_whose_quote_is_not_found_is_dropped() -> None:
    content = korean_content()
    forged = CriterionScore("relevance", "scored", 5, 0, "저는 그 프로젝트를 혼자서 모두 끝냈습니다", 2)
    first = replace(content.exchanges[0], criteria=(forged, *content.exchanges[0].criteria[1:]))
    found = report(korean(), replace(content, exchanges=(first, *content.exchanges[1:])))
    line = found.questions[0].scores[0]
    assert (line.status, line.status_text, line.level, line.quote) == ("insufficient", "근거 부족", None, None)


def test_a_quotes_samples_are_those_of_its_words(ko: Report) -> None:
    quote = ko.flags[0].said
    turn = korean().turns[quote.turn]
    inside = [word for word in turn.words if word.start_sample >= (quote.start_sample or 0)]
    assert " ".join(word.text for word in inside) == quote.text


def test_the_summary_has_three_of_each_and_each_has_something_behind_it(ko: Report, en: Report) -> None:
    assert len(ko.strengths) == len(ko.fixes) == len(en.strengths) == 3
    for point in (*ko.strengths, *ko.fixes, *en.strengths, *en.fixes):
        assert point.quote is not None or point.measure is not None, point.title
    assert any("서류" in point.title for point in ko.fixes)


def test_the_better_answer_has_the_candidates_sentences_and_names_what_is_missing(ko: Report) -> None:
    good, weak, technical, silent = ko.questions
    assert good.better is not None
    assert [item.title for item in good.better.items] == ["상황", "과제", "행동", "결과"]
    assert all(item.sentences and not item.add for item in good.better.items)
    assert "0.5%" in good.better.items[3].sentences[0].text
    assert weak.better is not None
    open_parts = [item.name for item in weak.better.items if not item.sentences]
    assert {"task", "result"} <= set(open_parts)
    assert all(bool(item.add) is (item.name in open_parts) for item in weak.better.items)
    assert technical.better is not None
    assert [(item.name, bool(item.sentences)) for item in technical.better.items] == [
        ("만료 시간", True),
        ("캐시 무효화", True),
        ("모니터링", False),
    ]
    assert silent.better is None
    assert not silent.answered


def test_marks_never_overlap_and_leave_the_text_whole(ko: Report, en: Report) -> None:
    for question in (*ko.questions, *en.questions):
        for turn in question.turns:
            assert "".join(text for text, _ in report_html.segments(turn)) == turn.text


S_A_R = ["situation", "action", "result"]


@pytest.mark.parametrize(
    ("language", "text", "elements"),
    [
        ("ko", "당시 장애가 잦은 상황이었습니다. 제가 로그를 분석했습니다. 그 결과 장애가 50% 줄었습니다.", S_A_R),
        ("ko", "저는 모니터링을 맡아 응답 시간을 줄이는 것이 목표였습니다.", ["task"]),
        ("en", "At the time sales were falling. I designed a new page. As a result sales grew by 12%.", S_A_R),
        ("en", "My task was to ship it by June.", ["task"]),
    ],
)
def test_star_sentences(language: str, text: str, elements: list[str]) -> None:
    assert [sentence.element for sentence in classify(text, language, opening=False)] == elements  # type: ignore[arg-type]


def test_sentences_split_at_stops_and_korean_endings_but_not_in_figures_or_hesitation() -> None:
    text = "실패율이 2.4%였습니다 그래서 음... 고쳤습니다. 끝"
    assert [text[found.start : found.end] for found in sentences(text)] == [
        "실패율이 2.4%였습니다",
        "그래서 음... 고쳤습니다.",
        "끝",
    ]


def test_the_matrix_says_what_was_shown_and_what_was_said(ko: Report) -> None:
    first, second, third = ko.matrix
    assert first.said
    assert "Redis" in second.evidence
    assert second.said
    assert (third.evidence, third.said, third.strength_text) == ("", (), "없음")


def test_drills_are_the_weakest_questions_and_can_be_run(ko: Report) -> None:
    known = {question.id for question in korean().plan.questions}
    assert [drill.question_ids for drill in ko.drills] == [("ko-4",), ("ko-2",), ("ko-3",)]
    assert all(set(drill.question_ids) <= known and drill.seconds == 120 for drill in ko.drills)


def test_what_was_answered_well_is_no_drill_unless_all_was(en: Report) -> None:
    assert "en-1" not in {name for drill in en.drills for name in drill.question_ids}
    content = english_content()
    only = replace(content, exchanges=content.exchanges[:1])
    record = english()
    record = replace(record, turns=tuple(turn for turn in record.turns if turn.question_id in (None, "en-1")))
    assert [drill.question_ids for drill in report(record, only).drills] == [("en-1",)]


def test_an_element_told_in_passing_is_not_called_missing(ko: Report) -> None:
    for question in ko.questions:
        for item in question.better.items if question.better and question.star else ():
            wanted = "지나가듯" not in item.add
            assert (item.title in question.missing) is (bool(item.add) and wanted)


COUNTED = {"Told from situation to result", "Backed by figures", "Your own part is clear"}


@pytest.mark.parametrize(("level", "claimed"), [(4, True), (3, False)])
def test_nothing_is_a_strength_that_was_judged_to_be_lacking(level: int, claimed: bool) -> None:
    content = english_content(judged=True)
    names = ("star", "specificity", "ownership")
    judged = tuple(CriterionScore(name, "scored", level, 0, "added a composite index", 2) for name in names)
    first = replace(content.exchanges[0], criteria=judged if not claimed else ())
    found = report(english(), replace(content, exchanges=(first, *content.exchanges[1:])))
    assert bool({point.title for point in found.strengths} & COUNTED) is claimed


def test_progress_is_of_the_same_language_and_ends_with_this_session(ko: Report, en: Report) -> None:
    rules = next(trend for trend in ko.trends if trend.name == "total.rules")
    assert [point.value for point in rules.points] == [48, 50, 61.7]
    assert not en.trends
    assert {row.section for row in delivery_rows(analyse(korean(), lambda number: None))} == {"delivery"}


def test_without_a_judge_the_report_says_so_and_has_no_score(en: Report) -> None:
    assert (en.judged, en.total) == (False, None)
    assert all(line.level is None for question in en.questions for line in question.scores)
    page = Page(report_html.render(en))
    assert "No language model here is able to judge" in page.text
    assert "no data" in page.text


@pytest.mark.parametrize("content", [True, False])
def test_typed_answers_and_no_content_read_no_data(content: bool) -> None:
    record = korean(typed=True)
    found = report(record, korean_content() if content else None)
    html, markdown = report_html.render(found), report_markdown.render(found)
    assert {line.shown for line in found.measures} == {"데이터 없음"}
    assert not found.timeline
    for text in (Page(html).text, markdown):
        assert text.count("데이터 없음") >= len(found.measures)
    assert all(quote.start_sample is None for quote in quotes_of(found))
    if not content:
        assert found.total is None
        assert found.rule_total is None
        assert {point.quote is not None for point in found.strengths} == {True}  # the matrix needs no judge


def test_an_empty_record_still_has_a_page() -> None:
    found = report(replace(korean(), turns=(), matrix=replace(korean().matrix, rows=()), finished=False), None)
    assert not found.questions
    assert "중간에 끝난" in report_html.render(found)
    assert "중간에 끝난" in report_markdown.render(found)


HOSTILE = '<script>alert("1")</script> <img src=http://x.example/a onerror=go()> {{ 7*7 }} & **bold** | cell'


def test_hostile_text_stays_text() -> None:
    record = korean()
    turns = tuple(replace(turn, text=f"{turn.text} {HOSTILE}") for turn in record.turns)
    plan = replace(
        record.plan, position=HOSTILE, questions=tuple(replace(q, text=q.text + HOSTILE) for q in record.plan.questions)
    )
    rows = tuple(
        replace(row, gap=HOSTILE, requirement=replace(row.requirement, text=row.requirement.text + HOSTILE))
        for row in record.matrix.rows
    )
    content = replace(korean_content(), note=HOSTILE, set_aside=(HOSTILE,))
    found = report(replace(record, turns=turns, plan=plan, matrix=replace(record.matrix, rows=rows)), content)
    html = report_html.render(found)
    page = Page(html)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert HOSTILE in page.text
    markdown = report_markdown.render(found)
    assert "<script" not in markdown.replace("\\<", "")
    assert re.search(r"(?<!\\)<img", markdown) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4.6 s", "4.6 s"),
        ("1. first", "1\\. first"),
        ("- item", "\\- item"),
        ("2021-2023", "2021-2023"),
        ("# a\n# b", "\\# a \\# b"),
        ("a_b <b> | `c`", "a\\_b \\<b\\> \\| \\`c\\`"),
    ],
)
def test_markdown_of_plain_text_is_plain_text(text: str, expected: str) -> None:
    assert report_markdown.plain(text) == expected


def test_the_page_needs_nothing_but_itself(ko: Report) -> None:
    record = korean()
    delivery = analyse(record, lambda number: hum(record.turns[number]))
    html = report_html.render(build(record, korean_content(), delivery, earlier("ko")))
    page = Page(html)
    assert page.tags.count("svg") == 6  # timeline, rates, four trends
    assert not set(page.tags) & {"script", "link", "iframe", "object", "base", "form"}
    for name, value in page.attributes:
        if name in {"src", "href", "xlink:href", "action", "poster"}:
            assert value.startswith("#"), (name, value)
    assert not re.findall(r"url\((?!#)", html)
    assert "@import" not in html
    assert len(page.ids) == len(set(page.ids))


def test_charts_carry_no_words_so_that_no_font_is_missed(ko: Report) -> None:
    for svg in re.findall(r"<svg.*?</svg>", report_html.render(ko), re.DOTALL):
        assert not re.search(r"[가-힣]", svg)
        assert "<text" in svg or "trend" in svg


def test_links_lead_somewhere(ko: Report) -> None:
    page = Page(report_html.render(ko))
    targets = {value[1:] for name, value in page.attributes if name == "href" and value.startswith("#")}
    assert targets <= set(page.ids)


def test_rendering_twice_gives_the_same_bytes(ko: Report) -> None:
    assert report_html.render(ko) == report_html.render(ko)


def test_json_goes_and_comes_back(ko: Report, en: Report) -> None:
    for found in (ko, en):
        assert from_json(Report, to_json(found)) == found


def test_an_english_interview_can_have_a_korean_report() -> None:
    found = report(english(), english_content(), language="ko")
    assert (found.language, found.spoken_language) == ("ko", "en")
    page = Page(report_html.render(found))
    assert "고치면 좋은 점" in page.text
    assert "단어/분" in page.text
    assert "As a result the response time dropped" in page.text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_report_in_one_language_has_no_word_of_the_other(language: str) -> None:
    record, content = (korean(), korean_content()) if language == "ko" else (english(), english_content(judged=True))
    text = Page(report_html.render(report(record, content))).text
    body = text[text.index("}") :]
    if language == "en":
        assert not re.search(r"[가-힣]", text)
    else:
        assert not [
            word
            for word in ("no data", "Candidate", "within", "reference", "pause")
            if word in body.split("@media")[-1]
        ]


def test_both_languages_have_the_same_words() -> None:
    def keys(table: dict[str, object], prefix: str = "") -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key, value in table.items():
            if isinstance(value, dict):
                found |= keys(value, f"{prefix}{key}.")
            else:
                found[prefix + key] = set(re.findall(r"\{(\w+)\}", str(value)))
        return found

    both = [keys(tomllib.loads((TEMPLATES / f"words.{language}.toml").read_text("utf-8"))) for language in ("ko", "en")]
    assert both[0].keys() == both[1].keys()
    assert [key for key in both[0] if both[0][key] != both[1][key]] == []
