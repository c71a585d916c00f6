// One connection for all tabs of a browser: a shared worker that reads the events and tells each page. A page without
// shared workers runs the same code itself.
const TYPES = ["tick", "hello", "reset", "call", "alert", "screen-pop", "site", "status", "audit"];

export class Live {
  constructor() {
    this.listeners = new Set();
    this.shown = new Set();
    this.last = null;
    this.isOpen = null;
    this.heard = Date.now();
    this.connect();
    // A connection may be gone without a word; e911d gives a sign of life every ten seconds.
    setInterval(() => {
      if (Date.now() - this.heard < 30_000) return;
      this.heard = Date.now();
      this.source.close();
      this.state(false);
      this.connect();
    }, 5000);
  }

  connect() {
    const path = "/api/v1/events" + (this.last ? "?after=" + encodeURIComponent(this.last) : "");
    const source = new EventSource(path);
    this.source = source;
    for (const type of TYPES) {
      source.addEventListener(type, event => {
        this.last = event.lastEventId || this.last;
        this.heard = Date.now();
        if (type === "tick") return;
        this.tell({ type, data: JSON.parse(event.data) });
      });
    }
    source.onopen = () => this.state(true);
    source.onerror = () => {
      this.state(false);
      // The browser comes back by itself unless it was refused; then, after a while, anew.
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(() => { if (this.source === source) this.connect(); }, 3000);
    };
  }

  state(isOpen) {
    this.isOpen = isOpen;
    this.tell({ type: "connection", data: { isOpen } });
  }

  tell(message) { for (const listener of this.listeners) listener(message); }

  /// Whether this delivery is told for the first time: one receipt is enough.
  isFirst(id) {
    if (this.shown.has(id)) return false;
    this.shown.add(id);
    return true;
  }
}

if (typeof SharedWorkerGlobalScope !== "undefined" && self instanceof SharedWorkerGlobalScope) {
  const live = new Live();
  self.onconnect = event => {
    const port = event.ports[0];
    const listener = message => port.postMessage(message);
    port.onmessage = ({ data }) => {
      if (data.type === "bye") live.listeners.delete(listener);
      if (data.type === "shown") port.postMessage({ type: "receipt", data: { id: data.id, isFirst: live.isFirst(data.id) } });
    };
    live.listeners.add(listener);
    if (live.isOpen !== null) port.postMessage({ type: "connection", data: { isOpen: live.isOpen } });
    port.start();
  };
}
