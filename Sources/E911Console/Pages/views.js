// The views, each a path, a title and what it shows.
import {
  h, api, get, query, time, may, mark, table, pagedTable, facts, guard, form, bars, page, state,
} from "./parts.js";

const enc = encodeURIComponent;
const numbers = value => new Intl.NumberFormat().format(value);
const callLink = call => h("a", { href: "#/calls/" + enc(call.key) }, time(call.time));
const caller = call => [call.callerDN, call.callerName].filter(Boolean).join(" ") || "unknown";
const kindMark = kind => mark(kind, kind === "emergency" ? "bad" : "plain");
const flagMarks = flags => flags.map(flag => mark(flag, "warn"));
const declared = () => state.isDeclared && h("p", { class: "notice" },
  "This site is declared by a file, so it is changed there and applied: e911d apply site.yaml. Whoever saves here takes it over: from then on it is edited here.");
/// A change of the site asks first whether it may take over one that a file declares.
const takeOver = () => state.isDeclared
  ? (confirm("The site is declared by a file. Edit it here from now on?") ? "?takeOver=true" : null) : "";

async function put(path, value, version) {
  const flag = takeOver();
  if (flag === null) return null;
  return (await api("PUT", path + flag, value, { version })).value;
}

/// Puts it, draws the view anew, and says what changed.
async function save(path, value, version, again) {
  const said = await put(path, value, version);
  if (said) await again();
  return saidChanges(said);
}

async function remove(path, version) {
  if (!confirm("Remove it?")) return false;
  const flag = takeOver();
  if (flag === null) return false;
  await api("DELETE", path + flag, undefined, { version });
  return true;
}

const saidChanges = said => said && (said.changes.length === 0 ? "Nothing was different."
  : `Saved: ${said.changes.length === 1 ? "1 change" : said.changes.length + " changes"}.`
    + (said.warnings.length ? " Mind: " + said.warnings.map(warning => `${warning.path}: ${warning.reason}`).join("; ") : ""));

// Dashboard

async function dashboard({ onLive, again }) {
  if (!state.hasSite) return begin({ again });
  const since = Date.now() - 24 * 3600_000;
  const [node, calls, lint] = await Promise.all([
    get("/status"), get("/calls" + query({ from: since, limit: 500 })), get("/lint")]);
  const status = node.status;
  const sum = key => status.callServers.reduce((total, server) => total + server[key], 0);
  const tile = (label, value, href, alarm) => h("a", { class: alarm ? "tile alarm" : "tile", href }, h("b", {}, numbers(value)), h("span", {}, label));
  onLive(type => { if (["status", "alert", "call", "site"].includes(type)) schedule(again); });
  const hours = Array.from({ length: 24 }, (_, index) => {
    const start = since + index * 3600_000;
    const inside = calls.items.filter(call => call.time >= start && call.time < start + 3600_000);
    return { label: String(new Date(start + 3600_000).getHours()).padStart(2, "0"), parts: ["emergency", "test", "callback"].map(kind => inside.filter(call => call.kind === kind).length) };
  });
  return page("Dashboard",
    h("div", { class: "tiles" },
      tile("open alerts", status.openAlerts, "#/alerts", status.openAlerts > 0), tile("calls in memory", status.calls, "#/calls"),
      tile("callbacks possible", status.leases, "#/numbers"), tile("devices active", sum("active"), "#/devices?state=active"),
      tile("devices stale", sum("stale"), "#/devices?state=stale"), tile("devices retired", sum("retired"), "#/devices?state=retired"),
      tile("findings", lint.items.length, "#/check", lint.items.some(item => item.severity === "error"))),
    h("section", { class: "panel" }, h("h2", {}, "Calls of the last 24 hours, by hour"),
      bars("Calls of the last 24 hours by hour", hours, ["emergency", "test", "callback"]),
      h("p", { class: "hint" }, "Blue: emergency calls; ochre: test calls; grey: callbacks.")),
    h("section", { class: "panel" }, h("h2", {}, "Call servers"),
      table("Call servers and their members", ["Call server", "Member", "State", "Subscriptions", "Devices"],
        status.callServers.flatMap(server => server.members.map(member => [
          h("a", { href: "#/call-servers/" + enc(server.name) }, server.name), member.address,
          [mark(member.state, member.state === "failed" ? "bad" : member.activeSubscriptions < member.subscriptions ? "warn" : "good"),
            member.isActive && mark("source of events"), member.reason],
          `${member.activeSubscriptions} of ${member.subscriptions}`, numbers(member.devices)]))),
      status.callServers.filter(server => server.subscriptionFailure).map(server =>
        h("p", { class: "error" }, `${server.name}: ${server.subscriptionFailure}`))),
    h("section", { class: "panel" }, h("h2", {}, "Node"), facts([
      ["Name", status.node], ["Version", node.version], ["Store", status.storeFailure ? mark("failing: " + status.storeFailure, "bad") : mark("well", "good")],
      ["Rows that wait for the store", numbers(status.storeWaiting)], ["Calls are wanted", status.draining ? "no, it is drained" : "yes"],
      ...(status.peer ? [["The other node", [peerMark(status.peer), " ",
        status.peer.console ? h("a", { href: status.peer.console }, status.peer.name) : status.peer.name,
        status.peer.state === "serving" ? "" : `, ${status.peer.state}`, status.peer.rowsWaiting ? `, ${numbers(status.peer.rowsWaiting)} rows wait here` : ""]],
        ["Numbers of pools are bound by", status.peer.leader || mark("nobody at present", "warn")]] : []),
      ...(status.channels ?? []).map(channel => ["Channel " + channel.name, [channel.consecutiveFailures
        ? mark(`${channel.consecutiveFailures} failed in a row: ${channel.lastReason}`, channel.isFailing ? "bad" : "warn")
        : channel.lastSuccess ? mark("well", "good") : mark("not used yet"), channel.waiting ? ` ${channel.waiting} wait` : ""]])])));
}

