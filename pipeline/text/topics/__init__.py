"""The subject of a talk: its chapters, their titles and key terms."""
