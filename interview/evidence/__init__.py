"""What the documents say: chunks of them, found again by word and by meaning, weighed against requirements."""
