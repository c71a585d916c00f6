// What all views are made of: elements, requests, tables, forms, charts.

/// An element: h("a", { href: "#/" }, "text", other elements). Text is never read as HTML.
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export const state = { session: null, isDeclared: false };

export class Problem extends Error {
  constructor(status, problem) {
    super(problem.title + (problem.detail ? ": " + problem.detail : ""));
    this.status = status;
    this.errors = problem.errors ?? [];
  }
}

/// Asks the API. `body` is sent as JSON unless it is a Blob, File or text with a type.
export async function api(method, path, body, { type, version } = {}) {
  const headers = {};
  if (method !== "GET") headers["X-CSRF-Token"] = state.session?.csrf ?? "";
  if (version) headers["If-Match"] = version;
  if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
  let response;
  try {
    response = await fetch("/api/v1" + path, {
      method, headers, body: body === undefined || type ? body : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, { title: "e911d cannot be reached" });
  }
  if (response.status === 401) {
    sessionStorage.setItem("e911d-after-login", location.hash);
    location.href = "/login";
    throw new Problem(401, { title: "Log in first" });
  }
  if (!response.ok) {
    throw new Problem(response.status, await response.json().catch(() => ({ title: "Status " + response.status })));
  }
  if (response.status === 204) return null;
  const isJSON = (response.headers.get("Content-Type") ?? "").includes("json");
  const value = isJSON ? await response.json() : await response.text();
  return { value, version: response.headers.get("ETag") };
}

export const get = async path => (await api("GET", path)).value;

export function query(values) {
  const pairs = Object.entries(values).filter(([, value]) => value !== "" && value !== undefined && value !== null);
  return pairs.length ? "?" + new URLSearchParams(pairs) : "";
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
export const time = milliseconds => milliseconds == null ? "" :
  h("time", { datetime: new Date(milliseconds).toISOString() }, clock.format(milliseconds));
export const timeText = milliseconds => clock.format(milliseconds);

export const may = permission => ({
  acknowledge: ["administrator", "location-editor", "security-desk"],
  editPlaces: ["administrator", "location-editor"],
  administer: ["administrator"],
})[permission].includes(state.session?.role);

export const mark = (text, kind = "plain") => h("span", { class: "mark " + kind }, text);

/// A table that a screen reader can read: a caption, heads, cells.
export function table(caption, heads, rows, { empty = "Nothing here." } = {}) {
  if (!rows.length) return h("p", { class: "hint" }, empty);
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", {}, caption),
      h("thead", {}, h("tr", {}, heads.map(head => h("th", { scope: "col" }, head || h("span", { class: "unseen" }, "Actions"))))),
      h("tbody", {}, rows.map(cells => h("tr", {}, cells.map(cell => h("td", {}, cell ?? "")))))));
}

/// A list that is read a page at a time.
export function pagedTable(caption, heads, load, row, options) {
  const place = h("div");
  const items = [];
  async function more(after) {
    const page = await load(after);
    items.push(...page.items);
    const button = page.next && h("button", { onclick: async () => { button.disabled = true; await guard(place, () => more(page.next)); } }, "More");
    place.replaceChildren(table(caption, heads, items.map(row), options), h("div", { class: "actions" }, button));
  }
  guard(place, () => more(""));
  return place;
}

export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined)
    .map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

export function showProblem(place, problem) {
  place.replaceChildren(h("p", { class: "error", role: "alert" }, problem.message),
    problem.errors?.length ? h("ul", { class: "errors" }, problem.errors.map(error =>
      h("li", {}, (error.pointer ? error.pointer + ": " : "") + error.reason + (error.remedy ? " (" + error.remedy + ")" : "")))) : null);
}

/// Runs something; what goes wrong is shown.
export async function guard(place, work) {
  try {
    return await work();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    showProblem(place, problem);
  }
}

const at = (value, path) => path.split(".").reduce((part, key) => part?.[key], value);
function set(value, path, entry) {
  const keys = path.split(".");
  const last = keys.pop();
  let part = value;
  for (const key of keys) part = part[key] ??= {};
  if (entry === undefined) delete part[last];
  else part[last] = entry;
  // An empty mapping says nothing.
  if (keys.length && Object.keys(part).length === 0) delete value[keys[0]];
}

/// A list of mappings, a row for each: columns are { key, label, type, choices, hint }. Keys without a column stay as they are.
function rowsInput(field, present) {
  const body = h("tbody");
  const rows = new Map();
  const add = (row, isNew) => {
    const inputs = field.columns.map(column => {
      const name = `${column.label} in ${field.label}`;
      const input = column.choices
        ? h("select", { "aria-label": name }, ["", ...column.choices].map(choice => h("option", { value: choice, selected: (row[column.key] ?? "") === choice }, choice)))
        : h("input", { type: column.type ?? "text", "aria-label": name, placeholder: column.hint, autocomplete: "off" });
      if (!column.choices) input.value = row[column.key] ?? "";
      return input;
    });
    const line = h("tr", {}, inputs.map(input => h("td", {}, input)), h("td", {}, h("button", {
      type: "button", class: "danger", "aria-label": "Remove from " + field.label, onclick: () => { rows.delete(line); line.remove(); },
    }, "Remove")));
    rows.set(line, { row, inputs });
    body.append(line);
    if (isNew) inputs[0].focus();
  };
  (present ?? []).forEach(row => add(row));
  const element = h("fieldset", { class: "rows" }, h("legend", {}, field.label),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": field.label },
      h("table", {}, h("thead", {}, h("tr", {}, field.columns.map(column => h("th", { scope: "col" }, column.label)), h("th", { scope: "col" }, h("span", { class: "unseen" }, "Actions")))), body)),
    h("button", { type: "button", "aria-label": "Add to " + field.label, onclick: () => add({}, true) }, "Add"), field.hint && h("p", { class: "hint" }, field.hint));
  const read = () => [...rows.values()].map(({ row, inputs }) => {
    const entry = structuredClone(row);
    field.columns.forEach(({ key, type }, index) => {
      const text = inputs[index].value.trim();
      if (text === "") delete entry[key];
      else entry[key] = type === "number" ? Number(text) : text;
    });
    return entry;
  }).filter(entry => Object.keys(entry).length);
  return { field, label: element, read };
}

