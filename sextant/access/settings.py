"""The settings of accounts and rights."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from chainlit_app.history import where
from sextant.access.policy_file import WrongPolicy, read
from tools.settings import LayeredSettings

AuthMode = Literal["none", "api_key", "basic", "bearer"]

# Signatures that only the issuer can make: with HS256 whoever can check a token could forge one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _policy(value: Path) -> Path:
    file = value.expanduser().absolute()
    try:
        read(file)
    except WrongPolicy as wrong:
        raise ValueError(str(wrong)) from None
    return file


def _rates(value: SecretStr) -> SecretStr:
    said = value.get_secret_value().strip()
    if urlsplit(said).scheme not in ("redis", "rediss") or not urlsplit(said).hostname:
        raise ValueError("not an address that begins with redis:// or rediss://")
    return SecretStr(said)


def _keys(value: SecretStr) -> SecretStr:
    try:
        found = where.place(value.get_secret_value())
    except where.WrongPlace as wrong:
        raise ValueError(str(wrong)) from None
    if found.kind == "memory":
        raise ValueError("keys that are kept nowhere are no keys")
    return value


def _issuer(value: str) -> str:
    said = value.strip()
    parts = urlsplit(said)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not the address of an issuer")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("over http anyone on the way could put in keys of their own")
    return said


def _listed(value: str) -> str:
    names = [name.strip() for name in value.split(",") if name.strip()]
    if not names:
        raise ValueError("nothing is in it")
    return ",".join(dict.fromkeys(names))


def _algorithms(value: str) -> str:
    listed = _listed(value)
    if wrong := [name for name in listed.split(",") if name not in ALGORITHMS]:
        raise ValueError(f"{', '.join(wrong)} cannot be used")
    return listed


class AccessSettings(LayeredSettings):
    """The settings of accounts and rights."""

    auth_mode: AuthMode = Field(
        "none", description="none (beyond this machine only with SEXTANT_OPEN=true), api_key, basic or bearer"
    )
    sextant_policy: Annotated[Path, AfterValidator(_policy)] | None = Field(
        None, description="a YAML file of roles, tools and rates (docs/accounts.md); not set: the built-in one"
    )
    sextant_rates: Annotated[SecretStr, AfterValidator(_rates)] | None = Field(
        None, description="an address like redis://:password@host:6379/0; not set: each process counts its own calls"
    )
    sextant_keys: Annotated[SecretStr, AfterValidator(_keys)] | None = Field(
        None, description="the path of a file, or an address like postgresql://user:password@host/database"
    )
    sextant_oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = Field(
        None, description="the address of an OpenID Connect issuer, as its tokens have it in iss, with https"
    )
    sextant_oidc_audience: Annotated[str, AfterValidator(_listed)] | None = Field(
        None, description="what a token must have in aud to be for this Sextant; several with commas between"
    )
    sextant_oidc_algorithms: Annotated[str, AfterValidator(_algorithms)] = Field(
        "RS256,ES256", description=f"with commas between, of {', '.join(ALGORITHMS)}"
    )
    sextant_oidc_roles: str | None = Field(
        None, description="the claim that names roles or groups, such as groups or realm_access.roles"
    )
    sextant_oidc_default_role: str = Field(
        "viewer", description="a role of the policy for those whose token names none, or none for no rights"
    )
    sextant_oidc_client_id: str | None = Field(None, description="the id of the page's client at the issuer")
    sextant_oidc_client_secret: SecretStr | None = Field(None, description="the secret of that client")
    sextant_oidc_scopes: str = Field(
        "openid profile email", description="what the page asks the issuer for, with blanks between; openid among it"
    )
    sextant_oidc_hours: float = Field(
        12, gt=0, le=720, description="hours until a login of the page by the issuer ends, up to 720"
    )

    @field_validator("auth_mode", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.strip().lower().replace("-", "_") if isinstance(value, str) else value

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if self.auth_mode == "bearer" and not (self.sextant_oidc_issuer and self.sextant_oidc_audience):
            raise ValueError(
                "AUTH_MODE=bearer needs SEXTANT_OIDC_ISSUER and SEXTANT_OIDC_AUDIENCE: a token counts only where it was"
                " made by that issuer for this Sextant"
            )
        client = self.sextant_oidc_client_id, self.sextant_oidc_client_secret
        if any(client) and not (all(client) and self.sextant_oidc_issuer):
            raise ValueError(
                "a login of the page by an issuer needs SEXTANT_OIDC_ISSUER, SEXTANT_OIDC_CLIENT_ID and"
                " SEXTANT_OIDC_CLIENT_SECRET together"
            )
        if "openid" not in self.sextant_oidc_scopes.split():
            raise ValueError("SEXTANT_OIDC_SCOPES: without openid an issuer says nothing of who logs in")
        self._check_role()
        return self

    def _check_role(self) -> None:
        known = read(self.sextant_policy).roles
        if self.sextant_oidc_default_role not in ("none", *known):
            raise ValueError(
                f"SEXTANT_OIDC_DEFAULT_ROLE: there is no role {self.sextant_oidc_default_role!r}."
                f" There are {', '.join(known)}, or none"
            )

    @property
    def page_login(self) -> bool:
        """Whether the page lets in who logs in at the issuer."""
        return self.sextant_oidc_client_id is not None

    @property
    def rates(self) -> str | None:
        """The address of the Redis that counts calls; None: each process counts its own."""
        return self.sextant_rates.get_secret_value() if self.sextant_rates else None

    @property
    def audiences(self) -> list[str]:
        """What a token may have in aud."""
        return self.sextant_oidc_audience.split(",") if self.sextant_oidc_audience else []

    @property
    def algorithms(self) -> list[str]:
        """The signatures that count."""
        return self.sextant_oidc_algorithms.split(",")

    @property
    def default_roles(self) -> frozenset[str]:
        """The roles of those whose token names none."""
        return frozenset({self.sextant_oidc_default_role} - {"none"})

    def keys(self, history: where.Place) -> where.Place:
        """Return where keys are kept: where it is set, else beside the history or in its database."""
        if self.sextant_keys is not None:
            return where.place(self.sextant_keys.get_secret_value())
        if history.kind == "postgresql":
            return history
        return where.Place("file", str((history.folder or where.home()) / "keys.db"))
