"""An extension of `episode` as another package would ship it."""
