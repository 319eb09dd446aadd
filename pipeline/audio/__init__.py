"""Audio in samples at 48 kHz: decoding, the narration, music, loudness, export."""
