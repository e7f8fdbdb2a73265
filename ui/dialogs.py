"""What opens over the page, as HTML: the settings, a text to check, and where files are dropped."""

from typing import get_args

from rag.thresholds import Strictness
from ui.language import LANGUAGES, Words, words
from ui.markup import button, text

__all__ = ["dialogs"]

KEYS = {"/": "key_question", "[ ]": "key_footnotes", "Esc": "key_close"}


def dialogs(say: Words, model_label: str, strictness: Strictness) -> str:
    """All of it, hidden until it is asked for."""
    return _settings(say, model_label, strictness) + _check(say) + _drop(say)


def _settings(say: Words, model_label: str, strictness: Strictness) -> str:
    themes = "".join(
        f'<label><input type="radio" name="theme" value="{each}">{text(say(f"theme_{each}"))}'
        "</label>"
        for each in ("system", "light", "dark")
    )
    languages = "".join(
        f'<label lang="{each}"><input type="radio" name="language" value="{each}"'
        f"{' checked' if each == say.language else ''}>{text(words(each)('language'))}</label>"
        for each in LANGUAGES
    )
    keys = "".join(
        f"<dt><kbd>{key}</kbd></dt><dd>{text(say(name))}</dd>" for key, name in KEYS.items()
    )
    return _dialog(
        say,
        "settings",
        f"<fieldset><legend>{text(say('theme'))}</legend>{themes}</fieldset>"
        f"<fieldset><legend>{text(say('language_name'))}</legend>{languages}</fieldset>"
        f"<h3>{text(say('model'))}</h3><p>{text(say.said(model_label))}. "
        f"{text(say('model_is_set'))}</p>"
        f"{_strictness(say, strictness)}"
        f'<h3>{text(say("keys"))}</h3><dl class="keys">{keys}</dl>{button(say("close"), "close")}',
    )


def _strictness(say: Words, chosen: Strictness) -> str:
    """How sure an answer must be, each level with what it does."""
    levels = "".join(
        f'<label><input type="radio" name="strictness" value="{each}"'
        f"{' checked' if each == chosen else ''}><span>{text(say(each))} "
        f'<span class="where">{text(say(f"{each}_what"))}</span></span></label>'
        for each in get_args(Strictness)
    )
    return f'<fieldset class="levels"><legend>{text(say("strictness"))}</legend>{levels}</fieldset>'


def _check(say: Words) -> str:
    return _dialog(
        say,
        "check",
        f"<p>{text(say('check_what'))}</p>"
        f'<textarea rows="10" dir="auto" aria-label="{text(say("text_to_check"))}"></textarea>'
        f'<p class="row">{button(say("check_it"), "check")}{button(say("close"), "close")}</p>',
    )


def _drop(say: Words) -> str:
    return (
        f'<div id="drop" hidden>{text(say("drop_here"))}</div>'
        f'<input type="file" id="files" multiple hidden aria-label="{text(say("add_files"))}" '
        f'data-sending="{text(say("sending", at="#", of="##", name="@"))}" '
        f'data-nothing="{text(say("nothing_to_add"))}" data-lost="{text(say("lost"))}">'
        f'<input type="file" id="folder" webkitdirectory hidden '
        f'aria-label="{text(say("add_folder"))}">'
    )


def _dialog(say: Words, name: str, content: str) -> str:
    title = text(say(name))
    return f'<dialog id="{name}" aria-label="{title}"><h2>{title}</h2>{content}</dialog>'
