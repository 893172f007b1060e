"""The `response` object of response.create. Pure."""

from __future__ import annotations

from server.wire import WireError
from server.wire_fields import Fields, check_text, invalid
from server.wire_items import read_message
from server.wire_session import MAX_OUTPUT_TOKENS, check_output_format, read_max_tokens, read_modalities
from voice.events import AddMessage, CreateResponse

_REFUSED = {
    "tools": "`response.tools` is not supported: moui calls no tools.",
    "prompt": "`response.prompt` is not supported: stored prompts live at OpenAI; use instructions.",
    "reasoning": "`response.reasoning` is not supported.",
}
_KNOWN = (
    *("instructions", "output_modalities", "max_output_tokens", "conversation", "input", "metadata", "audio"),
    *("tool_choice", "parallel_tool_calls", *_REFUSED),
)


def read_response(fields: Fields) -> CreateResponse:
    """Fields left out are None: as the session is configured."""
    fields.only(_KNOWN)
    fields.refuse(_REFUSED)
    fields.refuse({"tool_choice": "`response.tool_choice` is not supported."}, (None, "auto", "none"))
    fields.refuse({"parallel_tool_calls": "`response.parallel_tool_calls` is not supported."}, (None, True, False))
    _check_audio(fields)
    conversation = fields.optional_text("conversation") or "auto"
    if conversation not in ("auto", "none"):
        raise invalid("response.conversation", "`response.conversation` must be auto or none.")
    limit = read_max_tokens(fields)
    return CreateResponse(
        instructions=fields.optional_text("instructions"),
        audio=read_modalities(fields) if fields.raw("output_modalities") is not None else None,
        max_tokens=MAX_OUTPUT_TOKENS if limit == "inf" else limit,
        conversation=conversation == "auto",
        messages=_messages(fields),
        metadata=_metadata(fields),
    )


def _check_audio(fields: Fields) -> None:
    audio = fields.fields("audio")
    if audio is None:
        return
    audio.only(("output",))
    output = audio.fields("output")
    if output is None:
        return
    output.only(("format", "voice"))
    check_output_format(output)
    if output.raw("voice") is not None:
        message = "One reply cannot have its own voice; set session.audio.output.voice with session.update."
        raise WireError(message, code="unsupported_parameter", param=output.name("voice"))


def _messages(fields: Fields) -> tuple[AddMessage, ...]:
    if fields.raw("input") is None:
        return ()
    entries = fields.items("input", 128)
    if not entries:
        raise invalid(fields.name("input"), "`response.input` must not be empty; leave it out to use the conversation.")
    return tuple(read_message(Fields(entry, f"{fields.name('input')}[{n}]")) for n, entry in enumerate(entries))


def _metadata(fields: Fields) -> tuple[tuple[str, str], ...]:
    metadata = fields.raw("metadata")
    if metadata is None:
        return ()
    name = fields.name("metadata")
    if not isinstance(metadata, dict) or len(metadata) > 16:
        raise invalid(name, f"`{name}` must be an object of at most 16 strings.")
    return tuple(
        (check_text(key, name, 64), check_text(value, f"{name}.{key}", 512)) for key, value in metadata.items()
    )
