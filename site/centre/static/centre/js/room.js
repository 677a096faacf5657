// The room of a meeting, kept up to date. The page works by itself, by forms; this sends them over a socket, shows what the
// others do as it happens, keeps what is not sent yet on this device, and says politely what is new.
//
// The log is the truth: every event has a number, each is shown once, and a gap is asked for. What one can do now is made by
// the server; after an event its parts are fetched again and only those that have changed are put in their places.
const root = document.getElementById("room");
const said = root.dataset;
const now = () => document.getElementById("now");
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const NOT_HERE = 4404;
const SIGNED_OUT = 4401;
const [FIRST_WAIT, LONGEST_WAIT] = [500, 20_000]; // milliseconds between attempts
const PING_EVERY = 20_000;
const PATIENCE = 12_000; // for an answer, before the line is taken for lost
const BATCH = 3000; // between two announcements
const LOOK_AGAIN = 5000; // after an answer that did not come, while the line is open

// A dead line says nothing for minutes. No request waits longer than for the socket.
const ask = (address, options = {}) => {
  const limit = new AbortController();
  setTimeout(() => limit.abort(), PATIENCE);
  return fetch(address, { credentials: "same-origin", cache: "no-store", signal: limit.signal, ...options });
};

// Browsers have randomUUID on secure pages alone.
const freshId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

if (new URLSearchParams(location.search).has("watch")) {
  history.replaceState(history.state, "", said.page + location.hash); // that is for pages without scripts
  location.reload();
}

// Announcements: together, at most one every three seconds ---------------------------------------------------------------

const settings = {
  get: (name, usual) => {
    try {
      return (localStorage.getItem(`centre-room-${name}`) ?? usual) === "on";
    } catch {
      return usual === "on";
    }
  },
  set: (name, on) => {
    try {
      localStorage.setItem(`centre-room-${name}`, on ? "on" : "off");
    } catch {
      // For as long as the page is open, then.
    }
  },
};
let announcing = settings.get("announce", "on");
let typingShown = settings.get("typing", "off");
let toSay = [];
let saidAt = 0;
let sayTimer = 0;

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const announce = (words, { isContribution = false, lang = "", about = "" } = {}) => {
  if (!announcing || !words) return;
  // Of what changes many times in a moment, as the raised hands, only the last is worth saying.
  if (about) toSay = toSay.filter((each) => each.about !== about);
  toSay.push({ words: words.replace(/\s+/g, " ").trim(), isContribution, lang, about });
  clearTimeout(sayTimer);
  sayTimer = setTimeout(speak, Math.max(300, saidAt + BATCH - Date.now()));
};
const speak = () => {
  const many = toSay.filter(({ isContribution }) => isContribution).length;
  // More than three at once are counted: nobody can listen to so many.
  const told = toSay.filter(({ isContribution }) => !isContribution || many <= 3);
  if (many > 3) told.push({ words: fill(said.manyNew, { n: many }) });
  find("#announcements").replaceChildren(
    ...told.flatMap(({ words, lang }) => {
      const one = document.createElement("span");
      one.textContent = words;
      if (lang) one.lang = lang;
      return [one, " "];
    }),
  );
  toSay = [];
  saidAt = Date.now();
};

// What is not sent yet, kept on this device ------------------------------------------------------------------------------

