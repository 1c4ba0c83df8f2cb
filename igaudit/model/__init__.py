"""The nouns of igaudit: frozen dataclasses that every layer shares and none changes."""
