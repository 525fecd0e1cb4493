"""The MCP tool server: reads Nautobot through GraphQL and answers in rows."""
