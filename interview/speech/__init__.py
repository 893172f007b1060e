"""What may be said and what was said: answers analysed, probes worded, every sentence checked."""
