"""What the tool server is told: environment over `.env` over a YAML file over defaults."""

import os
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit, urlunsplit

import yaml
from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from tools.organisation import read_organisation
from tools.packaged import folder

Kind = Literal["demo", "live", "auto"]
CallSeconds = Annotated[float, Field(ge=0.5, le=3600, description="seconds a tool call, 0.5 to 3600")]


class WrongSetting(Exception):
    """A setting cannot be used; the text names its key and what is allowed, never a secret."""


class LayeredSettings(BaseSettings):
    """Base of all settings: the order of the layers, and plain words for what is wrong.

    Every field's `description` says what is allowed: it is the second half of an error.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # `KEY=` in a .env or a compose file means "not set"
        extra="ignore",  # several programs share one .env
        frozen=True,
        hide_input_in_errors=True,
        validate_default=False,
    )

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read all layers; `given` beats them. Raise `WrongSetting`."""
        try:
            return cls(**given)
        except ValidationError as error:
            raise WrongSetting(cls._in_words(error)) from None  # its own text may hold a secret
        except UnicodeDecodeError:
            raise WrongSetting(".env: not a UTF-8 text of `KEY=value` lines.") from None
        except OSError as error:
            raise WrongSetting(f"{error.filename}: cannot be read ({error.strerror}).") from None

    @classmethod
    def _in_words(cls, error: ValidationError) -> str:
        lines = []
        for problem in error.errors(include_input=False, include_url=False):
            name = str(problem["loc"][0]) if problem["loc"] else ""
            said = problem.get("ctx", {}).get("error")
            field = cls.model_fields.get(name)
            allowed = field.description if field else None
            reason = str(said) if said is not None else "this value cannot be used"
            lines.append(f"{name.upper() + ': ' if name else ''}{reason}.{f' Allowed: {allowed}.' if allowed else ''}")
        return "\n".join(lines)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, _yaml_layer(settings_cls)


def _yaml_layer(settings_cls: type[BaseSettings]) -> "_AnyCaseYaml":
    named = os.environ.get("SEXTANT_CONFIG") or dotenv_values(".env", encoding="utf-8").get("SEXTANT_CONFIG")
    if named and not Path(named).is_file():
        raise WrongSetting(f"SEXTANT_CONFIG: there is no file {named}. Allowed: the path of a YAML file.")
    try:
        return _AnyCaseYaml(settings_cls, yaml_file=named or "sextant.yaml", yaml_file_encoding="utf-8")
    except (ValueError, TypeError, yaml.YAMLError):
        raise WrongSetting(
            f"{named or 'sextant.yaml'}: not a YAML file of `KEY: value` lines."
        ) from None  # it may hold a secret


def yaml_names() -> tuple[str, set[str]]:
    """Return the path of the YAML file with settings and the names in it. Raise `WrongSetting`."""
    layer = _yaml_layer(ToolSettings)
    return str(layer.yaml_file_path), set(layer())


class _AnyCaseYaml(YamlConfigSettingsSource):
    """A YAML file in which NAUTOBOT_URL and nautobot_url are the same key, as they are in the environment."""

    def __call__(self) -> dict[str, Any]:
        return {key.lower(): value for key, value in super().__call__().items() if value not in (None, "")}


