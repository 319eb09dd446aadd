from pipeline.api import EnvironmentFault as EnvironmentFault
from pipeline.api import EpisodeError as EpisodeError
from pipeline.api import EpisodeOutput as EpisodeOutput
from pipeline.api import FlaggedRow as FlaggedRow
from pipeline.api import InputError as InputError
from pipeline.api import OutputFault as OutputFault
from pipeline.api import Project as Project
from pipeline.api import ServiceError as ServiceError
from pipeline.api import align_to_recording as align_to_recording
from pipeline.api import narrate as narrate
from pipeline.api import render as render
from pipeline.api import subtitle as subtitle

__all__ = [
    "EnvironmentFault",
    "EpisodeError",
    "EpisodeOutput",
    "FlaggedRow",
    "InputError",
    "OutputFault",
    "Project",
    "ServiceError",
    "align_to_recording",
    "narrate",
    "render",
    "subtitle",
]
__version__: str