/// A form over a value: fields are { path, label, type, hint, choices, standard, required, isOptional }.
export function form(fields, value, save, { button = "Save", remove, others } = {}) {
  const inputs = fields.map(field => {
    const present = at(value, field.path);
    if (field.type === "rows") return rowsInput(field, present);
    let input;
    if (field.type === "choice") {
      input = h("select", {}, field.choices.map(choice => h("option", { value: choice, selected: (present ?? field.standard) === choice }, choice)));
    } else if (field.type === "flag") {
      input = h("input", { type: "checkbox", checked: Boolean(present ?? field.standard) });
      return { field, input, label: h("label", { class: "check" }, input, h("span", {}, field.label, field.hint && h("small", {}, field.hint))) };
    } else if (field.type === "lines") {
      input = h("textarea", { rows: 4 });
      input.value = (present ?? []).join("\n");
    } else if (field.type === "text-area") {
      input = h("textarea", { rows: 8 });
      input.value = present ?? "";
    } else {
      input = h("input", { type: field.type ?? "text", required: field.required, placeholder: field.standard === undefined ? undefined : String(field.standard), autocomplete: field.autocomplete ?? "off", readonly: field.readonly });
      input.value = Array.isArray(present) ? present.join(", ") : present ?? "";
    }
    return { field, input, label: h("label", {}, field.label, input, field.hint && h("small", {}, field.hint)) };
  });
  const message = h("div", { "aria-live": "polite" });
  const submit = h("button", { class: "primary" }, button);
  return h("form", {
    onsubmit: async event => {
      event.preventDefault();
      submit.disabled = true;
      message.replaceChildren();
      await guard(message, async () => {
        const changed = structuredClone(value);
        for (const { field, input, read } of inputs) {
          let entry;
          if (read) entry = read();
          else if (field.type === "flag") entry = input.checked === Boolean(field.standard) ? undefined : input.checked;
          else if (field.type === "list") entry = input.value.split(",").map(part => part.trim()).filter(Boolean);
          else if (field.type === "lines") entry = input.value.split("\n").map(part => part.trim()).filter(Boolean);
          else if (field.type === "number") entry = input.value === "" ? undefined : Number(input.value);
          else entry = input.value === "" ? undefined : input.value;
          // What is usual is not written down, unless it was.
          if (field.isOptional && entry === field.standard && at(value, field.path) === undefined) entry = undefined;
          if (Array.isArray(entry) && !entry.length) entry = undefined;
          set(changed, field.path, entry);
        }
        const said = await save(changed);
        if (said) message.replaceChildren(h("p", { role: "status" }, said));
      });
      submit.disabled = false;
    },
  }, h("div", { class: "fields" }, inputs.map(({ label }) => label)), message,
  h("div", { class: "actions" }, submit, others, remove && h("button", {
    type: "button", class: "danger",
    onclick: async event => { event.target.disabled = true; await guard(message, remove); event.target.disabled = false; },
  }, "Remove")));
}

/// Bars with a text for those who do not see them. Values are { label, parts: [numbers] }.
export function bars(title, values, names) {
  const svg = (name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const width = 720, height = 170, foot = 20, head = 16;
  const most = Math.max(1, ...values.map(value => value.parts.reduce((a, b) => a + b, 0)));
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label":
    title + ": " + values.filter(value => value.parts.some(Boolean)).map(value => value.label + " " + value.parts.map((part, index) => part + (names[index] ? " " + names[index] : "")).join(", ")).join("; ") });
  chart.append(svg("line", { x1: 0, x2: width, y1: height - foot, y2: height - foot }));
  chart.append(svg("text", { x: 0, y: 11 }, "at most " + most));
  const step = width / values.length;
  values.forEach((value, index) => {
    let y = height - foot;
    value.parts.forEach((part, kind) => {
      const tall = part / most * (height - foot - head);
      y -= tall;
      if (part) chart.append(svg("rect", { x: index * step + step * .12, y, width: step * .76, height: tall, class: "abc"[kind] }));
    });
    if (values.length <= 12 || index % Math.ceil(values.length / 12) === 0) {
      chart.append(svg("text", { x: index * step + step * .12, y: height - 5 }, value.label));
    }
  });
  return h("figure", {}, values.some(value => value.parts.some(Boolean)) ? chart : h("p", { class: "hint" }, "None."));
}

export function page(title, ...content) {
  return [h("h1", { tabindex: "-1" }, title), ...content];
}