/// How the other node of a pair is.
function peerMark(peer) {
  if (!peer.isConnected) return mark("not known: the database does not answer", "warn");
  if (peer.isSeen) return mark("well", "good");
  return mark(peer.silence == null ? "never seen" : `silent for ${Math.round(peer.silence / 1000)} s`, "bad");
}

let waiting;
/// What comes in a burst is shown once; in another view not at all, and not under somebody's hands.
function schedule(work, delay = 700) {
  clearTimeout(waiting);
  const { hash } = location;
  waiting = setTimeout(function run() {
    if (location.hash !== hash) return;
    if (document.activeElement?.closest("main form")) waiting = setTimeout(run, 1000);
    else work();
  }, delay);
}

// First site

function begin({ again }) {
  const fields = [
    { path: "name", label: "Name of the site", required: true },
    { path: "zone", label: "Time zone", required: true, standard: "America/Chicago", hint: "an IANA name" },
    { path: "server", label: "Name of the call server", required: true },
    { path: "address", label: "Address of the SIP Server", required: true },
    { path: "port", label: "Port", type: "number", standard: 5060 },
    { path: "transport", label: "Transport", type: "choice", choices: ["udp", "tcp", "tls"], standard: "udp" },
    { path: "username", label: "Username", required: true, hint: "user of the 302's Contact: the prefix of the trunk to the emergency gateway" },
    { path: "elin", label: "Default ELIN", required: true, hint: "what the PSAP gets when nothing better is known, as +13125550100" },
    { path: "location", label: "Id of the main location", required: true },
    { path: "street", label: "House number and street", required: true }, { path: "city", label: "City", required: true },
    { path: "region", label: "State", required: true }, { path: "postal", label: "Postal code", required: true },
    { path: "mail", label: "Mail address of security", type: "email", required: true },
  ];
  return page("A new site",
    h("p", {}, "There is no site yet. These are the things without which no call can be answered; all else can be added afterwards, or everything comes from a file: e911d apply site.yaml."),
    h("div", { class: "panel" }, form(fields, { zone: "America/Chicago", port: 5060 }, async value => {
      await api("PUT", "/site", {
        site: { name: value.name, "time-zone": value.zone, "default-call-server": value.server },
        "call-servers": [{
          name: value.server, profile: "genesys",
          members: [{ address: value.address, port: value.port ?? 5060, transport: value.transport ?? "udp" }],
          username: value.username, "own-prefix": "911", "default-location": value.location, "default-elin": value.elin,
          "alert-fallback": ["security"],
        }],
        locations: [{
          id: value.location, name: value.name,
          address: { country: "US", A1: value.region, A3: value.city, RD: value.street.replace(/^\S+\s+/, ""), HNO: value.street.split(/\s+/)[0], PC: value.postal },
        }],
        recipients: [{ name: "security", email: value.mail, "screen-pop": true }],
        alerts: [{ location: value.location, to: ["security"] }],
      });
      location.hash = "#/";
      location.reload();
    }, { button: "Make the site" })));
}

// Alerts

const labels = alert => [alert.isTest ? mark("TEST") : mark("EMERGENCY", "bad"), alert.labels.filter(label => label !== "TEST").map(label => mark(label, "warn"))];

function deliveries(alert) {
  return table("Messages", ["To", "By", "Why", "State", "What came of it"], alert.messages.map(message => [
    message.recipient, [message.channel, h("small", { class: "hint" }, message.address)], message.reason,
    mark(message.state, { delivered: "good", failed: "bad", owed: "warn" }[message.state] ?? "plain"),
    message.attempts.map(attempt => h("div", {}, time(attempt.at), ` (${attempt.attempt}) ${attempt.result}: ${attempt.text}`))]),
  { empty: "Nobody was told." });
}

function acknowledgeForm(alert, done) {
  const said = alert.acknowledgements.map(entry => h("p", {}, `Acknowledged by ${entry.by}`, entry.at ? [", ", time(entry.at)] : "", entry.comment ? ": " + entry.comment : ""));
  if (alert.acknowledgement) return said;
  if (alert.state !== "open" || !may("acknowledge")) return null;
  return [said, form([{ path: "comment", label: "Comment" }], {}, async value => {
    await api("POST", `/alerts/${enc(alert.key)}/acknowledgement`, { comment: value.comment ?? "" });
    await done();
  }, { button: "Acknowledge" })];
}

async function alerts({ search, onLive, again }) {
  const all = search.get("state") === "all";
  onLive(type => { if (type === "alert") schedule(again); });
  return page("Alerts",
    h("p", {}, all ? h("a", { href: "#/alerts" }, "Open alerts only") : h("a", { href: "#/alerts?state=all" }, "All alerts, the settled ones too")),
    pagedTable(all ? "All alerts" : "Open alerts", ["Time", "Marks", "Caller", "Place", "State", "Told"],
      after => get("/alerts" + query({ state: all ? "all" : "open", after })), alert => [
        callLink(alert), labels(alert), caller(alert), alert.place || "not known",
        alert.acknowledgement ? mark("acknowledged by " + alert.acknowledgement.by, "good") : mark(alert.state, alert.state === "open" ? "bad" : "plain"),
        `${alert.messages.filter(message => message.state === "delivered").length} of ${alert.messages.length} messages`],
      { empty: all ? "There was no alert yet." : "No alert is open." }));
}

// Calls

