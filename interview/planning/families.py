"""What the job is: its title as the posting has it, and its family, by words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from interview.shapes import Document, JobFamily

F = JobFamily

_WORDS: dict[JobFamily, str] = {
    F.SOFTWARE: "개발자|백엔드|프론트엔드|프런트엔드|풀스택|서버 개발|소프트웨어|안드로이드|앱 개발|웹 개발|데브옵스|"
    "클라우드 엔지니어|"
    "보안 엔지니어|backend|back-end|frontend|front-end|full.?stack|software|devops|sre(?![a-z])|web developer|"
    "mobile developer|"
    "programmer|spring boot|kubernetes",
    F.DATA: "데이터 ?분석|데이터 ?사이언|데이터 ?엔지니어|머신러닝|인공지능|애널리스트|빅데이터|data (?:analyst|"
    "scientist|engineer)|"
    "machine learning|analytics|business intelligence|dashboards?|a/b tests?|data models?|통계",
    F.PRODUCT: "서비스 기획|상품 기획|프로덕트|기획자|사업 기획|product (?:manager|owner)|project manager|"
    "program manager|roadmap|로드맵",
    F.DESIGN: "디자이너|디자인|u[xi](?![a-z])|designer|figma|피그마|typography",
    F.MARKETING: "마케팅|마케터|브랜드|광고|콘텐츠|홍보|marketing|marketer|brand|advertis|campaign|seo(?![a-z])|"
    "copywrit",
    F.SALES: "영업|세일즈|수주|거래처|sales|account (?:executive|manager)|business development|quota",
    F.FINANCE: "회계|재무|세무|은행원|자금|결산|여신|투자 ?심사|accountant|accounting|financial analyst|audit|"
    "tax(?![a-z])|treasury|banker|controller",
    F.PEOPLE: "인사|채용 담당|총무|노무|조직문화|교육 담당|human resources|hr(?![a-z])|recruit(?:er|ing)|"
    "people operations|talent acquisition",
    F.ENGINEERING: "기계 설계|전기 설계|회로|설비|건축|토목|화공|반도체|연구원|기구 설계|공정 기술|mechanical|"
    "electrical engineer|civil engineer|"
    "chemical engineer|hardware|semiconductor|cad(?![a-z])",
    F.MANUFACTURING: "생산 ?관리|품질|제조|물류|구매|자재|공급망|scm|manufactur|production|quality (?:control|"
    "assurance|engineer)|logistics|"
    "supply chain|warehouse|procurement",
    F.HEALTHCARE: "간호|병원|환자|의료|약사|임상|치료사|의무 ?기록|nurse|clinical|patients?|pharmac|hospital|"
    "therapist|medical",
    F.EDUCATION: "교사|강사|교육 ?콘텐츠|학생|학습|수업|교직|teacher|tutor|instructor|curriculum|classroom|students?|"
    "school",
    F.PUBLIC: "공무원|공단|공사|공공 ?기관|행정|민원|지자체|public (?:sector|service|administration)|government|"
    "municipal|civil servant|policy",
    F.SERVICE: "고객 ?상담|고객 ?응대|호텔|매장|서비스직|승무원|판매|카페|customer (?:service|support)|hospitality|"
    "retail|hotel|restaurant|"
    "barista|call cent|store (?:manager|associate)|cabin crew",
}
_LEXICON = {family: re.compile(f"(?<![A-Za-z])(?:{words})", re.IGNORECASE) for family, words in _WORDS.items()}

TITLE_WEIGHT = 5
"""A word in the job's title says more than one in the text."""

_TITLE_WORD = re.compile(
    r"개발자|엔지니어|디자이너|기획자|매니저|담당자?|분석가|마케터|연구원|간호사|교사|강사|사원|인턴|영업|관리자|"
    r"상담원|행정|"
    r"직원|직무|컨설턴트|사이언티스트|애널리스트|회계|"
    r"\b(?:developer|engineer|designer|manager|analyst|scientist|nurse|teacher|specialist|associate|assistant|officer|"
    r"coordinator|representative|consultant|administrator|accountant|director|lead|intern|executive|marketer|recruiter|"
    r"architect|technician|instructor|planner|clerk|advisor|agent)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W*(?:모집 ?(?:직무|부문|분야|포지션)|채용 ?(?:직무|분야|포지션)|직무명?|포지션|직책|position|job title|title|"
    r"role)\s*[:：]\s*(.+)$",
    re.IGNORECASE,
)
_HEADING_MARK = re.compile(r"^[#\s*\-•■◆▶○●]+")
_BRACKETS = re.compile(r"\s*[\(\[（【][^)\]）】]*[\)\]）】]\s*")
_SPLIT = re.compile(r"\s+[—–|·:-]\s+|\s*\|\s*|\s+at\s+")
_TITLE_LINES = 5
_LONGEST_TITLE = 60


def position(documents: Sequence[Document]) -> str:
    """The job's title as the posting has it; empty where none is found."""
    for document in documents:
        if document.kind != "posting":
            continue
        lines = [line for raw in document.text.splitlines() if (line := raw.strip())]
        labelled = next((found.group(1) for line in lines if (found := _LABEL.match(line))), None)
        for line in [labelled] if labelled else lines[:_TITLE_LINES]:
            if title := _title(line, certain=labelled is not None):
                return title
    return ""


def _title(line: str, *, certain: bool) -> str:
    bare = _BRACKETS.sub(" ", _HEADING_MARK.sub("", line)).strip(" *#.")
    parts = [part.strip(" *#.,") for part in _SPLIT.split(bare) if part.strip(" *#.,")]
    named = [part for part in parts if _TITLE_WORD.search(part)]
    if not named and not certain:
        return ""
    title = (named or parts or [""])[0]
    return title if len(title) <= _LONGEST_TITLE else ""


def family(documents: Sequence[Document]) -> JobFamily:
    """The job's family by the posting, or without one by the candidate's documents; ANY where no words tell."""
    postings = [document for document in documents if document.kind == "posting"]
    sources = postings or [document for document in documents if document.kind in ("resume", "cover_letter")]
    if not sources:
        return JobFamily.ANY
    first = next((line for line in sources[0].text.splitlines() if line.strip()), "")
    title = f"{position(postings)} {first if not postings else ''}"
    text = "\n".join(document.text for document in sources)
    scores = {
        candidate: TITLE_WEIGHT * len(pattern.findall(title)) + len(set(map(str.lower, pattern.findall(text))))
        for candidate, pattern in _LEXICON.items()
    }
    best = max(scores, key=lambda candidate: scores[candidate])
    return best if scores[best] else JobFamily.ANY
