"""A public score: questions on the demo network, their truth, and how an answer is judged."""
