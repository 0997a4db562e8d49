import { useSignal } from "@preact/signals";
import { errorText, post } from "../common/api";
import { refreshSession, session } from "../common/session";
import { Banner } from "../common/ui";

const MIN_LENGTH = 10;

/** Whoever came in by the one-time code can choose a password for the next time. */
export function PasswordForm() {
  const error = useSignal("");
  const saved = useSignal(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    error.value = "";
    saved.value = false;
    try {
      await post("api/password", { password: String(new FormData(form).get("password")) });
      form.reset();
      saved.value = true;
      await refreshSession();
    } catch (e) {
      error.value = errorText(e);
    }
  };
  return (
    <form class="card stack" onSubmit={submit}>
      <h2>{session.value?.hasPassword ? "Change the password" : "Choose a password"}</h2>
      {!session.value?.hasPassword && <p class="muted">Until then each sign-in takes a new code from the gateway's journal.</p>}
      <label>
        New password
        <input name="password" type="password" autocomplete="new-password" minLength={MIN_LENGTH} required />
      </label>
      {error.value && (
        <Banner tone="bad" icon="error" urgent>
          {error.value}
        </Banner>
      )}
      {saved.value && (
        <Banner tone="good" icon="check">
          The password is set.
        </Banner>
      )}
      <button type="submit">Set password</button>
    </form>
  );
}
