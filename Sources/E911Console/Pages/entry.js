// Log in, and the first account.
const error = document.getElementById("error");

async function send(path, body) {
  error.textContent = "";
  const response = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (response.ok) {
    location.href = "/" + (sessionStorage.getItem("e911d-after-login") || "");
    sessionStorage.removeItem("e911d-after-login");
    return;
  }
  const problem = await response.json().catch(() => ({ title: "e911d cannot be reached" }));
  error.textContent = problem.title + (problem.detail ? ": " + problem.detail : "");
}

function onSubmit(form, work) {
  if (!form) return;
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await work(Object.fromEntries(new FormData(form)));
    } catch {
      error.textContent = "e911d cannot be reached";
    } finally {
      button.disabled = false;
    }
  });
}

onSubmit(document.getElementById("login"), values => send("/api/v1/session", values));

const secret = location.hash.slice(1);
const setup = document.getElementById("setup");
if (setup && !secret) {
  setup.hidden = true;
  document.getElementById("nolink").hidden = false;
}
onSubmit(setup, values => {
  if (values.password !== values.again) {
    error.textContent = "The two passwords differ.";
    return;
  }
  return send("/api/v1/setup", { secret, name: values.name, password: values.password });
});