const PREFIX = "centre-room:";
const drafts = {
  place: (form) => `${PREFIX}${said.person}:${said.meeting}:${now().dataset.phase}:${form.dataset.draft}`,
  fields: (form) => all("textarea, input:not([type=hidden]), select", form).filter(({ name }) => name && name !== "language" && name !== "behalf"),
  read: (form) =>
    Object.fromEntries(
      drafts
        .fields(form)
        .filter(({ type, checked, value }) => (type === "radio" ? checked : value))
        .map(({ name, value }) => [name, value]),
    ),
  // Words that were sent, but not answered, keep the number they went under: sent again they are the same words.
  sent: (form) => ("sent" in form.dataset ? { client_id: form.elements.client_id.value } : {}),
  keep(form) {
    const values = drafts.read(form);
    try {
      if (Object.keys(values).length) sessionStorage.setItem(drafts.place(form), JSON.stringify({ ...values, ...drafts.sent(form) }));
      else sessionStorage.removeItem(drafts.place(form));
    } catch {
      // The page itself still has it.
    }
  },
  drop(place) {
    try {
      sessionStorage.removeItem(place);
    } catch {
      // Nothing can be there.
    }
  },
  restore(form) {
    let values;
    try {
      values = JSON.parse(sessionStorage.getItem(drafts.place(form)));
    } catch {
      return;
    }
    if (values && !Object.keys(drafts.read(form)).length) drafts.fill(form, values);
  },
  fill(form, values) {
    for (const field of drafts.fields(form)) {
      if (field.type === "radio") field.checked = values[field.name] === field.value;
      else if (field.name in values) field.value = values[field.name];
    }
    if (!values.client_id) return;
    form.elements.client_id.value = values.client_id;
    form.dataset.sent = "";
  },
  // Other words than those that went out are a sending of their own.
  changed(form) {
    if ("sent" in form.dataset) form.elements.client_id.value = freshId();
    delete form.dataset.sent;
    drafts.keep(form);
  },
  // What somebody else left in this tab is not for whoever is signed in now.
  dropOthers() {
    try {
      for (const place of Object.keys(sessionStorage)) {
        if (place.startsWith(PREFIX) && !place.startsWith(`${PREFIX}${said.person}:`)) sessionStorage.removeItem(place);
      }
    } catch {
      // Nothing can be there.
    }
  },
  unsent: () => all("form[data-draft]", root).some((form) => Object.values(drafts.read(form)).some((value) => value.trim())),
};

// Time: counted here from what the server says it is -----------------------------------------------------------------------

let ahead = 0; // milliseconds that this device's clock is ahead of the server's
let toldAt = ""; // the visit and the mark that was announced last
const serverNow = () => Date.now() - ahead;
const heardTime = (iso) => iso && (ahead = Date.now() - Date.parse(iso));
const count = (n, one, many) => fill(n === 1 ? one : many, { n });

const tick = () => {
  for (const each of all("[data-until]", root)) {
    if (Date.parse(each.dataset.until) >= serverNow()) continue;
    const hadFocus = each.contains(document.activeElement);
    if (each.dataset.announce === "silence") announce(said.silenceOver);
    each.remove();
    if (hadFocus) find(".lead-next button")?.focus({ preventScroll: true });
    lookSoon();
  }
  const time = find("#now-time");
  if (!time?.dataset.ends) return;
  const left = Math.max(0, Math.round((Date.parse(time.dataset.ends) - serverNow()) / 1000));
  const lasts = Number(time.dataset.lasts);
  const minutes = Math.ceil(left / 60);
  const words = left > 90 ? count(minutes, said.minutesOne, said.minutesMany) : left ? count(left, said.secondsOne, said.secondsMany) : said.timeUp;
  if (time.textContent !== words) time.textContent = words;
  find("[data-ring]")?.setAttribute("stroke-dashoffset", (100 - Math.min(100, (100 * left) / lasts)).toFixed(2));
  const [big, small] = [find("[data-big]"), find("[data-small]")];
  if (big) {
    const number = left > 90 ? minutes : left;
    big.textContent = number;
    small.textContent = left > 90 ? (number === 1 ? said.minute : said.minutes) : number === 1 ? said.second : said.seconds;
  }
  // Each mark is told once, at the second at which it is passed; not when the page is opened after it.
  const marks = [
    [0, said.timeUp],
    [30, count(30, said.secondsOne, said.secondsMany)],
    [120, count(2, said.minutesOne, said.minutesMany)],
    [Math.round(lasts / 2), said.half],
  ];
  const passed = marks.find(([mark]) => left <= mark && left > mark - 5);
  const name = passed && `${now().dataset.visit}:${time.dataset.ends}:${passed[0]}`;
  if (passed && name !== toldAt && lasts > passed[0] + 20) {
    toldAt = name;
    announce(passed[1]);
  }
};

// The parts that the server makes ------------------------------------------------------------------------------------------

const inputs = (name) => new RegExp(`(name="(?:${name})" value=")[^"]*`, "g");
const OF_A_SENDING = inputs("csrfmiddlewaretoken|client_id"); // differ each time
const shape = (html) => html.replace(OF_A_SENDING, "$1");
const shapes = new Map();
const remember = () => all("[id^=now-]", now()).forEach((part) => shapes.set(part.id, shape(part.outerHTML)));
let announced = new Set(all("[data-announce]").map((each) => each.dataset.announce));

const key = (form) => form && `${form.dataset.command}:${form.dataset.draft || new FormData(form).get("behalf") || new FormData(form).get("place") || ""}`;

