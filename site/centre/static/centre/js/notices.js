// The number of unread notices beside their links in the header, true as long as the page is open. Everything else works
// without it: where sockets fail there is no number, and nothing is said about it.
const links = [...document.querySelectorAll("[data-notices]")];
const SIGNED_OUT = 4401;
const [FIRST, LONGEST, MOST] = [1000, 60000, 12]; // milliseconds between attempts; attempts until the page is looked at again
let socket;
let timer;
let failures = 0;
let known;
let signedOut = false;

// For a change while somebody is here, never for the number that a page begins with.
const status = document.createElement("div");
status.setAttribute("role", "status");
status.className = "visually-hidden";
document.body.append(status);

const part = (text, hidden) => {
  const span = document.createElement("span");
  if (hidden) span.className = "visually-hidden";
  span.textContent = text;
  return span;
};

// " (3)" to be seen, " (3 unread notices)" to be heard: one phrase, of which only the number shows.
const show = (unread) => {
  for (const link of links) {
    link.querySelector("[data-unread]")?.remove();
    if (!unread) continue;
    const phrase = unread === 1 ? link.dataset.one : link.dataset.many;
    const [before, after] = phrase.split("{n}");
    const badge = part("\u00a0("); // the link lays its parts out in a row, where a common space would vanish
    badge.dataset.unread = unread;
    badge.append(part(before, true), part(unread), part(after, true), ")");
    link.append(badge);
    if (known !== undefined && unread > known) status.textContent = `${before}${unread}${after}`;
  }
  if (!unread) status.textContent = "";
  known = unread;
};

const open = () => {
  clearTimeout(timer);
  if (socket || signedOut || document.hidden) return;
  const address = new URL("/ws/notices/", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const mine = new WebSocket(address);
  socket = mine;
  mine.addEventListener("message", ({ data }) => {
    failures = 0;
    const { unread } = JSON.parse(data);
    if (mine === socket && Number.isInteger(unread)) show(unread);
  });
  mine.addEventListener("close", ({ code }) => {
    if (mine !== socket) return;
    socket = undefined;
    signedOut = code === SIGNED_OUT;
    if (signedOut) show(0);
    failures += 1;
    // With jitter, so that not everybody is back in the same second after a restart.
    const wait = Math.min(LONGEST, FIRST * 2 ** failures) * (0.5 + Math.random() / 2);
    if (failures < MOST) timer = setTimeout(open, wait);
  });
};

const close = () => {
  clearTimeout(timer);
  const mine = socket;
  socket = undefined;
  mine?.close();
};

if (links.length && window.WebSocket) {
  // A page that nobody sees needs no number; an open socket would also keep it from coming back at once (bfcache).
  document.addEventListener("visibilitychange", () => {
    failures = 0;
    if (document.hidden) close();
    else open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}