async function calls({ rest, search, onLive, again }) {
  if (rest[0]) return call(rest[0], { onLive, again });
  const values = Object.fromEntries(search);
  const field = (name, label, attributes = {}) => h("label", {}, label, h("input", { name, value: values[name] ?? "", ...attributes }));
  const kind = h("select", { name: "kind" }, ["", "emergency", "test", "callback"].map(choice =>
    h("option", { value: choice, selected: values.kind === choice }, choice || "all")));
  const day = text => text ? new Date(text + "T00:00").getTime() : undefined;
  if (!search.size) onLive(type => { if (type === "call") schedule(again); });
  return page("Calls",
    h("form", { class: "row", onsubmit: event => { event.preventDefault(); location.hash = "#/calls" + query(Object.fromEntries(new FormData(event.target))); } },
      field("caller", "Caller", { placeholder: "2001, or 20*" }), field("location", "Location"), field("elin", "ELIN"),
      h("label", {}, "Kind", kind), field("from", "From", { type: "date" }), field("to", "Until", { type: "date" }),
      h("button", { class: "primary" }, "Search"), search.size ? h("a", { class: "button", href: "#/calls" }, "All") : null),
    pagedTable("Calls, the newest first", ["Time", "Kind", "Caller", "Location", "ELIN", "Outcome", "Marks"],
      after => get("/calls" + query({ caller: values.caller, location: values.location, elin: values.elin, kind: values.kind, from: day(values.from), to: values.to ? day(values.to) + 86400_000 : undefined, after })),
      call => [callLink(call), kindMark(call.kind), caller(call), call.locationText || call.location, call.elin, call.outcome, flagMarks(call.flags)],
      { empty: "No call fits." }));
}

async function call(key, { onLive, again }) {
  const { call, alert } = await get("/calls/" + enc(key));
  onLive((type, data) => { if (["call", "alert"].includes(type) && data.key === key) schedule(again); });
  const answer = alert && acknowledgeForm(alert, again);
  return page(`${call.kind === "emergency" ? "Emergency call" : call.kind === "test" ? "Test call" : "Callback"} of ${caller(call)}`,
    h("section", { class: "panel" }, h("h2", {}, "As it was"), facts([
      ["Time", time(call.time)], ["Caller", caller(call)], ["Dialled", call.dialled], ["Device", call.device],
      ["Its address", [call.deviceIP, call.deviceMAC].filter(Boolean).join(", ")],
      ["Best known place", call.locationText || call.location], ["Found by", call.rule], ["Could also be at", call.otherPlaces],
      ["ELIN", call.elin], ["The PSAP sees", call.elinText], ["Callback until", time(call.callbackUntil)],
      ["Answer", `${call.status} ${call.contact}`], ["Outcome", call.outcome], ["Marks", call.flags.length ? flagMarks(call.flags) : ""],
      ["ELIN taken from", call.displacedDN], ["Call server", call.callServer], ["Source", call.source], ["Call-ID", call.callID], ["Record", call.key]])),
    alert && h("section", { class: "panel" }, h("h2", {}, "Alert"), h("p", {}, labels(alert), alert.subject), answer, deliveries(alert)));
}

// Devices

async function devices({ rest, search }) {
  if (rest[0] === "explain") return explanation(search);
  const values = Object.fromEntries(search);
  const choice = (name, label, choices) => h("label", {}, label, h("select", { name }, choices.map(([value, text]) =>
    h("option", { value, selected: (values[name] ?? "") === value }, text))));
  return page("Devices",
    h("form", { class: "row", onsubmit: event => { event.preventDefault(); location.hash = "#/devices" + query(Object.fromEntries(new FormData(event.target))); } },
      h("label", {}, "DN, AOR, address or MAC", h("input", { name: "text", value: values.text ?? "" })),
      choice("state", "State", [["", "all"], ["active", "active"], ["stale", "stale"], ["retired", "retired"]]),
      choice("located", "Located", [["", "all"], ["true", "by a rule"], ["false", "by default only"]]),
      h("label", {}, "Location", h("input", { name: "location", value: values.location ?? "" })),
      h("button", { class: "primary" }, "Search")),
    pagedTable("Registered devices", ["DN", "State", "Address", "Location", "Found by", "ELIN", ""],
      after => get("/devices" + query({ ...values, after })), device => [
        device.dn || device.aor, [mark(device.state, { active: "good", stale: "warn" }[device.state] ?? "plain"), device.filtered && mark("filtered")],
        [device.ip, device.mac && h("small", { class: "hint" }, device.mac)],
        [device.locationName || device.location, !device.isLocated && mark("default", "warn")], device.rule,
        [(device.elins ?? []).join(", "), device.isDefaulted && mark("default", "warn")],
        h("a", { href: "#/devices/explain" + query(device.mac ? { mac: device.mac } : { aor: device.aor }), "aria-label": "Why is " + (device.dn || device.aor) + " there?" }, "Why?")],
      { empty: "No device fits." }));
}

async function explanation(search) {
  const found = await get("/explanation" + query(Object.fromEntries(search)));
  return page("Where a device is, and why",
    h("p", {}, h("a", { href: "#/devices" }, "All devices")), found.notes.map(note => h("p", {}, note)),
    found.devices.map(device => h("section", { class: "panel" },
      h("h2", {}, device.device ? device.device.dn || device.device.aor : "A device that is not registered"),
      facts([["Contact", device.device?.contact], ["Address", device.device?.ip], ["MAC", device.device?.mac],
        ["Place", [device.place.text || device.place.location, device.place.isDefault && mark("default", "warn"), device.place.isOffPremises && mark("off premises", "warn")]],
        ["Trust", device.place.confidence], ["Address checked", device.place.validation],
        ["Evidence", device.evidence.map(entry => h("div", {}, `${entry.text}${entry.source ? ", told by " + entry.source : ""}`, entry.isOld ? mark("old", "warn") : ""))],
        ["ELIN", device.elin.number && `${device.elin.number} (${device.elin.source}): ${device.elin.reason}`],
        ["The PSAP would see", device.alert.psapSees], ["Told", device.alert.isSent ? device.alert.recipients.join(", ") : "nobody: on-site notification is off"]]),
      table("Rules in the order in which they count", ["Rule", "Location", "Outcome", "Why not"], device.rules.map(rule => [
        rule.rule, rule.location, mark(rule.outcome, rule.outcome === "applied" ? "good" : "plain"), rule.reason])),
      device.otherRules.map(group => h("p", { class: "hint" }, `${group.count} other rules by ${group.kind}: ${group.reason}`)),
      h("details", {}, h("summary", {}, "All of it, as JSON"), h("pre", {}, JSON.stringify(device, null, 2))))));
}

