"""Who asks, and what they may do: the one place that decides, for the chat, the command and HTTP alike."""