// A button that was pressed and has become another one.
const PARTNERS = { raise_hand: "lower_hand", lower_hand: "raise_hand", pause_timer: "resume_timer", resume_timer: "pause_timer", take_break: "next" };
const partner = (key) => key?.replace(/^\w+/, (command) => PARTNERS[command] ?? command);
const isSeen = (each) => each.getClientRects().length > 0;

const choices = (form) => all("select, input[type=checkbox]", form);

// What was answered to somebody, or asked of them, about what they did here. A question about going on is about one visit.
const TOLD = "[data-refusal], [data-refusal-lead], [data-refusal-quick], [data-advice], [data-confirm], [data-unsent]";
const spot = (each) => [...Object.keys(each.dataset), key(each.closest("form")), find("[name=visit]", each.closest("[data-confirm]") || each)?.value].join();
const tellStill = (told, fresh) => {
  for (const each of all(TOLD, fresh).filter((each) => told.has(spot(each)))) {
    each.hidden = false;
    if (each.childElementCount) continue;
    each.textContent = told.get(spot(each));
    each.removeAttribute("role"); // it was said already
  }
};

// What is written, chosen, unfolded, told and looked at stays as it is.
const replace = (old, fresh) => {
  const told = new Map(all(TOLD, old).filter(({ hidden }) => !hidden).map((each) => [spot(each), each.textContent]));
  const typed = new Map(all("form[data-draft]", old).map((form) => [key(form), { values: { ...drafts.read(form), ...drafts.sent(form) }, behalf: form.elements.behalf?.value, language: form.elements.language?.value }]));
  const item = document.activeElement?.closest("[data-item]")?.id;
  const chosen = new Map(all("form[data-touched]", old).map((form) => [key(form), choices(form).map(({ value, checked }) => ({ value, checked }))]));
  const open = new Map(all("details[data-keep]", old).map((fold) => [fold.dataset.keep, fold.open]));
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  const [name, form, from, to] = [focus?.name || focus?.textContent, key(focus?.form), focus?.selectionStart, focus?.selectionEnd];
  old.replaceWith(fresh);
  for (const each of all("form[data-draft]", fresh)) {
    const had = typed.get(key(each));
    if (!had) drafts.restore(each);
    else {
      drafts.fill(each, had.values);
      drafts.keep(each);
      for (const field of ["behalf", "language"]) {
        const select = each.elements[field];
        if (select && had[field] !== undefined && [...select.options].some(({ value }) => value === had[field])) select.value = had[field];
      }
    }
  }
  for (const form of all("form[data-command]:not([data-draft])", fresh)) {
    const [had, fields] = [chosen.get(key(form)), choices(form)];
    if (had?.length !== fields.length) continue;
    form.dataset.touched = "";
    fields.forEach((field, number) => {
      if (field.type === "checkbox") field.checked = had[number].checked;
      else if ([...field.options].some(({ value }) => value === had[number].value)) field.value = had[number].value;
    });
  }
  for (const fold of all("details[data-keep]", fresh)) if (open.has(fold.dataset.keep)) fold.open = open.get(fold.dataset.keep);
  tellStill(told, fresh);
  if (!focus) return;
  const place = (item && document.getElementById(item)) || fresh;
  const seen = all("button, input, select, textarea, summary, a, [data-confirm]", place).filter(isSeen);
  const same = seen.find((each) => (each.name || each.textContent) === name && key(each.form) === form);
  const fold = focus.closest("details[data-keep]")?.dataset.keep;
  const near = [
    (each) => form && key(each.form) === form && each.type !== "hidden",
    (each) => form && key(each.form) === partner(form),
    (each) => fold && each.matches(`details[data-keep="${fold}"] > summary`),
    (each) => fresh.id !== "now-do" && each.matches("button"), // there a button may be about something else
  ].map((fits) => seen.find(fits)).find(Boolean);
  (same || near || find("#phase"))?.focus({ preventScroll: true });
  if (same && from !== null && from !== undefined && same.setSelectionRange) same.setSelectionRange(from, to);
};

let looking = null;
let lookAgain = "";
const look = async (part = "now") => {
  if (looking) {
    lookAgain = part === "room" ? part : lookAgain || part;
    return looking;
  }
  looking = (async () => {
    try {
      const answer = await ask(`${said.page}?part=${part}`, { redirect: "manual" });
      if (answer.type === "opaqueredirect") return line.say("lineOut");
      if (answer.status === 404) return line.say("lineGone");
      if (!answer.ok) return lookLater(part);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!fresh.getElementById("now") || fresh.getElementById("room")) return location.reload(); // the meeting is over
      await handsOff();
      take(fresh);
    } catch {
      lookLater(part);
    }
    return undefined;
  })();
  await looking;
  looking = null;
  if (lookAgain) {
    const next = lookAgain;
    lookAgain = "";
    look(next);
  }
  return undefined;
};

