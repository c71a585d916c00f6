"""The console over HTTPS: its own certificate, cookies that never leave it in the clear, and no answer without TLS."""

import http.client
import json
import ssl
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

FIRST_RUN, AUTHORITY, RENEW = sys.argv[1:]
LINK = urlsplit(Path(FIRST_RUN).read_text().strip())
assert LINK.scheme == "https", LINK.geturl()


def ask(method, path, body=None, context=None):
    connection = http.client.HTTPSConnection(
        LINK.hostname, LINK.port, timeout=60, context=context or ssl.create_default_context(cafile=AUTHORITY))
    headers = {"Content-Type": "application/json"} if body is not None else {}
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    response = connection.getresponse()
    return response, response.read()


response, text = ask("GET", "/health/live")
assert response.status == 200, (response.status, text)
assert "max-age" in response.headers.get("Strict-Transport-Security", ""), response.headers.items()

response, text = ask("POST", "/api/v1/setup", {"secret": LINK.fragment, "name": "ann", "password": "correct horse"})
assert response.status < 300, (response.status, text)
for cookie in response.headers.get_all("Set-Cookie"):
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"secure", "httponly"} <= words and any(word.startswith("samesite=") for word in words), cookie

# Somebody who has not been given the certificate's authority is not answered.
try:
    ask("GET", "/health/live", context=ssl.create_default_context())
    sys.exit("a certificate of nobody's was taken for good")
except ssl.SSLCertVerificationError:
    pass

old = ssl.create_default_context(cafile=AUTHORITY)
old.maximum_version = ssl.TLSVersion.TLSv1_1
try:
    ask("GET", "/health/live", context=old)
    sys.exit("TLS 1.1 was answered")
except (ssl.SSLError, OSError):
    pass

plain = http.client.HTTPConnection(LINK.hostname, LINK.port, timeout=60)
try:
    plain.request("GET", "/health/live")
    answer = plain.getresponse()
    sys.exit(f"without TLS the answer was {answer.status}")
except (http.client.HTTPException, OSError):
    pass


def serial():
    """Of the certificate that a new connection is shown."""
    with http.client.socket.create_connection((LINK.hostname, LINK.port), 60) as tcp:
        with ssl.create_default_context(cafile=AUTHORITY).wrap_socket(tcp, server_hostname=LINK.hostname) as secure:
            return secure.getpeercert()["serialNumber"]


# A renewed certificate is taken over without a restart.
before = serial()
subprocess.run(["sh", "-c", RENEW], check=True)
end = time.monotonic() + 30
while serial() == before:
    assert time.monotonic() < end, "the renewed certificate is not shown"
    time.sleep(0.1)
