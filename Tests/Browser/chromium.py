"""What the scripts have in common that look at the console in Chromium."""

import sys
import traceback
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

# A machine that does something else beside is no failure; what has to be quick is measured.
expect.set_options(timeout=30_000)


def must(condition, text):
    if not condition:
        raise AssertionError(text)


def wait(condition, page, text):
    """Until it holds; the page's events are taken meanwhile."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within 30 s: {text}")


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
        except Exception as error:
            # What the page held is long, and stands behind what was expected of it.
            print(error, file=sys.stderr)
            for frame in traceback.extract_tb(error.__traceback__):
                if Path(frame.filename).parent == Path(__file__).parent:
                    print(f"{frame.filename}:{frame.lineno}: {frame.line}", file=sys.stderr)
            problems.append(str(error).split("Aria snapshot")[0])
        finally:
            browser.close()
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)
