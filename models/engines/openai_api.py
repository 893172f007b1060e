"""OpenAI API: the language model engine for any OpenAI-compatible chat endpoint (Ollama, vLLM, llama.cpp, ...).

Settings: `url` (base address, with or without "/v1", default Ollama's), `model` (default: the first one the server
lists), `api_key_env` (name of the environment variable that holds the key), `timeout` (seconds of silence before giving
up, default 60), `extra` (fields added to every request, for what is not in the standard: {"repetition_penalty": 1.1}).

The repeat penalty is not sent, since the standard has no such field and OpenAI refuses unknown ones. Prefix caching is
the server's business; what it reports of it is passed on.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from models.engines.http_stream import EndOfStream, HttpStatusError, LineStream
from models.ports import (
    ChatMessage,
    EngineError,
    EngineUnavailable,
    GenerateRequest,
    GenerationChunk,
    PrefillProgress,
    PrimeRequest,
    Role,
)
from models.registry import EngineOptions, EngineSpec

log = logging.getLogger("moui.openai_api")

DEFAULT_URL = "http://127.0.0.1:11434/v1"
CONNECT_S = 5.0
SILENCE_S = 60.0
POLL_S = 0.1
"""While the server is silent an empty item is yielded this often: a point to cancel at, and a sign of life."""


def is_remote(url: str) -> bool:
    """True where text sent to `url` leaves this machine: any host but a loopback one."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


@dataclass(slots=True)
class _Reply:
    """What a stream has said so far beside its text."""

    finish_reason: Literal["stop", "length"] | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    complete: bool = False


@dataclass(slots=True)
class OpenAIEngine:
    """A client of one server and one model. Stateless between calls."""

    url: str
    model: str = ""
    key: str = field(default="", repr=False)
    silence_s: float = SILENCE_S
    extra: Mapping[str, Any] = field(default_factory=dict)
    _schema_in_json_object: bool = False

    def generate(self, request: GenerateRequest) -> Generator[PrefillProgress | GenerationChunk, None, None]:
        """Stream the reply; closing the generator closes the connection. Raises EngineError with a sentence."""
        try:
            yield from self._generate(request)
        except HttpStatusError as error:
            if request.json_schema is None or self._schema_in_json_object or "response_format" not in error.body:
                raise EngineError(self._refusal(error)) from error
            # Older servers (llama-cpp-python's among them) know the schema as part of "json_object" only.
            self._schema_in_json_object = True
            yield from self.generate(request)
        except httpx.HTTPError as error:
            raise EngineError(self._trouble(error)) from error

    def _generate(self, request: GenerateRequest) -> Generator[PrefillProgress | GenerationChunk, None, None]:
        reply = _Reply()
        begun = False
        body = self._body(request)
        with LineStream(
            f"{self.url}/chat/completions", body, self._headers(), connect_s=CONNECT_S, silence_s=self.silence_s
        ) as stream:
            while not reply.complete:
                try:
                    line = stream.next(POLL_S)
                except EndOfStream:
                    break
                if line is None:
                    yield GenerationChunk("", tokens=0) if begun else PrefillProgress(0, 0, 0)
                elif text := _read_line(line, reply):
                    begun = True
                    yield GenerationChunk(text)
        if reply.finish_reason is None and not reply.complete:
            raise EngineError(f"The language model server at {self.url} broke off in the middle of its reply.")
        yield GenerationChunk("", 0, reply.finish_reason or "stop", reply.prompt_tokens, reply.cached_tokens)

    def prime(self, request: PrimeRequest) -> Generator[PrefillProgress, None, None]:
        """Nothing to do: there is no way to ask a server to evaluate and not to answer."""
        yield PrefillProgress(0, 0, 0)

    def warm_up(self) -> None:
        """Let the server load its model. One that is not there yet is no reason not to start: calls will say so."""
        try:
            for _ in self.generate(GenerateRequest((ChatMessage("user", "Hi"),), max_tokens=1)):
                pass
        except EngineError as error:
            log.warning("%s", error)

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def _body(self, request: GenerateRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model_name(),
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
        }
        if request.stop:
            body["stop"] = list(request.stop)
        if request.seed is not None:
            body["seed"] = request.seed
        if request.json_schema is not None:
            schema = dict(request.json_schema)
            body["response_format"] = (
                {"type": "json_object", "schema": schema}
                if self._schema_in_json_object
                else {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema, "strict": True}}
            )
        return {**body, **self.extra}

    def _model_name(self) -> str:
        """The configured model, or the first one the server lists (asked once)."""
        if not self.model:
            answer = httpx.get(f"{self.url}/models", headers=self._headers(), timeout=CONNECT_S)
            if answer.status_code != httpx.codes.OK:
                raise HttpStatusError(answer.status_code, answer.text)
            try:
                self.model = str(answer.json()["data"][0]["id"])
            except (ValueError, LookupError, TypeError) as error:
                raise EngineError(f"The server at {self.url} lists no model; name one in the settings.") from error
        return self.model

    def _refusal(self, error: HttpStatusError) -> str:
        said = _error_message(error.body)
        match error.status:
            case 401 | 403:
                return f"The language model server at {self.url} refused the API key ({error.status}): {said}"
            case 404:
                return f"The server at {self.url} does not know the model '{self.model}' or the address: {said}"
            case 429:
                return f"The language model server at {self.url} is limiting requests: {said}"
            case _:
                return f"The language model server at {self.url} answered with an error ({error.status}): {said}"

    def _trouble(self, error: httpx.HTTPError) -> str:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return f"The language model server at {self.url} cannot be reached: is it running?"
        if isinstance(error, httpx.TimeoutException):
            return f"The language model server at {self.url} said nothing for {self.silence_s:g} s."
        return f"The connection to the language model server at {self.url} broke: {error or type(error).__name__}."


