"""Rows spoken: utterances, engines behind one protocol, takes cut back to rows."""
