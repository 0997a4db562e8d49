/** A part of the text, `end` exclusive, and its line counted from 1. */
export interface Place {
  start: number;
  end: number;
  line: number;
}

/**
 * Finds what a path such as "$.devices[3].every" names in JSON text. Where the last part is missing, its nearest existing
 * parent is found; in text that is no JSON up to there, nothing. `message` may name a line and byte itself.
 */
export function locate(text: string, path: string, message = ""): Place | null {
  const said = /line (\d+)(?:, byte (\d+))?/.exec(message);
  if (said) {
    return placeOfLine(text, Number(said[1]), Number(said[2] ?? 1));
  }
  const scanner = new Scanner(text);
  try {
    scanner.find(segmentsOf(path));
  } catch (e) {
    if (!(e instanceof SyntaxError)) {
      throw e;
    }
  }
  return scanner.found && { ...scanner.found, line: lineAt(text, scanner.found.start) };
}

/** Puts a further element behind the last of a list, leaving the rest of the text as it was written; null where there is no such list or it is empty. */
export function append(text: string, listPath: string, count: number, element: unknown): string | null {
  const scanner = new Scanner(text);
  scanner.find(segmentsOf(`${listPath}[${count - 1}]`));
  if (count === 0 || !scanner.whole) {
    return null;
  }
  const { start, end } = scanner.whole;
  const indent = /[ \t]*$/.exec(text.slice(0, start))![0];
  const line = JSON.stringify(element, null, 1).replace(/\n\s*/g, " ");
  return `${text.slice(0, end)},\n${indent}${line}${text.slice(end)}`;
}

function segmentsOf(path: string): (string | number)[] {
  const segments: (string | number)[] = [];
  for (const [, name, index, quoted] of path.matchAll(/\.?([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]/g)) {
    if (index !== undefined) {
      segments.push(Number(index));
    } else if (quoted !== undefined || (name !== undefined && name !== "$")) {
      segments.push(quoted ?? name!);
    }
  }
  return segments;
}

function placeOfLine(text: string, line: number, byte: number): Place {
  const lines = text.split("\n");
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const offset = lines.slice(0, index).reduce((sum, l) => sum + l.length + 1, 0);
  const content = lines[index]!;
  const column = Math.min(new TextDecoder().decode(new TextEncoder().encode(content).slice(0, byte - 1)).length, content.length);
  return { start: offset + column, end: offset + content.length, line: index + 1 };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

class Scanner {
  found: { start: number; end: number } | null = null;
  /** From its first to its last character, once the value that was looked for has been walked. */
  whole: { start: number; end: number } | null = null;
  private at = 0;

  constructor(private readonly text: string) {}

  /** Walks the value at the current place; `wanted` is what remains of the path, or null once it lies elsewhere. */
  find(wanted: (string | number)[] | null, from?: number): void {
    this.space();
    const start = this.at;
    if (wanted) {
      // A container is marked by its key or its bracket: selecting all of it would scroll past the mistake.
      this.found = { start: from ?? start, end: start + 1 };
    }
    const opening = this.text[this.at];
    if (opening === "{" || opening === "[") {
      this.container(opening, wanted);
    } else {
      this.scalar();
      if (wanted?.length === 0) {
        this.found = { start: from ?? start, end: this.at };
      }
    }
    if (wanted?.length === 0) {
      this.whole = { start, end: this.at };
    }
  }

  private container(opening: "{" | "[", wanted: (string | number)[] | null): void {
    const closing = opening === "{" ? "}" : "]";
    this.at++;
    for (let index = 0; ; index++) {
      this.space();
      if (this.text[this.at] === closing) {
        this.at++;
        return;
      }
      const start = this.at;
      let name: string | number = index;
      if (opening === "{") {
        name = this.string();
        this.space();
        this.expect(":");
      }
      this.find(wanted !== null && wanted.length > 0 && wanted[0] === name ? wanted.slice(1) : null, start);
      this.space();
      if (this.text[this.at] !== closing) {
        this.expect(",");
      }
    }
  }

  private scalar(): void {
    if (this.text[this.at] === '"') {
      this.string();
      return;
    }
    const literal = /[\w.+-]+/y;
    literal.lastIndex = this.at;
    this.at += this.match(literal).length;
  }

  private string(): string {
    const quoted = /"(?:[^"\\]|\\.)*"/y;
    quoted.lastIndex = this.at;
    const raw = this.match(quoted);
    this.at += raw.length;
    return JSON.parse(raw) as string;
  }

  private match(expression: RegExp): string {
    const found = expression.exec(this.text)?.[0];
    if (found === undefined) {
      throw new SyntaxError(`unexpected text at ${this.at}`);
    }
    return found;
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) {
      throw new SyntaxError(`expected ${character} at ${this.at}`);
    }
    this.at++;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? "")) {
      this.at++;
    }
  }
}
