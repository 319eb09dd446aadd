"""The author's slides: files, documents, clips, and when each is shown."""
