// The console: who is here, which view is shown, and what comes live.
import { Live } from "./live.js";
import { h, api, get, guard, mark, may, page, state, Problem } from "./parts.js";
import * as pop from "./pop.js";
import { views } from "./views.js";

const main = document.getElementById("main");
let current = null;

/// Views hear what comes live while they are shown.
const listeners = new Set();
export const onLive = listener => { listeners.add(listener); return () => listeners.delete(listener); };

async function show() {
  const hash = location.hash.replace(/^#\/?/, "");
  if (hash === "main") return main.focus();
  const [path, search] = hash.split("?");
  const [name, ...rest] = path.split("/").map(decodeURIComponent);
  const view = views.find(view => view.path === name && (!view.permission || may(view.permission))) ?? views[0];
  listeners.clear();
  for (const link of document.querySelectorAll("#views a")) {
    if (link.dataset.path === view.path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = view.title + " - e911d";
  // Whoever goes on to another view is led to it; whoever comes begins at the top.
  const moved = current !== null && current !== location.hash;
  current = location.hash;
  main.replaceChildren(...page(view.title, h("p", { class: "hint" }, "Reading…")));
  await guard(main, async () => {
    const mine = current;
    const content = await view.show({ rest, search: new URLSearchParams(search ?? ""), onLive, again: show });
    if (mine === current) main.replaceChildren(...content.flat(Infinity).filter(Boolean));
  });
  if (moved) main.querySelector("h1")?.focus({ preventScroll: true });
}

function drawViews() {
  document.getElementById("views").replaceChildren(...views.filter(view => !view.permission || may(view.permission)).map(view =>
    h("li", {}, h("a", { href: "#/" + view.path, "data-path": view.path }, view.title))));
}

async function refreshHead() {
  const status = await get("/status");
  state.isDeclared = status.isDeclared;
  state.hasSite = Boolean(status.site);
  document.getElementById("site").textContent = status.site || "e911d";
  badges({ openAlerts: status.status.openAlerts, storeFailure: status.status.storeFailure, draining: status.status.draining });
}

function badges(status) {
  document.getElementById("badges").replaceChildren(...[
    status.openAlerts ? mark(status.openAlerts + (status.openAlerts === 1 ? " open alert" : " open alerts"), "bad") : null,
    status.storeFailure ? mark("store failing", "bad") : null,
    status.draining ? mark("draining", "warn") : null,
  ].filter(Boolean));
}

async function readAlerts() {
  const [alerts, plans] = await Promise.all([get("/alerts?limit=100"), get("/floor-plans")]);
  pop.setPlans(plans.items);
  // A test call that is over is nothing for somebody who comes later.
  for (const alert of alerts.items) if (!alert.acknowledgement && !alert.isTest) pop.take(alert);
}

let wasOpen = null, receipts = null;
const asked = new Set();

function take({ type, data }) {
  if (type === "connection") {
    document.getElementById("offline").hidden = data.isOpen;
    // Whoever is logged out, or whose daemon has begun anew, is told by the next question. The first time too: an alert may
    // have come behind the question for alerts and before the events.
    if (data.isOpen && !wasOpen) guard(main, async () => { await refreshHead(); await readAlerts(); });
    if (!data.isOpen) setTimeout(() => get("/session").catch(() => {}), 1500);
    wasOpen = data.isOpen;
  } else if (type === "reset") {
    guard(main, readAlerts);
    show();
  } else if (type === "alert") {
    pop.take(data);
  } else if (type === "screen-pop") {
    popped(data);
  } else if (type === "status") {
    badges(data);
  } else if (type === "receipt") {
    if (data.isFirst) sendReceipt(data.id);
  } else if (type === "site") {
    guard(main, refreshHead);
  }
  for (const listener of listeners) listener(type, data);
}

function sendReceipt(id) {
  api("POST", `/screen-pops/${encodeURIComponent(id)}/receipt`).catch(() => {});
}

async function popped(data) {
  const sees = !state.session.screenPops.length || state.session.screenPops.includes(data.recipient);
  if (!sees) return;
  // The same delivery comes again while nobody has said that it is shown: then it is said again.
  if (asked.has(data.id)) return sendReceipt(data.id);
  await guard(main, async () => {
    const [alert, plans] = await Promise.all([get("/alerts/" + encodeURIComponent(data.alert)), get("/floor-plans")]);
    pop.setPlans(plans.items);
    pop.take(alert, { isNew: true });
    asked.add(data.id);
    receipts ? receipts(data.id) : sendReceipt(data.id);
  });
}

function connect() {
  if ("SharedWorker" in window) {
    try {
      const { port } = new SharedWorker("/live.js", { name: "e911d " + state.session.name, type: "module" });
      port.onmessage = event => take(event.data);
      addEventListener("pagehide", event => { if (!event.persisted) port.postMessage({ type: "bye" }); });
      receipts = id => port.postMessage({ type: "shown", id });
      return;
    } catch { /* then by itself */ }
  }
  new Live().listeners.add(take);
}

async function begin() {
  state.session = await get("/session");
  document.getElementById("who").textContent = `${state.session.name} (${state.session.role})`;
  drawViews();
  await refreshHead();
  connect();
  // Does not wait for the events: without them the page shows what is open.
  await readAlerts();
  addEventListener("hashchange", show);
  await show();
}

document.getElementById("sound").addEventListener("click", async event => {
  const isReady = await pop.enableSound();
  if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  event.target.hidden = isReady;
});
// Any click or key has the sound ready too.
for (const type of ["pointerdown", "keydown"]) {
  addEventListener(type, () => pop.enableSound().then(isReady => {
    if (isReady && (!("Notification" in window) || Notification.permission !== "default")) document.getElementById("sound").hidden = true;
  }), { once: true });
}
document.getElementById("logout").addEventListener("click", async () => {
  await api("DELETE", "/session").catch(() => {});
  location.href = "/login";
});

begin().catch(problem => {
  if (problem instanceof Problem && problem.status === 401) return;
  main.replaceChildren(...page("e911d", h("p", { class: "error" }, problem.message)));
});
