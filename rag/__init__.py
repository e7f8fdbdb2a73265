"""From a question to a verified, footnoted answer."""
