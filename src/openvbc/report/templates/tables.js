"use strict";
// Tables: sorted by their heads, filtered by a field, totals over the rows that are shown.
function amount(text) {
  const bare = text.replace(/[$,%\s]/g, "").replace("−", "-").replace(/^\((.*)\)$/, "-$1");
  return bare === "" || !/^-?\d*\.?\d+$/.test(bare) ? null : Number(bare);
}

function written(value, like) {
  const places = (like.match(/\.(\d+)/) || ["", ""])[1].length;
  const shown = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
  const sign = Number(value.toFixed(places)) < 0 ? "−" : "";
  return sign + (like.includes("$") ? "$" : "") + shown + (like.includes("%") ? "%" : "");
}

function sortable(table) {
  const body = table.tBodies[0];
  const heads = table.tHead ? [...table.tHead.rows[0].cells] : [];
  if (!body || body.rows.length < 3) return;
  heads.forEach((head, at) => {
    if (head.tagName !== "TH") return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[at] ? row.cells[at].textContent.trim() : "";
      const rows = [...body.rows].map((row) => [key(row), amount(key(row)), row]);
      rows.sort(([a, x], [b, y]) => {
        if ((x === null) !== (y === null)) return x === null ? 1 : -1; // what is no number stays last
        const order = x === null ? a.localeCompare(b) : x - y;
        return down ? -order : order;
      });
      body.append(...rows.map(([, , row]) => row));
    });
  });
}

function totals(table) {
  // A total is followed only where it is the sum of what stands above it.
  const foot = table.tFoot && table.tFoot.rows[0];
  const rows = [...table.tBodies[0].rows];
  if (!foot) return () => {};
  const whole = [...foot.cells].map((cell) => cell.textContent);
  const sums = whole.map((text, at) => {
    const values = rows.map((row) => amount(row.cells[at].textContent));
    if (amount(text) === null || values.every((value) => value === null)) return false;
    const step = 10 ** -(text.match(/\.(\d+)/) || ["", ""])[1].length;
    const sum = values.reduce((all, value) => all + (value || 0), 0);
    return Math.abs(sum - amount(text)) <= step * (rows.length / 2 + 1);
  });
  return () => {
    const shown = rows.filter((row) => !row.hidden);
    const all = shown.length === rows.length;
    [...foot.cells].forEach((cell, at) => {
      if (all) cell.textContent = whole[at];
      else if (sums[at]) cell.textContent = written(
        shown.reduce((sum, row) => sum + (amount(row.cells[at].textContent) || 0), 0), whole[at]);
      else if (at === 0) cell.textContent = `${whole[at]} of the ${shown.length} rows shown`;
      else cell.textContent = amount(whole[at]) === null && !/\d/.test(whole[at]) ? whole[at] : "";
    });
  };
}

function tables(root) {
  for (const table of root.querySelectorAll(".scroll table")) sortable(table);
  for (const field of root.querySelectorAll(".filter")) {
    const table = field.nextElementSibling.querySelector("table");
    const rows = [...table.tBodies[0].rows];
    const follow = totals(table);
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      follow();
    });
  }
}
