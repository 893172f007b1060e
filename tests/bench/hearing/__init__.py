"""What the transcript benchmark is made of: what is said to Whisper, and the ways it is asked."""
