"""An encoded video stream, and its conversion from encoder output to what MP4 stores."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.mux.boxes import box, find_box
from pipeline.process import run_ffmpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SPS, _PPS = 7, 8  # NAL unit types, H.264 table 7-1
_HIGH_PROFILES = frozenset({100, 110, 122, 144})  # ISO/IEC 14496-15, 5.3.3.1.2
_START_CODE = b"\0\0\1"
_MAX_CACHED_PACKETS = 256


@dataclass(frozen=True, slots=True)
class EncodedVideo:
    """A video stream at a constant frame rate: one packet per frame, in display order.

    `codec` is `h264`, `hevc` or `av1`. `extradata` and the packets are in Annex B form, as encoders
    write them. For H.264 both may be in MP4 form instead: an `avcC` record, and NAL units preceded
    by their lengths in four bytes. `packets` yields (packet, is keyframe) and is read once.
    """

    codec: str
    extradata: bytes
    width: int
    height: int
    fps: int
    frames: int
    packets: Iterable[tuple[bytes, bool]]


def video_sample_entry(video: EncodedVideo, first_packet: bytes) -> bytes:
    """Return the `stsd` entry that tells players how to decode the video. Raises OutputFault."""
    if video.codec == "h264":
        return _avc1_sample_entry(video)
    return _ffmpeg_sample_entry(video, first_packet)


def packet_converter(video: EncodedVideo) -> Callable[[bytes], bytes]:
    """Return the function that converts an encoder packet to the bytes stored in the file."""
    if video.codec == "av1":
        return _strip_temporal_delimiter
    if not video.extradata.startswith(b"\0\0"):
        return lambda packet: packet
    converted_packets: dict[bytes, bytes] = {}

    def convert(packet: bytes) -> bytes:
        # a held picture repeats the same few packets thousands of times
        converted = converted_packets.get(packet)
        if converted is None:
            converted = b"".join(struct.pack(">I", len(unit)) + unit for unit in _nal_units(packet))
            if len(converted_packets) < _MAX_CACHED_PACKETS:
                converted_packets[packet] = converted
        return converted

    return convert


def _nal_units(packet: bytes) -> list[bytes]:
    """Return the NAL units between start codes.

    A NAL unit cannot contain a start code; zeros before a start code belong to the start code.
    """
    return [unit.rstrip(b"\0") for unit in packet.split(_START_CODE)[1:]]


def _strip_temporal_delimiter(packet: bytes) -> bytes:
    """Return an AV1 temporal unit without its delimiter, which is not stored in MP4."""
    return packet[2:] if packet.startswith(b"\x12\0") else packet


def _avc1_sample_entry(video: EncodedVideo) -> bytes:
    record = (
        video.extradata
        if not video.extradata.startswith(b"\0\0")
        else _avc_configuration(video.extradata)
    )
    # 72 dpi, one frame per sample, no name, 24 bits deep, no colour table: ISO/IEC 14496-12, 12.1.3
    size = struct.pack(">HHIIIH", video.width, video.height, 0x480000, 0x480000, 0, 1)
    head = (
        bytes(6) + struct.pack(">H", 1) + bytes(16) + size + bytes(32) + struct.pack(">Hh", 24, -1)
    )
    return box(b"avc1", head, box(b"avcC", record), box(b"pasp", struct.pack(">II", 1, 1)))


def _avc_configuration(extradata: bytes) -> bytes:
    """Return the decoder configuration record (ISO/IEC 14496-15, 5.3.3.1).

    `extradata` holds the parameter sets in Annex B form.
    """
    units = _nal_units(extradata)
    sps = [unit for unit in units if unit[0] & 31 == _SPS]
    pps = [unit for unit in units if unit[0] & 31 == _PPS]
    if not sps or not pps:
        raise OutputFault(message("mux.no_parameter_sets"))
    sps_records = b"".join(struct.pack(">H", len(unit)) + unit for unit in sps)
    pps_records = b"".join(struct.pack(">H", len(unit)) + unit for unit in pps)
    record = (
        bytes([1, *sps[0][1:4], 0xFF, 0xE0 | len(sps)])
        + sps_records
        + bytes([len(pps)])
        + pps_records
    )
    # the record of these profiles also has chroma format (4:2:0), bit depths (8) and extensions
    has_high_profile_fields = sps[0][1] in _HIGH_PROFILES
    return record + bytes([0xFC | 1, 0xF8, 0xF8, 0]) if has_high_profile_fields else record


def _ffmpeg_sample_entry(video: EncodedVideo, first_packet: bytes) -> bytes:
    """Return the entry that ffmpeg writes for HEVC or AV1, from a file of the first frame alone.

    HEVC is tagged `hvc1`, which Apple's players need.
    """
    input_format, tag_arguments, stream_head = {
        "hevc": ("hevc", ["-tag:v", "hvc1"], video.extradata),
        "av1": ("obu", [], b""),
    }[video.codec]
    out, _ = run_ffmpeg(
        [
            "-v",
            "error",
            "-f",
            input_format,
            "-i",
            "pipe:0",
            "-c",
            "copy",
            *tag_arguments,
            "-movflags",
            "+empty_moov+default_base_moof",
            "-f",
            "mp4",
            "pipe:1",
        ],
        timeout=60,
        stdin=stream_head + first_packet,
    )
    stsd_box = find_box(out, "moov/trak/mdia/minf/stbl/stsd")
    if stsd_box is None:
        raise OutputFault(message("mux.stream_unreadable", codec=video.codec))
    return out[stsd_box.start + 8 : stsd_box.end]