// Locations

async function locations({ rest, again }) {
  const [{ value: list, version }, plans] = await Promise.all([api("GET", "/site/locations"), get("/floor-plans")]);
  const children = new Map();
  for (const place of list) children.set(place.parent ?? "", [...children.get(place.parent ?? "") ?? [], place]);
  const tree = parent => h("ul", { class: parent ? "" : "tree" }, (children.get(parent) ?? []).map(place =>
    h("li", {}, h("a", { href: "#/locations/" + enc(place.id), "aria-current": rest[0] === place.id ? "true" : null }, place.name ?? place.id),
      plans.items.includes(place.id) && mark("plan"), children.has(place.id) && tree(place.id))));
  const chosen = list.find(place => place.id === rest[0]);
  const isNew = rest[0] === "+new";
  return page("Locations", declared(),
    h("div", { class: "split" },
      h("section", { class: "panel" }, h("h2", {}, "Places"), tree(""),
        may("editPlaces") && h("p", {}, h("a", { class: "button", href: "#/locations/%2Bnew" }, "New location"))),
      h("div", {}, chosen || isNew ? editLocation(chosen ?? {}, version, plans.items, { again, isNew }) : h("section", { class: "panel" }, h("p", {}, "Choose a place, or take over a whole table.")),
        tables("locations", again), tables("elins", again))));
}

function editLocation(place, version, plans, { again, isNew }) {
  const fields = [
    { path: "id", label: "Id", required: true, hint: "what rules and tables call it" },
    { path: "name", label: "Name" }, { path: "parent", label: "Lies in", hint: "the id of a location" },
    { path: "address.HNO", label: "House number" }, { path: "address.RD", label: "Street" }, { path: "address.A3", label: "City" },
    { path: "address.A1", label: "State" }, { path: "address.PC", label: "Postal code" }, { path: "address.country", label: "Country" },
    { path: "address.FLR", label: "Floor" }, { path: "address.ROOM", label: "Room" }, { path: "address.LOC", label: "Additional location" },
    { path: "elins", label: "ELINs", type: "list", hint: "with commas between them" },
    { path: "pool", label: "Takes ELINs from the pool", type: "flag", standard: false },
    { path: "security-desk", label: "Security desk", hint: "takes callbacks that come too late" },
    { path: "contacts", label: "Recipients told of each call", type: "list" },
    { path: "off-premises", label: "Not at the site", type: "flag", standard: false },
  ];
  const message = h("div", { "aria-live": "polite" });
  const picture = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp" });
  return h("section", { class: "panel" }, h("h2", {}, isNew ? "New location" : place.name ?? place.id),
    may("editPlaces")
      ? form(fields, place, async value => {
        const said = await put("/site/locations/" + enc(isNew ? value.id : place.id), value, version);
        if (said && (isNew || value.id !== place.id)) location.hash = "#/locations/" + enc(value.id);
        else if (said) await again();
        return saidChanges(said);
      }, { remove: isNew ? null : async () => { if (await remove("/site/locations/" + enc(place.id), version)) location.hash = "#/locations"; } })
      : facts(fields.map(field => [field.label, String(field.path.split(".").reduce((part, key) => part?.[key], place) ?? "")])),
    !isNew && h("div", {}, h("h3", {}, "Floor plan"),
      plans.includes(place.id) ? h("img", { class: "plan", src: `/api/v1/floor-plans/${enc(place.id)}?${Date.now()}`, alt: "Floor plan of " + (place.name ?? place.id) }) : h("p", { class: "hint" }, "None. A screen pop shows the plan of the nearest place around that has one."),
      may("editPlaces") && h("div", { class: "actions" }, h("label", {}, "Picture: PNG, JPEG or WebP", picture),
        h("button", { type: "button", onclick: () => guard(message, async () => {
          if (!picture.files[0]) return;
          await api("PUT", "/floor-plans/" + enc(place.id), picture.files[0], { type: "application/octet-stream" });
          await again();
        }) }, "Take the picture"),
        plans.includes(place.id) && h("button", { type: "button", class: "danger", onclick: () => guard(message, async () => { await api("DELETE", "/floor-plans/" + enc(place.id)); await again(); }) }, "Remove the picture")), message));
}

