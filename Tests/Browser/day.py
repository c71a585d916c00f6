#!/usr/bin/env python3
"""A whole day at the console in Chromium: set-up, call server, places, numbers, subscription, a call, its screen pop,
acknowledgement, history, audit. Fails on an error in the browser's console, a request to another host, or a finding of the
accessibility check.

usage: day.py FIRST-RUN-FILE SIP-SERVER COMMANDS PICTURES
  FIRST-RUN-FILE  where e911d wrote the link of the first account
  SIP-SERVER      ADDRESS:PORT of the simulated SIP Server
  COMMANDS        the named pipe that it reads
  PICTURES        a folder for screenshots
"""

import json
import re
import struct
import sys
import time
import zlib
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from chromium import must, run, say, wait

link = Path(sys.argv[1]).read_text().strip()
sip_server, commands, pictures = sys.argv[2], sys.argv[3], Path(sys.argv[4])
base = "{0.scheme}://{0.netloc}".format(urlsplit(link))
pictures.mkdir(parents=True, exist_ok=True)
problems = []


def picture(width, height):
    """A floor plan: a grey PNG with a dark frame."""
    rows = b"".join(
        b"\0" + bytes(60 if x in (0, width - 1) or y in (0, height - 1) else 220 for x in range(width)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def watch(page):
    def message(message):
        if message.type in ("error", "warning"):
            problems.append(f"console: {message.text} ({message.location})")

    page.on("console", message)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("request", lambda request: urlsplit(request.url).netloc == urlsplit(base).netloc
            or request.url.startswith(("data:", "blob:")) or problems.append(f"another host: {request.url}"))


def delivered(context, base):
    """Whether the screen pop of the newest call is recorded as delivered."""
    call = context.request.get(base + "/api/v1/calls?limit=1").json()["items"][0]
    alert = context.request.get(f"{base}/api/v1/alerts/{call['key']}").json()
    return any(message["channel"] == "screen-pop" and message["state"] == "delivered" for message in alert["messages"])


def look(page, name):
    """A screenshot, and what the accessibility check says of what is shown."""
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    for violation in Axe().run(page).response["violations"]:
        nodes = [node["html"][:150] for node in violation["nodes"][:3]]
        problems.append(f"accessibility of {name}: {violation['id']} ({violation['impact']}): {nodes}")


def view(page, path):
    page.goto(f"{base}/#/{path}")
    page.locator("main", has_text="Reading…").wait_for(state="detached")
    expect(page.locator("main h1")).to_be_visible()


def day(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["notifications"])
    page = context.new_page()
    page.set_default_timeout(20_000)
    watch(page)

    # First-run set-up.
    page.goto(link)
    look(page, "01-setup")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", "correct horse battery")
    page.fill("[name=again]", "correct horse battery")
    page.click("button.primary")
    expect(page.locator("h1", has_text="A new site")).to_be_visible()

    # The site and its call server.
    look(page, "02-new-site")
    address, port = sip_server.rsplit(":", 1)
    for label, value in [
        ("Name of the site", "Example Corporation"), ("Time zone", "America/Chicago"), ("Name of the call server", "main"),
        ("Address of the SIP Server", address), ("Port", port), ("Username", "7911"), ("Default ELIN", "+13125550100"),
        ("Id of the main location", "hq"), ("House number and street", "100 Main"), ("City", "Chicago"), ("State", "IL"),
        ("Postal code", "60601"), ("Mail address of security", "security@example.com"),
    ]:
        page.get_by_label(label, exact=False).first.fill(value)
    page.get_by_role("button", name="Make the site").click()
    expect(page.locator(".tiles")).to_be_visible()
    page.get_by_role("link", name="Call servers", exact=True).click()
    page.get_by_role("link", name="main", exact=True).first.click()
    page.get_by_label("Test numbers").fill("933")
    page.get_by_label("Username for test calls").fill("7933")
    expect(page.get_by_label("Address in Members")).to_have_value(address)
    page.get_by_role("button", name="Add to Filtering criteria").click()
    page.get_by_label("SIP username in Filtering criteria").fill("^99")
    page.get_by_role("button", name="Add to Members").click()
    page.get_by_role("button", name="Remove from Members").last.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    view(page, "call-servers")
    page.get_by_role("link", name="main", exact=True).first.click()
    expect(page.get_by_label("SIP username in Filtering criteria")).to_have_value("^99")
    expect(page.get_by_label("Port in Members", exact=True)).to_have_value(port)
    look(page, "02-call-server")

    # Locations by CSV, and a floor plan.
    view(page, "locations")
    csv = "id,name,parent,FLR\nhq-2,2nd floor,hq,2\nhq-3,3rd floor,hq,3\n"
    page.get_by_label("CSV file with locations").set_input_files(
        {"name": "locations.csv", "mimeType": "text/csv", "buffer": csv.encode()})
    section = page.locator("section", has_text="Table of locations")
    section.get_by_role("button", name="What would change?").click()
    expect(section.get_by_role("status")).to_contain_text("2 changes; nothing was changed")
    section.get_by_role("button", name="Import").click()
    expect(page.get_by_role("link", name="3rd floor")).to_be_visible()
    elins = "elin,location\n+13125550102,hq-2\n"
    page.get_by_label("CSV file with elins").set_input_files(
        {"name": "elins.csv", "mimeType": "text/csv", "buffer": elins.encode()})
    page.locator("section", has_text="Table of elins").get_by_role("button", name="Import").click()
    expect(page.locator("section", has_text="Table of elins").get_by_role("status")).to_contain_text("Taken over")
    view(page, "locations/hq-2")
    page.get_by_label("Picture: PNG, JPEG or WebP").set_input_files(
        {"name": "plan.png", "mimeType": "image/png", "buffer": picture(320, 200)})
    page.get_by_role("button", name="Take the picture").click()
    expect(page.get_by_alt_text("Floor plan of 2nd floor")).to_be_visible()
    look(page, "03-locations")

    # A bad row changes nothing and is named.
    page.get_by_label("CSV file with locations").set_input_files(
        {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"id,name,parent\nhq-9,Ninth,nowhere\n"})
    with page.expect_response("**/tables/locations*") as refused:
        page.locator("section", has_text="Table of locations").get_by_role("button", name="Import").click()
    must(refused.value.status == 422, f"a bad table is answered {refused.value.status}")
    expect(page.get_by_role("alert").filter(has_text="cannot be taken over")).to_be_visible()
    expect(page.locator(".errors")).to_contain_text("row 2")
    problems[:] = [problem for problem in problems if "status of 422" not in problem]

    # A rule, a pool, a subscription.
    view(page, "rules")
    page.get_by_label("Which").fill("127.10.2.0/24")
    page.get_by_label("Location", exact=False).first.fill("hq-2")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("table").first).to_contain_text("127.10.2.0/24")
    look(page, "04-rules")
    view(page, "numbers")
    page.get_by_text("New pool").click()
    page.get_by_label("Name").fill("downtown")
    page.get_by_label("Numbers", exact=False).first.fill("+13125550110-+13125550119")
    page.get_by_role("button", name="Make the pool").click()
    expect(page.locator("table").first).to_contain_text("downtown")
    look(page, "05-numbers")
    view(page, "alerting")
    page.get_by_text("New subscription").click()
    page.get_by_label("Location").last.fill("hq-2")
    page.get_by_label("To", exact=False).last.fill("security")
    page.get_by_label("Channels").last.fill("screen-pop")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("table").last).to_contain_text("hq-2")
    page.get_by_text("New recipient").click()
    page.locator("section", has_text="Recipients and groups").get_by_label("Name").fill("everybody")
    page.get_by_label("Members", exact=False).last.fill("security")
    page.locator("section", has_text="Recipients and groups").get_by_role("button", name="Save").click()
    expect(page.locator("table").first).to_contain_text("group: security")
    page.get_by_label("Subject of a mail").fill("{title}: {plce}")
    texts = page.locator("section", has_text="Texts of messages")
    with page.expect_response("**/site/alert-texts*") as refused:
        texts.get_by_role("button", name="Save").click()
    must(refused.value.status == 422, f"a wrong placeholder is answered {refused.value.status}")
    expect(page.locator(".errors")).to_contain_text("did you mean 'place'?")
    problems[:] = [problem for problem in problems if "status of 422" not in problem]
    page.get_by_label("Subject of a mail").fill("{title}: {place}")
    texts.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Subject of a mail")).to_have_value("{title}: {place}")
    look(page, "06-alerting")

    # A phone, and its explanation.
    say(commands, "phone 2001 127.10.2.17 00:11:22:33:44:55")
    view(page, "devices")
    page.wait_for_timeout(1)
    for _ in range(60):
        if page.locator("main table").count() and "2001" in page.locator("main table").inner_text():
            break
        view(page, "devices?text=2001")
        view(page, "devices")
    expect(page.locator("main table")).to_contain_text("127.10.2.17")
    look(page, "07-devices")
    page.get_by_role("link", name="Why is 2001 there?").click()
    expect(page.locator("main")).to_contain_text("127.10.2.0/24")
    look(page, "08-explanation")

    # The call, its pop within a second, with sound; ten tabs share one connection.
    tabs = [context.new_page() for _ in range(9)]
    for tab in tabs:
        watch(tab)
        tab.goto(base + "/#/calls")
        expect(tab.locator("main h1")).to_have_text("Calls")
    page.bring_to_front()
    page.locator("#site").click()
    metrics = context.request.get(base + "/metrics").text()
    streams = int(re.search(r"^e911d_event_streams (\d+)$", metrics, re.M).group(1))
    must(streams == 1, f"ten tabs have {streams} event streams")
    page.evaluate("""() => {
        new MutationObserver(() => {
            if (document.querySelector('dialog.pop[open]')) window.shownAt ??= Date.now();
        }).observe(document.body, { subtree: true, childList: true, attributes: true });
    }""")
    say(commands, "call 2001 911")
    pop = page.locator("dialog.pop")
    expect(pop).to_be_visible()
    expect(pop).to_contain_text("EMERGENCY CALL")
    expect(pop).to_contain_text("2nd floor")
    expect(pop).to_contain_text("2001")
    expect(pop.get_by_alt_text("Floor plan of hq-2")).to_be_visible()
    calls = context.request.get(base + "/api/v1/calls?limit=1").json()["items"]
    took = page.evaluate("window.shownAt") - calls[0]["time"]
    print(f"screen pop {took} ms after the INVITE")
    must(0 <= took < 1000, f"the screen pop came {took} ms after the INVITE")
    wait(lambda: any(tab.locator("html[data-sounded]").count() for tab in [page, *tabs]), page, "a tab makes a sound")
    must(sum(bool(tab.locator("html[data-sounded]").count()) for tab in [page, *tabs]) == 1, "more than one tab makes the sound")
    for tab in tabs:
        expect(tab.locator("dialog.pop")).to_be_visible()
    look(page, "09-screen-pop")
    wait(lambda: delivered(context, base), page, "the screen pop is recorded as delivered")

    # Acknowledge: it is gone in all tabs.
    pop.get_by_label("Comment").fill("Bob is on his way")
    pop.get_by_role("button", name="Acknowledge").click()
    for tab in [page, *tabs]:
        expect(tab.locator("dialog.pop")).not_to_be_visible()
    for tab in tabs:
        tab.close()

    # A call while a page opens, behind its question for alerts and before its events come: it is shown all the same.
    late = browser.new_context(storage_state=context.storage_state())
    late.add_init_script("delete window.SharedWorker")
    opening = late.new_page()
    watch(opening)
    held, answered = [], []
    opening.route("**/api/v1/events*", lambda route: route.continue_() if held else held.append(route))
    opening.on("response", lambda response: "/api/v1/alerts" in response.url and answered.append(response.url))
    opening.goto(base + "/#/calls")
    expect(opening.locator("main h1")).to_have_text("Calls")
    wait(lambda: held and answered, opening, "the page asks for alerts and events")
    say(commands, "call 2001 911")
    expect(pop).to_be_visible()
    wait(lambda: delivered(context, base), page, "the alert is shown on the page that was there")
    must(not opening.locator("dialog.pop[open]").count(), "the page without events knows of the call")
    held[0].continue_()
    expect(opening.locator("dialog.pop")).to_be_visible()
    opening.get_by_role("button", name="Acknowledge").click()
    expect(pop).not_to_be_visible()
    late.close()

    # History, audit, the rest of the views.
    view(page, "calls?caller=20*")
    expect(page.locator("main table")).to_contain_text("+13125550102")
    look(page, "10-calls")
    page.locator("main table a").last.click()
    expect(page.locator("main")).to_contain_text("Acknowledged by ann")
    expect(page.locator("main")).to_contain_text("Bob is on his way")
    look(page, "11-call")
    say(commands, "call 2001 933")
    expect(page.locator("dialog.pop")).to_contain_text("TEST CALL")
    look(page, "12-test-call")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.pop")).not_to_be_visible()
    view(page, "audit")
    for text in ["set-up", "edit", "import locations", "import elins", "floor-plan", "acknowledge"]:
        expect(page.locator("main table")).to_contain_text(text)
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_role("status")).to_contain_text("The chain is whole")
    look(page, "13-audit")
    for path in ["", "alerts?state=all", "call-servers/main", "check", "users", "password"]:
        view(page, path)
        look(page, "14-" + (path or "dashboard").replace("/", "-").replace("?", "-").replace("=", "-"))
    view(page, "call-servers/main")
    page.get_by_role("button", name="Test").click()
    expect(page.locator("main")).to_contain_text("Devices are known")
    look(page, "15-test")

    # By keyboard alone: the first stop leads to the content.
    page.goto(base + "/")
    expect(page.locator(".tiles")).to_be_visible()
    page.locator("body").press("Tab")
    must(page.evaluate("document.activeElement.className") == "skip", "the first stop of the keyboard is no way to the content")

    # On a phone, and in the dark.
    state = context.storage_state()
    for name, options in {
        "phone": {"viewport": {"width": 390, "height": 800}, "is_mobile": True},
        "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    }.items():
        other = browser.new_context(storage_state=state, **options)
        small = other.new_page()
        watch(small)
        for path in ["", "calls", "locations/hq-2", "alerting"]:
            view(small, path)
            expect(small.locator("main")).not_to_contain_text("Reading…")
            if small.locator("dialog.pop[open]").count():
                small.keyboard.press("Escape")
            look(small, f"16-{name}-{(path or 'dashboard').replace('/', '-')}")
            wide = small.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            must(wide <= 0, f"{path} is {wide} pixels too wide on {name}")
        other.close()
    page.get_by_role("button", name="Log out").click()
    expect(page.locator("h1")).to_have_text("e911d")
    look(page, "17-login")
    context.close()


run(day, problems)
