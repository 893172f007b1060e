"""Text stream: token bytes in, whole characters out, ended by stop strings. Pure."""

from __future__ import annotations

import codecs


class TextStream:
    """Joins the bytes of tokens into text that is safe to show.

    Two things are held back: an incomplete UTF-8 character (a Korean syllable is three bytes and byte-level tokens cut
    it anywhere), and text that may be the beginning of a stop string. Bytes that are not UTF-8 at all are dropped:
    there is nothing to say or show for them.
    """

    def __init__(self, stops: tuple[str, ...] = ()) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        self._held = ""
        self.stopped = False
        """True once a stop string was seen; the text before it has been returned, nothing after it will be."""

    def feed(self, piece: bytes) -> str:
        """Text that became certain with these bytes (possibly empty)."""
        if self.stopped:
            return ""
        text = self._held + self._decoder.decode(piece)
        found = [index for stop in self._stops if (index := text.find(stop)) >= 0]
        if found:
            self.stopped = True
            self._held = ""
            return text[: min(found)]
        keep = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def flush(self) -> str:
        """The end: what was held back for a stop string that did not come. An incomplete character is dropped."""
        text, self._held = self._held, ""
        return text


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that is a proper beginning of `stop`."""
    for length in range(min(len(stop) - 1, len(text)), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