/// A table as CSV, out and in.
function tables(name, again) {
  const file = h("input", { type: "file", accept: ".csv,text/csv" });
  const replace = h("input", { type: "checkbox" });
  const message = h("div", { "aria-live": "polite" });
  const send = isDry => guard(message, async () => {
    if (!file.files[0]) return message.replaceChildren(h("p", {}, "Choose a file first."));
    const flag = isDry ? "" : takeOver();
    if (flag === null) return;
    const text = await file.files[0].text();
    const { value } = await api("POST", `/tables/${name}` + query({ dryRun: isDry ? "true" : "", replace: replace.checked ? "true" : "", takeOver: flag ? "true" : "" }), text, { type: "text/csv" });
    message.replaceChildren(h("p", { role: "status" }, isDry ? `It would make ${value.changes.length} changes; nothing was changed.` : `Taken over: ${value.changes.length} changes.`),
      h("ul", {}, value.changes.slice(0, 50).map(change => h("li", {}, `${change.kind} ${change.name}: ${change.fields.map(field => `${field.name} ${field.old ?? ""} → ${field.new ?? ""}`).join(", ")}`))),
      value.warnings.map(warning => h("p", { class: "notice" }, `${warning.path}: ${warning.reason}`)));
    if (!isDry && value.changes.length) schedule(again, 1500);
  });
  return h("section", { class: "panel" }, h("h2", {}, `Table of ${name}`),
    h("p", {}, h("a", { href: "/api/v1/tables/" + name, download: name + ".csv" }, "Export as CSV")),
    may("editPlaces") && h("div", {}, h("label", {}, `CSV file with ${name}`, file),
      h("label", { class: "check" }, replace, "Remove the rows that the file has not"),
      h("div", { class: "actions" }, h("button", { type: "button", onclick: () => send(true) }, "What would change?"),
        h("button", { type: "button", class: "primary", onclick: () => send(false) }, "Import")), message));
}

// Rules

const ruleText = rule => rule.prefix ? ["IP range", rule.prefix] : rule.bssid ? ["access point", rule.bssid]
  : rule.switch ? ["switch port", `${rule.switch} ${rule.port}`] : rule.device ? ["device", Object.entries(rule.device).map(pair => pair.join(" ")).join(", ")] : ["", JSON.stringify(rule)];

async function rules({ again }) {
  const { value: list, version } = await api("GET", "/site/rules");
  const change = changed => save("/site/rules", changed, version, again);
  const message = h("div", { "aria-live": "polite" });
  return page("Rules", declared(),
    may("editPlaces") && h("section", { class: "panel" }, h("h2", {}, "New rule"), form([
      { path: "kind", label: "By", type: "choice", choices: ["IP range", "access point", "switch port", "device MAC", "device number"], standard: "IP range" },
      { path: "value", label: "Which", required: true, hint: "10.1.2.0/24; aa:bb:cc:dd:ee:*; sw-2 Gi1/0/7; 00:11:22:33:44:55; 2001" },
      { path: "location", label: "Location", required: true, hint: "its id" }], {}, async value => {
      const [first, ...others] = value.value.split(/\s+/);
      const rule = { "IP range": { prefix: value.value }, "access point": { bssid: value.value }, "switch port": { switch: first, port: others.join(" ") },
        "device MAC": { device: { mac: value.value } }, "device number": { device: { dn: value.value } } }[value.kind ?? "IP range"];
      return change([...list, { ...rule, location: value.location }]);
    }, { button: "Add" })),
    message,
    table(`${list.length} rules`, ["By", "Which", "Location", ""], list.slice(0, 1000).map((rule, index) => [
      ...ruleText(rule), h("a", { href: "#/locations/" + enc(rule.location) }, rule.location),
      may("editPlaces") && h("button", { type: "button", class: "danger", "aria-label": "Remove the rule " + ruleText(rule).join(" "), onclick: () => guard(message, () => change(list.filter((_, other) => other !== index))) }, "Remove")])),
    list.length > 1000 && h("p", { class: "hint" }, "The first 1000 of them. The table has all."),
    tables("rules", again), tables("overrides", again));
}

// Numbers

async function numbersView({ again }) {
  const [{ value: pools, version }, places] = await Promise.all([api("GET", "/site/elin-pools"), get("/elin-places?limit=500")]);
  const use = pool => {
    const used = pool.numbers - pool.free;
    return [h("meter", { min: "0", max: String(pool.numbers || 1), value: String(used), high: String(pool.numbers * .85), "aria-label": "Numbers in use" }), `${numbers(used)} of ${numbers(pool.numbers)}`];
  };
  return page("Numbers", declared(),
    h("section", { class: "panel" }, h("h2", {}, "ELIN pools"),
      table("Pools and their use", ["Pool", "In use", "Confirmed", "Pending", "Leaving", "Waiting places", "Wanted"], places.pools.map(pool => [
        pool.name, use(pool), pool.confirmed, pool.pending, pool.leaving, pool.waiting.length ? mark(pool.waiting.length + " wait", "warn") : "none",
        pool.needed > pool.numbers ? mark(`${pool.needed} numbers`, "warn") : pool.needed]), { empty: "No pool: locations have their own numbers." }),
      may("editPlaces") && h("details", {}, h("summary", {}, "New pool"), form([
        { path: "name", label: "Name", required: true },
        { path: "numbers", label: "Numbers", type: "lines", hint: "a line each: +13125550110, or +13125550120-+13125550139" },
        { path: "ali", label: "How the ALI side is told", type: "choice", choices: ["export", "push", "per-call"], standard: "export" }], { ali: "export" },
      value => save("/site/elin-pools/" + enc(value.name), { ...value, ali: value.ali ?? "export" }, version, again), { button: "Make the pool" }))),
    h("section", { class: "panel" }, h("h2", {}, "ELINs"),
      pagedTable("ELINs", ["ELIN", "State", "Location", "Pool", "Behind it now", "Used"],
        after => get("/elins" + query({ after })), elin => [
          elin.elin, mark(elin.state, elin.state === "orphan" ? "warn" : "plain"), elin.location, elin.pool,
          elin.lease ? [elin.lease.callerDN, " until ", time(elin.lease.expiresAt)] : "", numbers(elin.uses)])),
    tables("pools", again));
}

// Call servers

