"""Request all rows batch by batch, until each has a valid answer or is given up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.translate.prompt import chat_messages
from pipeline.translate.reply_validation import accepted_translations
from pipeline.translate.types import ChatService, TranslatedRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import ProgressCallback
    from pipeline.settings.sections import TranslationSettings
    from pipeline.translate.types import KeepRows, TranslationJob

MAX_FRUITLESS_ATTEMPTS = 3
"""Attempts for a single row without a valid answer before it is given up."""


async def translate_in_batches(
    job: TranslationJob,
    existing: Mapping[int, str],
    settings: TranslationSettings,
    client: ChatService,
    observe: ProgressCallback,
    keep_rows: KeepRows | None,
) -> TranslatedRows:
    """Return the translated rows. Requests are repeated in smaller batches, down to one row."""
    translations = {
        number: text for number, text in existing.items() if 1 <= number <= len(job.rows)
    }
    faults: Counter[str] = Counter()
    given_up: list[int] = []
    untranslated = [number for number in range(1, len(job.rows) + 1) if number not in translations]
    for start in range(0, len(untranslated), settings.batch):
        pending: Sequence[int] = untranslated[start : start + settings.batch]
        size, fruitless = len(pending), 0
        while pending:
            observe("translate", len(translations), len(job.rows))
            requested = {number: job.rows[number - 1] for number in pending[:size]}
            answer = await client.complete_chat(
                chat_messages(job, list(requested), settings.context, translations)
            )
            accepted_rows, reply_faults = accepted_translations(answer, requested, job.language)
            faults += reply_faults
            if accepted_rows:
                translations |= accepted_rows
                if keep_rows is not None:
                    keep_rows(accepted_rows)
                pending = [number for number in pending if number not in accepted_rows]
                fruitless = 0
            elif size > 1:
                size = (size + 1) // 2
            else:
                fruitless += 1
                if fruitless == MAX_FRUITLESS_ATTEMPTS:
                    given_up.append(pending[0])
                    pending, fruitless = pending[1:], 0
    observe("translate", len(translations), len(job.rows))
    return TranslatedRows(
        tuple(translations.get(number, "") for number in range(1, len(job.rows) + 1)),
        tuple(given_up),
        tuple(
            message("translate.rejected_answers", reason=reason, count=count)
            for reason, count in sorted(faults.items())
        ),
    )
