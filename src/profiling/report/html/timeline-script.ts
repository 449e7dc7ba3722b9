/** Runs in the page: each timeline is zoomed and moved by the part of its drawing that is shown. */
export const TIMELINE_SCRIPT = `
for (const figure of document.querySelectorAll(".timeline")) {
  const svg = figure.querySelector("svg");
  const [, , whole, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const spanMs = figure.dataset.to - figure.dataset.from;
  let from = 0, width = whole;
  const text = (ms) => {
    for (const [unit, size] of [["s", 1e3], ["ms", 1], ["µs", 1e-3]]) if (ms >= size) return (ms / size).toPrecision(4) + " " + unit;
    return ms === 0 ? "0" : Math.round(ms * 1e6) + " ns";
  };
  const show = (nextFrom, nextWidth) => {
    width = Math.min(whole, Math.max(whole / 1e5, nextWidth));
    from = Math.min(whole - width, Math.max(0, nextFrom));
    svg.setAttribute("viewBox", [from, 0, width, height].join(" "));
    const ms = (x) => (x / whole) * spanMs;
    figure.querySelector(".from").textContent = text(ms(from));
    figure.querySelector(".range").textContent = text(ms(width)) + " shown";
    figure.querySelector(".to").textContent = text(ms(from + width));
  };
  const zoom = (factor, at) => show(from + at * width * (1 - factor), width * factor);
  const part = (event) => (event.clientX - svg.getBoundingClientRect().left) / svg.clientWidth;
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) show(from + (event.deltaX / svg.clientWidth) * width, width);
    else zoom(event.deltaY > 0 ? 1.25 : 0.8, part(event));
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => svg.setPointerCapture(event.pointerId));
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) show(from - (event.movementX / svg.clientWidth) * width, width);
  });
  figure.addEventListener("keydown", (event) => {
    const keys = {
      "+": () => zoom(0.5, 0.5), "-": () => zoom(2, 0.5), "0": () => show(0, whole),
      ArrowLeft: () => show(from - width / 5, width), ArrowRight: () => show(from + width / 5, width),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}
`;
