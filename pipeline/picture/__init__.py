"""What is seen: slides, cards, captions, states, and the held H.264 stream."""
