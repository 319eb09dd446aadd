"""What a talk is about: chapters, their titles, key terms."""
