"""What the scripts have in common that look at the console in Chromium."""

import sys

from playwright.sync_api import sync_playwright


def must(condition, text):
    if not condition:
        raise AssertionError(text)


def say(commands, command):
    """Tells the simulated SIP Server that reads the named pipe."""
    with open(commands, "w") as pipe:
        pipe.write(command + "\n")


def run(day, problems):
    """Gives a browser to what is to be done, and ends the script: with an error if problems have come together."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            day(browser)
        finally:
            browser.close()
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)
