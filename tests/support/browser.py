"""How the tests start Chromium, and what no page of ours may do in it."""

from __future__ import annotations

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = "window.violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI));"


def is_outside(url, path):
    return not url.startswith((path.as_uri(), "data:", "blob:"))
