import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { errorText } from "./api";
import { Banner } from "./ui";

/** The frame of both sign-in forms: keeps the error, and the button quiet while the server thinks. */
export function SignInForm({ title, submit, children }: { title: string; submit: (fields: FormData) => Promise<void>; children: ComponentChildren }) {
  const error = useSignal("");
  const busy = useSignal(false);

  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    busy.value = true;
    error.value = "";
    try {
      await submit(new FormData(event.target as HTMLFormElement));
    } catch (e) {
      error.value = errorText(e);
    } finally {
      busy.value = false;
    }
  };

  return (
    <main class="sign-in">
      <form class="card" onSubmit={onSubmit}>
        <Brand />
        <h1>{title}</h1>
        {children}
        {error.value && (
          <Banner tone="bad" icon="error" urgent>
            {error.value}
          </Banner>
        )}
        <button class="primary" type="submit" disabled={busy.value}>
          {busy.value ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

export function Brand() {
  return (
    <p class="brand">
      <img src="mark.svg" alt="" width="28" height="28" />
      EdgeGateway
    </p>
  );
}
