import { html, Markup } from "./markup.ts";

export type Mark = "pass" | "warn" | "fail" | "unknown" | "skipped";

/** Shapes that differ without colour; each is drawn in the colour of the text around it. */
const shapes: Readonly<Record<Mark, string>> = {
  pass: '<circle cx="8" cy="8" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M4.8 8.3 7 10.5l4.3-4.8" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/>',
  warn: '<path d="M8 1.6 15.2 14.4H.8Z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/><path d="M8 6v4" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"/><circle cx="8" cy="12.2" r="1" fill="currentColor"/>',
  fail: '<circle cx="8" cy="8" r="8" fill="currentColor"/><path class="knock" d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6" fill="none" stroke-width="1.9" stroke-linecap="round"/>',
  unknown:
    '<circle cx="8" cy="8" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.6 1.95"/><path d="M6 6.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/><circle cx="8" cy="11.7" r=".95" fill="currentColor"/>',
  skipped:
    '<circle cx="8" cy="8" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M5.2 8h5.6" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"/>',
};

/** The shapes, once for the page. */
export const icons: Markup = html`<svg width="0" height="0" class="unseen" aria-hidden="true" focusable="false">${Object.entries(
  shapes,
).map(([mark, shape]) => new Markup(`<symbol id="mark-${mark}" viewBox="0 0 16 16">${shape}</symbol>`))}</svg>`;

/** A mark beside words that say the same. */
export function icon(mark: Mark): Markup {
  return new Markup(
    `<svg class="mark ${mark}" width="16" height="16" aria-hidden="true" focusable="false"><use href="#mark-${mark}"/></svg>`,
  );
}