// Where the line is lost, its coming back asks.
const lookLater = (part) => {
  setTimeout(() => line.isOpen && lookSoon(part), LOOK_AGAIN);
};

const take = (fresh) => {
  const panel = fresh.getElementById("now");
  const { phase } = now().dataset;
  // What is written goes along into the next phase where one may write there; else it is kept under its own.
  const places = new Map(all("form[data-draft]", root).map((form) => [key(form), drafts.place(form)]));
  for (const { name } of [...now().attributes]) if (name.startsWith("data-") && !panel.hasAttribute(name)) now().removeAttribute(name);
  for (const { name, value } of [...panel.attributes]) if (name.startsWith("data-")) now().setAttribute(name, value);
  for (const part of all("[id^=now-]", panel)) {
    const [old, html] = [document.getElementById(part.id), shape(part.outerHTML)];
    if (!old || shapes.get(part.id) === html) continue;
    shapes.set(part.id, html);
    replace(old, part);
  }
  if (phase !== panel.dataset.phase) for (const form of all("form[data-draft]", root)) if (places.has(key(form))) drafts.drop(places.get(key(form)));
  const history = fresh.getElementById("history");
  if (history) {
    keepNewer(history, Number(panel.dataset.seq));
    replace(find("#history"), history);
  }
  tellNew();
  document.title = [find("#phase").textContent, ...document.title.split(" – ").slice(1)].join(" – ");
  tick();
};

// What was said while the parts were on their way is not in them.
const keepNewer = (history, upTo) => {
  const newer = all("[data-item]", find("#history")).filter(({ id, dataset }) => Number(dataset.item) > upTo && !find(`[id="${id}"]`, history));
  find(".stretch .said-list", history).prepend(...newer);
};

// A press that ends on a button made anew meanwhile would be lost. Nobody presses for longer than a second.
let pressing = false;
const handsOff = async () => {
  for (let waited = 0; pressing && waited < 1000; waited += 50) await new Promise((goOn) => setTimeout(goOn, 50));
};

const tellNew = () => {
  const here = all("[data-announce]", root);
  for (const each of here) {
    if (announced.has(each.dataset.announce)) continue;
    const words = each.cloneNode(true);
    for (const control of all("form, button, a", words)) control.remove();
    announce(words.textContent, { about: each.dataset.announce.split("-")[0] });
  }
  announced = new Set(here.map((each) => each.dataset.announce));
};

let lookTimer = 0;
let wanted = "now";
// Not everybody in the same moment.
const lookSoon = (part = "now") => {
  if (part === "room") wanted = "room";
  clearTimeout(lookTimer);
  lookTimer = setTimeout(() => {
    const part = wanted;
    wanted = "now";
    look(part);
  }, 120 + Math.random() * 120);
};

// What happened ------------------------------------------------------------------------------------------------------------

let seq = Number(said.seq);
const SPOKEN = new Set(["contributed", "bid", "committed", "reviewed", "passed"]);
// What the history is made again for: other phases, and what is taken away.
const TURNS = new Set(["phase_entered", "undone", "presenters_chosen", "withdrawn", "hidden", "seated", "convened"]);
// A contribution changes what one can do only where each speaks once, or one at a time.
const COUNTED = new Set(["check_in", "explore", "close", "process_review"]);

const nameOf = (place) => find(`[data-sits="${place}"]`)?.dataset.name || "";
const labelOf = (kind) => find("#label-template")?.content.querySelector(`[data-kind="${kind}"]`)?.textContent || "";
const mine = () => (now().dataset.place === "" ? null : Number(now().dataset.place));

const happen = (event) => {
  if (event.seq <= seq) return;
  seq = event.seq;
  if (event.kind === "closed") return leave();
  if (SPOKEN.has(event.kind)) show(event);
  if (event.kind === "contributed" && !COUNTED.has(now().dataset.phase)) return;
  lookSoon(TURNS.has(event.kind) ? "room" : "now");
};

const keepAll = () => all("form[data-draft]", root).forEach((form) => drafts.keep(form));
const leave = () => {
  keepAll();
  location.assign(said.page);
};