const serverFields = [
  { path: "name", label: "Name", required: true },
  { path: "enabled", label: "Call server enabled", type: "flag", standard: true },
  { path: "onsite-notification", label: "Emergency onsite notification enabled", type: "flag", standard: true },
  { path: "profile", label: "Profile", type: "choice", choices: ["genesys", "rfc3680"], standard: "genesys" },
  { path: "members", label: "Members", type: "rows", hint: "An address, or a name that DNS knows; of TLS members the domain that the certificate must speak for.", columns: [
    { key: "address", label: "Address", hint: "192.0.2.10" }, { key: "port", label: "Port", type: "number", hint: "5060" },
    { key: "transport", label: "Transport", choices: ["udp", "tcp", "tls"] }, { key: "domain", label: "Domain" }] },
  { path: "username", label: "Username", standard: "911", hint: "user of the 302's Contact: the prefix of the trunk to the emergency gateway" },
  { path: "own-prefix", label: "Own prefix", standard: "911", hint: "of the trunk that leads here; must differ from the username" },
  { path: "test-username", label: "Username for test calls" },
  { path: "emergency-numbers", label: "Emergency numbers", type: "list" }, { path: "test-numbers", label: "Test numbers", type: "list" },
  { path: "default-location", label: "Default location", required: true }, { path: "default-elin", label: "Default ELIN", required: true },
  { path: "test-elin", label: "Test ELIN" }, { path: "elin-pool", label: "ELIN pool" },
  { path: "sip-elin-timeout", label: "sip-elin-timeout", type: "number", standard: 1200, hint: "seconds, 0 to 3600, as on the SIP Server" },
  { path: "fallback-targets", label: "Fallback targets", type: "list", hint: "gateways that take a call which came back" },
  { path: "trusted", label: "Trusted proxies", type: "list" },
  { path: "alert-fallback", label: "Told when no subscription fits", type: "list" },
  { path: "alert-escalation", label: "Told one after the other while nobody acknowledges", type: "list" },
  { path: "filters.mode", label: "Devices that match the filtering criteria", type: "choice", choices: ["exclude", "include"], standard: "exclude", isOptional: true },
  { path: "filters.rows", label: "Filtering criteria", type: "rows", hint: "Regular expressions; a device matches a row when all that stand in it do.", columns: [
    { key: "ip", label: "IP address", hint: "^10\\.9\\." }, { key: "username", label: "SIP username", hint: "^9" }, { key: "mac", label: "MAC", hint: "^00:11" }] },
  { path: "subscription.target", label: "Devices are asked for", type: "choice", choices: ["server", "aors"], standard: "server", isOptional: true, hint: "of the whole SIP Server, or one by one" },
  { path: "subscription.aors", label: "Addresses of record", type: "lines", hint: "one a line, where devices are asked for one by one" },
  { path: "subscription.aors-file", label: "File of addresses of record" },
  { path: "subscription.learn", label: "Learn callers", type: "number", hint: "so many whom no list names" },
  { path: "subscription.expires", label: "Subscription expires", type: "number", standard: 3761, hint: "seconds" },
  { path: "subscription.pace", label: "SUBSCRIBEs a second", type: "number", standard: 500 },
  { path: "subscription.quiet", label: "Silence that ends a download", standard: "15s" },
  { path: "subscription.versions", label: "Versions of documents", type: "choice", choices: ["by-cseq", "strict"], standard: "by-cseq", isOptional: true },
  { path: "subscription.username", label: "User for digest authentication" },
  { path: "subscription.password-file", label: "Password file" },
];

async function callServers({ rest, again }) {
  const [{ value: list, version }, node] = await Promise.all([api("GET", "/site/call-servers"), get("/status")]);
  const chosen = list.find(server => server.name === rest[0]);
  const isNew = rest[0] === "+new";
  const said = h("div", { "aria-live": "polite" });
  const content = [declared(), table("Call servers", ["Name", "Members", "Source of events", "Subscriptions", "Devices"], list.map(server => {
    const status = node.status.callServers.find(entry => entry.name === server.name);
    return [h("a", { href: "#/call-servers/" + enc(server.name) }, server.name), server.members.map(member => h("div", {}, `${member.address}:${member.port ?? ""} ${member.transport ?? ""}`)),
      status?.activeMember, status && `${status.activeSubscriptions} of ${status.subscriptions}`, status && numbers(status.devices)];
  })), may("administer") && h("p", {}, h("a", { class: "button", href: "#/call-servers/%2Bnew" }, "New call server"))];
  if (chosen || isNew) {
    const value = chosen ?? { members: [] };
    content.push(h("section", { class: "panel" }, h("h2", {}, isNew ? "New call server" : chosen.name),
      !isNew && h("div", { class: "actions" },
        h("button", { type: "button", onclick: () => guard(said, async () => said.replaceChildren(await test(chosen.name))) }, "Test"),
        may("administer") && h("button", { type: "button", onclick: () => guard(said, async () => {
          await api("POST", `/call-servers/${enc(chosen.name)}/download`);
          said.replaceChildren(h("p", { role: "status" }, "Asked for all devices."));
        }) }, "Download devices now")), said,
      may("administer") ? form(serverFields, value, async changed => {
        const answer = await put("/site/call-servers/" + enc(isNew ? changed.name : chosen.name), changed, version);
        if (answer && (isNew || changed.name !== chosen.name)) location.hash = "#/call-servers/" + enc(changed.name);
        return saidChanges(answer);
      }, { remove: isNew ? null : async () => { if (await remove("/site/call-servers/" + enc(chosen.name), version)) location.hash = "#/call-servers"; } })
        : h("pre", {}, JSON.stringify(value, null, 2))));
  }
  return page("Call servers", ...content);
}

