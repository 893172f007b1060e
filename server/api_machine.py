"""/api/machine, /api/models, /api/data, /api/voices: what runs here, under which licence, how large, how it sounds."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Query, Request, Response

from models.artifacts import Artifact, CatalogError
from models.catalog import load_catalog, load_profiles
from models.diagnosis import judge
from models.fetch import FetchError, Progress, fetch
from models.hardware import probe
from models.licences import Licences
from models.residency import Plan
from models.store import exclusive, is_present, remove, size_on_disk
from models.wishes import choose_profile, plan_for
from server.api_plans import job_json
from server.desk import FOLDER
from server.jobs import Job, JobError, Work
from server.sentences import sentence_of
from server.service import Service, Stage
from server.voice_samples import VoiceSamples

NO_MODEL = ("There is no such model.", "그런 모델이 없습니다.")
NEEDED = (
    "This model is in use: the profile that runs here needs it.",
    "지금 쓰고 있는 모델입니다. 실행 중인 구성에 필요합니다.",
)
LICENCE = ("Its licence has to be accepted first.", "먼저 라이선스에 동의해 주십시오.")
FETCHING = ("Wait until the download is done.", "다운로드가 끝난 뒤에 다시 시도해 주십시오.")
NO_VOICE = ("There is no such voice.", "그런 음성이 없습니다.")
LOADING = ("The models are still loading.", "아직 모델을 불러오고 있습니다.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`accept_licence`: the user read and accepted a licence that is not a permissive one."""

    accept_licence: bool = False


def machine_router(service: Service) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["machine"])
    _add_machine(router, service)
    _add_models(router, service)
    _add_voices(router, service)
    return router


def _add_machine(router: APIRouter, service: Service) -> None:
    @router.get("/machine")
    def machine() -> dict[str, Any]:
        """This computer, the profile that runs, the one that would be chosen and why, and every model of concern."""
        return _machine(service)

    @router.get("/data")
    def data() -> dict[str, Any]:
        """Where interviews are kept, and how much that is."""
        folder = service.config.data_dir / FOLDER
        store = service.desk.store
        return {
            "folder": str(folder),
            "bytes": _bytes_under(folder),
            "documents": len(store.documents()),
            "sessions": len(store.sessions()),
        }


def _add_models(router: APIRouter, service: Service) -> None:
    @router.post("/models/{model_id}", status_code=202)
    async def bring(model_id: str, body: Wanted, request: Request) -> dict[str, Any]:
        """A job that downloads the model; its steps are bytes. It is used from the next start on."""
        artifact = _artifact(model_id)
        licences = Licences(service.config.data_dir)
        if body.accept_licence:
            await asyncio.to_thread(licences.remember, artifact, True)
        if not licences.accepted(artifact):
            raise HTTPException(403, LICENCE)
        return job_json(request, service.desk.jobs.start("model", artifact.id, _fetching(artifact, service, licences)))

    @router.delete("/models/{model_id}", status_code=204)
    def drop(model_id: str) -> Response:
        """The model's files; what the running profile needs stays."""
        artifact = _artifact(model_id)
        if artifact.id in _required(service) | _loaded(service):
            raise HTTPException(409, NEEDED)
        if service.desk.jobs.running("model"):
            raise HTTPException(409, FETCHING)
        with exclusive(service.config.models_dir):
            remove(artifact, service.config.models_dir)
        return Response(status_code=204)


def _add_voices(router: APIRouter, service: Service) -> None:
    samples = VoiceSamples(service.runtime)

    @router.get("/voices/sample", response_class=Response)
    async def sample(request: Request, voice: str = Query(max_length=200)) -> Response:
        """A sentence in this voice, as WAV. Of a cloud voice: that sentence goes there."""
        if service.stage is not Stage.READY:
            raise HTTPException(503, LOADING)
        known = {each.id: each for each in service.runtime.tts.voices()}
        if voice not in known:
            raise HTTPException(404, NO_VOICE)
        return Response(await samples.wav(known[voice]), media_type="audio/wav")


