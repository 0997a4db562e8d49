import { noticeServerDate } from "./clock";
import { capital } from "./format";

/** What the server said no with: a sentence for the person, and the whole body for those who want its details. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly body: unknown,
  ) {
    super(message);
  }
}

const TIMEOUT_MILLISECONDS = 15_000;

/** Calls the API and returns the body as text. */
async function call(method: string, path: string, json?: unknown): Promise<string> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: json === undefined ? {} : { "content-type": "application/json" },
      body: json === undefined ? null : typeof json === "string" ? json : JSON.stringify(json),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
  } catch {
    throw new ApiError("No answer came. Check the connection and try again.", 0, undefined);
  }
  noticeServerDate(response.headers.get("date"));
  const text = await response.text();
  if (!response.ok) {
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    const body: unknown = isJson ? JSON.parse(text) : undefined;
    throw new ApiError(reason(response, body), response.status, body);
  }
  return text;
}

const parsed = <T>(text: string) => (text === "" ? undefined : JSON.parse(text)) as T;

export const getText = (path: string) => call("GET", path);
export const get = async <T>(path: string) => parsed<T>(await call("GET", path));
export const post = async <T>(path: string, json?: unknown) => parsed<T>(await call("POST", path, json));
export const put = async <T>(path: string, json: unknown) => parsed<T>(await call("PUT", path, json));

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reason(response: Response, body: unknown): string {
  const said = (body as { error?: unknown } | undefined)?.error;
  if (typeof said === "string") {
    return capital(said);
  }
  return response.status === 429
    ? "Too many tries. Wait a minute, then try again."
    : `The request was refused with status ${response.status}.`;
}
