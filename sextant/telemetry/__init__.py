"""What happens, for whoever runs Sextant: request ids, logs, metrics and traces."""
