"""What a run came to, told in every form that somebody reads."""
