"""Settings: what the environment may hold, and which model it means."""

from pathlib import Path

import pytest
from fakes import KEY

from index.folders import cache_folder, data_folder
from index.weights import CHAT
from rag.errors import SettingsError
from rag.models import open_model
from rag.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_environment({})

    assert settings.data == Path(".footnoted")
    assert settings.cache == Path.home() / ".cache" / "footnoted"
    assert settings.timeout_s == 60
    assert (settings.model, settings.base_url, settings.api_key) == (None, None, None)
    assert settings.chat_weights is None
    assert not settings.remote


def test_every_setting_is_read_from_the_environment() -> None:
    environment = {
        "FOOTNOTED_DATA": "/d",
        "FOOTNOTED_CACHE": "/c",
        "FOOTNOTED_MODEL": "m",
        "FOOTNOTED_CHAT_WEIGHTS": "/w.gguf",
        "FOOTNOTED_TIMEOUT": "2.5",
        "OPENAI_BASE_URL": "http://127.0.0.1:8000/v1",
        "OPENAI_API_KEY": KEY,
    }

    assert Settings.from_environment(environment) == Settings(
        data=Path("/d"),
        cache=Path("/c"),
        model="m",
        base_url="http://127.0.0.1:8000/v1",
        api_key=KEY,
        chat_weights=Path("/w.gguf"),
        timeout_s=2.5,
    )


def test_an_empty_value_is_none_at_all() -> None:
    names = ("DATA", "CACHE", "MODEL", "CHAT_WEIGHTS", "TIMEOUT")
    environment = {f"FOOTNOTED_{name}": "" for name in names}
    environment |= {"OPENAI_BASE_URL": "", "OPENAI_API_BASE": "", "OPENAI_API_KEY": ""}

    assert Settings.from_environment(environment) == Settings.from_environment({})


def test_a_flag_wins_over_the_environment() -> None:
    settings = Settings.from_environment({"FOOTNOTED_DATA": "/d"}, data=Path("here"))

    assert settings.data == Path("here")


def test_a_tilde_is_the_home_folder_as_it_is_for_the_index() -> None:
    environment = {
        "FOOTNOTED_DATA": "~/lib",
        "FOOTNOTED_CACHE": "~/models",
        "FOOTNOTED_CHAT_WEIGHTS": "~/own.gguf",
    }

    settings = Settings.from_environment(environment)

    assert settings.data == data_folder(environment) == Path.home() / "lib"
    assert settings.cache == cache_folder(environment) == Path.home() / "models"
    assert settings.chat_weights == Path.home() / "own.gguf"


@pytest.mark.parametrize("value", ["soon", "0", "-1", "nan", "inf", "1e400", "1e10", "60s", " "])
def test_a_timeout_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match=r"FOOTNOTED_TIMEOUT is .* such as 60") as raised:
        Settings.from_environment({"FOOTNOTED_TIMEOUT": value})

    assert repr(value) in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8080",
        "localhost",
        "ftp://127.0.0.1/v1",
        "file:///etc/passwd",
        "http://",
        "http:///v1",
        "//127.0.0.1/v1",
        "http://[::1",
        "http://host:port/v1",
        "http://xn--/v1",
        "http://host\n/v1",
        " http://host/v1",
    ],
)
@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_an_endpoint_that_is_no_http_address_is_refused_by_name(name: str, url: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is .* no http address") as raised:
        Settings.from_environment({name: url})

    assert repr(url) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1", "https://host/v1", "http://[::1]:80/v1"])
def test_an_http_address_is_an_endpoint(url: str) -> None:
    assert Settings.from_environment({"OPENAI_BASE_URL": url}).remote


def test_the_older_name_of_the_endpoint_is_read_where_the_new_one_is_not_set() -> None:
    old = {"OPENAI_API_BASE": "http://old/v1"}
    both = old | {"OPENAI_BASE_URL": "http://new/v1"}

    assert Settings.from_environment(old).base_url == "http://old/v1"
    assert Settings.from_environment(both).base_url == "http://new/v1"


def test_no_repr_shows_the_key() -> None:
    settings = Settings.from_environment({"OPENAI_API_KEY": KEY})

    assert settings.api_key == KEY
    assert KEY not in repr(settings)


# Which model they mean


@pytest.mark.parametrize(
    ("settings", "name", "label"),
    [
        (Settings(base_url="http://h/v1", model="m"), "m", "m at http://h/v1"),
        (Settings(base_url="http://h/v1"), "gpt-4.1-mini", "gpt-4.1-mini at http://h/v1"),
        (Settings(api_key=KEY), "gpt-4.1-mini", "gpt-4.1-mini at the OpenAI API"),
    ],
)
def test_an_endpoint_that_is_named_answers(settings: Settings, name: str, label: str) -> None:
    source = open_model(settings)

    assert source is not None
    assert (source.name, source.label) == (name, label)
    assert KEY not in repr(source.current().endpoint)
    source.close()


@pytest.mark.parametrize(
    "settings",
    [
        Settings(model="none"),
        Settings(model="none", base_url="http://h/v1", api_key=KEY),
        Settings(model="none", chat_weights=Path("missing.gguf")),
        Settings(cache=Path("no/such/cache")),
    ],
)
def test_none_and_no_weights_mean_no_model(settings: Settings) -> None:
    assert open_model(settings) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [("just a text\n", "is no GGUF file"), ("", "is no GGUF file"), ("GG", "is no GGUF file")],
)
def test_weights_of_ones_own_that_are_no_gguf_are_refused_in_a_line(
    tmp_path: Path, content: str, said: str
) -> None:
    weights = tmp_path / "own.gguf"
    weights.write_text(content)

    with pytest.raises(SettingsError, match=said) as raised:
        open_model(Settings(cache=tmp_path, chat_weights=weights))

    assert f"FOOTNOTED_CHAT_WEIGHTS is {str(weights)!r}" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize(("name", "why"), [("missing.gguf", "No such file"), (".", "directory")])
def test_weights_of_ones_own_that_cannot_be_read_are_refused(
    tmp_path: Path, name: str, why: str
) -> None:
    with pytest.raises(SettingsError, match=rf"FOOTNOTED_CHAT_WEIGHTS.*{why}.*name a GGUF file"):
        open_model(Settings(cache=tmp_path, chat_weights=tmp_path / name))


def test_weights_of_ones_own_name_the_model(tmp_path: Path) -> None:
    weights = tmp_path / "mistral.gguf"
    weights.write_bytes(b"GGUF")

    source = open_model(Settings(cache=tmp_path, chat_weights=weights))

    assert source is not None
    assert (source.name, source.label) == ("mistral", "mistral on this computer")
    assert not (tmp_path / CHAT.filename).exists()


def test_a_login_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"OPENAI_BASE_URL": "http://me:hunter2@127.0.0.1:9/v1"})

    assert "OPENAI_API_KEY" in str(refused.value)
    assert "hunter2" not in str(refused.value)