def _address(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a name or password does not belong here (the token goes into NAUTOBOT_TOKEN)")
    path = parts.path.rstrip("/")
    for tail in ("/api/graphql", "/graphql", "/api"):
        path = path.removesuffix(tail)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _collector(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an address that begins with http:// or https://")
    return value.strip().rstrip("/").removesuffix("/v1/traces")


def _token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value().strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("not a token: it holds spaces or characters that no token has")
    return SecretStr(token)


def _file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError(f"there is no file {value}")
    return value.resolve()


def _of_queries(value: str) -> str:
    known = {entry.name.removesuffix(".graphql") for entry in folder("graphql").iterdir()}
    for name, seconds in _seconds_of(value).items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise ValueError(f"there is no query file {name}.graphql{f' (is it {near[0]}?)' if near else ''}")
        if not 0 <= seconds <= 86_400:
            raise ValueError(f"{name}: seconds are 0 to 86400")
    return value


@cache
def _seconds_of(value: str) -> dict[str, float]:
    found = {}
    for one in filter(None, (part.strip() for part in value.split(","))):
        name, _, seconds = one.partition("=")
        try:
            found[name.strip().removesuffix(".graphql")] = float(seconds)
        except ValueError:
            raise ValueError(f"{one} is not like vlans_by_location=60") from None
    return found


def _organisation(value: Path) -> Path:
    file = _file(value)
    read_organisation(file)  # wrong ones are told at the start, not by the first question
    return file


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError(f"there is no folder {value}")
    return value.resolve()


class ToolSettings(LayeredSettings):
    """The settings of the tool server."""

    nautobot_url: Annotated[str, AfterValidator(_address)] | None = Field(
        None, description="the address of Nautobot's start page, such as https://nautobot.example.com"
    )
    nautobot_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None, description="an API token of Nautobot, best one that is not write-enabled"
    )
    nautobot_timeout: float = Field(10, ge=0.5, le=600, description="seconds, 0.5 to 600")
    nautobot_ca_file: Annotated[Path, AfterValidator(_file)] | None = Field(
        None, description="a PEM file with the certificates of your own authority"
    )
    nautobot_page_size: int = Field(1000, ge=1, le=10_000, description="rows a request, 1 to 10000")
    demo_mode: Literal["true", "false", "auto"] | None = Field(
        None, description="true, false, auto, or not set: demo data without NAUTOBOT_URL, live data with it"
    )
    sextant_queries: Annotated[Path, AfterValidator(_folder)] | None = Field(
        None, description="a folder of query files that replace those of the same name"
    )
    sextant_organisation: Annotated[Path, AfterValidator(_organisation)] | None = Field(
        None, description="a YAML file of aliases, naming patterns and standard builds (docs/organisation.md)"
    )
    sextant_cache_seconds: float = Field(
        300, ge=0, le=86_400, description="seconds that names are kept, 0 to 86400; 0 reads them anew each time"
    )
    sextant_cache_rows_seconds: float = Field(
        0, ge=0, le=86_400, description="seconds that all other rows are kept, 0 to 86400; 0 reads them anew each time"
    )
    sextant_cache_queries: Annotated[str, AfterValidator(_of_queries)] | None = Field(
        None, description="query files with seconds of their own, such as vlans_by_location=60,changes=0"
    )
    sextant_cache_mb: float = Field(
        64,
        ge=1,
        le=65_536,
        description="megabytes for all that is kept of reads, 1 to 65536; the longest unused go first",
    )
    sextant_call_seconds: CallSeconds = 60  # the host waits as long
    sextant_results_mb: int = Field(
        256, ge=1, le=65_536, description="megabytes of results that are kept, 1 to 65536; the oldest go first"
    )
    sextant_results_minutes: float = Field(
        720, ge=1, le=43_200, description="minutes that a result is kept at most, 1 to 43200"
    )
    sextant_rows_shown: int = Field(60, ge=1, le=1000, description="rows that a model is shown, 1 to 1000")

    sextant_log: Literal["console", "json"] = Field(
        "console", description="console, lines for people, or json, an object a line"
    )
    sextant_log_level: Literal["debug", "info", "warning", "error"] | None = Field(
        None, description="debug, info, warning, error, or not set: info for what serves others, error in a terminal"
    )
    sextant_traces: Annotated[str, AfterValidator(_collector)] | None = Field(
        None, description="the address of an OpenTelemetry collector (OTLP over HTTP), such as http://localhost:4318"
    )
    sextant_trace_content: bool = Field(
        False, description="true: traces hold arguments and results of tool calls as well; or false"
    )

    # What a subprocess needs of the surroundings to reach a Nautobot, beside its own settings.
    _SURROUNDINGS: ClassVar[tuple[str, ...]] = (
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("VIRTUAL_ENV", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT"),
    )

    @field_validator("demo_mode", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return str(value).strip().lower() if isinstance(value, (str, bool)) else value  # YAML's true is no string

    @model_validator(mode="after")
    def _live_needs_an_address(self) -> Self:
        if self.demo_mode in {"false", "auto"} and self.nautobot_url is None:
            raise ValueError(
                f"DEMO_MODE={self.demo_mode} needs a Nautobot: set NAUTOBOT_URL, or DEMO_MODE=true for demo data"
            )
        return self

    @property
    def kind(self) -> Kind:
        """What DEMO_MODE means here: where answers come from."""
        match self.demo_mode:
            case "true":
                return "demo"
            case "false":
                return "live"
            case "auto":
                return "auto"
            case None:
                return "live" if self.nautobot_url else "demo"

    def kept_seconds(self, query: str, *, is_name: bool) -> float:
        """Return how long the rows of a query file are kept; 0: not at all."""
        own = _seconds_of(self.sextant_cache_queries or "")
        return own.get(query, self.sextant_cache_seconds if is_name else self.sextant_cache_rows_seconds)

    def env_for_child(self) -> dict[str, str]:
        """Return the environment of a tool server with exactly these settings. It holds the token: never print it."""
        env = {name: os.environ[name] for name in _both_cases(self._SURROUNDINGS) if name in os.environ}
        for name in ToolSettings.model_fields:
            value = getattr(self, name)
            if value is None:
                continue
            env[name.upper()] = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        env |= {name: value for name, value in os.environ.items() if name.startswith("OTEL_")}
        env["DEMO_MODE"] = {"demo": "true", "live": "false", "auto": "auto"}[self.kind]
        return env


def _both_cases(names: tuple[str, ...]) -> list[str]:
    return [spelt for name in names for spelt in (name, name.lower())]