def _machine(service: Service) -> dict[str, Any]:
    folder = service.config.models_dir
    catalog, profiles, hardware = load_catalog(), load_profiles(), probe(folder)
    found = judge(hardware, folder, profile=service.config.profile, port=service.config.port, port_free=True)
    choice = choose_profile(hardware, profiles, lambda one: plan_for(one, catalog, folder, hardware))
    running = profiles[found.profile]
    others = (name for names in running.alternatives.values() for name in names)
    ids = dict.fromkeys((*running.ids(), *others, *(name for name in catalog if (folder / name).is_dir())))
    loaded = _loaded(service) if service.stage is Stage.READY else frozenset[str]()
    needed = _required(service) | loaded
    return {
        "hardware": dataclasses.asdict(hardware),
        "profile": running.name,
        "profile_title": running.title,
        "profile_description": running.description,
        "recommended": choice.name,
        "recommended_title": profiles[choice.name].title,
        "reasons": list(choice.reasons),
        "explanation": list(found.plan.explanation) if found.plan is not None else [],
        "placed": _placed(found.plan) if found.plan is not None else None,
        "notes": list(found.notes),
        "models_dir": str(folder),
        "models": [_model(catalog[name], folder, needed, loaded) for name in ids if catalog[name].files],
    }


def _placed(plan: Plan) -> dict[str, Any]:
    """What computes where ("cpu", "cuda:N", None: not on this machine), and the MiB that the models take."""
    llm = plan.llm
    return {
        "stt": plan.stt.device if plan.stt is not None else None,
        "llm": llm.device if llm is not None else None,
        "llm_card_share": round(llm.card_share, 3) if llm is not None else 0.0,
        "llm_tokens_per_s": round(llm.tokens_per_s, 1) if llm is not None else None,
        "tts": plan.tts_device,
        "ram_mb": plan.ram_mb,
        "vram_mb": plan.vram_mb,
    }


def _model(artifact: Artifact, folder: Path, needed: frozenset[str], loaded: frozenset[str]) -> dict[str, Any]:
    return {
        "id": artifact.id,
        "role": artifact.role.value,
        "title": artifact.title,
        "languages": list(artifact.languages),
        "licence": artifact.licence,
        "licence_url": artifact.licence_url,
        "permissive": artifact.permissive,
        "note": artifact.note,
        "note_ko": artifact.note_ko,
        "size_mb": artifact.size_mb,
        "present": is_present(artifact, folder),
        "bytes": size_on_disk(artifact, folder),
        "needed": artifact.id in needed,
        "loaded": artifact.id in loaded,
    }


def _required(service: Service) -> frozenset[str]:
    """Models that the running profile cannot do without."""
    profile = load_profiles()[service.config.profile]
    return frozenset(artifact.id for artifact in profile.required(load_catalog()))


def _loaded(service: Service) -> frozenset[str]:
    """Models that are loaded; while they are being loaded, also those that may turn out not to be there."""
    return frozenset(artifact.id for _, artifact in service.runtime.models())


def _fetching(artifact: Artifact, service: Service, licences: Licences) -> Work:
    async def work(job: Job) -> dict[str, str]:
        stop = threading.Event()

        def progress(now: Progress) -> None:
            job.progress(now.done, now.total, artifact.title)

        job.progress(0, 0, artifact.title)
        try:
            folder = service.config.models_dir
            await asyncio.to_thread(fetch, [artifact], folder, progress, accepted=licences.accepted, stop=stop)
        except FetchError as error:
            raise JobError(*sentence_of(error)) from error
        finally:
            stop.set()  # cancelled: the threads see it, and what was downloaded so far is kept
        return {"model_id": artifact.id}

    return work


def _artifact(model_id: str) -> Artifact:
    try:
        artifact = load_catalog()[model_id]
    except CatalogError:
        raise HTTPException(404, NO_MODEL) from None
    if not artifact.files:
        raise HTTPException(404, NO_MODEL)
    return artifact


def _bytes_under(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
