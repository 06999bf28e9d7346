"""How keys of well-known services look.

Every expression begins with a literal, so that it is only tried where a quick search found one, and every
repetition is bounded or possessive, so that no text makes it slow.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of key.

    Args:
        marks: one of these must be in a text that holds such a key; they are compared as they are.
        pattern: what is found; group 1, where there is one, is the secret itself.
        needs_mix: the secret must mix letters and digits, as random ones do and words do not.
        may_follow_letters: found in the middle of a word too (the expression names what stands before it).
        is_run: it holds 20 letters, digits, ``_`` and ``-`` in a row, by which it is found.
    """

    kind: str
    marks: tuple[str, ...]
    pattern: re.Pattern[str]
    needs_mix: bool = True
    may_follow_letters: bool = False
    is_run: bool = True


def _shape(kind: str, marks: str, pattern: str, **switches: bool) -> Shape:
    return Shape(kind, tuple(marks.split()), re.compile(pattern), **switches)


# An assignment: `KEY=`, `KEY = "`, `"KEY": "`, `KEY: `, with the quote escaped inside JSON.
_IS = r"""(?:\\?["'])?[ \t]{0,5}(?:[:=]|=>|,)[ \t]{0,5}(?:\\?["'])?"""

SHAPES: tuple[Shape, ...] = (
    _shape("aws-key", "AKIA", r"AKIA[A-Z0-9]{16}(?![A-Za-z0-9])", needs_mix=False),
    _shape(
        "aws-key", "ASIA ABIA ACCA", r"A(?:SIA|BIA|CCA)(?=[A-Z]{0,15}[0-9])[A-Z0-9]{16}(?![A-Za-z0-9])", needs_mix=False
    ),
    _shape(
        "aws-secret-key",
        "secret_access_key SECRET_ACCESS_KEY SecretAccessKey secretAccessKey aws_secret_key",
        rf"(?:secret_access_key|SECRET_ACCESS_KEY|[sS]ecretAccessKey|aws_secret_key){_IS}"
        r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        may_follow_letters=True,
        is_run=False,
    ),
    _shape("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}+", needs_mix=False),
    _shape("github-token", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{50,100}+", needs_mix=False),
    _shape("gitlab-token", "glpat- glptt- gldt- glrt- glcbt-", r"gl(?:pat|ptt|dt|rt|cbt)-[\w.-]{20,300}+"),
    _shape("slack-token", "xoxa- xoxb- xoxp- xoxr- xoxs- xoxe- xapp-", r"x(?:ox[abprse]|app)-[0-9A-Za-z.-]{20,300}+"),
    _shape(
        "slack-webhook",
        "hooks.slack.com/services/",
        r"hooks\.slack\.com/services/(T[A-Z0-9]{6,20}+/B[A-Z0-9]{6,20}+/[A-Za-z0-9]{20,40}+)",
        may_follow_letters=True,
    ),
    _shape("google-key", "AIza", r"AIza[\w-]{35}(?![\w-])"),
    _shape("google-token", "ya29. GOCSPX-", r"(?:ya29\.|GOCSPX-)[\w-]{25,500}+"),
    _shape("anthropic-key", "sk-ant-", r"sk-ant-[\w-]{24,300}+"),
    _shape(
        "openai-key",
        "sk-",
        r"sk-(?!ant-)(?:(?:proj|svcacct|admin|None|or-v1|lf)-[\w-]{20,300}+|[A-Za-z0-9]{24,300}+)",
    ),
    _shape("hugging-face-token", "hf_", r"hf_[A-Za-z0-9]{30,60}+"),
    _shape("npm-token", "npm_", r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
    _shape("pypi-token", "pypi-", r"pypi-[\w-]{50,400}+"),
    _shape("stripe-key", "sk_live_ rk_live_ whsec_", r"(?:[sr]k_live_|whsec_)[A-Za-z0-9]{16,200}+"),
    _shape("sendgrid-key", "SG.", r"SG\.[\w-]{22}\.[\w-]{43}(?![\w-])"),
    _shape("twilio-key", "SK", r"SK[0-9a-f]{32}(?![0-9A-Za-z])"),
    _shape("groq-key", "gsk_", r"gsk_[A-Za-z0-9]{40,80}+"),
    _shape("replicate-token", "r8_", r"r8_[A-Za-z0-9]{30,50}+"),
    _shape("databricks-token", "dapi", r"dapi[0-9a-f]{32}(?![0-9A-Za-z])"),
    _shape("digitalocean-token", "dop_v1_ doo_v1_ dor_v1_", r"do[por]_v1_[0-9a-f]{64}"),
    _shape("telegram-token", ":AA", r":(AA[\w-]{33})(?![\w-])", may_follow_letters=True),
    _shape(
        "private-key",
        "PRIVATE",
        r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        r"((?:[\s\\nr]|[\w ,:-]{1,80}: [^\n]{1,200})*+[A-Za-z0-9+/=]{40})",
        is_run=False,
    ),
    _shape(
        "jwt",
        "eyJ",
        r"(?:(?<![\w-])|(?<=%3D)|(?<=%20)|(?<=\\n)|(?<=\d\dm))"
        r"eyJ[\w-]{10,4000}+\.(eyJ[\w-]{10,8000}+\.[\w-]{20,2000}+)",
        may_follow_letters=True,
    ),
    _shape(
        "azure-key",
        "AccountKey= SharedAccessKey=",
        r"(?:Account|SharedAccess)Key=([A-Za-z0-9+/]{42,88}+={1,2})",
        may_follow_letters=True,
        is_run=False,
    ),
    _shape("azure-key", "sig=", r"sig=([A-Za-z0-9%+/]{43,80}(?:%3[Dd]|=))", may_follow_letters=True, is_run=False),
    _shape("wandb-key", "wandb_", r"wandb_(?:v\d_)?\w{40,200}+"),
    _shape(
        "wandb-key",
        "WANDB_API_KEY wandb_api_key api.wandb.ai",
        rf"(?:WANDB_API_KEY|wandb_api_key|api\.wandb\.ai){_IS}([0-9a-f]{{40}})(?![0-9A-Za-z])",
        may_follow_letters=True,
    ),
    _shape(
        "wandb-key",
        "wandb.login wandb login",
        r"wandb(?:\.login\([^)\n]{0,60}?|[ ]login[ ]{1,3}(?:--relogin[ ]{1,3})?)([0-9a-f]{40})(?![0-9A-Za-z])",
        may_follow_letters=True,
    ),
)

ALWAYS = tuple(shape for shape in SHAPES if not shape.is_run)
"""Shapes whose marks are looked for in every text; they are long, and so quick to find or not."""

RUNS = tuple(shape for shape in SHAPES if shape.is_run)
"""Shapes looked for only around long runs of letters and digits."""
