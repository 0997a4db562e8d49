import { signal } from "@preact/signals";
import { ApiError, get, post } from "./api";

export interface Session {
  user: string | null;
  hasPassword: boolean;
}

/** Undefined until the first answer. */
export const session = signal<Session | undefined>(undefined);

/** Asks who is signed in; throws when the server cannot be reached. */
export async function refreshSession(): Promise<Session> {
  const { user, hasPassword } = await get<{ user?: string | null; hasPassword: boolean }>("api/session");
  const answer = { user: user ?? null, hasPassword };
  const before = session.value;
  if (before === undefined || before.user !== answer.user || before.hasPassword !== answer.hasPassword) {
    session.value = answer;
  }
  return answer;
}

export async function signIn(credentials: { code: string } | { user?: string; password: string }): Promise<void> {
  await post("api/sign-in", credentials);
  await refreshSession();
}

export async function signOut(): Promise<void> {
  await post("api/sign-out");
  await refreshSession();
}

/** A request that failed because the session has ended shows the sign-in; anything else stays an error of the caller. */
export function noticeSignedOut(error: unknown): void {
  if (error instanceof ApiError && error.status === 401 && session.value) {
    session.value = { ...session.value, user: null };
  }
}
