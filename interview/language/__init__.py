"""Korean and English as text: particles, syllables, sentences."""
