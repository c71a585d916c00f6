// The screen pop: an alert before everything else, with a sound, until somebody takes note.
import { h, api, guard, mark, may, state, timeText, facts, Problem } from "./parts.js";

const open = new Map();
let dialog, closed = new Set(), plans = new Set(), audio, beeping, isSpeaker = false, isWaiting = false;

// Of all tabs one makes the sound. Without locks (over plain HTTP to another machine) each does.
// It has to be one that may make a sound: the lock is asked for when the sound is ready.
function speak() {
  if (!navigator.locks) isSpeaker = true;
  else if (!isWaiting) {
    isWaiting = true;
    navigator.locks.request("e911d-sound", () => {
      isSpeaker = true;
      if (dialog?.open) sound(shown()[0]);
      return new Promise(() => {});
    });
  }
}

export function setPlans(ids) { plans = new Set(ids); }
export const soundState = () => audio?.state ?? "none";

/// Has the sound ready: browsers want a click or a key first.
export async function enableSound() {
  audio ??= new AudioContext();
  if (audio.state !== "running") await Promise.race([audio.resume(), new Promise(done => setTimeout(done, 300))]);
  if (audio.state === "running") speak();
  return audio.state === "running";
}

/// Once, and again until somebody takes note.
function sound(alert) {
  clearInterval(beeping);
  beep();
  if (alert && !alert.isTest) beeping = setInterval(beep, 4000);
}

function beep() {
  if (!audio || audio.state !== "running") return;
  const start = audio.currentTime;
  [880, 660, 880].forEach((pitch, index) => {
    const tone = audio.createOscillator(), volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(.25, start + index * .22);
    volume.gain.exponentialRampToValueAtTime(.001, start + index * .22 + .2);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + index * .22);
    tone.stop(start + index * .22 + .2);
  });
  document.documentElement.dataset.sounded = String(Number(document.documentElement.dataset.sounded ?? 0) + 1);
}

/// An alert as the API has it, or as it changed. `isNew` is a message that goes out now.
export function take(alert, { isNew = false } = {}) {
  const isOver = alert.acknowledgement || alert.state !== "open";
  if (isOver) {
    open.delete(alert.key);
    closed.delete(alert.key);
  } else {
    open.set(alert.key, alert);
    if (isNew) closed.delete(alert.key);
  }
  render(isNew && !isOver);
}

function shown() {
  return [...open.values()].filter(alert => !closed.has(alert.key))
    .sort((a, b) => a.isTest - b.isTest || b.time - a.time);
}

function render(isNew) {
  const alerts = shown();
  if (!alerts.length || !may("acknowledge")) {
    if (dialog?.open) dialog.close();
    clearInterval(beeping);
    beeping = undefined;
    return;
  }
  if (!dialog) {
    dialog = h("dialog", { class: "pop", "aria-labelledby": "pop-title", onclose: () => clearInterval(beeping) });
    dialog.addEventListener("cancel", event => { event.preventDefault(); hide(shown()[0]); });
    document.body.append(dialog);
  }
  const alert = alerts[0];
  if (isNew || dialog.dataset.key !== alert.key || !dialog.open) fill(alert, alerts.length);
  const wasOpen = dialog.open;
  if (!wasOpen) dialog.showModal();
  if (isNew || !wasOpen) {
    enableSound().then(isReady => {
      dialog.querySelector(".sound")?.toggleAttribute("hidden", isReady);
      if (isSpeaker && (isNew || !alert.isTest)) sound(alert);
    });
    if (isNew && isSpeaker) notify(alert);
  }
}

function notify(alert) {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.visibilityState === "visible") return;
  const notification = new Notification(alert.subject, { tag: alert.key, requireInteraction: !alert.isTest });
  notification.onclick = () => { window.focus(); notification.close(); };
}

function hide(alert) {
  if (alert) closed.add(alert.key);
  render(false);
}

function fill(alert, count) {
  dialog.dataset.key = alert.key;
  dialog.classList.toggle("test", alert.isTest);
  const plan = [...alert.locationPath].reverse().find(id => plans.has(id));
  const comment = h("input", { name: "comment", autocomplete: "off", placeholder: "who goes, what is done" });
  const message = h("div", { "aria-live": "polite" });
  const labels = alert.labels.filter(label => label !== "TEST");
  dialog.replaceChildren(
    h("div", { class: "head" }, h("span", { id: "pop-title" }, alert.isTest ? "TEST CALL" : "EMERGENCY CALL"),
      labels.map(label => mark(label)), alert.calls > 1 && mark("call " + alert.calls),
      count > 1 && h("span", {}, `and ${count - 1} more`)),
    h("div", { class: plan ? "body" : "body alone" },
      h("div", {},
        h("p", { class: "place" }, alert.place || "Place not known"),
        h("p", { class: "who" }, [alert.callerDN, alert.callerName].filter(Boolean).join(" ") || "Unknown caller"),
        facts([
          ["Call back", alert.elin ? `${alert.elin}, or extension ${alert.callerDN}` : alert.callerDN && "extension " + alert.callerDN],
          ["The PSAP sees", alert.psapSees || "nothing that names a place"],
          ["Could also be at", alert.otherPlaces], ["Time", timeText(alert.lastCall)], ["Call server", alert.callServer],
          ["Found by", alert.rule],
        ])),
      plan && h("div", {}, h("img", { class: "plan", src: "/api/v1/floor-plans/" + encodeURIComponent(plan), alt: "Floor plan of " + plan }))),
    h("form", {
      class: "foot",
      onsubmit: event => {
        event.preventDefault();
        guard(message, async () => {
          await api("POST", `/alerts/${encodeURIComponent(alert.key)}/acknowledgement`, { comment: comment.value });
          take({ ...alert, acknowledgement: { by: state.session.name } });
        });
      },
    }, h("label", {}, "Comment", comment), h("button", { class: "primary take" }, "Acknowledge"),
    h("button", { type: "button", onclick: () => hide(alert) }, "Hide"),
    h("button", { type: "button", onclick: () => document.fullscreenElement ? document.exitFullscreen() : dialog.requestFullscreen().catch(() => {}) }, "Full screen"),
    h("button", { type: "button", class: "sound", hidden: audio?.state === "running", onclick: event => enableSound().then(isReady => { event.target.hidden = isReady; beep(); }) }, "Sound on"),
    h("a", { class: "button", href: "#/calls/" + encodeURIComponent(alert.key), onclick: () => hide(alert) }, "The call"),
    message));
}
