"""The report as one HTML file that needs nothing else: no script, no request, its style sheet inside."""

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from igaudit.errors import ContentError
from igaudit.report.build import build
from igaudit.report.clean import visible
from igaudit.report.document import anchors
from igaudit.report.request import Request

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = "report.html"
STYLES = "report.css"


def render(request: Request) -> str:
    """The report as HTML. The definition's assets hold the template and the style sheet."""
    document = build(request.assessment, request.definition, "html", linked=True)
    styles = _styles(request)
    template = _environment(request).get_template(TEMPLATE)
    return template.render(
        document=document,
        anchors=frozenset(anchors(document.sections)),
        styles=_safe(styles),
        policy=_content_security_policy(styles),
    )


def _environment(request: Request) -> "Environment":
    """Every text passes through `visible`, then through Jinja's escaping; an unknown name is an error."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    return Environment(
        loader=DictLoader(dict(request.definition.assets)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: Any) -> Any:
    return visible(value) if type(value) is str else value


def _styles(request: Request) -> str:
    styles = request.definition.assets.get(STYLES, "")
    if "</" in styles:
        raise ContentError.at(f"reports/html/{STYLES}", "`</` would end the style sheet: leave it out")
    return styles


def _safe(styles: str) -> Any:
    from markupsafe import Markup

    return Markup(styles)


def _content_security_policy(styles: str) -> str:
    """Nothing may be loaded or run; only this very style sheet applies."""
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
