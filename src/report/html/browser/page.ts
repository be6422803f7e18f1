/** Copying, and what printing needs. Without it the page is whole, but for its buttons. */

const announcer = document.getElementById("announcer");
const { copied = "", notCopied = "" } = document.body.dataset;

for (const button of document.querySelectorAll<HTMLButtonElement>("button.copy")) {
  const text = button.parentElement?.querySelector("pre");
  if (!text) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(text.textContent ?? "");
    if (!done) select(text);
    tell(button, done);
  });
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Where a page from disk has no clipboard of its own. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  const before = document.activeElement;
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}

function select(text: HTMLElement): void {
  for (let fold = text.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null)
    fold.open = true;
  getSelection()?.selectAllChildren(text);
}

const labels = new Map<HTMLButtonElement, { text: string; timer: number }>();

function tell(button: HTMLButtonElement, done: boolean): void {
  const known = labels.get(button);
  clearTimeout(known?.timer);
  const text = known?.text ?? button.textContent ?? "";
  button.textContent = done ? copied : notCopied;
  if (announcer) announcer.textContent = done ? copied : notCopied;
  const timer = setTimeout(() => {
    button.textContent = text;
    labels.delete(button);
    if (announcer) announcer.textContent = "";
  }, 2000);
  labels.set(button, { text, timer });
}

/** On paper nothing can be unfolded; what stands elsewhere too would only make it long. */
const printed = "details:not([open], .apart, .issue details, .group .finding, .cause .evidence)";
const closed = new Set<HTMLDetailsElement>();
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>(printed)) {
    closed.add(fold);
    fold.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const fold of closed) fold.open = false;
  closed.clear();
});

/** A link to what is folded away unfolds it. */
function reveal(): void {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const fold = target?.closest("details");
  if (fold) fold.open = true;
}
addEventListener("hashchange", reveal);
reveal();

export {};
