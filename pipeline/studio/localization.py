"""Sentences in every language of the page, and the refusal of an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import EpisodeError
from pipeline.messages import languages, message, text_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.errors import InputError


class EditRefused(EpisodeError):
    """An edit cannot be made; nothing was changed."""


def refusal_for(fault: InputError) -> EditRefused:
    """Return the refusal of an edit whose result the files' own readers reject."""
    return EditRefused(message("studio.files_refuse", fault=fault))


def localized(text: str | EpisodeError) -> dict[str, str]:
    """Return a sentence by language code; plain text is the same in every language."""
    return {
        language: text.in_language(language)
        if isinstance(text, EpisodeError)
        else text_in(text, language)
        for language in languages()
    }


def localized_paragraph(texts: Iterable[str]) -> dict[str, str]:
    """Return sentences joined to one text by language code; nothing where there are none."""
    sentences = [localized(text) for text in texts]
    return {
        language: " ".join(sentence[language] for sentence in sentences)
        for language in languages()
        if sentences
    }
