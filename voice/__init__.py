"""The voice loop: pure turn-taking machines and the one session shell that interprets them."""
