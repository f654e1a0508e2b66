"""Check and normalise untrusted URLs, and remove secrets from them."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from geomap.errors import FetchError, quoted
from geomap.files import shown

MAX_URL = 8_000
"""Longest URL; servers refuse longer ones."""
_PASSWORD = re.compile(r"(://[^/?#:@\s]*+):(?:[^/?#\s@]*+@)++")
_KEY = r"(?:sig|token|secret|passw|key|credential)"
_SECRET = re.compile(rf"([?&](?:(?!{_KEY})[^=&#\s])*+)({_KEY}[^=&#\s]*+)?+(?(2)(=[^&#\s]*+)?+)", re.IGNORECASE)
"""A query parameter: its name, the part of the name that marks a secret, and the value. Others match too: each is read once."""
_HOST = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}")
"""A DNS name, an IPv4 or an IPv6 address; without a scope, which no public address has."""
_USER = re.compile(r"//[^/?#]*@")
"""The user name and password of a URL, which no message quotes."""


def checked_url(url: str) -> str:
    """Return ``url`` normalised for a request: http or https, no user name, IDNA host, escaped path, no fragment."""
    named = _shown(url)
    if len(url) > MAX_URL:
        raise FetchError(f"{named}: is longer than {MAX_URL} characters; check the URL")
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
        if host and not host.isascii():
            host = host.encode("idna").decode("ascii").lower()
    except ValueError as error:
        reason = quoted(str(error).rpartition("@")[2])
        raise FetchError(f"{named}: is not a URL ({reason}); give one like https://example.org/feed.xml") from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise FetchError(f"{named}: only http and https URLs are fetched; save the page and add the file")
    if parts.username or parts.password:
        raise FetchError(f"{named}: a URL with a user name or password is not fetched; remove them")
    no_address = FetchError(f"{named}: is not a URL; give one like https://example.org/feed.xml")
    if not _HOST.fullmatch(host):
        raise no_address
    at = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    safe = "/%:@!$&'()*+,;=~-._?"
    try:
        return urlunsplit((parts.scheme.lower(), at, quote(parts.path or "/", safe), quote(parts.query, safe), ""))
    except UnicodeEncodeError as error:  # a lone surrogate
        raise no_address from error


def joined_url(here: str, location: str) -> str:
    """Return the URL of a redirect to ``location``; FetchError where it is not a URL."""
    try:
        return urljoin(here, location)
    except ValueError as error:
        raise FetchError(
            f"{quoted(here)}: redirects to {_shown(location)}, which is not a URL; give the URL of the page itself"
        ) from error


def _shown(url: str) -> str:
    return quoted(_USER.sub("//", url[: MAX_URL * 2]))


def without_secrets(text: str) -> str:
    """Return a URL, or a message that contains URLs, without passwords, tokens and signatures."""
    try:
        plain = shown(text)
    except UnicodeEncodeError:  # a lone surrogate that is not from a file name
        plain = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return _SECRET.sub(lambda m: f"{m[1]}{m[2]}=***" if m[3] else m[0], _PASSWORD.sub(r"\1:***@", plain))


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its class if it is empty, without secrets of URLs."""
    message = getattr(error, "strerror", None) or str(error).strip().split("\n", 1)[0]
    return without_secrets(str(message)[:200]) or type(error).__name__
