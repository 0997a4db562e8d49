import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { errorText } from "../common/api";
import { Icon } from "../common/icon";
import { noticeSignedOut } from "../common/session";
import { Banner } from "../common/ui";
import { apply, configurationChanges, loadConfiguration, pendingUntil } from "./configuration";
import { locate, type Place } from "./json-path";
import type { Mistake } from "./types";

interface Marked extends Mistake {
  place: Place | null;
}

/** The configuration as text. It is checked whole; nothing of it is used while there is a mistake. */
export function Editor() {
  const text = useSignal("");
  const saved = useSignal<string | null>(null);
  const mistakes = useSignal<Marked[]>([]);
  const error = useSignal("");
  const busy = useSignal(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLOListElement>(null);
  const lines = useComputed(() => text.value.split("\n").length);
  const changed = saved.value !== null && text.value !== saved.value;

  const load = async () => {
    try {
      const loaded = await loadConfiguration();
      text.value = loaded;
      saved.value = loaded;
      mistakes.value = [];
      error.value = "";
    } catch (e) {
      noticeSignedOut(e);
      error.value = errorText(e);
    }
  };
  // Again when settings were applied or undone.
  useEffect(() => void load(), [configurationChanges.value]);

  const submit = async () => {
    busy.value = true;
    error.value = "";
    mistakes.value = [];
    try {
      mistakes.value = (await apply(text.value)).map((mistake) => ({ ...mistake, place: locate(text.value, mistake.path, mistake.message) }));
    } catch (e) {
      noticeSignedOut(e);
      error.value = errorText(e);
    } finally {
      busy.value = false;
    }
  };

  const jump = ({ start, end, line }: Place) => {
    const field = area.current!;
    field.focus({ preventScroll: true });
    field.setSelectionRange(start, end);
    const lineHeight = field.scrollHeight / (lines.value + 1);
    field.scrollTop = Math.max(0, (line - 4) * lineHeight);
    const column = start - (text.value.lastIndexOf("\n", start - 1) + 1);
    field.scrollLeft = Math.max(0, (column - 2) * characterWidth(field));
    field.scrollIntoView({ block: "center" });
  };

  const marked = new Set(mistakes.value.map(({ place }) => place?.line));
  return (
    <section class="stack" aria-labelledby="settings-title">
      <h1 id="settings-title">Settings</h1>
      {mistakes.value.length > 0 && <Mistakes list={mistakes.value} jump={jump} />}
      {error.value && (
        <Banner tone="bad" icon="error" urgent>
          {error.value}
        </Banner>
      )}
      <div class="editor">
        <ol ref={gutter} aria-hidden="true">
          {Array.from({ length: lines.value }, (_, index) => (
            <li key={index} class={marked.has(index + 1) ? "marked" : undefined}>
              {index + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={area}
          aria-label="Configuration as JSON"
          aria-invalid={mistakes.value.length > 0}
          spellcheck={false}
          autocapitalize="off"
          wrap="off"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
          onScroll={(event) => (gutter.current!.scrollTop = event.currentTarget.scrollTop)}
        />
      </div>
      <div class="row actions">
        <button class="primary" disabled={!changed || busy.value || pendingUntil.value !== null} onClick={() => void submit()}>
          {busy.value ? "Checking…" : "Check and apply"}
        </button>
        <button disabled={!changed || busy.value} onClick={() => void load()}>
          <Icon name="undo" />
          Discard my changes
        </button>
      </div>
      <p class="muted">
        {pendingUntil.value !== null
          ? "Keep the settings in use first, or wait until they are undone."
          : "Settings are checked before anything is used, and undone by themselves unless you confirm them in time."}
      </p>
    </section>
  );
}

function characterWidth(field: HTMLElement): number {
  const pen = document.createElement("canvas").getContext("2d")!;
  pen.font = getComputedStyle(field).font;
  return pen.measureText("0").width;
}

function Mistakes({ list, jump }: { list: Marked[]; jump: (place: Place) => void }) {
  return (
    <section class="mistakes" role="alert">
      <h2>
        <Icon name="error" />
        {list.length === 1 ? "1 mistake, nothing was changed" : `${list.length} mistakes, nothing was changed`}
      </h2>
      <ul>
        {list.map((mistake) => (
          <li key={mistake.path + mistake.message}>
            <button disabled={!mistake.place} onClick={() => mistake.place && jump(mistake.place)}>
              <span>
                <code>{mistake.path}</code>
                <span>{mistake.message}</span>
              </span>
              {mistake.place && <span class="nowrap muted">line {mistake.place.line}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
