"""What the host is told, beside the tools' own settings: its model, its address, its budgets."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from chainlit_app.history import where
from sextant.access.settings import AccessSettings
from tools.settings import CallSeconds, LayeredSettings, ToolSettings, WrongSetting

AUDIT_FILE = "audit.db"  # beside that of the history, where nothing else is set


def _model_name(value: str) -> str:
    name = value.strip()
    if not name.isprintable() or " " in name:
        raise ValueError("not a model's name: it holds spaces")
    return name


def _model_names(value: str) -> str:
    names = [_model_name(name) for name in value.split(",") if name.strip()]
    if not names:
        raise ValueError("no model's name in it")
    return ",".join(dict.fromkeys(names))


def _address(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an address that begins with http:// or https://")
    return value.strip().rstrip("/")


def _host(value: str) -> str:
    name = value.strip()
    if not name or any(character in name for character in "/ @") or name.count(":") == 1:
        raise ValueError("not a host or an address of one (the port goes into SEXTANT_PORT)")
    return name


def _place(value: SecretStr) -> SecretStr:
    try:
        where.place(value.get_secret_value())
    except where.WrongPlace as wrong:
        raise ValueError(str(wrong)) from None
    return value


def _audit_place(value: SecretStr) -> SecretStr:
    try:
        where.place(value.get_secret_value(), AUDIT_FILE)
    except where.WrongPlace as wrong:
        raise ValueError(str(wrong)) from None
    return value


def _long_key(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 16:
        raise ValueError("too short to be a secret")
    return value


def _hostnames(value: str) -> str:
    names = [_host(name).lower() for name in value.split(",") if name.strip()]
    if not names:
        raise ValueError("no name in it")
    return ",".join(dict.fromkeys(names))


HostName = Annotated[str, AfterValidator(_host)]
HostNames = Annotated[str, AfterValidator(_hostnames)]


class AppSettings(LayeredSettings):
    """The settings of the host."""

    sextant_model: Annotated[str, AfterValidator(_model_name)] | None = Field(
        None, description="a model's LiteLLM name such as openai/gpt-4.1-mini; not set: the offline reader"
    )
    sextant_models: Annotated[str, AfterValidator(_model_names)] | None = Field(
        None, description="LiteLLM names with commas between, offline for the offline reader: what readers may choose"
    )
    sextant_model_url: Annotated[str, AfterValidator(_address)] | None = Field(
        None, description="the address of a model server of your own, such as http://localhost:11434"
    )
    sextant_model_key: SecretStr | None = Field(None, description="the provider's API key")
    sextant_host: HostName = Field(
        "127.0.0.1", description="the address to listen on: 127.0.0.1, or 0.0.0.0 for other machines as well"
    )
    sextant_hostnames: HostNames | None = Field(
        None, description="the names and addresses that stand in browsers' address bars, with commas between"
    )
    sextant_port: int = Field(8000, ge=1, le=65_535, description="a port, 1 to 65535")
    sextant_metrics_port: int | None = Field(
        None, ge=1, le=65_535, description="a port for Prometheus, 1 to 65535; not set: none"
    )
    sextant_metrics_host: Annotated[str, AfterValidator(_host)] = Field(
        "127.0.0.1", description="the address of that port: 127.0.0.1, or 0.0.0.0 for other machines as well"
    )
    sextant_max_rounds: int = Field(8, ge=1, le=50, description="rounds of tool calls a question, 1 to 50")
    sextant_max_calls: int = Field(24, ge=1, le=200, description="tool calls a question, 1 to 200")
    sextant_turn_seconds: float = Field(120, ge=1, le=3600, description="seconds a question, 1 to 3600")
    sextant_call_seconds: CallSeconds = 60
    sextant_history_tokens: int = Field(
        24_000, ge=1000, le=2_000_000, description="tokens of a conversation that a model is sent, 1000 to 2000000"
    )
    sextant_history: Annotated[SecretStr, AfterValidator(_place)] | None = Field(
        None, description="the path of a file, an address like postgresql://user:password@host/database, or off"
    )
    sextant_history_days: float | None = Field(
        None, gt=0, le=36_500, description="days until a conversation is deleted; not set: it is kept"
    )
    sextant_audit: Annotated[SecretStr, AfterValidator(_audit_place)] | None = Field(
        None, description="the path of a file, an address like postgresql://user:password@host/database, or off"
    )
    sextant_audit_days: float | None = Field(
        None, gt=0, le=36_500, description="days until a row of the audit is removed; not set: it is kept"
    )
    sextant_audit_key: Annotated[SecretStr, AfterValidator(_long_key)] | None = Field(
        None, description="a secret of 16 characters or more, which seals the end of the audit"
    )
    sextant_audit_required: bool = Field(
        False, description="true, where nothing may be done that cannot be recorded; or false"
    )
    sextant_passwords: Path | None = Field(
        None, description="a file with a line `name:hash` for each who may log in; `sextant password NAME` makes them"
    )
    sextant_open: bool = Field(
        False, description="true, where everyone who reaches the address may ask without a login; or false"
    )
    sextant_max_question: int = Field(4_000, ge=100, le=100_000, description="characters a question, 100 to 100000")
    sextant_turns_a_minute: int = Field(30, ge=1, le=10_000, description="questions a minute of one reader, 1 to 10000")
    sextant_parallel_turns: int = Field(8, ge=1, le=1000, description="questions answered at once, 1 to 1000")
    sextant_rows_kept: int = Field(
        500_000, ge=1000, le=50_000_000, description="rows of sources kept in memory, 1000 to 50000000"
    )

    @model_validator(mode="after")
    def _what_must_be_recorded_needs_a_place(self) -> Self:
        if self.sextant_audit_required and self.audit is None:
            raise ValueError("SEXTANT_AUDIT_REQUIRED=true and SEXTANT_AUDIT=off: nothing would be done at all")
        return self

    @property
    def host(self) -> str:
        """Where to listen."""
        return self.sextant_host

    @property
    def hostnames(self) -> frozenset[str] | None:
        """The names under which browsers may address the page; None: any, where it listens for other machines."""
        return frozenset(self.sextant_hostnames.split(",")) if self.sextant_hostnames else None

    @property
    def passwords(self) -> Path | None:
        """The file of who may log in; None: there is no login."""
        return self.sextant_passwords.expanduser().absolute() if self.sextant_passwords else None

    @property
    def open(self) -> bool:
        """Whether everybody may come in who reaches an address that is not this machine's own."""
        return self.sextant_open

    @property
    def history(self) -> where.Place:
        """Where conversations are kept."""
        return where.place(self.sextant_history.get_secret_value() if self.sextant_history else None)

    @property
    def audit(self) -> where.Place | None:
        """Where it is recorded what happened; None: nowhere."""
        set_to = self.sextant_audit.get_secret_value() if self.sextant_audit else None
        found = where.place(set_to, AUDIT_FILE)
        return None if found.kind == "memory" else found

    @property
    def audit_key(self) -> str | None:
        """What seals the end of the audit."""
        return self.sextant_audit_key.get_secret_value() if self.sextant_audit_key else None

    @property
    def port(self) -> int:
        """The port to listen on."""
        return self.sextant_port


def load_settings(others: Iterable[type[LayeredSettings]] = ()) -> AppSettings:
    """Read all layers. Raise `WrongSetting` for the settings of host, tools and rights alike, all wrong ones at once.

    So it does for `others`, which are not returned.
    """
    wrong: list[str] = []
    kinds: tuple[type[LayeredSettings], ...] = (AppSettings, ToolSettings, AccessSettings, *others)
    for kind in kinds:
        try:
            kind.load()
        except WrongSetting as error:
            wrong += str(error).splitlines()
    if wrong:
        raise WrongSetting("\n".join(dict.fromkeys(wrong)))
    return AppSettings.load()
