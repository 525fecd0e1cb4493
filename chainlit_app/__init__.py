"""The MCP host: the chat in the browser and in the terminal."""
