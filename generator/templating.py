"""The one template environment. Home of jinja2."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import jinja2
from markupsafe import Markup

from generator.errors import SettingsError
from generator.location import Location


class Html(str):
    """Text that already is HTML; autoescape leaves it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def environment(sources: Mapping[str, str]) -> jinja2.Environment:
    """An environment over templates handed in as text, in which a misspelt name is an error."""
    return jinja2.Environment(
        loader=jinja2.DictLoader(dict(sources)),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=400,
    )


class Templates:
    """Templates by name, rendered with a view.

    Args:
        sources: name (``post.html``, ``partials/toc.html``) to text.
        origins: name to the file a message should point at, for templates the blog overrides.
    """

    def __init__(self, sources: Mapping[str, str], origins: Mapping[str, str] | None = None) -> None:
        self.sources = dict(sources)
        self._origins = dict(origins or {})
        self.environment = environment(sources)

    def render(self, name: str, view: object) -> str:
        """The template filled with the view's fields, by their names.

        Args:
            view: a frozen dataclass; strings are escaped unless they are Html.

        Raises:
            SettingsError: the template is wrong: syntax, a misspelt name, a missing include, a sum of words.
        """
        try:
            return self.environment.get_template(name).render(_fields_of(view))
        except jinja2.TemplateSyntaxError as exception:
            raise self._wrong(exception.name or name, exception.lineno, str(exception.message)) from None
        except jinja2.UndefinedError as exception:
            raise self._wrong(name, None, str(exception.message)) from None
        except jinja2.TemplateNotFound as exception:
            raise self._wrong(name, None, f"there is no template `{exception.name}`") from None
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as exception:
            raise self._wrong(name, None, f"the template fails: {exception}") from None

    def _wrong(self, name: str, line: int | None, reason: str) -> SettingsError:
        place = Location(self._origins.get(name, f"templates/{name}"), line=line)
        return SettingsError(reason, at=place, mend="correct the template, or delete it to use inkmill's own")


def _fields_of(view: object) -> dict[str, Any]:
    # Not dataclasses.asdict: it would copy every nested view into a dict.
    return {field.name: getattr(view, field.name) for field in fields(view)}  # type: ignore[arg-type]


__all__ = ["Html", "Markup", "Templates", "environment"]
