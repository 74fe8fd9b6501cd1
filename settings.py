"""All settings, read at the edges (cli, flows, tests) and passed down. Environment variables begin with DUBAN_."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """`data` holds everything one installation writes; a second installation takes another folder and other ports.

    Only the send journal lies outside it, in `journal` (or beside the folder): a backup of the data put back must not
    put back an older journal. `host_id` names a machine whose own marks change at every start, such as a container.
    `clock` is a second clock to ask when the own one jumps: http(s)://… (its Date header) or ntp://host.
    `sms_workers` is how many text messages may be on their way to the gateway at once, `dispatchers` how many processes of
    `duban up` share them and the mail: one Python is busy with some 16 text messages on their way, or 800 mails a second.
    """

    model_config = SettingsConfigDict(env_prefix="DUBAN_", env_file=".env", extra="ignore")

    data: Path = ROOT / "var"
    plan: str = "huizhou"
    database_url: str = ""
    prefect_host: str = "127.0.0.1"
    prefect_port: int = Field(default=4200, ge=1, le=65535)
    journal: Path | None = None
    host_id: str = ""
    clock: str = ""
    sms_workers: int = Field(default=8, ge=1, le=32)
    dispatchers: int = Field(default=1, ge=1, le=4)
    receipts_host: str = "127.0.0.1"
    receipts_port: int = Field(default=0, ge=0, le=65535)
    """0: gateways post no reports to us; they are fetched instead."""
    receipts_token: SecretStr = SecretStr("")

    @field_validator("database_url")
    @classmethod
    def _of_a_kind_we_know(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError(
                "应为 postgresql+psycopg://用户:口令@主机/库名 或 sqlite:///文件，留空则用数据目录里的 SQLite"
            )
        return url

    @field_validator("clock")
    @classmethod
    def _that_can_be_asked(cls, address: str) -> str:
        if address and not address.startswith(("http://", "https://", "ntp://")):
            raise ValueError("应为 http://…、https://… 或 ntp://主机，留空则没有第二个时钟")
        return address

    @property
    def ledger_url(self) -> str:
        """SQLite in the data folder unless a database is named."""
        return self.database_url or f"sqlite:///{self.data / 'ledger.db'}"

    @property
    def mail_folder(self) -> Path:
        return self.data / "mail"

    @property
    def journal_file(self) -> Path:
        data = self.data.absolute()
        return (self.journal or data.parent / f"{data.name}-journal") / "sent.jsonl"

    @property
    def sms_codes(self) -> Path:
        """What the SMS provider calls each approved sentence; see docs/channels.md."""
        return self.data / "sms.yaml"

    @property
    def prefect_api(self) -> str:
        return f"http://{self.prefect_host}:{self.prefect_port}/api"
