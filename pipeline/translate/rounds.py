"""Asking for all rows, batch by batch, until each has an answer that can be trusted or none will come."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from pipeline.translate import Translation
from pipeline.translate.answers import accepted
from pipeline.translate.wording import messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Observe
    from pipeline.settings.translate import Translate
    from pipeline.translate import Keep
    from pipeline.translate.wording import Job

FRUITLESS = 3
"""How often one row alone is asked for without a usable answer before it is given up."""


class Asks(Protocol):
    """Whoever answers chat messages with text."""

    async def ask(self, messages: list[dict[str, str]]) -> str:
        """Return the answer."""


async def translated(
    job: Job, existing: Mapping[int, str], settings: Translate, client: Asks, observe: Observe, keep: Keep | None
) -> Translation:
    """Return the job's rows translated. What is asked again is asked in smaller pieces: down to one row at a time."""
    done = {number: text for number, text in existing.items() if 1 <= number <= len(job.rows)}
    faults: Counter[str] = Counter()
    given_up: list[int] = []
    wanted = [number for number in range(1, len(job.rows) + 1) if number not in done]
    for start in range(0, len(wanted), settings.batch):
        pending: Sequence[int] = wanted[start : start + settings.batch]
        size, fruitless = len(pending), 0
        while pending:
            observe("translate", len(done), len(job.rows))
            asked = {number: job.rows[number - 1] for number in pending[:size]}
            answer = await client.ask(messages(job, list(asked), settings.context, done))
            good, found = accepted(answer, asked, job.language)
            faults += found
            if good:
                done |= good
                if keep is not None:
                    keep(good)
                pending = [number for number in pending if number not in good]
                fruitless = 0
            elif size > 1:
                size = (size + 1) // 2
            else:
                fruitless += 1
                if fruitless == FRUITLESS:
                    given_up.append(pending[0])
                    pending, fruitless = pending[1:], 0
    observe("translate", len(done), len(job.rows))
    return Translation(
        tuple(done.get(number, "") for number in range(1, len(job.rows) + 1)),
        tuple(given_up),
        tuple(f"Answers turned down and asked for again, {reason}: {count}." for reason, count in sorted(faults.items())),
    )
