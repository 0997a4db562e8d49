import type { ComponentChildren } from "preact";
import { now } from "./clock";
import { formatAge, formatTime } from "./format";
import { Icon, type IconName } from "./icon";
import { link, linkLostAt } from "./live";

export type Tone = "good" | "warn" | "bad" | "unknown" | "info" | "plain";

/** A state in a word, with a colour and an icon to find it faster. */
export function Badge({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

/** A message across the page. Urgent ones interrupt a screen reader. */
export function Banner({ tone, icon, urgent, children }: { tone: Tone; icon: IconName; urgent?: boolean; children: ComponentChildren }) {
  return (
    <div class={`banner ${tone}`} role={urgent ? "alert" : "status"}>
      <Icon name={icon} />
      <div class="banner-text">{children}</div>
    </div>
  );
}

/** A moment as its age, with the full time on hover. */
export function Age({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatTime(at, 0)}>
      {formatAge(Math.max(0, (now.value - Date.parse(at)) / 1000))}
    </time>
  );
}

export function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{formatTime(at, now.value)}</time>;
}

/** A name and what it is, for lists of facts. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Empty({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p>{children}</p>
    </div>
  );
}

/** Says in one word, always at the same place, whether what is shown is live. */
export function LinkBadge() {
  return link.value === "live" ? (
    <Badge tone="good">
      <span class="pulse" />
      Live
    </Badge>
  ) : link.value === "lost" ? (
    <Badge tone="bad" icon="error">
      Offline
    </Badge>
  ) : (
    <Badge tone="plain">Connecting</Badge>
  );
}

/** Shown while the server is not heard. */
export function LinkBanner({ peer }: { peer: string }) {
  if (link.value !== "lost") {
    return null;
  }
  const lostAt = linkLostAt.value;
  return (
    <Banner tone="bad" icon="error" urgent>
      <strong>Connection to the {peer} lost.</strong>{" "}
      {lostAt !== null && `What you see is from ${formatTime(new Date(lostAt).toISOString(), lostAt)}. `}
      Trying again by itself.
    </Banner>
  );
}
