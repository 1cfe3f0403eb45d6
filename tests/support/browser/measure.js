// Measures every frame of this page once all are loaded, and writes what it finds as JSON into the element "measured".
"use strict";

function channel(value) {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

// Relative luminance and contrast: WCAG 2.2, "relative luminance" and "contrast ratio".
function luminance([red, green, blue]) {
  return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function parts(color) {
  const numbers = color.match(/[\d.]+/g).map(Number);
  return numbers.length === 3 ? [...numbers, 1] : numbers;
}

function background(view, element) {
  for (let each = element; each; each = each.parentElement) {
    const color = parts(view.getComputedStyle(each).backgroundColor);
    if (color[3] === 1) return color;
  }
  return [255, 255, 255, 1];
}

function poor(view, element) {
  const style = view.getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight, 10) >= 700);
  const ratio = contrast(parts(style.color), background(view, element));
  const text = element.textContent.trim().slice(0, 40);
  return ratio < (large ? 3 : 4.5) ? [`${text}: ${style.color}: ${ratio.toFixed(2)}`] : [];
}

function hasText(element) {
  return [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
}

function wide(view, element) {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.right > view.innerWidth + 1 && box.left >= 0;
}

function jumps(document) {
  const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((each) => Number(each.tagName[1]));
  return levels.filter((level, place) => level > (levels[place - 1] ?? 0) + 1).length;
}

function measured(frame) {
  const view = frame.contentWindow, page = frame.contentDocument, root = page.documentElement;
  const texts = [...page.body.querySelectorAll("*")].filter(hasText).filter((each) => each.tagName !== "STYLE");
  const anchors = [...page.querySelectorAll('a[href^="#"]')].map((each) => each.getAttribute("href").slice(1));
  const rows = [...page.querySelectorAll("table.todo tr")];
  return {
    dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
    background: view.getComputedStyle(page.body).backgroundColor,
    overflow: root.scrollWidth - root.clientWidth,
    wide: texts.filter((each) => wide(view, each)).map((each) => each.textContent.slice(0, 40)),
    poor: texts.flatMap((each) => poor(view, each)),
    anchors: anchors.length,
    lost: anchors.filter((each) => !page.getElementById(each)),
    outside: [...page.querySelectorAll("[src],[href]")].map((each) => each.getAttribute("href") ?? each.src).filter((each) => !each.startsWith("#")),
    active: page.querySelectorAll("script,iframe,object,embed,form,img,link").length,
    twice: [...page.querySelectorAll("[id]")].map((each) => each.id).filter((each, place, all) => all.indexOf(each) !== place),
    unscoped: page.querySelectorAll("th:not([scope])").length,
    headings: page.querySelectorAll("h1").length,
    jumps: jumps(page),
    list: rows.length ? rows.at(-1).getBoundingClientRect().bottom : 0,
    bar: [...page.querySelectorAll(".bar span")].map((each) => Number(each.style.flexGrow)),
    text: page.body.innerText,
  };
}

window.addEventListener("load", () => {
  const found = Object.fromEntries([...document.querySelectorAll("iframe")].map((frame) => [frame.name, measured(frame)]));
  const shown = document.createElement("pre");
  shown.id = "measured";
  shown.textContent = JSON.stringify(found);
  document.body.replaceChildren(shown);
});
