"""A transcript aligned to a recording of it: every row gets its time, the text stays the transcript's."""

from pipeline.align.aligner import Aligner, align, align_take
from pipeline.align.recording import Recording, recorded
from pipeline.align.result import Alignment, Flag

__all__ = ["Aligner", "Alignment", "Flag", "Recording", "align", "align_take", "recorded"]
