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

/** Calls the API and returns the body: text when the answer is not JSON, undefined when there is none. */
export async function call<T>(method: string, path: string, json?: unknown): Promise<T> {
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
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const body: unknown = isJson && text !== "" ? JSON.parse(text) : text === "" ? undefined : text;
  if (!response.ok) {
    throw new ApiError(reason(response, body), response.status, body);
  }
  return body as T;
}

export const get = <T>(path: string) => call<T>("GET", path);
export const post = <T>(path: string, json?: unknown) => call<T>("POST", path, json);
export const put = <T>(path: string, json: unknown) => call<T>("PUT", path, json);

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
