import { session, signIn } from "../common/session";
import { SignInForm } from "../common/sign-in";

/** By the one-time code in the gateway's journal, or by the password once somebody has chosen one. */
export function SignIn() {
  const hasPassword = session.value?.hasPassword ?? false;
  return (
    <SignInForm
      title="Sign in to this gateway"
      submit={(fields) => (hasPassword ? signIn({ password: String(fields.get("password")) }) : signIn({ code: String(fields.get("code")).trim() }))}
    >
      {hasPassword ? (
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required autofocus />
        </label>
      ) : (
        <label>
          One-time code
          <input class="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck={false} placeholder="ABCD-EFGH" maxLength={12} required autofocus />
          <span class="hint">The gateway prints it to its journal: journalctl -u edge-gateway</span>
        </label>
      )}
    </SignInForm>
  );
}
