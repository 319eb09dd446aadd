"""From the text as written to the text as spoken: numbers, units, symbols, dates."""
