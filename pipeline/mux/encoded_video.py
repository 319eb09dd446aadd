"""Encoded pictures on their way into a file: what an encoder gives, and what MP4 wants of it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.mux.boxes import box, find_box
from pipeline.process import run_ffmpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SPS, _PPS = 7, 8  # NAL unit types, H.264 table 7-1
_START_CODE = b"\0\0\1"
_MAX_CACHED_PACKETS = 256


@dataclass(frozen=True, slots=True)
class EncodedVideo:
    """A video stream at a constant frame rate, one packet a frame, in order, none of them reordered.

    `codec` is `h264`, `hevc` or `av1`. `extradata` and the packets are in Annex B form (as encoders give them), or, for H.264, both in the
    form of MP4 (an `avcC` record, NAL units behind their lengths in four bytes). `packets` is read once; each says if it is a keyframe.
    """

    codec: str
    extradata: bytes
    width: int
    height: int
    fps: int
    frames: int
    packets: Iterable[tuple[bytes, bool]]


def video_sample_entry(video: EncodedVideo, first_packet: bytes) -> bytes:
    """Return the `stsd` entry that tells players how to decode the video; `first` is its first packet."""
    if video.codec == "h264":
        return _avc1_sample_entry(video)
    return _ffmpeg_sample_entry(video, first_packet)


def packet_converter(video: EncodedVideo) -> Callable[[bytes], bytes]:
    """Return the function that turns a packet into what is stored for it."""
    if video.codec == "av1":
        return _strip_temporal_delimiter
    if not video.extradata.startswith(b"\0\0"):
        return lambda packet: packet
    converted_packets: dict[bytes, bytes] = {}

    def convert(packet: bytes) -> bytes:
        # the packets that hold a picture are few and come thousands of times
        converted = converted_packets.get(packet)
        if converted is None:
            converted = b"".join(struct.pack(">I", len(unit)) + unit for unit in _nal_units(packet))
            if len(converted_packets) < _MAX_CACHED_PACKETS:
                converted_packets[packet] = converted
        return converted

    return convert


def _nal_units(packet: bytes) -> list[bytes]:
    """Return the NAL units between start codes (which NAL units cannot contain; zeros before a start code belong to it)."""
    return [unit.rstrip(b"\0") for unit in packet.split(_START_CODE)[1:]]


def _strip_temporal_delimiter(packet: bytes) -> bytes:
    """Return an AV1 temporal unit without its delimiter, which MP4 does not store."""
    return packet[2:] if packet.startswith(b"\x12\0") else packet


def _avc1_sample_entry(video: EncodedVideo) -> bytes:
    record = (
        video.extradata
        if not video.extradata.startswith(b"\0\0")
        else _avc_configuration(video.extradata)
    )
    # 72 dpi, one frame a sample, no name, 24 bits deep, no colour table (ISO/IEC 14496-12, 12.1.3)
    size = struct.pack(">HHIIIH", video.width, video.height, 0x480000, 0x480000, 0, 1)
    head = (
        bytes(6) + struct.pack(">H", 1) + bytes(16) + size + bytes(32) + struct.pack(">Hh", 24, -1)
    )
    return box(b"avc1", head, box(b"avcC", record), box(b"pasp", struct.pack(">II", 1, 1)))


def _avc_configuration(extradata: bytes) -> bytes:
    """Return the decoder configuration record of ISO/IEC 14496-15, 5.3.3.1, from parameter sets in Annex B form."""
    units = _nal_units(extradata)
    sps = [unit for unit in units if unit[0] & 31 == _SPS]
    pps = [unit for unit in units if unit[0] & 31 == _PPS]
    if not sps or not pps:
        raise OutputFault("The encoder gave no parameter sets.", "Run `episode doctor`.")
    sps_records = b"".join(struct.pack(">H", len(unit)) + unit for unit in sps)
    pps_records = b"".join(struct.pack(">H", len(unit)) + unit for unit in pps)
    record = (
        bytes([1, *sps[0][1:4], 0xFF, 0xE0 | len(sps)])
        + sps_records
        + bytes([len(pps)])
        + pps_records
    )
    has_high_profile_fields = sps[0][1] in {
        100,
        110,
        122,
        144,
    }  # these profiles also say: 4:2:0, 8 bits, no extensions
    return record + bytes([0xFC | 1, 0xF8, 0xF8, 0]) if has_high_profile_fields else record


def _ffmpeg_sample_entry(video: EncodedVideo, first_packet: bytes) -> bytes:
    """Return the entry ffmpeg writes for HEVC (tagged as Apple's players want it) or AV1, from a file of the first frame alone."""
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
        raise OutputFault(
            f"The encoder's {video.codec} stream was not understood.", "Run `episode doctor`."
        )
    return out[stsd_box.start + 8 : stsd_box.end]
