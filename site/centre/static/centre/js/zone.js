// Proposes the time zone that this device is set to. Nothing is kept until the person says yes.
const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (guess) {
  const place = guess.split("/").pop().replaceAll("_", " ");
  const face = { timeZone: guess, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const time = new Intl.DateTimeFormat(document.documentElement.lang, face);
  for (const form of document.querySelectorAll("[data-zone-guess]")) {
    form.elements.zone.value = guess;
    form.querySelector("[data-zone-place]").textContent = `${place}, ${time.format()}`;
    form.hidden = false;
  }
  const select = document.querySelector("select[name=zone]");
  if (select && !select.value && [...select.options].some(({ value }) => value === guess)) select.value = guess;
}
