"use strict";
(() => {
  // Sorting: a button in each head, within each body, the block's heading first.
  const key = (row, at) => {
    const cell = row.cells[at];
    if (!cell) return null;
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    return cell.textContent.trim();
  };
  const isNothing = (value) => value === null || value === "";
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a < b ? -1 : b < a ? 1 : 0;
  };
  const sort = (table, at, sign) => {
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains("block"));
      const keyed = rows.map((row) => [key(row, at), row]);
      // Cells without a number stay last in both directions.
      keyed.sort(([a], [b]) => {
        const apart = isNothing(a) - isNothing(b) || (typeof a === "string") - (typeof b === "string");
        return apart || sign * compare(a, b);
      });
      body.append(...keyed.map(([, row]) => row));
    }
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, at, down ? -1 : 1);
      });
    });
  }

  // Filtering: every word must be in the row.
  for (const table of document.querySelectorAll("details table.sortable, table.ranking")) {
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    if (rows.length < (table.classList.contains("ranking") ? 5 : 12)) continue;
    const label = document.createElement("label");
    label.className = "filter";
    const input = document.createElement("input");
    input.type = "search";
    input.placeholder = "words in a row";
    const shown = document.createElement("output");
    label.append("Filter", input, shown);
    table.parentElement.before(label);
    let texts = null;
    input.addEventListener("input", () => {
      texts = texts || rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let n = 0;
      rows.forEach((row, at) => {
        const fits = words.every((word) => texts[at].includes(word));
        row.hidden = !fits;
        n += fits ? 1 : 0;
      });
      shown.textContent = words.length === 0 ? "" : n + " of " + rows.length + " rows";
    });
  }

  // A link into a folded part unfolds it.
  const unfold = () => {
    const target = location.hash.length === 0 ? null : document.getElementById(location.hash.slice(1));
    const folded = target ? target.closest("details") : null;
    if (folded) folded.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();
})();