/// What stands between a call server and a working emergency call.
async function test(name) {
  const [node, lint] = await Promise.all([get("/status"), get("/lint")]);
  const server = node.status.callServers.find(entry => entry.name === name);
  const steps = [];
  const step = (text, isWell, detail) => steps.push([text, mark(isWell ? "well" : "not well", isWell ? "good" : "bad"), detail ?? ""]);
  for (const member of server?.members ?? []) {
    step(`Member ${member.address} answers`, member.state !== "failed", member.reason);
    step(`Subscriptions at ${member.address}`, member.activeSubscriptions === member.subscriptions, `${member.activeSubscriptions} of ${member.subscriptions} stand`);
  }
  step("Devices are known", server?.devices > 0, `${server?.devices ?? 0}, ${server?.downloads ?? 0} downloads`);
  if (server?.subscriptionFailure) step("Last failure of a subscription", false, server.subscriptionFailure);
  const findings = lint.items.filter(item => item.path.startsWith("call-servers"));
  step("Configuration", findings.length === 0, findings.map(item => `${item.path}: ${item.reason}`).join("; "));
  return table("Test of " + name, ["What", "", ""], steps);
}

// Alerting

async function alerting({ again }) {
  const [recipients, subscriptions, texts] = await Promise.all([api("GET", "/site/recipients"), api("GET", "/site/alerts"), api("GET", "/site/alert-texts")]);
  const said = h("div", { "aria-live": "polite" });
  const channels = recipient => ["email", "sms", "webhook", "syslog", "screen-pop"].filter(channel => recipient[channel]);
  const change = list => save("/site/alerts", list, subscriptions.version, again);
  return page("Who is told", declared(),
    h("section", { class: "panel" }, h("h2", {}, "Recipients and groups"), said,
      table("Recipients", ["Name", "Ways", ""], recipients.value.map(recipient => [
        recipient.name, recipient.members ? "group: " + recipient.members.join(", ") : channels(recipient).map(channel => h("div", {}, channel + (recipient[channel] === true ? "" : ": " + recipient[channel]))),
        may("administer") && [!recipient.members && channels(recipient).map(channel => h("button", { type: "button", "aria-label": `Test ${channel} of ${recipient.name}`, onclick: () => guard(said, async () => {
          const { value } = await api("POST", "/test-messages", { recipient: recipient.name, channel });
          said.replaceChildren(h("p", { role: "status" }, `${recipient.name} by ${channel} (${value.address}): ${value.isDelivered ? "delivered" : "failed"}: ${value.answer}`));
        }) }, "Test " + channel)),
        h("button", { type: "button", class: "danger", "aria-label": "Remove " + recipient.name, onclick: () => guard(said, async () => { if (await remove("/site/recipients/" + enc(recipient.name), recipients.version)) await again(); }) }, "Remove")]])),
      may("administer") && h("details", {}, h("summary", {}, "New recipient, or another version of one"), form([
        { path: "name", label: "Name", required: true }, { path: "email", label: "Email", type: "email" },
        { path: "sms", label: "SMS number" }, { path: "webhook", label: "Webhook", hint: "https://…, slack+https://…, teams+https://…" },
        { path: "syslog", label: "Log server", hint: "udp://192.0.2.9:514" }, { path: "screen-pop", label: "Screen pop", type: "flag", standard: false },
        { path: "members", label: "Members", type: "list", hint: "recipients, with commas: then it is a group, with no way of its own" }], {},
      value => save("/site/recipients/" + enc(value.name), value, recipients.version, again)))),
    h("section", { class: "panel" }, h("h2", {}, "Subscriptions"),
      table("Who is told of calls from where", ["Location", "Call server", "To", "Channels", "Hours", "Must acknowledge", ""], subscriptions.value.map((entry, index) => [
        entry.location ?? "everywhere", entry["call-server"] ?? "every one", (entry.to ?? []).join(", "), (entry.channels ?? ["all"]).join(", "), entry.hours ?? "always", entry.acknowledge === "all" ? "everybody" : "somebody",
        may("administer") && h("button", { type: "button", class: "danger", "aria-label": `Remove the subscription of ${(entry.to ?? []).join(", ")}`, onclick: () => guard(said, () => change(subscriptions.value.filter((_, other) => other !== index))) }, "Remove")])),
      may("administer") && h("details", {}, h("summary", {}, "New subscription"), form([
        { path: "location", label: "Location", hint: "its id; with all that lies in it" }, { path: "call-server", label: "Call server" },
        { path: "to", label: "To", type: "list", required: true, hint: "recipients, with commas" }, { path: "channels", label: "Channels", type: "list", hint: "screen-pop, email, sms, webhook, syslog; none is all" },
        { path: "hours", label: "Hours", hint: "always, or mon-fri 08:00-18:00" },
        { path: "acknowledge", label: "Who must acknowledge", type: "choice", choices: ["one", "all"], standard: "one", isOptional: true }], {}, value => change([...subscriptions.value, value]), { button: "Add" }))),
    may("administer") && h("section", { class: "panel" }, h("h2", {}, "Texts of messages"),
      h("p", { class: "hint" }, "Empty is e911d's own text. {title}, {place}, {caller}, {callback} and more are put in; {{ is a brace."),
      form([
        { path: "email.subject", label: "Subject of a mail" }, { path: "sms.text", label: "Text of an SMS" },
        { path: "email.text", label: "Text of a mail", type: "text-area" }], texts.value ?? {},
      value => save("/site/alert-texts", value, texts.version, again))));
}

// Users

const roles = ["administrator", "location-editor", "security-desk", "read-only"];

