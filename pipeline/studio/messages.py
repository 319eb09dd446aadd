"""Sentences in both of the interface's languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pipeline.errors import InputError


class UserMessage(NamedTuple):
    """A sentence in Chinese and in English."""

    zh: str
    en: str

    @property
    def json(self) -> dict[str, str]:
        """The sentence as the page takes it."""
        return {"zh": self.zh, "en": self.en}


class EditRefused(Exception):
    """An edit that cannot be done, and why; nothing was changed."""

    def __init__(self, zh: str, en: str) -> None:
        """Keep the reason."""
        super().__init__(en)
        self.message = UserMessage(zh, en)


def refusal_for(fault: InputError) -> EditRefused:
    """Return what a fault of the files means for an edit."""
    return EditRefused(f"文件不接受这处修改：{fault}", f"The files do not take this edit: {fault}")
