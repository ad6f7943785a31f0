// Run in each page a telephone opens: what WCAG 2.2 asks of a narrow screen under a thumb.
addEventListener("load", () => {
  // A frame that nobody sees has no width.
  if (location.origin !== HUB || !document.documentElement.clientWidth) return;
  const page = document.documentElement;
  const amiss = (what) => console.warn(`telephone, ${location.pathname}: ${what}`);
  // 1.4.10 Reflow.
  if (page.scrollWidth > page.clientWidth)
    amiss(`${page.scrollWidth} px wide in ${page.clientWidth}`);
  // 2.5.8 Target size: 24 px each way, links within a sentence apart.
  const pressed = "button, summary, select, textarea, a[href], input:not([type=hidden])";
  for (const each of document.querySelectorAll(pressed)) {
    const label = each.closest("label") || each;
    const { width, height } = label.getBoundingClientRect();
    const inline = each.tagName === "A" && getComputedStyle(each).display === "inline";
    if (!each.checkVisibility({ visibilityProperty: true }) || width * height === 0) continue;
    if (each.closest(".visually-hidden, .skip") || inline) continue;
    if (width < 24 || height < 24) amiss(`${each.outerHTML.slice(0, 90)}: ${width} × ${height}`);
  }
  // A thumb types figures and addresses on their own keyboards.
  const keyboards = { code: "numeric", mobile: "tel", phone: "tel", mail: "email" };
  for (const each of document.querySelectorAll("main input[name]")) {
    const wanted = keyboards[each.name];
    // A code read out to the support has letters; no keyboard is proposed for it.
    if (each.name === "code" && each.autocomplete === "off") continue;
    if (wanted && each.type !== "hidden" && ![each.type, each.inputMode].includes(wanted))
      amiss(`${each.outerHTML.slice(0, 90)}: no ${wanted} keyboard`);
  }
});
