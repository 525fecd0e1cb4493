"""The demo network: what it consists of, and the stories in it."""
