// Reads a part of the page with the voice of the device. The button stays hidden when there is no voice for the language.
const voices = window.speechSynthesis;
const BLOCKS = "h1,h2,h3,h4,p,li,dt,dd,blockquote,figcaption,legend,caption,td,th,label";
const SKIP = "[hidden],[aria-hidden=true],nav,button,script,audio,video,.visually-hidden,.no-print,.answer";
const LONGEST = 220; // characters: some engines fall silent in the middle of longer pieces

const voiceFor = (lang) => {
  const wanted = lang.toLowerCase();
  const base = wanted.split("-")[0];
  const all = voices.getVoices().map((voice) => [voice, voice.lang.toLowerCase().replace("_", "-")]);
  const found = all.find(([, l]) => l === wanted) || all.find(([v, l]) => l.split("-")[0] === base && v.localService) || all.find(([, l]) => l.split("-")[0] === base);
  return found && found[0];
};

const sentences = (text, lang) => {
  const parts = window.Intl?.Segmenter
    ? [...new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text)].map(({ segment }) => segment)
    : text.match(/[^.!?…]+[.!?…]*\s*/g) || [text];
  return parts.flatMap((part) => part.match(new RegExp(`.{1,${LONGEST}}(?:\\s|$)|.{1,${LONGEST}}`, "gs")) || []);
};

const piecesOf = (element) => {
  const blocks = [...element.querySelectorAll(BLOCKS)].filter(
    (block) => !block.closest(SKIP) && !block.querySelector(BLOCKS) && !block.closest("details:not([open])"),
  );
  return blocks.flatMap((block) => {
    const text = block.innerText.replace(/\s+/g, " ").trim();
    const lang = block.closest("[lang]").lang;
    return text ? sentences(text, lang).map((words) => ({ block, lang, words })) : [];
  });
};

const wire = (button) => {
  const target = document.querySelector(button.dataset.readAloud);
  const group = button.closest("[data-read-aloud-group]");
  if (!target) return;
  const words = button.querySelector("span");
  const stop = group.querySelector("[data-read-aloud-stop]");
  const status = group.querySelector("[data-read-aloud-status]");
  let pieces = [];
  let at = 0;
  let state = "still";
  let run = 0; // a cancelled piece still reports its end: only the present run may go on

  const mark = (block) => {
    for (const old of target.querySelectorAll(".being-read")) if (old !== block) old.classList.remove("being-read");
    block?.classList.add("being-read");
  };
  const become = (next, said) => {
    state = next;
    words.textContent = button.dataset[{ still: "start", reading: "pause", paused: "resume" }[next]];
    stop.hidden = next === "still";
    if (said) status.textContent = said;
  };
  const finish = () => {
    run += 1;
    voices.cancel();
    mark(null);
    at = 0;
    if (document.activeElement === stop) button.focus();
    become("still", button.dataset.saidEnd);
  };
  const speak = () => {
    if (at >= pieces.length) return finish();
    const mine = (run += 1);
    const { block, lang, words: text } = pieces[at];
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = lang;
    utterance.voice = voiceFor(lang) || null;
    utterance.onend = () => {
      if (mine !== run) return;
      at += 1;
      speak();
    };
    utterance.onerror = () => mine === run && finish();
    mark(block);
    voices.speak(utterance);
  };

  button.addEventListener("click", () => {
    if (state === "reading") {
      run += 1;
      voices.cancel(); // pause() is unreliable on telephones: stop, and begin the same sentence again
      become("paused", button.dataset.saidPause);
    } else {
      if (state === "still") pieces = piecesOf(target);
      become("reading", state === "still" ? button.dataset.saidStart : "");
      speak();
    }
  });
  stop.addEventListener("click", finish);
  addEventListener("pagehide", () => voices.cancel());
  const show = () => {
    if (voiceFor(document.documentElement.lang)) button.hidden = false;
  };
  show();
  voices.addEventListener?.("voiceschanged", show);
};

if (voices) document.querySelectorAll("[data-read-aloud]").forEach(wire);
