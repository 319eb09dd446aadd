"""Colours and their luminance."""

from __future__ import annotations


def relative_luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour, 0–1 (WCAG 2.2)."""
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - 0.04045 × 255
        for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(first_colour: Colour, second_colour: Colour) -> float:
    """Return the contrast ratio of two colours, 1–21 (WCAG 2.2)."""
    light, dark = sorted(
        (relative_luminance(first_colour), relative_luminance(second_colour)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


Colour = tuple[int, int, int]
"""Red, green, blue, each 0–255."""


def parse_colour(text: str) -> Colour:
    """Return the colour `#rrggbb` means."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix_colours(start: Colour, end: Colour, fraction: float) -> Colour:
    """Return the colour at `fraction` (0–1) of the way from `start` to `end`."""
    red, green, blue = (round(a + (b - a) * fraction) for a, b in zip(start, end, strict=True))
    return red, green, blue
