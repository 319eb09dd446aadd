"""Sound in samples: decoding, the narration, music, loudness."""