def _read_line(line: str, reply: _Reply) -> str:
    """The text in one line of server-sent events; everything else it says goes into `reply`."""
    name, _, data = line.partition(":")
    data = data.strip()
    if name != "data" or not data:
        return ""  # comments (": ping"), event names and blank lines
    if data == "[DONE]":
        reply.complete = True
        return ""
    try:
        event = json.loads(data)
        if event.get("error"):
            raise EngineError(f"The language model server failed while answering: {_error_message(data)}")
        usage = event.get("usage") or {}
        reply.prompt_tokens = usage.get("prompt_tokens") or reply.prompt_tokens
        reply.cached_tokens = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or reply.cached_tokens
        choice = (event.get("choices") or [{}])[0]
        if reason := choice.get("finish_reason"):
            reply.finish_reason = "length" if reason == "length" else "stop"
        return (choice.get("delta") or {}).get("content") or ""
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise EngineError("The language model server sent something that is not an OpenAI chat stream.") from error


def _error_message(body: str) -> str:
    """The human part of an error body, whatever its shape, in one line."""
    try:
        value = json.loads(body)
    except ValueError:
        value = body  # not JSON: a proxy's page, shown as it is
    value = value.get("error", value) if isinstance(value, dict) else value
    text = str(value.get("message") or value.get("detail") or value) if isinstance(value, dict) else str(value)
    return " ".join(text.split())[:300] or "no reason given."


def load(options: EngineOptions) -> OpenAIEngine:
    """Raises EngineUnavailable when the settings cannot work. The server itself is not asked yet."""
    settings = options.settings
    url = str(settings.get("url") or DEFAULT_URL).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise EngineUnavailable(f"'{url}' is not the address of a language model server: it begins with http(s)://.")
    if parts.path in {"", "/"}:
        url += "/v1"
    variable = str(settings.get("api_key_env") or "")
    key = os.environ.get(variable, "") if variable else ""
    if variable and not key:
        raise EngineUnavailable(f"The API key is expected in the environment variable {variable}, which is not set.")
    return OpenAIEngine(
        url=url,
        model=str(settings.get("model") or ""),
        key=key,
        silence_s=float(settings.get("timeout", SILENCE_S)),
        extra=dict(settings.get("extra") or {}),
    )


SPEC = EngineSpec(name="openai_api", role=Role.LLM, load=load, heavy=True, device_bound=False)
