"""A transcript aligned to a recording of it: every row gets its time, the text stays the transcript's.

Import this where it is used: it brings numpy.
"""

from pipeline.align.aligner import Aligner, align_recording, load_aligner
from pipeline.align.alignment import Alignment, AlignmentFlag
from pipeline.align.recording_reader import Recording, recording_from_samples
from pipeline.align.timing_import import import_timings
from pipeline.align.tts_clips import align_tts_clip, tts_clip_aligner

__all__ = [
    "Aligner",
    "Alignment",
    "AlignmentFlag",
    "Recording",
    "align_recording",
    "align_tts_clip",
    "import_timings",
    "load_aligner",
    "recording_from_samples",
    "tts_clip_aligner",
]
