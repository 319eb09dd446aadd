"""Sentences for people."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from pipeline import errors


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (
            errors.InputError("Bad.", "Mend it.", where=Path("a.txt"), row=3),
            "a.txt, row 3: Bad. Mend it.",
        ),
        (errors.InputError("Bad.", row=3), "row 3: Bad."),
        (errors.ServiceError("Bad\nnews.", "Wait."), "Bad news. Wait."),
    ],
)
def test_error_text_has_location_problem_and_remedy_in_one_line(
    fault: errors.EpisodeError, text: str
) -> None:
    """File, row, what is wrong, what to do."""
    assert str(fault) == text


def test_errors_pickle_with_every_part() -> None:
    """Workers' errors arrive with their class and every part."""
    fault = pickle.loads(  # noqa: S301 - our own bytes
        pickle.dumps(errors.ServiceRefused("No.", "Upgrade.", where="edge", row=7))
    )
    assert (type(fault), fault.problem, fault.remedy, fault.where, fault.row) == (
        errors.ServiceRefused,
        "No.",
        "Upgrade.",
        "edge",
        7,
    )


def test_exit_code_is_2_for_input_and_1_otherwise() -> None:
    """2: the person's input; 130: asked to stop; 1: everything else."""
    codes = {
        kind.__name__: kind.exit_code
        for kind in (
            errors.InputError,
            errors.EnvironmentFault,
            errors.ServiceError,
        )
    }
    assert codes == {"InputError": 2, "EnvironmentFault": 1, "ServiceError": 1}
