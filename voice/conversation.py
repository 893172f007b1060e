"""The conversation: items in order, each with an id that the outside may name. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voice.responder import Item


class UnknownItem(LookupError):
    """No item of that id."""


class Conversation:
    """What was said, by whom. A reply is added when it starts and its text follows what was heard."""

    def __init__(self) -> None:
        self._items: list[Item] = []

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __contains__(self, item_id: str) -> bool:
        return any(item.id == item_id for item in self._items)

    def snapshot(self) -> tuple[Item, ...]:
        return tuple(self._items)

    def get(self, item_id: str) -> Item:
        return self._items[self._index(item_id)]

    @property
    def last_id(self) -> str | None:
        return self._items[-1].id if self._items else None

    def add(self, item: Item, after: str | None = None) -> str | None:
        """Append, or insert behind `after` ("root": first). Returns the id before it. Raises UnknownItem."""
        if after == "root":
            position = 0
        elif after is None:
            position = len(self._items)
        else:
            position = self._index(after) + 1
        self._items.insert(position, item)
        return self._items[position - 1].id if position else None

    def set_text(self, item_id: str, text: str) -> None:
        index = self._index(item_id)
        self._items[index] = replace(self._items[index], text=text)

    def remove(self, item_id: str) -> None:
        del self._items[self._index(item_id)]

    def _index(self, item_id: str) -> int:
        for index, item in enumerate(self._items):
            if item.id == item_id:
                return index
        raise UnknownItem(item_id)
