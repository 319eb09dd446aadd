"""What each step of an episode does, in the order data flows."""
