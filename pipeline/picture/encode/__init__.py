"""From states to an encoded video stream."""
