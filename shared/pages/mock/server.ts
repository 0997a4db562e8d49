import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { cloud } from "./cloud";
import { edge } from "./edge";

/** Answers one request: undefined is 404, a string is sent as text, an object as JSON. */
export type Route = (request: { path: string; query: URLSearchParams; body: string }) => { status?: number; body?: unknown } | undefined;

export interface Mock {
  routes: Record<string, Route>;
  /** Called each second; what it returns is sent as server-sent events. */
  tick: () => Record<string, unknown>;
}

/** Stands in for a gateway or a cloud while a page is worked on with `npm run edge` or `npm run cloud`. Any code or password signs in. */
export function mockApi(mode: "edge" | "cloud"): Plugin {
  const mock = mode === "edge" ? edge() : cloud();
  let user: string | null = null;
  return {
    name: "mock-api",
    configureServer(server) {
      server.middlewares.use(async (request: IncomingMessage, response: ServerResponse, next) => {
        const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://localhost");
        if (!path.startsWith("/api/") && path !== "/healthz") {
          next();
          return;
        }
        let body = "";
        for await (const chunk of request) {
          body += String(chunk);
        }
        if (path === "/api/sign-in") {
          user = mode === "edge" ? "technician" : (JSON.parse(body) as { user: string }).user;
        } else if (path === "/api/sign-out") {
          user = null;
        }
        if (path === "/api/events") {
          stream(response, mock);
          return;
        }
        const answer = path.startsWith("/api/s") && !path.startsWith("/api/st") ? { body: { user, hasPassword: false } } : find(mock, request.method ?? "GET", path)?.({ path, query, body });
        response.statusCode = answer === undefined ? 404 : (answer.status ?? 200);
        const text = typeof answer?.body === "string";
        response.setHeader("content-type", text ? "text/plain" : "application/json");
        response.end(text ? answer!.body : JSON.stringify(answer?.body ?? { error: "not here" }));
      });
    },
  };
}

function find(mock: Mock, method: string, path: string): Route | undefined {
  const [, route] = Object.entries(mock.routes).find(([key]) => {
    const [verb, start] = key.split(" ") as [string, string];
    return verb === method && (start.endsWith("*") ? path.startsWith(start.slice(0, -1)) : path === start);
  }) ?? [];
  return route;
}

function stream(response: ServerResponse, mock: Mock): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(": open\n\n");
  const timer = setInterval(() => {
    for (const [name, data] of Object.entries(mock.tick())) {
      response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  }, 1000);
  response.on("close", () => clearInterval(timer));
}
