"""Pages of the local stand-ins: plain HTML under a strict content policy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

_TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """The templates, rendered with escaping; a name missing in the context is an error."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def answer(
        self,
        template: str,
        context: Mapping[str, Any],
        *,
        form_targets: tuple[str, ...] = (),
        status: int = 200,
    ) -> HTMLResponse:
        """The rendered page: only its own style sheet loads, and its forms lead to `form_targets` alone."""
        targets = " ".join(form_targets) or "'none'"
        policy = f"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {targets}"
        headers = {
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return HTMLResponse(self._templates.get_template(template).render(context), status, headers)


async def style_sheet(_: Request) -> Response:
    """GET: the one style sheet of all pages."""
    return FileResponse(_TEMPLATES / "style.css", media_type="text/css")