const show = ({ seq: number, at, kind, place, for: whose, data, html, language, gone }) => {
  if (document.getElementById(`item-${number}`)) return;
  const list = find("#history .stretch .said-list");
  const item = find("#item-template").content.firstElementChild.cloneNode(true);
  const who = whose ?? place;
  const [me, name] = [mine(), nameOf(who)];
  const ours = me !== null && (who === me || place === me);
  const label = labelOf({ contributed: data.kind, reviewed: `reviewed-${data.outcome}` }[kind] ?? kind);
  item.id = `item-${number}`;
  item.dataset.item = number;
  item.classList.add(kind, ...(ours ? ["mine"] : []));
  find("[data-name]", item).textContent = name;
  find("[data-label]", item).textContent = label;
  const scribe = find("[data-scribe]", item);
  if (whose === null || whose === undefined) scribe.remove();
  else scribe.textContent = fill(scribe.textContent, { name: nameOf(place) });
  const time = find("time", item);
  time.dateTime = at;
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(said.zone ? { timeZone: said.zone } : {}) }).format(new Date(at));
  const words = find("[data-said]", item);
  words.innerHTML = gone ? "" : html; // made by the server's one sanitiser
  if (language && language !== document.documentElement.lang) words.lang = language;
  if (!html || gone) words.remove();
  const keep = (selector, holds) => holds || find(selector, item)?.remove();
  for (const each of all("[formaction], [href]", item)) {
    for (const attribute of ["formaction", "href"]) if (each.hasAttribute(attribute)) each.setAttribute(attribute, each.getAttribute(attribute).replace("/items/0/", `/items/${number}/`));
  }
  keep("[data-for-mine]", ours && kind !== "passed");
  keep("[data-for-presenter]", !ours && kind !== "passed" && "myTurn" in list.closest(".stretch").dataset);
  keep("[data-for-others]", !ours && kind !== "passed");
  const withdraw = find("[data-for-mine]", item);
  if (withdraw) withdraw.value = number;
  list.prepend(item);
  const report = find("[data-for-others]", item);
  if (report) {
    if ("keepsSafe" in now().dataset) find("[data-verb]", report).textContent = report.dataset.hideToo;
    find("[data-about]", report).textContent = ` ${name}, ${time.textContent}`;
  }
  if (!ours) announce([`${name}, ${label}`, words.textContent.trim().slice(0, 300)].filter(Boolean).join(": "), { isContribution: true, lang: words.lang });
};

let catching = null;
let heardOf = 0; // the highest number that anybody told us
const catchUp = () => {
  catching ||= (async () => {
    try {
      const answer = await ask(`${said.events}?after=${seq}`);
      if (answer.status === 401) return line.say("lineOut");
      if (answer.status === 404) return line.say("lineGone");
      if (answer.ok) {
        hear(await answer.json());
        return true;
      }
    } catch {
      // The line is lost.
    }
    return false;
  })().then((heard) => {
    catching = null;
    // What was told while we asked is not in the answer.
    return heard === true && heardOf > seq ? catchUp() : heard;
  });
  return catching;
};

// The line -----------------------------------------------------------------------------------------------------------------

const pending = new Map(); // client_id -> {frame, form, place}: sent, and not answered yet

const hear = (frame) => {
  heardTime(frame.server_now);
  if (frame.type === "snapshot") {
    frame.events.forEach(happen);
    if (frame.seq > seq) seq = frame.seq;
    sitting(frame.state.here);
  } else if (frame.type === "event") {
    heardOf = Math.max(heardOf, frame.seq);
    if (frame.seq > seq + 1) catchUp();
    else happen(frame);
  } else if (frame.type === "taken") {
    taken(frame);
  } else if (frame.type === "refused") {
    refused(frame);
  } else if (frame.type === "pong") {
    line.answered();
    sitting(frame.here);
    if (frame.seq > seq) catchUp();
  } else if (frame.type === "presence") {
    sits(frame.place, frame.here);
  } else if (frame.type === "typing") {
    showTyping(frame.place);
  } else if (frame.type === "reload") {
    // The meeting has another time, or was called off. Not everybody in the same moment.
    keepAll();
    setTimeout(() => location.reload(), Math.random() * 1000);
  }
};

const sits = (place, here) => {
  const seat = find(`[data-seat="${place}"]`);
  if (!seat || place === mine()) return;
  if (!here === seat.classList.contains("away")) return;
  lookSoon();
};
const sitting = (here) => {
  if (here) for (const seat of all("[data-seat]")) if (here.includes(Number(seat.dataset.seat)) && seat.classList.contains("away")) return lookSoon();
  return undefined;
};