async function users({ again }) {
  const [accounts, tokens] = await Promise.all([get("/users"), get("/tokens")]);
  const said = h("div", { "aria-live": "polite" });
  return page("Users", said,
    h("section", { class: "panel" }, h("h2", {}, "Accounts"),
      table("Accounts", ["Name", "Role", "Screen pops of", "Changed", ""], accounts.items.map(account => [
        account.name, account.role, account.screenPops.join(", ") || "everybody", time(account.changedAt),
        h("button", { type: "button", class: "danger", "aria-label": "End the account " + account.name, onclick: () => guard(said, async () => { if (confirm(`End the account ${account.name}?`)) { await api("DELETE", "/users/" + enc(account.name)); await again(); } }) }, "End")])),
      h("details", {}, h("summary", {}, "New account, or another password or role for one"), form([
        { path: "name", label: "Name", required: true }, { path: "role", label: "Role", type: "choice", choices: roles, standard: "read-only" },
        { path: "password", label: "Password", type: "password", autocomplete: "new-password", hint: "at least 10 characters; empty keeps the one that is" },
        { path: "screenPops", label: "Screen pops of", type: "list", hint: "recipients; none is everybody's" }], {}, async value => {
        await api("PUT", "/users/" + enc(value.name), { role: value.role ?? "read-only", password: value.password, screenPops: value.screenPops });
        await again();
      }))),
    h("section", { class: "panel" }, h("h2", {}, "Tokens for programs"),
      table("Tokens", ["Name", "Role", "Made by", "Made", "Ends", ""], tokens.items.map(token => [
        token.name, token.role, token.createdBy, time(token.createdAt), token.expiresAt ? time(token.expiresAt) : "never",
        h("button", { type: "button", class: "danger", "aria-label": "End the token " + token.name, onclick: () => guard(said, async () => { await api("DELETE", "/tokens/" + enc(token.id)); await again(); }) }, "End")])),
      h("details", {}, h("summary", {}, "New token"), form([
        { path: "name", label: "Name", required: true }, { path: "role", label: "Role", type: "choice", choices: roles, standard: "read-only" },
        { path: "days", label: "Ends after days", type: "number", hint: "empty for never" }], {}, async value => {
        const { value: made } = await api("POST", "/tokens", { name: value.name, role: value.role ?? "read-only", expiresAt: value.days ? Date.now() + value.days * 86400_000 : undefined });
        said.replaceChildren(h("p", { class: "notice", role: "status" }, "The token's secret, which is shown this once: ", h("code", {}, made.secret)));
        return "Made.";
      }, { button: "Make the token" }))));
}

async function password() {
  return page("Password", h("section", { class: "panel" }, form([
    { path: "name", label: "Name", standard: state.session.name, autocomplete: "username", readonly: true },
    { path: "old", label: "Password that is", type: "password", required: true, autocomplete: "current-password" },
    { path: "new", label: "New password", type: "password", required: true, autocomplete: "new-password", hint: "at least 10 characters" }], {}, async value => {
    await api("PUT", "/session/password", { old: value.old, new: value.new });
    location.href = "/login";
  }, { button: "Change it" })));
}

// Audit and check

async function audit({ search }) {
  const values = Object.fromEntries(search);
  const chain = h("div", { "aria-live": "polite" });
  const changes = list => (list ?? []).map(change => h("div", {}, `${change.kind} ${change.section} ${change.name}`, h("ul", {}, change.fields.map(field =>
    h("li", {}, `${field.name}: `, h("del", {}, field.old ?? ""), " ", h("ins", {}, field.new ?? ""))))));
  return page("Audit log",
    h("form", { class: "row", onsubmit: event => { event.preventDefault(); location.hash = "#/audit" + query(Object.fromEntries(new FormData(event.target))); } },
      h("label", {}, "Who", h("input", { name: "who", value: values.who ?? "" })), h("label", {}, "Action", h("input", { name: "action", value: values.action ?? "" })),
      h("button", { class: "primary" }, "Search"),
      h("button", { type: "button", onclick: () => guard(chain, async () => {
        const check = await get("/audit/check");
        chain.replaceChildren(h("p", { role: "status" }, check.breakAt ? mark(`The chain breaks at ${check.breakAt}: ${check.reason}`, "bad") : mark(`The chain is whole: ${check.entries} entries`, "good"), check.unchained ? ` ${check.unchained} entries of before the chain.` : ""));
      }) }, "Check the chain")), chain,
    pagedTable("Changes, the newest first", ["Time", "Who", "From", "What", "Before and after"], after => get("/audit" + query({ ...values, after })), entry => [
      time(entry.time), entry.who, entry.source, `${entry.action}: ${entry.detail}`, entry.changes ? h("details", {}, h("summary", {}, entry.changes.length === 1 ? "1 change" : `${entry.changes.length} changes`), changes(entry.changes)) : ""]));
}

async function check() {
  const { items } = await get("/lint");
  return page("Configuration check", table("Findings", ["", "Where", "What", "What would be right"], items.map(item => [
    mark(item.severity, item.severity === "error" ? "bad" : "warn"), h("code", {}, item.path), item.reason, item.remedy]), { empty: "Nothing is to be said against the configuration." }));
}

export const views = [
  { path: "", title: "Dashboard", show: dashboard },
  { path: "alerts", title: "Alerts", show: alerts },
  { path: "calls", title: "Calls", show: calls },
  { path: "devices", title: "Devices", show: devices },
  { path: "locations", title: "Locations", show: locations },
  { path: "rules", title: "Rules", show: rules },
  { path: "numbers", title: "Numbers", show: numbersView },
  { path: "call-servers", title: "Call servers", show: callServers },
  { path: "alerting", title: "Who is told", show: alerting },
  { path: "check", title: "Check", show: check },
  { path: "users", title: "Users", permission: "administer", show: users },
  { path: "audit", title: "Audit log", permission: "administer", show: audit },
  { path: "password", title: "Password", show: password },
];
