tables(document);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function wrapped(label) {
  const rows = [""];
  for (const word of label.split(" ")) {
    const last = rows[rows.length - 1];
    if (last && last.length + word.length > 15) rows.push(word);
    else rows[rows.length - 1] = last ? last + " " + word : word;
  }
  return rows;
}

function explorer(root) {
  const data = JSON.parse(root.querySelector("script").textContent);
  const index = new Map(data.nodes.map((node, at) => [node.name, at]));
  const contracts = root.querySelector(".contract");
  const lines = root.querySelector(".line");
  data.contracts.forEach((contract, at) => contracts.add(new Option(contract.label, at)));
  for (const node of data.nodes)
    if (node.kind === "line") lines.add(new Option(node.label, node.name, false, node.name === data.result));

  const cell = (name) => data.contracts[contracts.value].values[index.get(name)];

  function describe(node) {
    if (node.kind !== "parameter") {
      const [shown, full] = cell(node.name) || ["–"];
      return { shown, full, cite: node.cite, status: node.status, formula: node.formula, rounding: node.rounding };
    }
    const entry = data.parameters[node.name][cell(node.name)];
    if (!entry) return { shown: "–" };
    return { shown: entry.value, cite: entry.cite, status: entry.status, formula: entry.applies && "in force for " + entry.applies };
  }

  function branch(name, depth) {
    const node = data.nodes[index.get(name)];
    const told = describe(node);
    const needs = node.needs || [];
    const holder = element(needs.length ? "details" : "div", needs.length ? "" : "leaf");
    const head = element(needs.length ? "summary" : "div");
    head.append(node.label, element("span", "value", told.shown));
    if (node.kind !== "line") head.append(element("span", "badge", node.kind));
    if (told.status) head.append(element("span", "badge " + told.status, told.status));
    holder.append(head);
    const unit = node.unit && !["USD", "ratio", "flag", "text"].includes(node.unit) ? node.unit + ". " : "";
    const why = [unit + (told.formula || ""), told.full && "more exactly " + told.full,
      told.rounding && told.rounding !== "not rounded" && "rounding: " + told.rounding, told.cite].filter(Boolean);
    if (why.length) holder.append(element("p", "why", why.join(" — ")));
    if (needs.length) {
      const fill = () => { if (holder.open && holder.dataset.full !== "yes") {
        holder.dataset.full = "yes"; for (const each of needs) holder.append(branch(each, depth + 1)); } };
      holder.addEventListener("toggle", fill);
      if (depth < 2) { holder.open = true; fill(); }
    }
    return holder;
  }

  function picture() {
    const steps = data.waterfall.map((step) => {
      const [shown, full] = cell(step.name) || [];
      const value = Number((full || shown || "").replace("−", "-").replace(/[$,…]/g, ""));
      return { label: data.nodes[index.get(step.name)].label, kind: step.kind, shown, value };
    }).filter((step) => Number.isFinite(step.value));
    const space = root.querySelector(".picture");
    space.replaceChildren();
    if (steps.length < 2) return;
    // Benchmark and expenditures dwarf what is shared: they get a panel and a scale of their own.
    const second = steps.findIndex((step, at) => at > 0 && step.kind === "total");
    const panels = second > 1 ? [steps.slice(0, second), steps.slice(second)] : [steps];
    const wide = 110, tall = 230, gap = 40;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const width = wide * steps.length + gap * (panels.length - 1);
    const deepest = Math.max(...steps.map((step) => wrapped(step.label).length));
    const floor = tall + 4 + 15 * deepest;
    svg.setAttribute("viewBox", `0 0 ${width} ${floor + 26}`);
    svg.setAttribute("width", width);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "From benchmark to payment");
    const add = (name, attributes, text) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      if (text) made.textContent = text;
      svg.append(made);
    };
    let left = 0;
    panels.forEach((panel, number) => {
      const side = panels.length > 1 && number === 0;
      let level = 0;
      for (const step of panel) {
        step.from = side || step.kind === "total" ? 0 : level;
        step.to = level = side ? Math.abs(step.value) : step.from + step.value;
      }
      const ends = panel.flatMap((step) => [step.from, step.to]);
      const high = Math.max(...ends, 0);
      const low = Math.min(...ends, 0);
      const y = (value) => 24 + (tall - 44) * (high - Math.max(value, low)) / (high - low || 1);
      panel.forEach((step, at) => {
        const middle = left + at * wide + wide / 2;
        const top = y(Math.max(step.from, step.to)), bottom = y(Math.min(step.from, step.to));
        const color = step.value < 0 ? "#b3412e" : side || step.kind === "total" ? "#3b6ea8" : "#1b7f5c";
        add("rect", { x: middle - 40, y: top, width: 80, height: Math.max(bottom - top, 1.5), fill: color, rx: 2 });
        add("text", { x: middle, y: top - 6, "text-anchor": "middle" }, step.shown);
        wrapped(step.label).forEach((words, row) =>
          add("text", { x: middle, y: tall + 4 + 15 * row, "text-anchor": "middle" }, words));
      });
      left += panel.length * wide + gap;
    });
    space.append(svg);
  }

  function draw() {
    picture();
    root.querySelector(".tree").replaceChildren(branch(lines.value, 0));
  }
  function opened() {
    // A row of the contracts leads here: #explore-worksheet:3 opens the worksheet of the fourth.
    const [where, number] = location.hash.slice(1).split(":");
    if (where !== root.id || !data.contracts[number]) return;
    contracts.value = number;
    draw();
    root.scrollIntoView();
    contracts.focus();
  }
  window.addEventListener("hashchange", opened);
  contracts.addEventListener("change", () => {
    // The address says which one is open, so that it can be sent to somebody.
    try { history.replaceState(null, "", `#${root.id}:${contracts.value}`); } catch { /* an embedded page keeps its address */ }
    draw();
  });
  lines.addEventListener("change", draw);
  draw();
  opened();
}
document.querySelectorAll(".explorer").forEach(explorer);

function csvCell(cell) {
  const text = cell.textContent.trim();
  const number = text.replace(/[$,]/g, "").replace("−", "-");
  if (/^-?\d*\.?\d+%?$/.test(number) && cell.classList.contains("number")) return number;
  // A cell that begins like a formula stays text in a spreadsheet.
  return `"${(/^[=+@\t-]/.test(text) ? "'" + text : text).replace(/"/g, '""')}"`;
}

function downloadable(holder) {
  // The rows as they stand: filtered, in their order; without the total, which is no row.
  const table = holder.querySelector("table");
  if (!table || !table.tBodies[0]) return;
  const button = element("button", "csv", "Download as CSV");
  button.type = "button";
  button.setAttribute("aria-label", "Download as CSV: " + (table.caption ? table.caption.textContent : table.getAttribute("aria-label")));
  button.addEventListener("click", () => {
    const rows = [...table.tHead.rows, ...[...table.tBodies[0].rows].filter((row) => !row.hidden)];
    const text = rows.map((row) => [...row.cells].map(csvCell).join(",")).join("\r\n");
    const link = element("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + text + "\r\n"], { type: "text/csv" }));
    link.download = holder.id + ".csv";
    link.click();
    URL.revokeObjectURL(link.href);
  });
  holder.append(button);
}
document.querySelectorAll("div.table").forEach(downloadable);
// Notes are folded on the screen; paper cannot be opened.
addEventListener("beforeprint", () => { for (const each of document.querySelectorAll("details.callout")) each.open = true; });
