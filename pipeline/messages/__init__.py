"""Every sentence a person reads, by key, in each language of the interface."""

from __future__ import annotations

from pipeline.messages.catalogue import (
    ENGLISH,
    Message,
    language_of_environment,
    languages,
    message,
    message_from_json,
    message_to_json,
    templates,
    text_in,
)

__all__ = [
    "ENGLISH",
    "Message",
    "language_of_environment",
    "languages",
    "message",
    "message_from_json",
    "message_to_json",
    "templates",
    "text_in",
]
