"""What may come instead of an answer, sorted by who must act. Pure.

Refusal: the message is one sentence for people.

- Unauthenticated: nobody knows who asks. Other credentials are needed.
- Denied: who asks may not. Other rights are needed.
- TooMany: not now. Wait.
- Unavailable: who asks cannot be found out now. Whoever runs Sextant has to act.
"""


class Refusal(Exception):
    """A request that is not begun; the message is one sentence for people."""


class Unauthenticated(Refusal):
    """A request without credentials that count. It never says which part of them was right."""

    def __init__(self, sentence: str, challenge: str) -> None:
        """`challenge` is the value of the WWW-Authenticate header that goes with it."""
        super().__init__(sentence)
        self.challenge = challenge


class Denied(Refusal):
    """Something that the policy does not allow to who asks."""


class TooMany(Refusal):
    """One request more than a rate allows."""

    def __init__(self, sentence: str, retry_after_seconds: int) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Refusal):
    """Credentials that cannot be looked at now: the issuer, or the place of the keys, does not answer."""
