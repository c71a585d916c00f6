// The page behind the link of a mail. Opening it changes nothing: programs that scan mail open every link.
const token = location.pathname.split("/").pop();
const path = "/api/v1/acknowledgements/" + token;
const form = document.getElementById("form");
const error = document.getElementById("error");
const shown = { caller_dn: "Caller", caller_name: "Name", place: "Place", callback_number: "Call back", psap_sees: "The PSAP sees", flags: "Marks", time: "Time" };

function show(info) {
  document.getElementById("subject").textContent = info.subject;
  document.getElementById("facts").replaceChildren(...info.fields.filter(field => shown[field.name] && field.value).flatMap(field => {
    const name = document.createElement("dt"), value = document.createElement("dd");
    [name.textContent, value.textContent] = [shown[field.name], field.value];
    return [name, value];
  }));
  const said = info.acknowledgements.map(entry => `${entry.by}${entry.comment ? ": " + entry.comment : ""}`).join("; ");
  document.getElementById("state").textContent = {
    "open": said ? `Acknowledged so far by ${said}.` : "Nobody has acknowledged yet.",
    "acknowledged-by-recipient": `You have acknowledged. Still missing: ${info.missing.join(", ")}.`,
    "acknowledged": `Acknowledged: ${said}.`,
    "over": "This alert is over.",
  }[info.state];
  form.hidden = info.state !== "open";
}

async function ask(method, body) {
  error.textContent = "";
  try {
    const response = await fetch(path, { method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (response.ok) show(answer);
    else document.getElementById("state").textContent = answer.title + (answer.detail ? ": " + answer.detail : "");
  } catch {
    (form.hidden ? document.getElementById("state") : error).textContent = "e911d cannot be reached";
  }
}

form.addEventListener("submit", event => {
  event.preventDefault();
  ask("POST", Object.fromEntries(new FormData(form)));
});
ask("GET");