const line = {
  socket: null,
  failures: 0,
  timer: 0,
  sentTimer: 0,
  ping: 0,
  patience: 0,
  stopped: false,
  get isOpen() {
    return line.socket?.readyState === WebSocket.OPEN;
  },
  say(how) {
    const words = find("#line");
    if (how === "lineOut" || how === "lineGone") {
      line.stopped = true;
      line.socket?.close();
    }
    words.hidden = false;
    words.dataset.how = how;
    if (words.textContent !== said[how]) words.textContent = said[how];
  },
  // The list that shows it may be two screens further down.
  saySent() {
    const words = find("#sent");
    words.hidden = false;
    announce(words.textContent);
    clearTimeout(line.sentTimer);
    line.sentTimer = setTimeout(() => (words.hidden = true), 5000);
  },
  open() {
    clearTimeout(line.timer);
    if (line.socket || line.stopped) return;
    const address = new URL(`/ws/meetings/${said.meeting}/?after=${seq}`, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    line.socket = socket;
    line.expect();
    socket.addEventListener("message", ({ data }) => {
      if (socket !== line.socket) return;
      const frame = JSON.parse(data);
      if (frame.type === "snapshot") line.opened();
      hear(frame);
    });
    socket.addEventListener("close", ({ code }) => socket === line.socket && line.closed(code));
  },
  opened() {
    line.answered();
    line.failures = 0;
    line.say("lineOn");
    clearInterval(line.ping);
    line.ping = setInterval(() => {
      line.expect();
      line.send({ type: "ping", seq });
    }, PING_EVERY);
    if (!("arrived" in now().dataset)) line.send({ type: "command", command: "arrive", client_id: freshId() });
    for (const { frame } of pending.values()) line.send(frame);
    lookSoon();
  },
  closed(code) {
    line.socket = null;
    line.answered();
    clearInterval(line.ping);
    if (code === SIGNED_OUT) return line.say("lineOut");
    if (code === NOT_HERE) return line.say("lineGone");
    if (line.stopped) return undefined;
    line.failures += 1;
    return line.later();
  },
  // With jitter, so that not everybody is back in the same second.
  later() {
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(line.failures, 8)) * (0.5 + Math.random() / 2);
    clearTimeout(line.timer);
    line.timer = setTimeout(() => {
      line.open();
      if (line.failures > 2) line.otherwise();
    }, wait);
    if ((line.failures > 1 && find("#line").dataset.how !== "lineSlow") || !navigator.onLine) line.say("lineOff");
  },
  // Where sockets do not get through, plain requests may. The socket does not wait for them.
  async otherwise() {
    const heard = await catchUp();
    if (line.isOpen || line.stopped) return;
    line.say(heard ? "lineSlow" : "lineOff");
    if (!heard) return;
    for (const [id, { form, frame }] of pending) post(form, id, frame);
  },
  expect() {
    clearTimeout(line.patience);
    line.patience = setTimeout(() => {
      const socket = line.socket;
      line.socket = null; // a dead socket may take minutes to say so
      socket?.close();
      line.closed(0);
    }, PATIENCE);
  },
  answered: () => clearTimeout(line.patience),
  send: (frame) => line.isOpen && line.socket.send(JSON.stringify(frame)),
};

// Sending --------------------------------------------------------------------------------------------------------------------

const NUMBERS = new Set(["visit", "behalf", "place", "to", "minutes", "seq", "confidence"]);
const YES_OR_NO = new Set(["confirmed", "on", "off"]);
const LISTS = new Set(["presenters", "deputies"]);
const NOT_SENT = new Set(["csrfmiddlewaretoken", "as_it_is", "command"]);

const frameOf = (form, submitter) => {
  const frame = { type: "command", command: form.dataset.command };
  for (const [name, value] of new FormData(form, submitter)) {
    if (NOT_SENT.has(name)) continue;
    if (LISTS.has(name)) (frame[name] ||= []).push(...(value === "" ? [] : [Number(value)]));
    else if (YES_OR_NO.has(name)) frame[name] = value === "1";
    else if (NUMBERS.has(name)) frame[name] = value === "" ? null : Number(value);
    else if (name === "by_when") frame[name] = value || null;
    else frame[name] = value.replace(/\r\n?/g, "\n");
  }
  const kinds = form.dataset.kinds && JSON.parse(form.dataset.kinds);
  if (kinds) frame.kind = kinds[frame.behalf ?? ""] ?? Object.values(kinds)[0];
  if (frame.command === "review") frame.outcome ??= "";
  frame.client_id ||= freshId();
  return frame;
};

