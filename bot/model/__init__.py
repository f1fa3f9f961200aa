"""The nouns: frozen values without any input or output, shared by all rooms."""
