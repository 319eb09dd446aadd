"""A transcript aligned to a recording of it: every row gets its time, the text stays the transcript's.

Import this where it is used: it brings numpy.
"""

from pipeline.align.aligner import Aligner, align
from pipeline.align.imported import imported
from pipeline.align.models import load_aligner
from pipeline.align.recording import Recording, recorded
from pipeline.align.result import Alignment, Flag
from pipeline.align.takes import align_take, take_aligner

__all__ = ["Aligner", "Alignment", "Flag", "Recording", "align", "align_take", "imported", "load_aligner", "recorded", "take_aligner"]