const send = (form, submitter) => {
  const frame = frameOf(form, submitter);
  if (form.dataset.draft) {
    form.dataset.sent = "";
    drafts.keep(form);
  }
  complain(form, "");
  pending.set(frame.client_id, { frame, form, place: form.dataset.draft && drafts.place(form) });
  busy(form, true);
  if (line.isOpen) line.send(frame);
  else post(form, frame.client_id, frame);
};

// Without a socket; and when that does not get through either, as soon as the line is back.
const post = async (form, id, frame) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(frame)) {
    if (name === "type" || value === null) continue;
    for (const each of [value].flat()) body.append(name, each === true ? "1" : each === false ? "0" : each);
  }
  if (frame.command === "name_deputies") body.append("deputies", ""); // nobody is a choice too
  body.append("csrfmiddlewaretoken", find("[name=csrfmiddlewaretoken]").value);
  try {
    const answer = await ask(said.do, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
    if (answer.type === "opaqueredirect") return line.say("lineOut");
    if (answer.status === 404) return line.say("lineGone");
    if (!answer.headers.get("Content-Type")?.includes("json")) return answer.status < 500 ? refused({ client_id: id, message: said.unfit }) : complain(form, said.waiting);
    const told = await answer.json();
    if (answer.ok) {
      taken({ client_id: id, ...told });
      await catchUp();
    } else refused({ client_id: id, ...told });
  } catch {
    complain(formOf(id), said.waiting);
  }
  return undefined;
};

// The form of a sending, which may have been made anew meanwhile.
const formOf = (id) => {
  const { form, frame } = pending.get(id) || {};
  if (!form || form.isConnected) return form;
  return all("form[data-command]", root).find((each) => each.dataset.command === frame.command && each.dataset.draft === form.dataset.draft);
};

const busy = (form, is) => form && all("button", form).forEach((button) => (is ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy")));

const complain = (form, words) => {
  const place = form && (find("[data-refusal]", form) || (form.closest("#now-lead") && find("[data-refusal-lead]")) || find("[data-refusal-quick]"));
  if (!place) return words && announce(words);
  place.setAttribute("role", "alert");
  place.hidden = !words;
  place.textContent = words;
  return undefined;
};

const taken = ({ client_id: id }) => {
  const sent = pending.get(id);
  if (!sent) return;
  const form = formOf(id);
  pending.delete(id);
  // Whoever has gone on writing meanwhile keeps what they wrote.
  const goesOn = form?.dataset.draft && form.elements.client_id.value !== id;
  if (sent.place && line.isOpen) line.saySent();
  if (sent.place && !goesOn) drafts.drop(sent.place);
  if (form) {
    busy(form, false);
    complain(form, "");
    delete form.dataset.touched;
    if (!goesOn && form.elements.client_id) form.elements.client_id.value = freshId();
    if (form.dataset.draft && !goesOn) {
      delete form.dataset.sent;
      drafts.fields(form).forEach((field) => (field.type === "radio" ? (field.checked = false) : (field.value = "")));
      // The next words are one's own again.
      if (form.elements.behalf) form.elements.behalf.selectedIndex = 0;
      find("[data-advice]", form)?.setAttribute("hidden", "");
    }
  }
  if (!line.isOpen) lookSoon();
};

const refused = ({ client_id: id, code, message }) => {
  const sent = pending.get(id);
  if (!sent) return;
  const form = formOf(id);
  pending.delete(id);
  busy(form, false);
  if (code === "confirm") return askToConfirm("");
  if (sent.frame.command === "arrive") return;
  complain(form, message || said.unfit);
  if (form?.dataset.draft) find("textarea, input:not([type=hidden])", form)?.focus();
  if (code === "stale" || code === "wrong_phase" || code === "over") lookSoon("room");
};

const askToConfirm = (why) => {
  const block = find("[data-confirm]");
  if (!block) return;
  const unsent = find("[data-unsent]", block);
  unsent.hidden = !why;
  unsent.textContent = why;
  block.hidden = false;
  block.focus();
};

// Advice in the place of a question: asked about once, then sent as it is.
const readsAsAdvice = (form) => {
  const block = find("[data-advice]", form);
  const frame = frameOf(form);
  if (!block || !block.hidden || frame.kind !== "question") return false;
  const words = JSON.parse(block.dataset.advice)[frame.language] || { advice: [], disguised: [], before: [] };
  const begins = (sentence, openings) => openings.some((each) => sentence.startsWith(each) && (each.endsWith("'") || !/^[\p{L}\p{N}_]/u.test(sentence.slice(each.length))));
  const plain = frame.text.toLowerCase().replaceAll("’", "'").replace(/\s+/g, " ");
  const bare = (sentence, lead = 3) => {
    const text = sentence.replace(/^[ ¿¡«»"'“”,\-–—*_]+/u, "");
    const before = lead && words.before.find((each) => text.startsWith(each) && /^[ ,]+\S/.test(text.slice(each.length)));
    return before ? bare(text.slice(before.length), lead - 1) : text;
  };
  const found = [...plain.matchAll(/([^.!?？;:]+)([.!?？;:]*)/gu)].some(([, sentence, mark]) => begins(bare(sentence), words.disguised) || (!/^[?？]/u.test(mark) && begins(bare(sentence), words.advice)));
  if (found) block.hidden = false;
  return found;
};

// Hands on -------------------------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-helped]")) {
    event.preventDefault();
    mark(event.submitter);
    return;
  }
  if (!form.dataset.command || "native" in form.dataset) return;
  event.preventDefault();
  const command = form.dataset.command;
  if (command === "next" && !form.elements.confirmed && drafts.unsent()) return askToConfirm(said.unsent);
  if (command === "contribute" && !event.submitter?.name && readsAsAdvice(form)) return;
  send(form, event.submitter);
});

const mark = async (button) => {
  const body = new FormData();
  body.append("on", button.value);
  body.append("csrfmiddlewaretoken", find("[name=csrfmiddlewaretoken]").value);
  try {
    const answer = await ask(button.formAction, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { helped } = await answer.json();
    button.value = helped ? "0" : "1";
    button.setAttribute("aria-pressed", String(helped));
  } catch {
    announce(said.unfit);
  }
};

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-confirm-not]")) return;
  event.preventDefault();
  find("[data-confirm]").hidden = true;
  find("form[data-command=next] button", find("#now-lead .lead-next"))?.focus();
});

