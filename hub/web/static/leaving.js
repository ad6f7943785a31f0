// Says which service has answered in its frame, and goes on as soon as all have. Without this
// file the page goes on by itself, later: a service that hangs is then left by the link.
const page = document.getElementById("left");
const again = () => location.replace(page.dataset.again);
const waiting = new Set(page.querySelectorAll("iframe"));

function look(frame) {
  // Another site's document is none to us.
  const noted = frame.contentDocument?.querySelector("[data-word]");
  if (!noted || !waiting.delete(frame)) return;
  frame.closest("li").querySelector("[data-row]").textContent = `${frame.title}${noted.textContent}`;
  if (!waiting.size) again();
}

// While a service hangs that the whole window goes to, this page is still the one on screen.
const seconds = Number(page.dataset.patience) + (waiting.size ? 0 : 1);
setTimeout(again, 1000 * seconds);
for (const frame of waiting) {
  frame.addEventListener("load", () => look(frame));
  frame.src = frame.src.replace("=soon", "=now");
}
