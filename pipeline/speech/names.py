"""Voices that are known without asking anybody: the online service's Chinese and English ones, and OpenAI's."""

from __future__ import annotations

from typing import Literal

Gender = Literal["female", "male", ""]

EDGE: dict[str, Gender] = {
    "zh-CN-XiaoxiaoNeural": "female",
    "zh-CN-XiaoyiNeural": "female",
    "zh-CN-YunjianNeural": "male",
    "zh-CN-YunxiNeural": "male",
    "zh-CN-YunxiaNeural": "male",
    "zh-CN-YunyangNeural": "male",
    "zh-CN-liaoning-XiaobeiNeural": "female",
    "zh-CN-shaanxi-XiaoniNeural": "female",
    "zh-HK-HiuGaaiNeural": "female",
    "zh-HK-HiuMaanNeural": "female",
    "zh-HK-WanLungNeural": "male",
    "zh-TW-HsiaoChenNeural": "female",
    "zh-TW-HsiaoYuNeural": "female",
    "zh-TW-YunJheNeural": "male",
    "en-AU-NatashaNeural": "female",
    "en-CA-ClaraNeural": "female",
    "en-CA-LiamNeural": "male",
    "en-GB-LibbyNeural": "female",
    "en-GB-MaisieNeural": "female",
    "en-GB-RyanNeural": "male",
    "en-GB-SoniaNeural": "female",
    "en-GB-ThomasNeural": "male",
    "en-IE-ConnorNeural": "male",
    "en-IE-EmilyNeural": "female",
    "en-IN-NeerjaNeural": "female",
    "en-IN-PrabhatNeural": "male",
    "en-NZ-MitchellNeural": "male",
    "en-NZ-MollyNeural": "female",
    "en-US-AnaNeural": "female",
    "en-US-AndrewMultilingualNeural": "male",
    "en-US-AndrewNeural": "male",
    "en-US-AriaNeural": "female",
    "en-US-AvaMultilingualNeural": "female",
    "en-US-AvaNeural": "female",
    "en-US-BrianMultilingualNeural": "male",
    "en-US-BrianNeural": "male",
    "en-US-ChristopherNeural": "male",
    "en-US-EmmaMultilingualNeural": "female",
    "en-US-EmmaNeural": "female",
    "en-US-EricNeural": "male",
    "en-US-GuyNeural": "male",
    "en-US-JennyNeural": "female",
    "en-US-MichelleNeural": "female",
    "en-US-RogerNeural": "male",
    "en-US-SteffanNeural": "male",
}
"""Names and genders as the service lists them; the whole list needs the network."""

OPENAI = ("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse")
"""The voices of OpenAI's own speech models; compatible servers have others."""
