"""Everything that is not a WebSocket: the page, health, metrics, and what the engines are doing."""

from __future__ import annotations

import dataclasses
import math
import os
import time
from typing import Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from models.arbiter import overlap_seconds
from models.ports import Lease, Voice
from models.worker_status import Residence
from server.sentences import said
from server.service import Service, Stage
from server.site import Site


def build_router(service: Service, site: Site) -> APIRouter:
    router = APIRouter()
    _add_site(router, site)
    _add_health(router, service)
    _add_api(router, service)
    return router


def _add_site(router: APIRouter, site: Site) -> None:
    @router.get("/")
    async def page() -> Response:
        return await site.answer("index.html")

    @router.get("/static/{path:path}")
    async def static(path: str) -> Response:
        return await site.answer(path)


def _add_health(router: APIRouter, service: Service) -> None:
    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process lives. Whether it can talk is /readyz."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> Response:
        ready = service.stage is Stage.READY
        return JSONResponse({"status": service.stage.value}, status_code=200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _add_api(router: APIRouter, service: Service) -> None:
    @router.get("/api/status")
    async def status(request: Request) -> dict[str, Any]:
        return _status(service) | {"message": said(request.headers, service.stage_sentence)}

    @router.get("/api/leases")
    async def leases(since: float = Query(0.0, allow_inf_nan=False)) -> dict[str, Any]:
        """Leases that began after `since`, and by how much any two of one device overlapped (0 is the promise); and
        which engine's process lived from when to when (`end_s` null: still)."""
        entries = [lease for lease in service.runtime.leases() if lease.start_s > since]
        return {
            "now": time.perf_counter(),
            "overlap_ms": overlap_seconds(entries) * 1000,
            "leases": [lease_row(lease) for lease in entries],
            "residency": [_residence(one) for one in service.runtime.residency()],
        }

    @router.get("/v1/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model(service)]}

    @router.get("/v1/models/{name}", response_model=None)
    async def model(name: str) -> dict[str, Any]:
        return _model(service) | {"id": name}


def _model(service: Service) -> dict[str, Any]:
    """One model: the profile. Any name works in ?model=, because a client's name for it is not ours."""
    return {"id": service.config.profile, "object": "model", "created": 0, "owned_by": "moui"}


def _status(service: Service) -> dict[str, Any]:
    ready = service.stage is Stage.READY
    voices = service.runtime.tts.voices() if ready else ()
    return {
        "ready": ready,
        "stage": service.stage.value,
        "pid": os.getpid(),
        "profile": service.config.profile,
        "language": service.config.language,
        "languages": sorted({voice.language for voice in voices}),
        "voice_gaps": dict(service.runtime.voice_gaps()) if ready else {},
        "voices": [_voice(voice) for voice in voices],
        "remote_model": service.config.remote_model,
        "sessions": service.sessions,
        "max_sessions": service.config.limits.max_sessions,
        "capacity": service.admission.capacity,
        "waiting": service.admission.waiting,
        "turn_device_s": round(service.admission.turn_s, 2),
        "workers": [dataclasses.asdict(worker) for worker in service.runtime.status()],
    }


def _voice(voice: Voice) -> dict[str, Any]:
    return dataclasses.asdict(voice)


def _residence(residence: Residence) -> dict[str, Any]:
    alive = math.isinf(residence.end_s)
    return dataclasses.asdict(residence) | {"end_s": None if alive else residence.end_s}


def lease_row(lease: Lease) -> dict[str, Any]:
    return dataclasses.asdict(lease) | {"priority": lease.priority.name.lower()}
