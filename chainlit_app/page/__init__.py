"""The browser page: how a turn looks, and how the app around it is started and guarded."""
