// Arrow keys move between the cells of a progress grid; Home and End go to the ends of its row. Tab works as ever.

const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
// On a phone the rows stand beside each other.
const turned = { ArrowUp: "ArrowLeft", ArrowDown: "ArrowRight", ArrowLeft: "ArrowUp", ArrowRight: "ArrowDown" };

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".paths button.cell");
  if (!cell || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = [...cell.closest("tbody").rows].map((row) => [...row.cells]);
  const at = rows.findIndex((row) => row.includes(cell.closest("td")));
  const column = rows[at].indexOf(cell.closest("td"));
  const isTurned = getComputedStyle(cell.closest("table")).writingMode !== "horizontal-tb";
  const next = target((isTurned && turned[event.key]) || event.key, rows, at, column)?.querySelector("button.cell");
  if (!next) return;
  event.preventDefault();
  next.focus();
});

function target(key, rows, row, column) {
  if (key === "Home") return rows[row].find((each) => each.querySelector("button.cell"));
  if (key === "End") return rows[row].at(-1);
  const step = steps[key];
  return step && rows[row + step[0]]?.[column + step[1]];
}
