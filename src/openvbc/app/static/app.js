function say(slider) {
  const shown = slider.parentElement.querySelector("output");
  const moved = Number(slider.value) !== Number(slider.defaultValue);
  const percent = (Number(slider.value) - 1) * 100;
  if (slider.dataset.settled === undefined) slider.dataset.settled = shown.textContent;
  if (!moved) shown.textContent = slider.dataset.settled;
  else if (slider.dataset.factor) shown.textContent = (percent > 0 ? "+" : "−") + Math.abs(percent).toFixed(1) + "%";
  else shown.textContent = (Number(slider.value) * 100).toFixed(1) + "%";
  slider.setAttribute("aria-valuetext", shown.textContent);
}

function start() {
  tables(document);
  for (const form of document.querySelectorAll(".sliders")) {
    const all = [...form.querySelectorAll("input[type=range]")];
    for (const slider of all) {
      say(slider);
      slider.addEventListener("input", () => say(slider));
    }
    form.addEventListener("reset", () => setTimeout(() => all.forEach(say)));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
}
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
