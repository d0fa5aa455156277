// All hand-written JavaScript. Every page works without it.
(() => {
  "use strict";
  const open = (dialog) => {
    dialog.showModal();
    dialog.querySelector("input[type=search]")?.select();
  };
  // Ctrl-K or Cmd-K opens the search for a person; the button is a link where there is no script.
  document.addEventListener("keydown", (event) => {
    const dialog = document.getElementById("finn");
    if (dialog && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open(dialog);
    }
  });
  document.addEventListener("click", (event) => {
    const dialog = document.getElementById("finn");
    if (dialog && event.target.closest("[data-opens=finn]")) {
      event.preventDefault();
      open(dialog);
    }
    if (event.target.closest("[data-prints]")) window.print();
  });
  // Arrow keys walk between the field and the hits; Enter follows a link by itself.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const search = event.target.closest("[data-walks]");
    if (!step || !search) return;
    const stops = [...search.querySelectorAll("input[type=search], [data-hit]")];
    const next = stops[stops.indexOf(event.target) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  // In a reconciliation, one key settles the first row that is open; Ctrl-Enter signs.
  document.addEventListener("keydown", (event) => {
    const form = document.querySelector("[data-settles]");
    if (!form || event.target.closest("dialog, input:not([type=radio]), textarea, select")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey) {
      const within = event.target.closest("[data-row]");
      const rows = [...form.querySelectorAll("[data-row]")];
      const open = rows.filter((row) => !row.querySelector("input:checked"));
      const row = within && form.contains(within) ? within : open[0];
      const answer = row?.querySelector(`[data-answer="${CSS.escape(event.key.toLowerCase())}"]`);
      if (!answer) return;
      event.preventDefault();
      answer.checked = true;
      const next = rows.slice(rows.indexOf(row) + 1).find((one) => open.includes(one));
      (next?.querySelector("input") ?? form.querySelector("button")).focus();
    }
  });
  const busy = (event, is) => event.detail?.ctx?.target?.setAttribute?.("aria-busy", is);
  document.addEventListener("htmx:before:request", (event) => busy(event, "true"));
  document.addEventListener("htmx:finally:request", (event) => busy(event, "false"));
})();
