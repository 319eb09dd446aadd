"""Text normalization: the spoken form of numbers, units, symbols and dates."""
