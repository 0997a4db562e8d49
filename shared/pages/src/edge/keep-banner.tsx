import { useSignal } from "@preact/signals";
import { errorText } from "../common/api";
import { now } from "../common/clock";
import { formatCountdown } from "../common/format";
import { Banner } from "../common/ui";
import { confirm, pendingUntil, undone } from "./configuration";

/** New settings are undone by themselves, so that nobody can lock everybody out; here they are kept. */
export function KeepBanner() {
  const error = useSignal("");
  if (pendingUntil.value === null) {
    return undone.value ? (
      <Banner tone="warn" icon="undo" urgent>
        <strong>The new settings were undone</strong> because nobody confirmed them. The former ones are in use.{" "}
        <button class="link" onClick={() => (undone.value = false)}>
          Close
        </button>
      </Banner>
    ) : null;
  }

  const keep = () => {
    error.value = "";
    confirm().catch((e: unknown) => (error.value = errorText(e)));
  };
  return (
    <section class="keep" aria-label="New settings">
      <div>
        <h2>Keep these settings?</h2>
        <p>
          They are in use now and are undone in{" "}
          <strong class="countdown" role="timer">
            {formatCountdown((Date.parse(pendingUntil.value) - now.value) / 1000)}
          </strong>
        </p>
        {error.value && <p role="alert">{error.value}</p>}
      </div>
      <button class="primary" onClick={keep}>
        Keep these settings
      </button>
    </section>
  );
}
