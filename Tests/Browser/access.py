"""The first account and a token, by the API."""

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit


class Console:
    def __init__(self, first_run):
        link = urlsplit(Path(first_run).read_text().strip())
        self.host, self.port = link.hostname, link.port
        self.base = f"http://{link.netloc}/api/v1"
        headers, session = self.ask("POST", "/setup", {"secret": link.fragment, "name": "ann", "password": "correct horse"})
        cookie = headers["Set-Cookie"].split(";")[0]
        _, made = self.ask(
            "POST", "/tokens", {"name": "test", "role": "administrator"},
            {"Cookie": cookie, "X-CSRF-Token": session["csrf"]})
        self.token = made["secret"]

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        headers = dict(headers or {"Authorization": f"Bearer {getattr(self, 'token', '')}"})
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        text = response.read()
        assert response.status < 300, f"{method} {path}: {response.status} {text}"
        return response.headers, json.loads(text) if text else None