addEventListener("pointerdown", () => (pressing = true), true);
// The click comes after it.
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => (pressing = false), 50), true);

let typedAt = 0;
document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (target.dataset.setting) return change(target);
  if (form?.dataset.command) form.dataset.touched = "";
  if (!form?.dataset.draft) return undefined;
  drafts.changed(form);
  const advice = find("[data-advice]", form);
  if (advice && !advice.hidden && target.name === "text") advice.hidden = true;
  if (typingShown && line.isOpen && Date.now() - typedAt > 3000) {
    typedAt = Date.now();
    line.send({ type: "typing" });
  }
  return undefined;
});
// Keyboards send with Ctrl and Enter what has many lines.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form?.dataset.draft) event.target.form.requestSubmit();
});

const change = ({ dataset, checked }) => {
  settings.set(dataset.setting, checked);
  if (dataset.setting === "announce") announcing = checked;
  else typingShown = checked;
};

let typingTimer = 0;
const showTyping = (place) => {
  if (!typingShown || place === mine()) return;
  const words = find("#typing");
  words.hidden = false;
  words.textContent = fill(said.typing, { name: nameOf(place) });
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => (words.hidden = true), 5000);
};

addEventListener("online", () => {
  line.failures = 0;
  clearTimeout(line.timer);
  line.timer = setTimeout(() => line.open(), 100 + Math.random() * 400);
});
addEventListener("offline", () => {
  line.say("lineOff");
  const socket = line.socket;
  if (!socket) return;
  line.socket = null;
  socket.close();
  line.closed(0);
});
addEventListener("pagehide", () => {
  const socket = line.socket;
  line.socket = null;
  socket?.close();
  clearInterval(line.ping);
  line.answered();
});
addEventListener("pageshow", ({ persisted }) => persisted && line.open());

drafts.dropOthers();
find("[data-setting=announce]").checked = announcing;
find("[data-setting=typing]").checked = typingShown;
heardTime(find("#now-time")?.dataset.now);
remember();
all("form[data-draft]", root).forEach((form) => drafts.restore(form));
document.getElementById("refusal")?.focus();
setInterval(tick, 1000);
tick();
if (window.WebSocket && !("over" in now().dataset)) line.open();
