// A tablet that calls itself a desktop is known by its screen alone.
if (navigator.maxTouchPoints > 1) {
  for (const each of document.querySelectorAll("[data-touched]")) {
    each.hidden = false;
    each.parentElement.querySelector("button")?.setAttribute("aria-describedby", each.id);
  }
}
