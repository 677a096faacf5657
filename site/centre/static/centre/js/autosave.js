// Forms that save themselves (components/autosave.html says how to make one). Every keystroke is kept on this device until
// the server has it, so that a lost line or a closed tab loses nothing; and no longer, because others may use the device.
const PREFIX = "centre-draft:";
const QUIET = 1500; // milliseconds without a keystroke before it is saved
const PATIENCE = 20_000; // for an answer; and before what was restored is saved by itself
const LONGEST_WAIT = 60_000;

const kept = {
  get(place) {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null;
    }
  },
  set(place, draft) {
    try {
      localStorage.setItem(place, JSON.stringify(draft));
      return true;
    } catch {
      return false; // switched off, or full
    }
  },
  drop(chosen) {
    try {
      for (const place of Object.keys(localStorage)) {
        if (place.startsWith(PREFIX) && chosen(place.slice(PREFIX.length))) localStorage.removeItem(place);
      }
    } catch {
      // Nothing can be there.
    }
  },
};

const plain = (value) => String(value).replace(/\r\n?/g, "\n");
const same = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);

const wire = (form) => {
  const { autosavePerson: person, autosaveKey: key } = form.dataset;
  const hold = "autosaveHold" in form.dataset;
  const note = form.querySelector("[data-autosave-status]");
  const restored = form.querySelector("[data-autosave-restored]");
  const again = form.querySelector("[data-autosave-again]");
  let place = `${PREFIX}${person}:${key}`;
  let dirty = hold;
  let safe = true; // what is not saved is at least kept on this device
  let stopped = ""; // why nothing is sent by itself any more
  let wait = 0;
  let timer = 0;
  let running = null;
  let tried = []; // sent, but the answer was lost: if the server has one of these, it has ours

  const controls = () => [...form.elements].filter(({ name, type }) => name && name !== "csrfmiddlewaretoken" && type !== "submit" && type !== "file");
  const read = (wanted) => {
    const values = {};
    for (const control of controls().filter(wanted)) {
      if (control.type === "checkbox") values[`${control.name}=${control.value}`] = control.checked;
      else if (control.type !== "radio") values[control.name] = plain(control.value);
      else if (control.checked) values[control.name] = control.value;
    }
    return values;
  };
  const texts = () => read(({ type }) => type !== "hidden");
  const everything = () => read(() => true);
  const fill = (values) => {
    for (const control of controls()) {
      if (control.type === "checkbox") control.checked = Boolean(values[`${control.name}=${control.value}`]);
      else if (control.type === "radio") control.checked = values[control.name] === control.value;
      else if (control.name in values) control.value = values[control.name];
    }
  };
  const say = (words) => {
    if (note && words && note.textContent !== words) note.textContent = words;
  };
  const keep = () => (safe = kept.set(place, { values: everything(), texts: texts(), tried, at: Date.now() }));
  const clear = () => {
    const mine = place.slice(PREFIX.length);
    kept.drop((found) => found === mine);
    dirty = false;
    tried = [];
    safe = true;
  };
  const later = (milliseconds) => {
    clearTimeout(timer);
    if (!hold && !stopped) timer = setTimeout(save, milliseconds);
  };
  const fail = (why) => {
    say(note?.dataset[safe ? why : "saidUnkept"]);
    wait = Math.min(wait * 2 || 2000, LONGEST_WAIT);
    later(wait);
    return "lost";
  };
  const stop = (why, words) => {
    stopped = why;
    say(words);
    return why;
  };

  const send = async (submitter) => {
    const sent = texts();
    const body = new FormData(form);
    if (submitter) body.append("leaving", "1");
    if (submitter?.name) body.append(submitter.name, submitter.value);
    tried = [...tried.slice(-2), sent];
    keep();
    let answer, told;
    try {
      const limit = new AbortController();
      const clock = setTimeout(() => limit.abort(), PATIENCE);
      answer = await fetch(form.dataset.autosave, { method: "POST", body, credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" }, signal: limit.signal });
      told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      clearTimeout(clock);
    } catch {
      return fail("saidOffline");
    }
    if (answer.ok) {
      wait = 0;
      if (form.elements.revision && "revision" in told) form.elements.revision.value = told.revision;
      if (told.autosave) form.dataset.autosave = told.autosave;
      if (told.url && form.getAttribute("action") !== told.url) {
        form.action = told.url;
        history.replaceState(history.state, "", told.url);
      }
      const done = submitter || same(sent, texts());
      clear();
      if (told.key) place = `${PREFIX}${person}:${told.key}`;
      if (restored) restored.hidden = true;
      if (!done) {
        dirty = true;
        keep();
        later(QUIET);
      }
      say(told.said);
      if (submitter && told.next) location.assign(told.next);
      return "saved";
    }
    if (answer.status === 409 && told.current) {
      const ours = tried.slice(0, -1).some((one) => same(told.current, one));
      if (!ours || hold) return stop("conflict", told.said);
      form.elements.revision.value = told.revision;
      tried = [];
      return send(submitter);
    }
    if (answer.status === 400) return stop("rejected", told.said || note?.dataset.saidUnkept);
    if ([401, 403].includes(answer.status) || answer.type === "opaqueredirect") {
      if (again) again.hidden = false;
      return stop("again", note?.dataset[safe ? "saidAgain" : "saidUnkept"]);
    }
    if (answer.status === 404) return stop("gone", note?.dataset.saidGone);
    return fail("saidFailed");
  };

  const save = async (submitter) => {
    clearTimeout(timer);
    while (running) await running;
    if (!dirty && !submitter) return "saved";
    running = send(submitter).finally(() => (running = null));
    return running;
  };

  form.addEventListener("input", () => {
    dirty = true;
    keep();
    if (stopped === "rejected") stopped = "";
    later(Math.max(QUIET, wait));
  });
  form.addEventListener("submit", async (event) => {
    if (form.dataset.autosaveSent || !dirty) return;
    event.preventDefault();
    const how = await save(event.submitter || form.querySelector("button:not([type=button])"));
    if (how !== "conflict" && how !== "rejected") return;
    form.dataset.autosaveSent = "1"; // the server shows both texts, or what to look at again
    form.requestSubmit(event.submitter);
  });
  restored?.querySelector("[data-autosave-discard]")?.addEventListener("click", () => {
    fill(before);
    clear();
    clearTimeout(timer);
    stopped = "";
    restored.hidden = true;
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
  // What failed need not wait any longer; what was restored does, for it may be discarded.
  addEventListener("online", () => dirty && !stopped && wait && (wait = 0, later(0)));
  document.addEventListener("visibilitychange", () => document.hidden && dirty && !stopped && !hold && !wait && save());
  addEventListener("beforeunload", (event) => dirty && !safe && event.preventDefault());

  const before = everything();
  const draft = kept.get(place);
  if (hold) keep();
  else if (draft?.values && same(draft.texts, texts())) clear();
  else if (draft?.values) {
    fill(draft.values);
    tried = draft.tried || [];
    dirty = true;
    if (restored) restored.hidden = false;
    later(PATIENCE);
  }
};

// What another person left unsaved on this device is not for whoever is signed in now.
const somebody = document.querySelector("[data-autosave-person]")?.dataset.autosavePerson;
if (somebody) kept.drop((place) => !place.startsWith(`${somebody}:`));
for (const link of document.querySelectorAll("[data-autosave-drop]")) {
  link.addEventListener("click", () => kept.drop((place) => place === `${somebody}:${link.dataset.autosaveDrop}`));
}
for (const form of document.querySelectorAll("form[data-autosave-forget]")) form.addEventListener("submit", () => kept.drop(() => true));
document.querySelectorAll("form[data-autosave]").forEach(wire);
