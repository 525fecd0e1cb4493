"""What a service adds to the chat and its tools: rights, records of what happened, HTTP."""
