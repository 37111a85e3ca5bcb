"""Serves the built site to this machine: ``python docs/_ext/serve.py``.

A page opened as a file cannot run its cells, since browsers let no file
start a worker.  So the site is served on 127.0.0.1, which no other machine
reaches, and opened in the browser where there is a screen.  Ctrl+C ends it.

It needs Python and nothing else.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import threading
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SITE = Path(__file__).parents[1] / "_build" / "html"
HOST = "127.0.0.1"
PORT = 8000  # the one that ``python -m http.server`` takes


class Handler(SimpleHTTPRequestHandler):
    """A file for each address, under the type that browsers insist on."""

    # Python knows these from its own list or from the machine's, which on
    # Windows may call a script plain text.
    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".css": "text/css",
        ".js": "text/javascript",
        ".json": "application/json",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
    }

    def end_headers(self) -> None:
        """Have a browser ask again, so that it shows the newest build."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_error(self, code: int, *rest: Any, **more: Any) -> None:
        """Answer with the site's own page where nothing is."""
        lost = Path(self.directory) / "404.html"
        if code != 404 or not lost.exists():
            super().send_error(code, *rest, **more)
            return
        text = at_the_root(lost.read_bytes())
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, *arguments: Any) -> None:
        """Keep quiet; nobody reads a line for each picture."""


def at_the_root(text: bytes) -> bytes:
    """The page for what is not there, whose links begin at the real site."""
    found = re.search(rb'"(/[^"]+/)_static/', text)
    return text.replace(b'"' + found[1], b'"/') if found else text


class Server(ThreadingHTTPServer):
    """A server that a page left open in a browser does not keep alive."""

    daemon_threads = True
    # On Windows it would share a port that another program listens on.
    allow_reuse_address = os.name != "nt"

    def handle_error(self, *arguments: Any) -> None:
        """Let a browser hang up while a file is on its way."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*arguments)


def listen(folder: Path, port: int = PORT) -> Server:
    """A server of a folder, on a free port if this one is taken."""
    handler = partial(Handler, directory=str(folder))
    try:
        return Server((HOST, port), handler)
    except OSError:
        return Server((HOST, 0), handler)


def has_screen() -> bool:
    """Tell whether a browser could be shown."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_watched() -> bool:
    """Tell whether somebody is there who could end it with Ctrl+C."""
    if os.environ.get("CI"):
        return False
    return has_screen() or sys.stdin.isatty()


def serve(folder: Path, port: int = PORT) -> None:
    """Serve a folder until Ctrl+C."""
    try:
        with listen(folder, port) as server:
            address = f"http://{HOST}:{server.server_port}/"
            print(f"The site is at {address} -- Ctrl+C ends it", flush=True)
            if has_screen():
                threading.Thread(
                    target=webbrowser.open, args=[address], daemon=True
                ).start()
            server.serve_forever()
    except KeyboardInterrupt:
        print("\nEnded.", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Serve the built site.")
    parser.add_argument("folder", nargs="?", type=Path, default=SITE)
    parser.add_argument("--port", type=int, default=PORT, help="(8000)")
    parser.add_argument(
        "--if-watched",
        action="store_true",
        help="not under CI, nor without both a screen and a terminal",
    )
    options = parser.parse_args()
    # Started in the background of a script, Python would ignore Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not (options.folder / "index.html").exists():
        sys.exit("nothing is built yet: python3 noxfile.py -s site builds it")
    if options.if_watched and not is_watched():
        print(f"The site is built; to serve it: python3 {sys.argv[0]}")
        return
    serve(options.folder, options.port)


if __name__ == "__main__":
    main()
