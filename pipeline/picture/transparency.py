"""Pictures with transparency on a ground on which what is drawn can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.picture.colours import relative_luminance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from pipeline.picture.colours import Colour

LIGHT_GROUND: Colour = (255, 255, 255)
DARK_GROUND: Colour = (16, 18, 22)

_MIN_CONTRAST = 2.0
"""Below it (WCAG 2.2 asks 3 for the lines of graphics) a line is taken as lost in its ground."""

_MIN_CLEAR_SHARE = 0.02
"""Of the pixels. Rounded corners are below it: their picture brings its own ground."""

_TOLERATED_SHARE = 0.05
"""Of the edges, lost in the theme's background more than in the best ground."""

_SAMPLE_PX = 512
_OPAQUE_ALPHA = 160
_CLEAR_ALPHA = 64
_EDGE_REACH = 5  # px of the sample, an odd number: pixels this near to clear ones are an edge


def flatten_alpha(picture: Image.Image, ground: Colour) -> Image.Image:
    """Return the picture without transparency, over a ground."""
    from PIL import Image

    if picture.mode != "RGBA":
        return picture
    page = Image.new("RGB", picture.size, ground)
    page.paste(picture, (0, 0), picture)
    return page


def ground_for(picture: Image.Image, background: Colour) -> Colour:
    """Return the ground for a picture: the theme's background, or a light or a dark one.

    Measured are the opaque pixels beside transparent ones. Where more than 5 % of them are lost in
    the background that can be seen on a light or a dark ground, that ground is taken.
    """
    import numpy as np
    from PIL import ImageFilter

    if picture.mode != "RGBA":
        return background
    sample = picture.copy()
    sample.thumbnail((_SAMPLE_PX, _SAMPLE_PX))
    alpha = sample.getchannel("A")
    near_clear = np.asarray(alpha.filter(ImageFilter.MinFilter(_EDGE_REACH))) < _CLEAR_ALPHA
    opacity = np.asarray(alpha)
    if (opacity < _CLEAR_ALPHA).mean() < _MIN_CLEAR_SHARE:
        return background
    strongest = min(int(opacity.max(initial=0)), _OPAQUE_ALPHA)
    edges = np.asarray(sample.convert("RGB"))[near_clear & (opacity >= max(strongest, 1))]
    if not len(edges):
        return background
    lost = {
        ground: float((_contrast_ratios(edges, ground) < _MIN_CONTRAST).mean())
        for ground in (background, LIGHT_GROUND, DARK_GROUND)
    }
    best = min((LIGHT_GROUND, DARK_GROUND), key=lambda ground: lost[ground])
    return best if lost[background] > lost[best] + _TOLERATED_SHARE else background


def _contrast_ratios(pixels: NDArray[np.uint8], ground: Colour) -> NDArray[np.float64]:
    """Return the contrast ratio (WCAG 2.2) of each pixel, shape (count, 3), with a ground."""
    import numpy as np

    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - WCAG 2.2
    luminances = linear[pixels] @ np.array([0.2126, 0.7152, 0.0722])
    own = relative_luminance(ground)
    ratios: NDArray[np.float64] = (np.maximum(luminances, own) + 0.05) / (
        np.minimum(luminances, own) + 0.05
    )
    return ratios
