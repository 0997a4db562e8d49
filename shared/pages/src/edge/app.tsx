import { useEffect } from "preact/hooks";
import { now } from "../common/clock";
import { Icon, type IconName } from "../common/icon";
import { route } from "../common/route";
import { noticeSignedOut, refreshSession, session, signOut } from "../common/session";
import { Banner, LinkBadge, LinkBanner } from "../common/ui";
import { Alarms } from "./alarms";
import { checkPending } from "./configuration";
import { Devices } from "./devices";
import { Discovery } from "./discovery";
import { Editor } from "./editor";
import { KeepBanner } from "./keep-banner";
import { SignIn } from "./sign-in";
import { follow, status } from "./state";
import { Uplink } from "./uplink";

const pages: { id: string; name: string; icon: IconName; view: () => preact.JSX.Element }[] = [
  { id: "devices", name: "Devices", icon: "thermometer", view: Devices },
  { id: "uplink", name: "Uplink", icon: "uplink", view: Uplink },
  { id: "settings", name: "Settings", icon: "settings", view: Editor },
  { id: "add", name: "Add", icon: "add", view: Discovery },
];

export function App() {
  useEffect(() => {
    refreshSession().catch(() => {
      // Without an answer nobody knows who is signed in; the sign-in form says what is wrong when it is used.
      session.value = { user: null, hasPassword: false };
    });
  }, []);
  if (session.value === undefined) {
    return null;
  }
  return session.value.user === null ? <SignIn /> : <SignedIn />;
}

function SignedIn() {
  useEffect(follow, []);
  useEffect(() => now.subscribe(() => void checkPending().catch(noticeSignedOut)), []);

  const page = pages.find(({ id }) => id === route.value[0]) ?? pages[0]!;
  const gateway = status.value;
  useEffect(() => {
    document.title = gateway ? `${page.name} · ${gateway.gateway}` : "EdgeGateway";
  }, [page, gateway?.gateway]);

  return (
    <>
      <header class="top">
        <img src="mark.svg" alt="" width="36" height="36" />
        <div class="who">
          <strong>{gateway?.gateway ?? "Gateway"}</strong>
          <span class="muted">{gateway ? (gateway.asset ? `${gateway.site} · ${gateway.asset}` : gateway.site) : "…"}</span>
        </div>
        <LinkBadge />
        <button class="sign-out" onClick={() => void signOut()} aria-label="Sign out">
          <Icon name="leave" />
        </button>
      </header>
      <nav aria-label="Pages">
        {pages.map(({ id, name, icon }) => (
          <a key={id} href={`#/${id}`} aria-current={id === page.id ? "page" : undefined}>
            <Icon name={icon} />
            {name}
          </a>
        ))}
      </nav>
      <main class="stack">
        <LinkBanner peer="gateway" />
        {gateway?.stuck && (
          <Banner tone="bad" icon="error" urgent>
            <strong>The gateway does not get on:</strong> {gateway.stuck}
          </Banner>
        )}
        <KeepBanner />
        <Alarms inFull={page.id === "devices"} />
        <page.view />
      </main>
    </>
  );
}
